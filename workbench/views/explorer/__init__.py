"""Explorer views: one table with its filters, pivots and columns, as data."""

from workbench.views.explorer.conditions import Spellings, picked
from workbench.views.explorer.questions import (
    Question,
    beside,
    bin_of,
    count,
    histogram,
    listed,
    python_line,
    rows,
    spelling,
    spellings_of,
    vocabulary,
)
from workbench.views.explorer.tab import Heading, Tab, tabs
from workbench.views.explorer.view import EMPTY, Field, Shown, View, views

__all__ = [
    "EMPTY",
    "Field",
    "Heading",
    "Question",
    "Shown",
    "Spellings",
    "Tab",
    "View",
    "beside",
    "bin_of",
    "count",
    "histogram",
    "listed",
    "picked",
    "python_line",
    "rows",
    "spelling",
    "spellings_of",
    "tabs",
    "views",
    "vocabulary",
]
