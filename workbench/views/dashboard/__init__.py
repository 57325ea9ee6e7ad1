"""Dashboard cards: one number or chart each, with its definition and the rows behind it."""
