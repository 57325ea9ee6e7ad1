"""What the indicators that are held say of a value."""

import polars as pl

from workbench.analysis.entities.enrichment import Enrichment, Reach
from workbench.analysis.entities.entity import unheld
from workbench.base.errors import NotFound

_TABLE = "ThreatIntelIndicators"
_ASKED = f"""
{_TABLE}
| where ObservableValue in~ (values)
| where coalesce(IsDeleted, false) == false and coalesce(Revoked, false) == false
| where isnull(ValidUntil) or ValidUntil >= now()
| summarize Indicators = count_distinct(Id), Confidence = max(Confidence), Newest = max(TimeGenerated)
    by Value = tolower(ObservableValue)
"""


def _intel(values: pl.Series, reach: Reach) -> pl.DataFrame:
    if reach.window is None or not reach.window.holds(_TABLE):
        raise NotFound(unheld(_TABLE).rstrip("."), next_step="Import a feed of indicators.")
    asked = values.str.to_lowercase()
    found = reach.window.rows(_ASKED, values=asked.drop_nulls().unique().to_list())
    return (
        asked.alias("Value")
        .to_frame()
        .join(found, on="Value", how="left", maintain_order="left")
        .select(intel="Indicators", intel_confidence="Confidence", intel_newest="Newest")
    )


INTEL = Enrichment(
    "intel",
    "Valid indicators of ThreatIntelIndicators that name the value: how many, the highest confidence, the newest",
    {"intel": pl.Int64(), "intel_confidence": pl.Int64(), "intel_newest": pl.Datetime("us", "UTC")},
    _intel,
)
