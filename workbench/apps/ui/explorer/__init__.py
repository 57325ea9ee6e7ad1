"""The Explorer page: filter, chart and cross table, lists, the opened row, saved views."""
