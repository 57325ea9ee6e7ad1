"""Where addresses are."""

from dataclasses import replace
from types import MappingProxyType

import polars as pl

from workbench.base.errors import BadInput
from workbench.events.lookups import Lookups, country_of
from workbench.events.query.backend.values import Form, Value, json
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.kql.literals import json_text

NAMES = "country_names"
"""The list of the names of countries, by their two letters."""

_UNKNOWN = MappingProxyType({"state": "", "city": "", "latitude": None, "longitude": None})
"""The documented members that lists of ranges do not tell."""


def _geo_info(lists: Lookups, address: Value) -> Value:
    def country(column: pl.Series) -> pl.Series:
        apart = column.unique().drop_nulls()
        codes = country_of(apart, lists)
        names = {code: _name(code, lists) for code in codes.unique().drop_nulls() if code.isupper()}
        found = codes.replace_strict(names, default=None, return_dtype=pl.String)
        return column.replace_strict(apart, found, default=None, return_dtype=pl.String)

    def bag(column: pl.Series) -> pl.Series:
        names = country(column)
        bags = {name: json_text({"country": name, **_UNKNOWN}) for name in names.unique().drop_nulls()}
        return names.replace_strict(bags, default=None, return_dtype=pl.String)

    whole, name = (
        address.expr.map_batches(each, return_dtype=pl.String(), is_elementwise=True) for each in (bag, country)
    )
    return replace(json(whole), inside={"country": Value(name, "dynamic", Form("plain", "string"))})


def _name(code: str, lists: Lookups) -> str:
    try:
        return lists.lookup(NAMES).of(code) or code
    except BadInput:
        return code


FAMILY = Family(
    "Places",
    (
        Function(
            "geo_info_from_ip_address",
            "(address:string)",
            "dynamic",
            "The country of an address as a bag, with a state, city and position that are empty here; null for "
            "addresses that are private or not known.",
            _geo_info,
            raw=True,
            asks_lists=True,
        ),
    ),
)
