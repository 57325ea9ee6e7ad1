import time

import pytest

from tests.events.query.conftest import tables
from workbench.events.query.complete import complete


def words(text: str) -> list[str]:
    return [word.text for word in complete(text, len(text), tables())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "Mail"),
        ("Ma", "Mail"),
        ("Mail | wh", "where"),
        ("Mail | project-a", "project-away"),
        ("Mail | where Sub", "Subject"),
        ("Mail | where sub", "Subject"),
        ("Mail | where TimeG", "TimeGenerated"),
        ("Mail | where Subject ha", "has_any"),
        ("Mail | extend x = tol", "tolower"),
        ("Mail | summarize dc", "dcount"),
        ("Mail | join kind=inner (Cl", "Clicks"),
        ("Mail | join kind=inner (Clicks) on I", "Id"),
        ("union Mail, Cl", "Clicks"),
        ("let x = 5; Ma", "Mail"),
    ],
)
def test_what_fits_is_offered(text: str, expected: str) -> None:
    assert expected in words(text)


def test_aggregates_are_offered_in_summarize_only() -> None:
    assert "dcount" not in words("Mail | where dc")


def test_columns_of_other_tables_are_not_offered() -> None:
    assert "Url" not in words("Mail | where U")


def test_completion_is_fast() -> None:
    text = "Mail | where Subject has 'x' | summarize count() by "
    started = time.perf_counter()
    for _ in range(20):
        words(text)
    assert (time.perf_counter() - started) / 20 < 0.1


def test_retired_tables_are_offered_with_their_columns() -> None:
    signs = tables().add("EntraIdSignInEvents", {"Timestamp": "datetime"}, [], "Timestamp")
    found = complete("AADSign", 7, signs)
    assert [word.text for word in found] == ["AADSignInEventsBeta"]
    assert "EntraIdSignInEvents" in found[0].meaning
    text = "AADSignInEventsBeta | where AadDev"
    assert [word.text for word in complete(text, len(text), signs)] == ["AadDeviceId"]
