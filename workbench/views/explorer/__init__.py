"""Explorer views: one table with its filters, pivots and columns, as data."""
