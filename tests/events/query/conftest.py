"""Small tables in memory, and short ways to ask about them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.events.conftest import NOW
from workbench.base.span import Span
from workbench.events.lookups import SHIPPED, Feeds, Lookups
from workbench.events.query import Limits, Result, ask, bind, parse
from workbench.events.query.backend.values import ENGINE
from workbench.events.query.catalog import Catalog
from workbench.events.query.functions import aggregates, functions
from workbench.events.query.kql.syntax import Call, Expr, Literal, Name, Named, Pipeline, Query, TypeOf
from workbench.events.query.operators.print_row import Print
from workbench.events.query.operators.project import Project
from workbench.events.store.schema import POLARS
from workbench.events.tables import VIRTUAL, KqlType

DAY = datetime(2026, 9, 14, tzinfo=UTC)
"""A Monday."""


@dataclass
class Frames:
    """A catalog of frames in memory. A table with a time answers to the virtual columns; scans are counted."""

    kinds: dict[str, dict[str, KqlType]] = field(default_factory=dict)
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    scans: list[tuple[str, Span | None]] = field(default_factory=list)

    def add(self, name: str, kinds: dict[str, KqlType], rows: list[tuple[Any, ...]], time: str = "") -> "Frames":
        schema = {column: POLARS[kind] for column, kind in kinds.items()}
        self.kinds[name], self.times[name] = kinds, time
        self.frames[name] = pl.DataFrame(rows, schema=schema, orient="row")
        return self

    def names(self) -> list[str]:
        return list(self.kinds)

    def types(self, name: str) -> Mapping[str, KqlType]:
        return self.kinds[name]

    def type_of(self, name: str, column: str) -> KqlType | None:
        return self.kinds[name].get(column) or (VIRTUAL.get(column) if self.times[name] else None)

    def time(self, name: str) -> str:
        return self.times[name]

    def scan(self, name: str, span: Span | None) -> pl.LazyFrame:
        self.scans.append((name, span))
        frame, time = self.frames[name].lazy(), pl.col(self.times[name] or "")
        return frame.filter(time >= span.start, time < span.end) if span else frame


def tables() -> Frames:
    """Mail and clicks in miniature, and a table with a column of every type, each with a missing value."""
    mail = [
        (DAY + timedelta(hours=1), "m1", "a@evil.com", "kim@corp.example", "Invoice 77", 1, True),
        (DAY + timedelta(hours=2), "m1", "a@evil.com", "lee@corp.example", "Invoice 77", 1, True),
        (DAY + timedelta(days=1), "m2", "b@good.org", "kim@corp.example", "Lunch?", None, False),
        (DAY + timedelta(days=2), "m3", "A@Evil.com", "kim@corp.example", "", 3, None),
        (DAY + timedelta(days=3), "m4", "", "lee@corp.example", "RE: invoice_77", 0, False),
    ]
    clicks = [
        (DAY + timedelta(hours=3), "m1", "kim@corp.example", "https://evil.com/a"),
        (DAY + timedelta(days=2, hours=1), "m3", "kim@corp.example", "https://evil.com/b"),
        (DAY + timedelta(days=4), "m9", "zoe@corp.example", "https://other.net/"),
    ]
    every = [
        (
            1,
            10,
            1.5,
            2.5,
            "one",
            True,
            DAY,
            1_000_000,
            "74be27de-1e4e-49d9-b579-fe0b331d3642",
            '{"a":{"b":"x"},"l":[1,2]}',
        ),
        (2, 20, -2.5, 1.0, "Two", False, DAY + timedelta(days=1), 3_600_000_000, None, '[1,"2",null]'),
        (None, None, None, None, "", None, None, None, None, None),
    ]
    kinds: dict[str, KqlType] = {
        "i": "int",
        "n": "long",
        "r": "real",
        "m": "decimal",
        "s": "string",
        "b": "bool",
        "t": "datetime",
        "p": "timespan",
        "g": "guid",
        "d": "dynamic",
    }
    found = Frames()
    found.add(
        "Mail",
        {
            "Timestamp": "datetime",
            "Id": "string",
            "Sender": "string",
            "Recipient": "string",
            "Subject": "string",
            "Urls": "int",
            "Threat": "bool",
        },
        mail,
        "Timestamp",
    )
    found.add(
        "Clicks",
        {"TimeGenerated": "datetime", "Id": "string", "Account": "string", "Url": "string"},
        clicks,
        "TimeGenerated",
    )
    return found.add("Every", kinds, every)


@pytest.fixture
def catalog() -> Frames:
    return tables()


@dataclass
class Referring(Frames):
    """Frames beside pinned files and lists, as a store has them."""

    feeds: Feeds = field(default_factory=Feeds)
    lists: Lookups = SHIPPED


def referring(feeds: Feeds, lists: Lookups = SHIPPED) -> Referring:
    """The small tables beside these."""
    return Referring(**vars(tables()), feeds=feeds, lists=lists)


def answer(kql: str | Query, catalog: Frames | None = None, **params: Any) -> Result:
    return ask(catalog or tables(), kql, now=NOW, params=params)


def rows(kql: str, catalog: Frames | None = None, **params: Any) -> list[tuple[Any, ...]]:
    """The rows of an answer, dynamics read from their JSON."""
    result = answer(kql, catalog, **params)
    read = [_reader(kind) for _, kind in result.columns]
    return [tuple(each(value) for each, value in zip(read, row, strict=True)) for row in result.frame.iter_rows()]


def column(kql: str, catalog: Frames | None = None, **params: Any) -> list[Any]:
    """The first column of an answer."""
    return [row[0] for row in rows(kql, catalog, **params)]


def columns(kql: str, catalog: Catalog | None = None) -> list[tuple[str, str]]:
    """Names and types of a result, without running it."""
    return list(bind(parse(kql), catalog or tables(), now=NOW).columns)


def value(expression: str, **params: Any) -> Any:
    """What an expression of constants is."""
    return column(f"print x = {expression}", **params)[0]


def check(expression: str, expected: Any) -> None:
    """An expression is this as a constant, and over columns that hold its arguments, rows of nulls between."""
    tree = _expression(expression)
    constant = answer(Query(Pipeline(Print((Named(tree, ("x",)),)))))
    _same(constant, expected)
    _typed(constant)
    if isinstance(tree, Call) and tree.name in functions():
        over, catalog = _over_columns(tree)
        spread = answer(Query(Pipeline(Name("Args"), (Project((Named(over, ("x",)),)),))), catalog)
        _same(spread, expected)
        _typed(spread)


def _expression(text: str) -> Expr:
    body = parse(f"print {text}").body
    assert isinstance(body, Pipeline)
    assert isinstance(body.source, Print)
    return body.source.items[0].expr


def _over_columns(tree: Call) -> tuple[Expr, Frames]:
    """The call with its literal arguments moved into columns of a table, whose second row has only nulls."""
    declared = functions()[tree.name]
    kinds: dict[str, KqlType] = {"row": "long"}
    held: list[Any] = [1]
    args: list[Expr] = []
    for number, arg in enumerate(tree.args):
        fixed = declared.signature.slot(number).constant or isinstance(arg, TypeOf) or not isinstance(arg, Literal)
        fixed = fixed or (tree.name == "extract_all" and number < 2)
        if fixed or (isinstance(arg, Literal) and arg.value is None):
            args.append(arg)
            continue
        kinds[f"c{number}"] = arg.type
        held.append(arg.value / timedelta(microseconds=1) if isinstance(arg.value, timedelta) else arg.value)
        args.append(Name(f"c{number}"))
    empty = [None if kind != "string" else "" for kind in kinds.values()]
    schema = {name: POLARS[kind] for name, kind in kinds.items()}
    frame = pl.DataFrame([tuple(held), tuple(empty), tuple(held)], schema=schema, orient="row")
    return Call(tree.name, tuple(args)), Frames({"Args": kinds}, {"Args": frame}, {"Args": ""})


def _same(result: Result, expected: Any) -> None:
    read = _reader(result.columns[0][1])
    found = [read(each) for each in result.frame["x"]]
    for each in (found[0], found[-1]):
        if isinstance(expected, float) and expected != expected:
            assert each != each
        else:
            assert each == expected, f"{result.kql}: {each!r}"
            assert isinstance(expected, bool) == isinstance(each, bool)


def _typed(result: Result) -> None:
    name, kind = result.columns[0]
    assert result.frame.schema[name] == ENGINE[kind]
    if kind == "string":
        assert result.frame[name].null_count() == 0


def _reader(kind: KqlType) -> Any:
    return (lambda text: None if text is None else json.loads(text)) if kind == "dynamic" else lambda held: held


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


LIMITS = Limits(rows=1000)
KNOWN = (functions, aggregates)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "store"
