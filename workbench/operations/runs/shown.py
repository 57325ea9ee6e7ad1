"""Frames and charts as cells show them: rows as text and numbers, for a page to draw."""

from typing import Any

TABLE = "application/vnd.workbench.table+json"
"""The output type of a frame: ``columns``, ``rows`` as text, and ``total``, the number of rows before the cut."""

CHART = "application/vnd.workbench.chart+json"
"""The output type of a chart of ours: its numbers (``x``, ``y`` and ``code`` in parallel) and the words for them."""

MOST_ROWS = 200
MOST_CHARACTERS = 1_000


def table(frame: Any, **_: object) -> dict[str, object]:
    """A frame as an output of that type; a null is empty text, a long value is cut and the cut marked."""
    shown = [[_cell(value) for value in row] for row in frame.head(MOST_ROWS).iter_rows()]
    return {TABLE: {"columns": frame.columns, "rows": shown, "total": frame.height}}


def chart(figure: Any, **_: object) -> dict[str, object]:
    """A figure of ``views.charts`` as an output of that type: never its drawing, which a page makes for itself.

    Marks at times or numbers run along the axis, whatever the order of the rows; those at words stay as they are.
    """
    words = [entry.label for entry in sorted(figure.legend, key=lambda each: each.code)]
    at = range(len(figure.x))
    order = at if any(isinstance(each, str) for each in figure.x) else sorted(at, key=figure.x.__getitem__)
    marks = {name: [getattr(figure, name)[each] for each in order] for name in ("x", "y", "code")}
    marks["x"] = [str(each) for each in marks["x"]]
    said = {"kind": figure.kind, "title": figure.title, "unit": figure.unit, "described": figure.describe()}
    return {CHART: {**said, **marks, "legend": words}}


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
