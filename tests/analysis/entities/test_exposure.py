from tests.analysis.entities.conftest import LURE
from workbench.analysis.entities import Window, clicks, copies, removals, reports
from workbench.base.span import parse_span

FAILED = "5a4dbaae-7c31-4626-7b7e-08df13c7773f"


def test_a_copy_is_where_the_last_successful_move_put_it(window: Window) -> None:
    row = copies(window, [LURE]).row(0, named=True)
    assert (row["DeliveryLocation"], row["LocationNow"], row["MovedBy"]) == ("Inbox/folder", "Quarantine", "Phish ZAP")


def test_a_failed_removal_moves_nothing(window: Window) -> None:
    (identity,) = window.rows('EmailPostDeliveryEvents | where ActionResult =~ "Error" | project NetworkMessageId')[
        "NetworkMessageId"
    ]
    assert copies(window, [identity])["LocationNow"].to_list() == ["Inbox/folder"]
    assert removals(window, [identity])["ActionResult"].to_list() == ["Error"]


def test_clicks_are_found_by_message_and_by_url(window: Window) -> None:
    by_message = clicks(window, [LURE])
    by_url = clicks(window, [], by_message["Url"].to_list())
    assert by_message.height == by_url.height == 1


def test_reports_name_the_reporter_and_leave_drills_out(window: Window) -> None:
    campaign = window.rows("EmailEvents | project NetworkMessageId")["NetworkMessageId"].to_list()
    assert reports(window, campaign)["Reporter"].to_list() == [
        "jonas.keller@northgate.example",
        "grace.adeyemi@northgate.example",
    ]


def test_where_nothing_of_a_kind_is_held_nothing_is_said(window: Window) -> None:
    before = Window(window.catalog, window.now, parse_span("2002-01-01..2002-12-31", window.now))
    assert clicks(before, [LURE]) is None
    assert reports(before, [LURE]) is None
    assert removals(before, [LURE]) is None


def test_values_that_look_like_queries_are_values(window: Window) -> None:
    assert clicks(window, ['x") or true //'], ['"; UrlClickEvents']).is_empty()
