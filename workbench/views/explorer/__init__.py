"""Explorer views: one table with its filters, pivots and columns, as data."""

from workbench.views.explorer.questions import (
    Question,
    bin_of,
    count,
    histogram,
    python_line,
    rows,
    spellings_of,
    values,
)
from workbench.views.explorer.view import Field, Shown, View, views

__all__ = [
    "Field",
    "Question",
    "Shown",
    "View",
    "bin_of",
    "count",
    "histogram",
    "python_line",
    "rows",
    "spellings_of",
    "values",
    "views",
]
