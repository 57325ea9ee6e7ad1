"""The parts of a page: each is a widget of Python with its JavaScript and style beside it."""
