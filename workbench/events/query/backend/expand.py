"""``mv-expand``: a row for each element of an array or bag."""

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.frame import Frame, Runner
from workbench.events.query.backend.values import JSON, Form, Value, as_json
from workbench.events.query.functions import functions
from workbench.events.query.kql.literals import json_text
from workbench.events.query.plan import Expand, Expansion
from workbench.events.tables import KqlType

_LIST = "\x00list"


def frame(node: Expand, runner: Runner) -> Frame:
    """The rows of the source expanded."""
    return expanded(node, runner.frame(node.source), runner)


def expanded(node: Expand, source: Frame, runner: Runner) -> Frame:
    """The elements of all columns in step, short ones filled with null; a null gives one row, nothing gives none."""
    lists = [_elements(runner.value(item.expr, source), pairs=node.pairs) for item in node.items]
    names = [f"{_LIST}{number}" for number in range(len(lists))]
    lazy = source.lazy.with_columns(each.expr.alias(name) for each, name in zip(lists, names, strict=True))
    lazy = _shaped(lazy, names, lists, node)
    lazy = lazy.explode([*names, *([node.index] if node.index else [])], empty_as_null=False, keep_nulls=True)
    columns = [_column(item, each, name) for item, each, name in zip(node.items, lists, names, strict=True)]
    exprs = [found.expr.alias(item.name) for item, found in zip(node.items, columns, strict=True)]
    forms = {
        item.name: found.form or JSON
        for item, found in zip(node.items, columns, strict=True)
        if found.type == "dynamic"
    }
    return Frame(lazy.with_columns(exprs).drop(names), {**source.forms, **forms})


def _elements(found: Value, *, pairs: bool) -> Value:
    """A dynamic as a list; a value that is neither array nor bag is its own only element."""
    if found.form and found.form.kind == "list":
        return found
    whole = documents.mapped(as_json(found), lambda text: _split(text, pairs=pairs), pl.List(pl.String))
    return Value(whole, "dynamic", Form("list", "dynamic"))


def _split(text: str, *, pairs: bool) -> list[str | None] | None:
    held = documents.document(text) if text else None
    if held is None:
        return None
    if isinstance(held, list):
        return [documents.write(element) for element in held]
    if isinstance(held, dict):
        return [json_text([key, inner] if pairs else {key: inner}) for key, inner in held.items()]
    return [documents.write(held)]


def _evened(lazy: pl.LazyFrame, names: list[str], lists: list[Value]) -> pl.LazyFrame:
    """Lists of one row made equally long; a null beside a list counts as one element."""
    for name, each in zip(names, lists, strict=True):
        dtype = each.form.dtype if each.form else pl.List(pl.String)
        lazy = lazy.with_columns(pl.col(name).fill_null(pl.lit([None], dtype=dtype)))
    wanted = pl.int_ranges(0, pl.max_horizontal(pl.col(name).list.len() for name in names))
    return lazy.with_columns(pl.col(name).list.gather(wanted, null_on_oob=True).alias(name) for name in names)


def _shaped(lazy: pl.LazyFrame, names: list[str], lists: list[Value], node: Expand) -> pl.LazyFrame:
    limit = node.limit
    if limit is not None:
        lazy = lazy.with_columns(pl.col(name).list.head(limit) for name in names)
    if len(names) > 1 or node.index:
        lazy = _evened(lazy, names, lists)
    if not node.index:
        return lazy
    return lazy.with_columns(pl.int_ranges(0, pl.col(names[0]).list.len()).alias(node.index))


def _column(item: Expansion, elements: Value, name: str) -> Value:
    of = elements.form.of if elements.form else "dynamic"
    element = Value(pl.col(name), "dynamic", JSON if of == "dynamic" else Form("plain", of))
    if item.type == "dynamic":
        return element
    if element.form == JSON:
        element = Value(_fitting(element.expr, item.type), "dynamic", JSON)
    converted: Value = functions()[f"to{item.type}"].build(element)
    return converted


def _fitting(element: pl.Expr, kind: KqlType) -> pl.Expr:
    """Elements that a type accepts without being read: a JSON text is no number, and a number no moment."""
    quoted = element.str.starts_with('"')
    if kind in ("int", "long", "real", "decimal", "bool"):
        return pl.when(~quoted).then(element)
    return pl.when(quoted).then(element) if kind in ("datetime", "timespan", "guid") else element
