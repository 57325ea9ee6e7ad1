"""The values that rows have in a property, as KQL: those that match, or those of some of them."""

from collections.abc import Sequence

from workbench.events.query import quote
from workbench.views.explorer.questions import Question, matching
from workbench.views.explorer.view import Field


def values(question: Question, name: str, most: int, *, keys: Sequence[str] | None = None) -> str:
    """Which values the rows that match have in a property, and how often: Value, Rows, the most frequent first.

    Of a property of another table those of the rows that belong to them. ``keys`` are the rows of the view's key alone.

    Raises:
        UnknownName: the view has no such property.
    """
    field = question.view.field(name)
    steps = [
        _rows(question, field, keys),
        f"extend Value = tostring({field.kql})",
        "where isnotempty(Value)",
        "summarize Rows = count() by Value",
        "sort by Rows desc, Value asc",
        f"take {most}",
    ]
    return "\n| ".join(steps)


def _rows(question: Question, field: Field, keys: Sequence[str] | None) -> str:
    key = question.view.key
    chosen = "" if keys is None else f"\n| where {key} in ({', '.join(quote(each) for each in keys) or quote('')})"
    rows = f"{matching(question, moved=field.moved)}{chosen}"
    return f"{field.table}\n| where {key} in ((\n{rows}\n| summarize by {key}))" if field.table else rows
