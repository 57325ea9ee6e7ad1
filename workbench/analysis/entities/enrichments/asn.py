"""The network an address belongs to."""

import polars as pl

from workbench.analysis.entities.enrichment import Enrichment, Reach
from workbench.events.lookups import network_of


def _asn(values: pl.Series, reach: Reach) -> pl.DataFrame:
    return network_of(values, reach.lookups).alias("network").to_frame()


ASN = Enrichment(
    "asn",
    "The network of an IP address, by the list networks, which a team supplies",
    {"network": pl.String()},
    _asn,
)
