"""The dashboard as a browser drives it: messages to its widgets, states and rows back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import polars as pl
import pytest

from tests.apps.ui.reader import tell
from tests.apps.ui.stores import NEWEST, mail, opened, wire
from workbench.apps.session import Workbench
from workbench.apps.ui.dashboard import Dashboard, dashboard
from workbench.apps.ui.explorer.explorer import Explorer
from workbench.base.config import Workspace
from workbench.views.dashboard import cards
from workbench.views.explorer import views

NUMBERS = [name for name, card in cards().items() if card.drawn == "number"]
DRAWN = list(cards())


def few(names: list[str]) -> list[object]:
    """Three of many every day: what each card counts is held against a plain computation in views.dashboard."""
    everyday = (names[0], *names[-2:])
    return [pytest.param(name, marks=() if name in everyday else pytest.mark.slow) for name in names]


@pytest.fixture(scope="module")
def sample(northgate: Workspace) -> Workbench:
    return Workbench(northgate)


@pytest.fixture(scope="module")
def read(sample: Workbench) -> Dashboard:
    """A dashboard that is only looked at."""
    return Dashboard(sample)


@pytest.fixture
def page(sample: Workbench) -> Dashboard:
    return Dashboard(sample)


def faults(page: Dashboard) -> list[str]:
    parts = (page.bar, page.tabs, page.grid, page.panel, page.code, *page.cards.values())
    return [part.fault for part in parts if part.fault]


def shown(page: Dashboard, name: str) -> str:
    return str(page.cards[name].number.get("exact", ""))


def column(page: Dashboard, name: str) -> list[str]:
    at = page.grid.page["columns"].index(name)
    return [
        cell if isinstance(cell, str) or cell is None else cell[0]
        for cell in (row[at] for row in page.grid.page["rows"])
    ]


def test_it_opens_on_the_last_days_with_numbers_and_the_newest_threats(read: Dashboard) -> None:
    assert read.bar.span["label"] == "Last 7 days"
    assert {name: shown(read, name) for name in NUMBERS} == {
        "phish_detected": "16", "malware_stopped": "1", "threats_delivered": "11", "still_in_inbox": "1",
        "removed_after_delivery": "7", "clicks_through": "2", "reported": "2",
    }  # fmt: skip
    assert [card.missing for card in read.cards.values() if card.missing] == []
    assert faults(read) == []
    assert (read.listed, read.grid.total) == ("threats_delivered", 11)
    times = column(read, "Timestamp")
    assert times == sorted(times, reverse=True)


def test_every_part_of_the_page_is_drawn(read: Dashboard) -> None:
    for name in DRAWN:
        card = read.cards[name]
        assert card.kind == {"number": "sparkline", "lines": "lines", "ranking": "bars"}[cards()[name].drawn]
        assert card.data["y"]
        assert card.definition == cards()[name].definition
    assert read.page().children


@pytest.mark.parametrize("name", few(NUMBERS))
def test_a_number_opens_exactly_the_rows_it_counts(page: Dashboard, sample: Workbench, name: str) -> None:
    tell(page.cards[name], "action", id="rows")
    assert str(page.grid.total) == shown(page, name)
    assert sample.kql(page.code.kql).frame.height == page.grid.total == len(page.grid.page["rows"])
    assert page.tabs.chosen == name
    assert [option["id"] for option in page.tabs.options] == list(dict.fromkeys(["threats_delivered", name]))
    assert {option["id"]: option["count"] for option in page.tabs.options}[name] == str(page.grid.total)
    assert faults(page) == []


@pytest.mark.parametrize("name", few(DRAWN))
def test_show_query_gives_what_is_drawn(page: Dashboard, sample: Workbench, name: str) -> None:
    tell(page.cards[name], "action", id="query")
    answer = sample.kql(page.code.kql).frame
    if name in NUMBERS:
        assert str(answer.item()) == shown(page, name)
    else:
        assert sum(page.cards[name].data["y"]) == answer["Count"].sum()
    assert page.code.opened


def test_the_course_of_a_number_adds_up_to_it(read: Dashboard) -> None:
    for name in NUMBERS:
        assert sum(read.cards[name].data["y"]) == float(shown(read, name))


def test_the_list_of_new_threats_stays_beside_the_rows_of_a_card(page: Dashboard) -> None:
    tell(page.cards["reported"], "action", id="rows")
    assert [option["id"] for option in page.tabs.options] == ["threats_delivered", "reported"]
    tell(page.tabs, "choose", id="threats_delivered")
    assert (page.listed, page.grid.total) == ("threats_delivered", 11)


def test_another_window_counts_anew_and_keeps_the_open_rows(page: Dashboard, sample: Workbench) -> None:
    tell(page.cards["phish_detected"], "action", id="rows")
    tell(page.bar, "span", text="2026-09-16..2026-09-16")
    day = sample["EmailEvents"].filter(pl.col("Timestamp").dt.date() == datetime(2026, 9, 16, tzinfo=UTC).date())
    phish = day.filter(pl.col("ThreatTypes") == "Phish").select(pl.len()).collect().item()
    assert shown(page, "phish_detected") == str(phish) == str(page.grid.total) == "6"
    assert page.listed == "phish_detected"
    assert page.span.length == timedelta(days=1)
    assert faults(page) == []


def test_a_change_counts_against_the_window_before(page: Dashboard) -> None:
    tell(page.bar, "span", text="2026-09-16..2026-09-16")
    assert page.cards["phish_detected"].change["before"].split()[0] == "5"
    tell(page.bar, "span", text="2026-09-14..2026-09-14")
    assert not page.cards["removed_after_delivery"].change.get("sign"), "no such events are held of the day before"


def test_no_rows_of_a_needed_table_are_no_zero(page: Dashboard) -> None:
    tell(page.bar, "span", text="2021-08-02..2021-08-02")
    missing = {name: card.missing for name, card in page.cards.items() if card.missing}
    assert missing["clicks_through"] == "UrlClickEvents holds no rows in this window; the newest is of 2026-09-18."
    assert missing["phish_detected"] == "EmailEvents holds no rows in this window; the newest is of 2026-09-18."
    assert shown(page, "clicks_through") == ""
    assert shown(page, "reported") == "0"
    assert page.grid.empty == f"Threats delivered: {missing['phish_detected']}"
    assert page.tabs.options[0]["count"] == "", "no data are no zero"
    tell(page.bar, "span", text="7d")
    assert [card.missing for card in page.cards.values() if card.missing] == []


def test_the_number_of_a_card_without_data_opens_no_rows_and_says_so(page: Dashboard) -> None:
    tell(page.bar, "span", text="2021-08-02..2021-08-02")
    tell(page.cards["clicks_through"], "action", id="rows")
    assert (page.grid.total, faults(page)) == (0, [])
    tell(page.cards["clicks_through"], "action", id="query")
    assert "UrlClickEvents" in page.code.kql


def test_a_refused_window_leaves_the_page(page: Dashboard) -> None:
    before = (page.span, shown(page, "phish_detected"), page.bar.span)
    tell(page.bar, "span", text="tomorrow")
    assert page.bar.fault
    assert (page.span, shown(page, "phish_detected"), page.bar.span) == before


def test_a_row_of_mail_opens_its_message(page: Dashboard) -> None:
    page.page()
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    assert page.panel.opened
    assert page.panel.place == "1 of 11"
    assert [section["title"] for section in page.panel.sections][:2] == ["Delivery", "Message"]


def test_a_row_that_belongs_to_no_message_opens_as_it_is(page: Dashboard) -> None:
    page.page()
    tell(page.cards["reported"], "action", id="rows")
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    assert [section["title"] for section in page.panel.sections] == ["Row"]
    labels = [pair["label"] for pair in page.panel.sections[0]["pairs"]]
    assert {"Timestamp", "ActionType", "AccountDisplayName"} <= set(labels)
    assert faults(page) == []


@pytest.mark.parametrize("name", few(NUMBERS))
def test_the_rows_of_a_card_are_sorted_by_any_column_they_show(page: Dashboard, name: str) -> None:
    page.open_rows(name)
    for each in page.grid.columns:
        if each["visible"]:
            tell(page.grid, "sort", column=each["name"], descending=False)
            assert page.grid.fault == "", each["name"]
            assert page.grid.page["rows"]


def test_the_columns_of_removals_are_not_named_for_clicks(page: Dashboard) -> None:
    page.open_rows("removed_after_delivery")
    labels = {each["name"]: each["label"] for each in page.grid.columns}
    assert labels["ActionType"] == "Action"


def test_rows_that_happened_at_one_moment_fall_on_one_page_each(tmp_path: Path) -> None:
    rows = [mail(at, Timestamp=NEWEST, ThreatTypes="Phish") for at in range(60)]
    page = Dashboard(opened(tmp_path, "now = 'newest'", EmailEvents=rows))
    tell(page.cards["phish_detected"], "action", id="rows")
    seen: list[str] = []
    for offset in (0, 25, 50):
        tell(page.grid, "page", offset=offset, size=25)
        seen += page.grid._page.rows["NetworkMessageId"].to_list()
    assert len(set(seen)) == 60


def test_rows_that_are_years_old_are_opened_on(tmp_path: Path) -> None:
    rows = [mail(at, ThreatTypes="Phish", DeliveryAction="Delivered") for at in range(3)]
    page = Dashboard(opened(tmp_path, "now = 2031-01-01T00:00:00Z", EmailEvents=rows))
    assert page.span.holds(NEWEST)
    assert (shown(page, "phish_detected"), page.grid.total) == ("3", 3)
    assert page.bar.span["label"] == "2026-09-11 11:31 – 2026-09-18 11:31"


def test_it_opens_on_the_days_of_what_it_shows(tmp_path: Path) -> None:
    device = {"Timestamp": NEWEST + timedelta(days=90), "DeviceId": "d", "ReportId": 1}
    page = Dashboard(
        opened(tmp_path, 'now = "newest"', EmailEvents=[mail(0, ThreatTypes="Phish")], DeviceProcessEvents=[device])
    )
    assert page.span.holds(NEWEST)
    assert shown(page, "phish_detected") == "1"


def test_a_threat_that_was_delivered_says_where_it_is_now_and_what_moved_it(tmp_path: Path) -> None:
    held = [mail(at, ThreatTypes="Phish", DeliveryAction="Delivered", DeliveryLocation="Inbox") for at in range(2)]
    place = {name: held[0][name] for name in ("NetworkMessageId", "RecipientEmailAddress")}
    moved = {**place, "Timestamp": NEWEST, "ActionType": "Phish ZAP", "ActionResult": "Success"}
    page = Dashboard(
        opened(
            tmp_path,
            'now = "newest"',
            EmailEvents=held,
            EmailPostDeliveryEvents=[moved | {"DeliveryLocation": "Quarantine"}],
        )
    )
    assert page.grid.total == 2
    told = page.grid._page.rows.select("NetworkMessageId", "LatestLocation", "AdditionalAction").rows()
    moved_one, other = (held[at]["NetworkMessageId"] for at in range(2))
    assert sorted(told) == sorted([(moved_one, "Quarantine", "Phish ZAP"), (other, "Inbox", "")])


def test_the_query_that_is_shown_says_of_what(page: Dashboard) -> None:
    assert page.code.title == "Show query of threats delivered"
    tell(page.cards["malware_stopped"], "action", id="query")
    assert page.code.title == "Show query of malware stopped"


def test_an_empty_store_has_no_numbers_and_says_which_tables_hold_no_rows(tmp_path: Path) -> None:
    page = Dashboard(opened(tmp_path))
    assert all(card.missing.endswith("holds no rows yet. Import some.") for card in page.cards.values())
    assert (page.grid.total, page.grid.empty) == (
        0,
        "Threats delivered: EmailEvents holds no rows yet. Import some.",
    )
    assert page.tabs.options[0]["count"] == ""
    assert faults(page) == []
    for name in DRAWN:
        tell(page.cards[name], "action", id="rows")
        tell(page.cards[name], "action", id="query")
    assert faults(page) == []
    assert dashboard(page.workbench).children


def test_mail_alone_gives_the_numbers_of_mail_and_names_what_lacks(tmp_path: Path) -> None:
    page = Dashboard(opened(tmp_path, "now = 'newest'", EmailEvents=[mail(0, ThreatTypes="Phish")]))
    assert {name for name, card in page.cards.items() if card.missing} == {
        "removed_after_delivery",
        "clicks_through",
        "reported",
    }
    assert (shown(page, "phish_detected"), shown(page, "malware_stopped")) == ("1", "0")
    assert not page.cards["phish_detected"].change.get("sign")
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    assert faults(page) == []


def test_hostile_values_reach_the_browser_as_text_with_their_tricks_shown(tmp_path: Path) -> None:
    rows = [
        mail(
            0,
            ThreatTypes="Phish",
            EmailDirection="Inbound",
            Subject="\u202egpj.exe",
            RecipientEmailAddress="<b>\u200bx@y.example",
        )
    ]
    page = Dashboard(opened(tmp_path, "now = 'newest'", EmailEvents=rows))
    texts = [entry["label"] for entry in page.cards["targeted_people"].legend] + column(page, "Subject")
    assert [text for text in texts if "\u202e" in text or "\u200b" in text] == []


def test_no_widget_is_told_much(read: Dashboard) -> None:
    assert max(len(wire(card)) for card in read.cards.values()) < 100_000


def test_refreshing_an_open_page_counts_what_came_meanwhile(tmp_path: Path) -> None:
    workbench = opened(tmp_path, 'now = "newest"', EmailEvents=[mail(1, ThreatTypes="Phish")])
    page = Dashboard(workbench)
    opened(tmp_path, 'now = "newest"', EmailEvents=[mail(-3, ThreatTypes="Phish")])
    tell(page.bar, "refresh")
    assert page.cards["phish_detected"].number["shown"] == "2"


def test_what_is_still_in_an_inbox_leads_to_the_same_rows_in_the_explorer(page: Dashboard, sample: Workbench) -> None:
    tell(page.bar, "span", text="2026-09-11..2026-09-18")
    action = page.cards["still_in_inbox"].actions[0]
    assert (action["label"], action["page"]) == ("Explore", "explorer.ipynb")
    there = Explorer(sample, views()["all_email"])
    tell(there.address, "arrive", state=dict(parse_qsl(action["state"])))
    assert there.filters.fault == ""
    assert there.span == page.span
    assert str(there.grid.total) == shown(page, "still_in_inbox") != "0"
    tell(page.cards["still_in_inbox"], "action", id="rows")
    assert set(page.grid._page.rows["NetworkMessageId"].to_list()) == set(
        there.grid._page.rows["NetworkMessageId"].to_list()
    )


def test_threats_in_an_inbox_come_first_when_the_list_is_sorted_by_it(page: Dashboard) -> None:
    tell(page.grid, "sort", column="InInbox", descending=True)
    flags = column(page, "InInbox")
    assert flags == sorted(flags, reverse=True)
    assert {"Yes", "No"} == set(flags)
    assert flags.count("Yes") == int(shown(page, "still_in_inbox"))
