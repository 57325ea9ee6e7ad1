"""Questions that people type, and their answers: the query box, the cell magic, and what shows a result."""
