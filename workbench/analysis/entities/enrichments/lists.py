"""The lists that hold a host or an address."""

import polars as pl

from workbench.analysis.entities.enrichment import Enrichment, Reach
from workbench.base.text.url import host
from workbench.events.lookups import Lookups
from workbench.events.lookups.about import Match, about

_MATCHES = frozenset({Match.hostname, Match.domain, Match.cidr})


def _lists(values: pl.Series, reach: Reach) -> pl.DataFrame:
    hosts = pl.Series([_host(text) for text in values], dtype=pl.String)
    found = {name: reach.lookups.lookup(name).find(hosts).is_not_null() for name in _names(reach.lookups)}
    held = pl.DataFrame([pl.Series(name, values) for name, values in found.items()])
    named = pl.concat_list(pl.when(pl.col(name)).then(pl.lit(name)) for name in found).list.drop_nulls()
    return held.select(lists=pl.when(hosts.is_not_null()).then(named.list.join(", ")))


def _names(lookups: Lookups) -> list[str]:
    return [name for name, path in lookups.paths.items() if about(path).match in _MATCHES]


def _host(text: str | None) -> str | None:
    if not text:
        return None
    return host(text.rpartition("@")[2] if "@" in text and "/" not in text else text) or text


LISTS = Enrichment(
    "lists",
    "The lists that hold the host, the domain above it, or the address; empty where none does",
    {"lists": pl.String()},
    _lists,
)
