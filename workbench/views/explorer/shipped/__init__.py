"""Explorer views, one file each."""
