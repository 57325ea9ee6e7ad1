"""Kinds of input, one per file: what they look like, and how they fall into records."""
