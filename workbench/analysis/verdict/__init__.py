"""Signals, their weights, and the verdict they add up to. Pure and replayable."""
