"""One change of the tables a file, in the order of their revisions."""
