"""Explorer views: one table with its filters, pivots and columns, as data."""

from workbench.views.explorer.conditions import Spellings, picked
from workbench.views.explorer.pictures import bin_of, cross, crossable, crossing, histogram, too_many, width
from workbench.views.explorer.questions import (
    Question,
    beside,
    count,
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
    "cross",
    "crossable",
    "crossing",
    "histogram",
    "listed",
    "picked",
    "python_line",
    "rows",
    "spelling",
    "spellings_of",
    "tabs",
    "too_many",
    "views",
    "vocabulary",
    "width",
]
