"""Explorer views: one table with its filters, pivots and columns, as data."""

from workbench.views.explorer.conditions import picked
from workbench.views.explorer.questions import (
    Question,
    bin_of,
    count,
    histogram,
    python_line,
    rows,
    spelling,
    spellings_of,
    vocabulary,
)
from workbench.views.explorer.view import EMPTY, Field, Shown, View, views

__all__ = [
    "EMPTY",
    "Field",
    "Question",
    "Shown",
    "View",
    "bin_of",
    "count",
    "histogram",
    "picked",
    "python_line",
    "rows",
    "spelling",
    "spellings_of",
    "views",
    "vocabulary",
]
