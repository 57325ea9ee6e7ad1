"""One enrichment of a column a file; each defines one ``Enrichment``."""
