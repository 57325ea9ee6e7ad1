"""The registered domain of a host, URL or address of mail."""

import polars as pl

from workbench.analysis.entities.enrichment import Enrichment, Reach, host_of
from workbench.events.lookups import registered_domain


def _domain(values: pl.Series, reach: Reach) -> pl.DataFrame:
    found = [registered_domain(host_of(text), reach.lookups) or None if text else None for text in values]
    return pl.DataFrame({"domain": pl.Series(found, dtype=pl.String)})


DOMAIN = Enrichment(
    "domain",
    "The registered domain of a host, URL or address, by the public suffix list",
    {"domain": pl.String()},
    _domain,
)
