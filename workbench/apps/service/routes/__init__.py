"""Routes, one group a file: each defines one ``Routes`` and is found by itself."""
