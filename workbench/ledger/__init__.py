"""What people decided: the only mutable truth, and the trail of how it came about."""
