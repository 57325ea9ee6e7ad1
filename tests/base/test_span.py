from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.errors import BadSpan
from workbench.base.span import Span, clock_text, parse_instant, parse_length, parse_span

NOW = datetime(2026, 9, 18, 12, tzinfo=UTC)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))


def test_relative_window_ends_now() -> None:
    assert parse_span("7d", NOW) == Span(NOW - timedelta(days=7), NOW)


@pytest.mark.parametrize(("text", "length"), [("90m", 90 * 60), ("24h", 86400), ("2w", 14 * 86400)])
def test_units_are_minutes_hours_days_weeks(text: str, length: int) -> None:
    assert parse_span(text, NOW).length.total_seconds() == length


def test_bare_end_date_means_the_whole_day() -> None:
    span = parse_span("2026-09-14..2026-09-18", NOW)
    assert span == Span(datetime(2026, 9, 14, tzinfo=UTC), datetime(2026, 9, 19, tzinfo=UTC))


def test_open_end_is_now() -> None:
    assert parse_span("2026-09-01..", NOW).end == NOW


def test_zone_is_turned_to_utc() -> None:
    assert parse_instant("2026-09-18T14:00:00+02:00") == NOW


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7x",
        "yesterday",
        "2026-02-30..2026-03-01",
        "2026-09-18..2026-09-01",
        "..",
        "999999w",
        "0001-01-01..9999-12-31",
        "9999-12-30..9999-12-31",
        "0001-01-01T00:00:00+02:00..2026-01-01",
    ],
)
def test_what_is_no_window_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(BadSpan) as caught:
        parse_span(text, NOW)
    assert caught.value.next_step


def test_start_is_in_and_end_is_not() -> None:
    span = Span(NOW, NOW + timedelta(hours=1))
    assert span.holds(NOW)
    assert not span.holds(NOW + timedelta(hours=1))


@given(instants, st.timedeltas(timedelta(microseconds=1), timedelta(days=4000)))
def test_text_of_a_window_reads_back_as_the_same_window(start: datetime, length: timedelta) -> None:
    span = Span(start, start + length)
    assert parse_span(str(span), NOW) == span


@given(instants, st.timedeltas(timedelta(seconds=1), timedelta(days=400)))
def test_window_before_touches_without_overlap(start: datetime, length: timedelta) -> None:
    span = Span(start, start + length)
    assert (span.before().end, span.before().length) == (span.start, span.length)


def test_a_length_is_written_as_a_clock_with_days_and_fraction_where_there_are_any() -> None:
    assert clock_text(timedelta(hours=2, seconds=4)) == "02:00:04"
    assert clock_text(timedelta(days=1, minutes=3, microseconds=500)) == "1.00:03:00.000500"


def test_a_length_is_read_by_its_unit() -> None:
    lengths = [parse_length(text) for text in ("90m", "24 h", " 7d", "2w")]
    assert lengths == [timedelta(minutes=90), timedelta(days=1), timedelta(days=7), timedelta(days=14)]


@pytest.mark.parametrize("text", ["", "d", "7", "7y", "-1d", "1d..2d", "1.5h"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(BadSpan, match="is not a length of time"):
        parse_length(text)
