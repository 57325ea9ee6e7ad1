"""What happened: tables declared, kept and asked."""
