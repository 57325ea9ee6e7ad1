from datetime import UTC, datetime, timedelta

import polars as pl

from tests.events.query.conftest import DAY, Frames
from workbench.analysis.entities import Reach, Window, enriched

NOW = datetime(2026, 9, 18, tzinfo=UTC)
KINDS = {
    "TimeGenerated": "datetime", "Id": "string", "IsDeleted": "bool", "Revoked": "bool", "ValidUntil": "datetime",
    "Confidence": "int", "ObservableValue": "string",
}  # fmt: skip
LATER, EARLIER = NOW + timedelta(days=9), NOW - timedelta(days=1)


def reach() -> Reach:
    rows = [
        (DAY, "1", False, False, LATER, 60, "Evil.example"),
        (DAY, "2", False, False, None, 90, "evil.example"),
        (DAY, "3", True, False, LATER, 99, "deleted.example"),
        (DAY, "4", False, True, LATER, 99, "revoked.example"),
        (DAY, "5", False, False, EARLIER, 99, "over.example"),
    ]
    return Reach(Window(Frames().add("ThreatIntelIndicators", KINDS, rows, time="TimeGenerated"), NOW))


def test_valid_indicators_are_counted_in_any_case_and_invalid_ones_are_none() -> None:
    asked = pl.Series(
        "d", ["EVIL[.]example", "deleted.example", "revoked.example", "over.example", "good.example", None]
    )
    found = enriched(asked, ["intel"], reach())
    assert found.columns["d_intel"].to_list() == [2, None, None, None, None, None]
    assert found.columns["d_intel_confidence"][0] == 90
    assert found.columns["d_intel_newest"][0] == DAY
    assert found.notes == ()


def test_values_that_look_like_queries_are_values() -> None:
    assert enriched(pl.Series("d", ['") or true //', "'"]), ["intel"], reach()).columns["d_intel"].null_count() == 2
