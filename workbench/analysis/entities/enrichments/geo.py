"""The country an address is used in."""

import polars as pl

from workbench.analysis.entities.enrichment import Enrichment, Reach
from workbench.events.lookups import country_of


def _geo(values: pl.Series, reach: Reach) -> pl.DataFrame:
    found = country_of(values, reach.lookups)
    names = reach.lookups.lookup("country_names").find(found)
    return pl.DataFrame({"country": found, "country_name": names})


GEO = Enrichment(
    "geo",
    "The country of an IP address, by the list countries: two letters or a range that is nobody's, and its name",
    {"country": pl.String(), "country_name": pl.String()},
    _geo,
)
