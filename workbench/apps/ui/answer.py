"""An answer as a notebook shows it: what was found, the chart that the question asks for, and the rows."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.apps.ui.answer_text import emptiness, facts
from workbench.apps.ui.caption import Caption
from workbench.apps.ui.card import Card
from workbench.apps.ui.chart import Chart
from workbench.apps.ui.layout import cards, page
from workbench.apps.ui.show import show
from workbench.events.query import Result
from workbench.events.query.limits import as_options
from workbench.views.charts.rendered import rendered

if TYPE_CHECKING:
    from ipywidgets.widgets.widget_box import Box

ALONE, BESIDE_CHART = 12, 6
"""Rows that are seen before the table scrolls."""
CARDS = 8
"""Values that are shown as cards."""


def view(result: Result, *, told: bool = False) -> "Box":
    """The answer as widgets: a line of facts and notes, the chart where there is one, and the rows.

    Where rows, time and window are ``told`` already, they are not told again.
    """
    drawn, notes = _drawn(result)
    said = (*(as_options(note) for note in result.notes), *notes)
    tall = BESIDE_CHART if drawn else ALONE
    rows = show(result.frame, None, selectable=False, empty=emptiness(result), tall=tall)
    above = [] if told and not said else [Caption(() if told else facts(result)[1:], said)]
    return page(*above, *drawn, rows)


def _drawn(result: Result) -> tuple[Sequence[Any], tuple[str, ...]]:
    """The widgets that ``render`` asks for, and what is to be said of them."""
    wanted = result.plan.render
    if wanted is None or wanted.kind == "table" or not result.frame.height:
        return (), ()
    if wanted.kind == "card":
        return _cards(result, wanted.properties)
    drawing = rendered(result.frame, dict(result.columns), wanted.kind, wanted.properties)
    return ((Chart(drawing.figure),) if drawing.figure else ()), drawing.notes


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
