"""The lists that hold a host or an address."""

import polars as pl

from workbench.analysis.entities.enrichment import Enrichment, Reach, host_of
from workbench.events.lookups import Lookups, scope_of
from workbench.events.lookups.about import Match, about

_HOSTS = frozenset({Match.hostname, Match.domain})
_ADDRESSES = frozenset({Match.cidr})


def _lists(values: pl.Series, reach: Reach) -> pl.DataFrame:
    hosts = pl.Series([(host_of(text) or text) if text else None for text in values], dtype=pl.String)
    is_address = scope_of(hosts).is_not_null()
    asked = pl.DataFrame({"at": range(len(hosts)), "host": hosts}).drop_nulls()
    parts = [
        _held(asked.filter(is_address.gather(asked["at"])), _ADDRESSES, reach.lookups),
        _held(asked.filter(~is_address.gather(asked["at"])), _HOSTS, reach.lookups),
    ]
    found = pl.concat(parts).sort("at")
    return (
        pl.DataFrame({"at": range(len(hosts))}).join(found, on="at", how="left", maintain_order="left").select("lists")
    )


def _held(asked: pl.DataFrame, matches: frozenset[Match], lookups: Lookups) -> pl.DataFrame:
    """The names of the lists of some kinds that hold each host."""
    names = [name for name, path in lookups.paths.items() if about(path).match in matches]
    held = pl.DataFrame([lookups.lookup(name).find(asked["host"]).is_not_null().alias(name) for name in names])
    named = held.select(pl.concat_list(pl.when(pl.col(name)).then(pl.lit(name)) for name in names).list.drop_nulls())
    return asked.select("at", named.to_series().list.join(", ").alias("lists"))


LISTS = Enrichment(
    "lists",
    "The lists that hold the host, the domain above it, or the address; empty where none does",
    {"lists": pl.String()},
    _lists,
)
