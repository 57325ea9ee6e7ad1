"""``externaldata``: pinned files to rows."""

from collections.abc import Iterator, Sequence
from itertools import chain

import polars as pl

from workbench.base.errors import BadInput, BadQuery, NotFound
from workbench.events.lookups.feeds import Feeds
from workbench.events.lookups.records import DOCUMENTS, fields, objects, unpacked
from workbench.events.query.backend import documents
from workbench.events.query.backend.frame import Frame, Runner
from workbench.events.query.backend.values import JSON, Value, plain
from workbench.events.query.catalog import feeds_of
from workbench.events.query.functions import functions
from workbench.events.query.kql.literals import json_text
from workbench.events.query.plan import Feed
from workbench.events.tables import KqlType


def frame(node: Feed, runner: Runner) -> Frame:
    """The records of all files, one file after the other.

    Raises:
        BadQuery: an address is not pinned, or what is pinned cannot be read.
    """
    feeds, (at, where) = feeds_of(runner.catalog), node.place
    try:
        rows = list(chain.from_iterable(_records(node, feeds, address) for address in node.addresses))
    except (NotFound, BadInput) as error:
        raise BadQuery(error.what, position=at, where=where, next_step=error.next_step) from None
    names = [name for name, _ in node.columns]
    texts = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    values = [_value(name, kind, json=node.form in DOCUMENTS) for name, kind in node.columns]
    forms = {name: each.form for name, each in zip(names, values, strict=True) if each.form}
    exprs = [each.expr.alias(name) for name, each in zip(names, values, strict=True)]
    return Frame(texts.lazy().select(exprs), forms)


def _records(node: Feed, feeds: Feeds, address: str) -> Iterator[tuple[str | None, ...]]:
    content = unpacked(feeds.read(address), node.members)
    if node.form in DOCUMENTS:
        return (tuple(_at(held, way, kind) for way, kind in _ways(node)) for held in objects(content, node.form))
    rows = list(fields(content, node.form))
    first, last = node.skipped
    kept = rows[int(first) : len(rows) - int(last)]
    return (tuple(_field(row, way) for way in node.mapping) for row in kept)


def _ways(node: Feed) -> Sequence[tuple[tuple[str | int, ...], KqlType]]:
    return [(way, kind) for way, (_, kind) in zip(node.mapping, node.columns, strict=True)]


def _field(row: Sequence[str], way: tuple[str | int, ...]) -> str | None:
    (place,) = way
    return row[place] if isinstance(place, int) and 0 <= place < len(row) else None


def _at(held: object, way: tuple[str | int, ...], kind: KqlType) -> str | None:
    for step in way:
        held = documents.member(held, step)
    if kind == "dynamic" or not isinstance(held, str | None):
        return None if held is None else json_text(held)
    return held


def _value(name: str, kind: KqlType, *, json: bool) -> Value:
    """Text as the type of its column; what is none is null."""
    if kind == "dynamic" and json:
        return Value(pl.col(name), "dynamic", JSON)
    text = plain(pl.col(name).fill_null(""), "string")
    if kind == "string":
        return text
    converted: Value = functions()["parse_json" if kind == "dynamic" else f"to{kind}"].build(text)
    return converted
