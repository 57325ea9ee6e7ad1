"""Where addresses are."""

import polars as pl

from workbench.base.errors import BadInput
from workbench.events.lookups import Lookups, country_of
from workbench.events.query.backend.values import Value, json
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.kql.literals import json_text

NAMES = "country_names"
"""The list of the names of countries, by their two letters."""


def _geo_info(lists: Lookups, address: Value) -> Value:
    def on_series(column: pl.Series) -> pl.Series:
        apart = column.unique().drop_nulls()
        codes = country_of(apart, lists)
        bags = {code: _bag(code, lists) for code in codes.unique().drop_nulls() if code.isupper()}
        found = codes.replace_strict(bags, default=None, return_dtype=pl.String)
        return column.replace_strict(apart, found, default=None, return_dtype=pl.String)

    return json(address.expr.map_batches(on_series, return_dtype=pl.String(), is_elementwise=True))


def _bag(code: str, lists: Lookups) -> str:
    """The documented members; lists of ranges tell the country alone."""
    try:
        name = lists.lookup(NAMES).of(code) or code
    except BadInput:
        name = code
    return json_text({"country": name, "state": "", "city": "", "latitude": None, "longitude": None})


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
