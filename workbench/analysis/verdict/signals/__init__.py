"""Groups of signals, one file each."""
