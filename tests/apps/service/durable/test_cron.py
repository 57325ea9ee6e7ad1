from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.apps.service.durable.cron import cron
from workbench.base.errors import BadInput, UnknownName

BERLIN = "Europe/Berlin"


def ticks(expression: str, zone: str, start: datetime, number: int) -> list[str]:
    return [f"{each:%d %H:%M}" for each in islice(cron(expression, zone).ticks(start), number)]


def test_a_time_that_is_left_out_ticks_once_when_the_clock_jumps() -> None:
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert ticks("30 2 * * *", BERLIN, start, 3) == ["29 01:00", "30 00:30", "31 00:30"]


def test_a_time_that_comes_twice_ticks_the_first_time_only() -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert ticks("30 2 * * *", BERLIN, start, 3) == ["25 00:30", "26 01:30", "27 01:30"]


def test_what_counts_real_time_ticks_in_both_passes_of_an_hour() -> None:
    start = datetime(2026, 10, 24, 23, 45, tzinfo=UTC)
    assert ticks("*/30 * * * *", BERLIN, start, 5) == ["25 00:00", "25 00:30", "25 01:00", "25 01:30", "25 02:00"]


ANY = given(
    st.sampled_from(["*/15 * * * *", "7 * * * *", "0,45 */2 * * *", "20 * * * sun"]),
    st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)


@settings(deadline=None, max_examples=often(8))
@ANY
def test_every_minute_that_fits_on_the_wall_is_a_tick_and_no_other(expression: str, zone: str, start: datetime) -> None:
    as_on_the_wall(expression, zone, start, 4)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@ANY
def test_many_minutes_that_fit_on_the_wall_are_ticks(expression: str, zone: str, start: datetime) -> None:
    as_on_the_wall(expression, zone, start, 12)


def as_on_the_wall(expression: str, zone: str, start: datetime, number: int) -> None:
    from croniter import croniter

    where, found = ZoneInfo(zone), set(islice(cron(expression, zone).ticks(start), number))
    minute, expected = start.replace(second=0, microsecond=0), set()
    while minute < max(found):
        minute += timedelta(minutes=1)
        if croniter.match(expression, minute.astimezone(where).replace(tzinfo=None)):
            expected.add(minute)
    assert found == {each for each in expected if each > start}


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "* * * * * *", "61 * * * *", "0 0 30 2 *", "@daily", "0 0 * * nonsense", "R * * * *", "é * * * *"],
)
def test_what_cannot_be_used_is_refused(expression: str) -> None:
    with pytest.raises(BadInput):
        cron(expression, "UTC")


def test_an_unknown_zone_meets_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        cron("0 0 * * *", "Europe/Berln")
    assert "Europe/Berlin" in caught.value.nearest


def test_the_latest_of_a_year_of_missed_ticks_is_found_at_once() -> None:
    now = datetime(2026, 7, 1, 12, 2, tzinfo=UTC)
    assert cron("*/5 * * * *", "UTC").latest(now - timedelta(days=365), now) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    first = datetime(2020, 2, 29, tzinfo=UTC)
    assert cron("0 0 29 2 *", "UTC").latest(first, now) == datetime(2024, 2, 29, tzinfo=UTC)
