"""Lists beside the rows of a view, one a file."""
