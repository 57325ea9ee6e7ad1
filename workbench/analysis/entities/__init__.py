"""Pivots: from a message, sender, URL or file to what is known about it. Reads only."""
