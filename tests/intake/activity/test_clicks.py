import pytest

from tests.intake.activity.records import ANNA, MESSAGE, click, only


@pytest.mark.parametrize(
    ("written", "kind", "through"),
    [
        (2, "ClickBlocked", False),
        (3, "UrlScanInProgress", False),
        (4, "ClickBlocked", True),
        (5, "UrlScanInProgress", True),
        ("Blockpage", "ClickBlocked", False),
        ("BlockPageOverride", "ClickBlocked", True),
        ("5", "UrlScanInProgress", True),
        (9, "9", None),
    ],
)
def test_an_action_says_what_was_shown_and_whether_the_person_went_on(
    written: object, kind: str, through: bool | None
) -> None:
    row = only(click(written), "UrlClickEvents")
    assert (row["ActionType"], row["IsClickedThrough"]) == (kind, through)


def test_a_click_names_person_mail_address_and_time() -> None:
    row = only(click(), "UrlClickEvents")
    assert (row["AccountUpn"], row["NetworkMessageId"], row["Url"]) == (ANNA, MESSAGE, "https://evil.example/a")
    assert (row["IPAddress"], row["Workload"], str(row["Timestamp"])) == (
        "198.51.100.7",
        "Email",
        "2026-09-14 10:05:00+00:00",
    )


def test_a_click_outside_mail_names_no_message() -> None:
    row = only(click(AppName="Teams"), "UrlClickEvents")
    assert (row["Workload"], row["NetworkMessageId"], row["SourceId"]) == ("Teams", "", MESSAGE)
    assert only(click(AppName="Word"), "UrlClickEvents")["Workload"] == "Office"
