"""An answer as a notebook shows it: what was found, the chart that the question asks for, and the rows."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.apps.ui.asking.answer_text import emptiness, facts
from workbench.apps.ui.asking.show import guess, show
from workbench.apps.ui.widgets.caption import Caption
from workbench.apps.ui.widgets.card import Card
from workbench.apps.ui.widgets.cells import DEFANGED
from workbench.apps.ui.widgets.chart import Chart
from workbench.apps.ui.widgets.grid import SIZES
from workbench.apps.ui.widgets.layout import cards, page
from workbench.base.text.defang import defang
from workbench.events.query import Result
from workbench.events.query.limits import as_options
from workbench.views.charts.rendered import rendered

if TYPE_CHECKING:
    from ipywidgets.widgets.widget_box import Box

ALONE, BESIDE_CHART = 12, 6
"""Rows that are seen in a notebook before the table scrolls."""
WHOLE = SIZES[0]
"""Rows of a page, all of which are seen where the answer has the place of the view."""
CARDS = 8
"""Values that are shown as cards."""


def view(result: Result, *, told: bool = False) -> "Box":
    """The answer as widgets: a line of facts and notes, the chart where there is one, and the rows.

    Where rows, time and window are ``told`` already, they are not told again, and the answer has a page to itself.
    """
    drawn, notes = _drawn(result)
    said = (*(as_options(note) for note in result.notes), *notes)
    tall = WHOLE if told else BESIDE_CHART if drawn else ALONE
    rows = show(result.frame, None, selectable=False, empty=emptiness(result), tall=tall, size=WHOLE)
    above = [] if told and not said else [Caption(() if told else facts(result)[1:], said)]
    return page(*above, *drawn, rows)


def _drawn(result: Result) -> tuple[Sequence[Any], tuple[str, ...]]:
    """The widgets that ``render`` asks for, and what is to be said of them."""
    wanted = result.plan.render
    if wanted is None or wanted.kind == "table" or not result.frame.height:
        return (), ()
    if wanted.kind == "card":
        return _cards(result, wanted.properties)
    drawing = rendered(_harmless(result.frame), dict(result.columns), wanted.kind, wanted.properties)
    return ((Chart(drawing.figure),) if drawing.figure else ()), drawing.notes


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with addresses and links written as the table below the chart writes them."""
    linked = [each.name for each in frame if each.dtype == pl.String and guess(each.name, each.dtype) in DEFANGED]
    known = {name: frame[name].drop_nulls().unique() for name in linked}
    return frame.with_columns(
        pl.col(name).replace_strict(values, [defang(value) for value in values], default=None, return_dtype=pl.String)
        for name, values in known.items()
        if len(values)
    )


def _cards(result: Result, given: Mapping[str, str]) -> tuple[Sequence[Any], tuple[str, ...]]:
    """The numbers of the first row, each on a card."""
    row = result.frame.row(0, named=True)
    numbers = [name for name, value in row.items() if isinstance(value, int | float) and not isinstance(value, bool)]
    if not numbers:
        return (), ("A card needs a number; the rows are shown as a table.",)
    made = []
    for name in numbers[:CARDS]:
        card = Card(given.get("title", "") if len(numbers) == 1 and given.get("title") else name)
        card.show(row[name])
        made.append(card)
    notes = ("The first row is on cards; the others are in the table.",) if result.frame.height > 1 else ()
    return (cards(*made),), notes
