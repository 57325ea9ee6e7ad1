"""Where addresses are: the country they are used in, the network that owns them, and ranges that are nobody's place."""

from functools import cache
from types import MappingProxyType

import numpy as np
import polars as pl

from workbench.events.lookups.addresses import Addresses, addresses
from workbench.events.lookups.lists import SHIPPED, Lookups
from workbench.events.lookups.matching import Within
from workbench.events.lookups.ranges import Ranges, networks, ranges_of

COUNTRIES = "countries"
COUNTRY_NAMES = "country_names"
NETWORKS = "networks"
OWN_COUNTRIES = "own_countries"
"""Countries of ranges as a team knows them, before all else: its offices' private ranges, say."""

SCOPES = MappingProxyType(
    {
        "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
        "loopback": ("127.0.0.0/8", "::1"),
        "link-local": ("169.254.0.0/16", "fe80::/10"),
        "shared": ("100.64.0.0/10",),
        "multicast": ("224.0.0.0/4", "ff00::/8"),
        "documentation": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
        "reserved": ("0.0.0.0/8", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "::", "100::/64", "fec0::/10"),
    }
)
"""Ranges that are nobody's place, as the registries of special-purpose addresses (RFC 6890 and its updates) have them.

``shared`` is what carriers use behind address translation; ``documentation`` stands in examples such as our sample.
"""


def scope_of(column: pl.Series) -> pl.Series:
    """A name of ``SCOPES`` for each address, empty for public ones, null for what is no address."""
    asked = addresses(column)
    return _scopes(asked).fill_null(_public(asked)).alias(column.name)


def country_of(column: pl.Series, lookups: Lookups = SHIPPED) -> pl.Series:
    """The country each address is used in: two letters of ISO 3166, or a name of ``SCOPES``, in lower case.

    The workspace's list ``own_countries``, if it has one, comes before scopes and the list of countries. Empty where
    no list knows a country, null for what is no address. Order and rows are kept; addresses may carry a port, brackets
    or a zone. An address says where a provider registered or announced it, not where a person sits.
    """
    found = _placed(column, COUNTRIES, lookups)
    own = lookups.lookup(OWN_COUNTRIES).finder if OWN_COUNTRIES in lookups.paths else None
    return own.ranges.find(column).fill_null(found).alias(column.name) if isinstance(own, Within) else found


def said_of_own(lookups: Lookups) -> str:
    """What the workspace's list of countries says of itself; empty where there is none."""
    return lookups.lookup(OWN_COUNTRIES).about.title if OWN_COUNTRIES in lookups.paths else ""


def country_codes(lookups: Lookups = SHIPPED) -> dict[str, str]:
    """Two letters, small, by the folded names of countries; each also by its letters themselves."""
    pairs = (entry.partition(":") for entry in lookups.entries(COUNTRY_NAMES))
    names = {name.strip().casefold(): code.strip().casefold() for code, _, name in pairs}
    return {code: code for code in names.values()} | names


def network_of(column: pl.Series, lookups: Lookups = SHIPPED) -> pl.Series:
    """The network each address belongs to, as the supplied list names it, for instance ``AS64496 Northgate``.

    Scopes, empty and null are those of ``country_of``.

    Raises:
        NotFound: no list of networks was supplied to the workspace.
    """
    return _placed(column, NETWORKS, lookups)


def _placed(column: pl.Series, name: str, lookups: Lookups) -> pl.Series:
    held = lookups.lookup(name).finder
    asked = addresses(column)
    found = held.ranges.find(asked) if isinstance(held, Within) else _public(asked)
    return _scopes(asked).fill_null(found).fill_null(_public(asked)).alias(column.name)


def _scopes(asked: Addresses) -> pl.Series:
    return _scope_ranges().find(asked)


@cache
def _scope_ranges() -> Ranges:
    entries = [(entry, name) for name, ranges in SCOPES.items() for entry in ranges]
    return ranges_of(*networks(pl.Series([entry for entry, _ in entries])), pl.Series([name for _, name in entries]))


def _public(asked: Addresses) -> pl.Series:
    """Empty for each address, null for what is none."""
    known = np.zeros(asked.rows, bool)
    known[asked.at4] = known[asked.at6] = True
    return pl.DataFrame({"known": known}).select(pl.when("known").then(pl.lit(""))).to_series()
