"""What events mean: pivots from one thing to another, and verdicts with their reasons."""
