"""Different values kept to be counted later: the values themselves, so that every count is exact."""

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.values import Value, as_json, as_sound_json, listed, plain, unwrapped
from workbench.events.query.functions._declare import Aggregate, Family, Function
from workbench.events.query.functions.groups import when


def _hll(value: Value, _accuracy: object = None) -> Value:
    held = unwrapped(value)
    if held.type == "dynamic":
        return listed(as_sound_json(held).drop_nulls().unique(maintain_order=True).implode(), "dynamic")
    return listed(held.expr.drop_nulls().unique(maintain_order=True).implode(), held.type)


def _hll_if(value: Value, condition: Value, _accuracy: object = None) -> Value:
    return _hll(when(value, condition))


def _merged(kept: Value) -> Value:
    if kept.form and kept.form.kind == "list":
        every = kept.expr.explode(empty_as_null=False)
        return listed(every.drop_nulls().unique(maintain_order=True).implode(), kept.form.of)
    parts = documents.mapped(as_json(kept), documents.elements, pl.List(pl.String)).explode(empty_as_null=False)
    return listed(parts.drop_nulls().unique(maintain_order=True).implode(), "dynamic")


def _count(kept: Value) -> Value:
    if kept.form and kept.form.kind == "list":
        return plain(kept.expr.list.len().cast(pl.Int64), "long")
    return plain(documents.mapped(as_json(kept), lambda text: len(documents.elements(text)), pl.Int64()), "long")


FAMILY = Family(
    "Values kept for counting",
    (
        Function(
            "dcount_hll",
            "(kept:dynamic)",
            "long",
            "How many different values hll or hll_merge kept, exactly.",
            _count,
            raw=True,
            named="dcount_hll_",
        ),
    ),
    (
        Aggregate(
            "hll",
            "(value:any, accuracy:any?)",
            "dynamic",
            "The different values, kept to be counted by dcount_hll.",
            _hll,
            named="hll_",
            ordered=True,
        ),
        Aggregate(
            "hll_if",
            "(value:any, condition:bool, accuracy:any?)",
            "dynamic",
            "The different values where the condition holds, kept to be counted.",
            _hll_if,
            named="hll_if_",
            ordered=True,
        ),
        Aggregate(
            "hll_merge",
            "(kept:dynamic)",
            "dynamic",
            "The different values of several that hll kept.",
            _merged,
            named="hll_merge_",
            ordered=True,
        ),
    ),
)
