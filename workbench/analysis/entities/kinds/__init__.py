"""One kind of entity a file; each defines one ``Kind``."""
