"""The registered domain of a host, URL or address of mail."""

import polars as pl

from workbench.analysis.entities.enrichment import Enrichment, Reach
from workbench.base.text.url import host
from workbench.events.lookups import registered_domain


def _domain(values: pl.Series, reach: Reach) -> pl.DataFrame:
    found = [registered_domain(_host(text), reach.lookups) or None if text else None for text in values]
    return pl.DataFrame({"domain": pl.Series(found, dtype=pl.String)})


def _host(text: str) -> str:
    bare = text.rpartition("@")[2] if "@" in text and "/" not in text else text
    return host(bare)


DOMAIN = Enrichment(
    "domain",
    "The registered domain of a host, URL or address, by the public suffix list",
    {"domain": pl.String()},
    _domain,
)
