"""Serving notebooks as pages: the Voila template, and the start of Voila and JupyterLab."""
