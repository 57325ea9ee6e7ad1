"""Widgets: chart, grid, filter bar, panels and the pages made of them."""
