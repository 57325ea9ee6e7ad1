"""Dashboard cards, one file each."""
