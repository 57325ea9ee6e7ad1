"""Mail in memory: a catalog of the declared tables whose rows a test writes down."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from workbench.base.span import Span
from workbench.events.query import ask
from workbench.events.store.schema import declared
from workbench.events.tables import VIRTUAL, KqlType, table, tables
from workbench.views.explorer import Question, View, count, rows, views

NOW = datetime(2026, 9, 18, 12, 0, tzinfo=UTC)
WEEK = Span(datetime(2026, 9, 11, tzinfo=UTC), datetime(2026, 9, 19, tzinfo=UTC))
ALL: View = views()["all_email"]
TIMES = ("Timestamp", "TimeGenerated")


class Held:
    """A catalog whose tables hold the given rows; columns that are not named are missing there."""

    def __init__(self, **rows: list[dict[str, Any]]) -> None:
        self._frames = {name: _frame(name, each) for name, each in rows.items()}

    def names(self) -> Collection[str]:
        return tables()

    def types(self, name: str) -> Mapping[str, KqlType]:
        return table(name).types

    def type_of(self, name: str, column: str) -> KqlType | None:
        return table(name).types.get(column) or VIRTUAL.get(column)

    def time(self, name: str) -> str:
        return table(name).time

    def scan(self, name: str, span: Span | None) -> pl.LazyFrame:
        frame = self._frames.get(name, _frame(name, [])).lazy()
        time = pl.col(table(name).time)
        return frame.filter(time >= span.start, time < span.end) if span else frame


def mails(*rows: Mapping[str, Any], **others: list[dict[str, Any]]) -> Held:
    """Rows of mail numbered m0, m1, ..., and rows of other tables."""
    numbered = [
        {"NetworkMessageId": f"m{at}", "RecipientEmailAddress": "a@b.example", **row} for at, row in enumerate(rows)
    ]
    return Held(EmailEvents=numbered, **others)


def one(name: str, operator: str, *values: object) -> dict[str, Any]:
    return {"op": "all", "items": [item(name, operator, *values)]}


def item(name: str, operator: str, *values: object) -> dict[str, Any]:
    return {"property": name, "operator": operator, "values": list(values)}


def group(op: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"op": op, "items": list(items)}


def matching(held: Held, tree: Mapping[str, Any], spellings: Any = None) -> list[str]:
    """Numbers of the messages a filter keeps, in their order; the count says the same."""
    question = Question(ALL, WEEK, tree, spellings or {})
    found = answer(held, rows(question, ["NetworkMessageId"]))["NetworkMessageId"].to_list()
    assert answer(held, count(question)).item() == len(found)
    return sorted(found)


def answer(held: Held, text: str) -> pl.DataFrame:
    return ask(held, text, now=NOW).frame


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = declared(table(name))
    whole = [{**dict.fromkeys(schema), table(name).time: WEEK.start, **row} for row in rows]
    frame = pl.DataFrame(whole, schema=schema, orient="row")
    return frame.with_columns(pl.col(pl.String).fill_null(""))
