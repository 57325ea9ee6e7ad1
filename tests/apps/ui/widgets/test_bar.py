from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from tests.apps.ui.reader import heard, junk, tell
from workbench.apps.ui.widgets.bar import Bar, Freshness
from workbench.apps.ui.widgets.card import Action
from workbench.base.errors import BadSpan
from workbench.base.span import Span

NOW = datetime(2026, 9, 18, 12, 0, tzinfo=UTC)


def bar() -> Bar:
    return Bar("Explorer", "Which mail came?", exports=(Action("csv", "CSV"),), actions=(Action("go", "Go"),), now=NOW)


def test_a_preset_counts_back_from_the_time_of_the_page() -> None:
    widget = bar()
    assert widget.show("7d") == Span(NOW - timedelta(days=7), NOW)
    assert (widget.span["text"], widget.span["label"]) == ("7d", "Last 7 days")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2026-01-01..2026-01-08", "2026-01-01 – 2026-01-08"),
        ("2026-01-01..2026-01-01", "2026-01-01"),
        ("2026-01-01T08:30..2026-01-01T09:00", "2026-01-01 08:30 – 2026-01-01 09:00"),
        ("3h", "2026-09-18 09:00 – 2026-09-18 12:00"),
    ],
)
def test_other_windows_are_said_in_dates(text: str, label: str) -> None:
    widget = bar()
    widget.show(text)
    assert widget.span["label"] == label


def test_a_chosen_window_is_shown_and_told() -> None:
    widget = bar()
    values = heard(widget, "span")
    tell(widget, "span", text="2026-01-01..2026-01-02")
    assert values == [Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC))]


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30..", "2026-01-08..2026-01-01", 5, None])
def test_what_is_no_window_is_refused_in_words_and_the_old_one_stays(text: object) -> None:
    widget = bar()
    widget.show("7d")
    values = heard(widget, "span")
    tell(widget, "span", text=text)
    assert widget.fault
    assert (values, widget.span["text"]) == ([], "7d")


@given(junk)
def test_no_message_breaks_the_bar(text: object) -> None:
    widget = bar()
    tell(widget, "span", text=text)
    assert not widget.fault.startswith("This did not work")


def test_refreshing_moves_a_relative_window_on() -> None:
    widget = Bar("x", "y")
    widget.show("24h")
    before = widget.span["to"]
    values = heard(widget, "refresh")
    tell(widget, "refresh")
    assert widget.span["to"] >= before
    assert values == [None]


def test_freshness_is_a_moment_or_none() -> None:
    widget = bar()
    widget.show("7d", Freshness(NOW, live=False))
    assert (widget.newest, widget.live) == (NOW.timestamp() * 1000, False)
    widget.show("7d", Freshness(None))
    assert (widget.newest, widget.live) == (0, True)


def test_only_offered_formats_and_actions_can_be_asked_for() -> None:
    widget = bar()
    exports, actions = heard(widget, "export"), heard(widget, "action")
    for each in ("csv", "exe", "go", None):
        tell(widget, "export", id=each)
        tell(widget, "action", id=each)
    assert (exports, actions) == (["csv"], ["go"])


def test_a_wrong_window_is_refused_in_python() -> None:
    with pytest.raises(BadSpan):
        bar().show("soon")
