"""One measurement a file; each defines one ``Measure``."""
