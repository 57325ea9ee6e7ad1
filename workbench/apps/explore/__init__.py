"""A view of the Explorer without its page: filters, its text, and the files that its rows are taken away in."""
