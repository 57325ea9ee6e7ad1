"""Conditions are asked where they cut the scan, tables are read once, and the answers stay the same."""

from datetime import timedelta

import pytest

from tests.events.query.conftest import DAY, NOW, answer, rows, tables
from workbench.base.span import Span
from workbench.events.query import bind, lazy, parse
from workbench.events.query.backend.window import LAST

CUT = Span(DAY + timedelta(days=2), LAST)
MOMENT = f"datetime({CUT.start.isoformat()})"


def scanned(text: str) -> list[tuple[str, Span | None]]:
    """The scans of a question, and those of the tables inside its conditions."""
    found = tables()
    lazy(bind(parse(text), found, now=NOW), found)
    return found.scans


@pytest.mark.parametrize(
    "text",
    [
        f"Mail | extend who = tolower(Sender) | where Timestamp >= {MOMENT}",
        f"Mail | project when = Timestamp, who = tolower(Sender) | where when >= {MOMENT} and who != 'x'",
        f"Mail | extend a = 1 | extend b = a + 1 | where b == 2 and Timestamp >= {MOMENT}",
        f"let start = {MOMENT}; Mail | where Timestamp >= start",
        f"let newest = toscalar(print {MOMENT}); Mail | where Timestamp >= newest",
        f"Mail | where Timestamp >= toscalar(print {MOMENT} - 1d) + 1d",
    ],
)
def test_a_window_reaches_the_scan_through_steps_and_let(text: str) -> None:
    assert scanned(text) == [("Mail", CUT)]
    assert len(answer(text).frame) == 2


@pytest.mark.parametrize(
    "text",
    [
        f"Mail | serialize n = row_number() | where Timestamp >= {MOMENT}",
        f"Mail | extend Timestamp = Timestamp + 1d | where Timestamp >= {MOMENT}",
        f"Mail | take 3 | where Timestamp >= {MOMENT}",
    ],
)
def test_no_window_where_rows_before_it_count(text: str) -> None:
    assert scanned(text) == [("Mail", None)]


def test_numbers_of_rows_are_given_before_a_condition() -> None:
    text = f"Mail | serialize n = row_number() | extend m = n | where Timestamp >= {MOMENT} | project m"
    assert rows(text) == [(4,), (5,)]


def test_conditions_on_what_a_step_makes_stay_above_it() -> None:
    assert rows("Mail | extend s = strlen(Subject), Urls = Urls + 1 | where s > 0 and Urls == 2 | project Id") == [
        ("m1",),
        ("m1",),
    ]


def test_what_toscalar_gives_is_read_once() -> None:
    text = "let t = toscalar(Clicks | summarize min(TimeGenerated)); Mail | where Timestamp > t and Timestamp < t + 7d"
    assert [name for name, _ in scanned(text)].count("Clicks") == 1


@pytest.mark.parametrize("shared", ["{}", "materialize({})"])
def test_a_table_used_twice_is_scanned_once(shared: str) -> None:
    counted = shared.format("Mail | summarize n = count() by Recipient, Sender")
    text = f"let T = {counted}; T | join kind=leftsemi (T | summarize n = max(n) by Recipient) on Recipient, n"
    assert scanned(text) == [("Mail", None)]
    named = "Mail | summarize n = count() by Recipient, Sender | as T | join kind=leftsemi (T | top 1 by n) on Sender"
    assert scanned(named) == [("Mail", None)]
    assert len(answer(text).frame) == 5
