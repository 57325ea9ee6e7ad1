"""What a regular expression finds in a text: all its groups in one pass."""

import polars as pl

from workbench.events.query.backend.frame import Frame, Runner
from workbench.events.query.plan import Captures, Pairs

_GROUPS, _FOUND = "\x00groups", "kql_found_"


def frame(node: Captures, runner: Runner) -> Frame:
    """The source with a column for each group. An empty group of its own tells a fit from none."""
    source = runner.frame(node.source)
    text = runner.value(node.text, source).expr
    if not node.groups:
        lazy = source.lazy.with_columns(text.str.contains(node.pattern).fill_null(value=False).alias(node.found))
        return Frame(lazy, source.forms, ways=source.ways)
    groups = pl.col(_GROUPS).struct
    lazy = source.lazy.with_columns(text.str.extract_groups(f"(?P<{_FOUND}>){node.pattern}").alias(_GROUPS))
    found = groups.field(_FOUND).is_not_null().alias(node.found)
    held = [groups.field(group).fill_null("").alias(name) for group, name in node.groups]
    return Frame(lazy.with_columns(found, *held).drop(_GROUPS), source.forms, ways=source.ways)


def pairs(node: Pairs, runner: Runner) -> Frame:
    """The source with a column for each key."""
    source = runner.frame(node.source)
    found = runner.value(node.text, source).expr.str.extract_all(node.pattern)
    keys, values = (found.list.eval(_trimmed(node.pattern, group)).alias(f"{_GROUPS}{group}") for group in (1, 2))
    key, value = (pl.col(f"{_GROUPS}{group}") for group in (1, 2))
    held = [_first(key, value, each).alias(name) for each, name in zip(node.keys, node.names, strict=True)]
    lazy = source.lazy.with_columns(keys, values).with_columns(held)
    return Frame(lazy.drop(f"{_GROUPS}1", f"{_GROUPS}2"), source.forms, ways=source.ways)


def _trimmed(pattern: str, group: int) -> pl.Expr:
    return pl.element().str.extract(pattern, group).str.strip_chars()


def _first(keys: pl.Expr, values: pl.Expr, wanted: str) -> pl.Expr:
    """The value beside the first key that is the wanted one; empty where there is none."""
    place = keys.list.eval((pl.element() == wanted).fill_null(value=False)).list.arg_max()
    return pl.when(keys.list.contains(wanted)).then(values.list.get(place, null_on_oob=True)).fill_null("")
