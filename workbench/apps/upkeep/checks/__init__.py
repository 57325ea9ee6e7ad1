"""What the doctor asks: one subject a file, one check a function."""
