import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.apps.demo.conftest import SMALL, TINY
from workbench.apps.demo.builder import load
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.live import _turn, live, resumed
from workbench.apps.demo.machines import SERVERS
from workbench.apps.demo.plan import micros
from workbench.apps.demo.slices import mails_of
from workbench.base.errors import NotFound, StoreBusy
from workbench.events.store import Store


@pytest.fixture
def home(tiny: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny, tmp_path / "w")


def keys(home: Path) -> set[tuple[str, str]]:
    frame = Store(home / "store").scan("EmailEvents").select("NetworkMessageId", "RecipientEmailAddress").collect()
    assert not frame.is_duplicated().any()
    return set(frame.iter_rows())


def expected(until: datetime) -> set[tuple[str, str]]:
    """What has arrived, from the generators alone."""
    cast = Cast(TINY)
    last = (until - TINY.begin) // TINY.length
    made = pl.concat([mails_of(cast, number).events for number in range(last + 1)], how="diagonal_relaxed")
    came = made.filter(pl.col("arrives") <= micros(until))
    return set(came.select("NetworkMessageId", "RecipientEmailAddress").iter_rows())


@pytest.mark.slow
def test_stops_and_starts_leave_no_gap_and_no_double(home: Path) -> None:
    before = keys(home)
    until = TINY.end + timedelta(hours=2.5)
    for hours in (0.5, 0.8, 2.5):
        with resumed(home) as on:
            list(on.advance(TINY.end + timedelta(hours=hours)))
    planted = before - expected(TINY.end)
    assert len(planted) > 50
    assert keys(home) == expected(until) | planted


def test_a_step_whose_end_was_not_noted_is_done_again_without_doubles(home: Path) -> None:
    noted = (home / "demo.json").read_text()
    with resumed(home) as on:
        list(on.advance(TINY.end + timedelta(minutes=20)))
    once = keys(home)
    (home / "demo.json").write_text(noted)
    with resumed(home) as on:
        list(on.advance(TINY.end + timedelta(minutes=20)))
    assert keys(home) == once


def run(home: Path, clock: Callable[[], datetime], waits: int, speed: float = 1.0) -> list[datetime]:
    left = iter(range(waits))
    return [passed.until for passed in live(home, lambda _: next(left, None) is None, speed=speed, clock=clock)]


def test_what_was_missed_comes_first_then_minutes_as_they_pass(home: Path) -> None:
    now = [TINY.end + timedelta(minutes=30, seconds=30)]

    def clock() -> datetime:
        now[0] += timedelta(seconds=40)
        return now[0]

    told = run(home, clock, 2)
    assert told[0] == TINY.end + timedelta(minutes=32)
    assert told == sorted(set(told))
    state = load(home)
    assert state is not None
    assert state.live_until == told[-1].isoformat()


def test_with_a_speed_the_organisations_clock_goes_on_from_where_it_stood(home: Path) -> None:
    now = [TINY.end + timedelta(days=500)]

    def clock() -> datetime:
        now[0] += timedelta(seconds=10)
        return now[0]

    told = run(home, clock, 1, speed=60)
    assert TINY.end < told[-1] <= TINY.end + timedelta(minutes=30)


def test_nothing_to_go_on_with_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no finished build"), resumed(tmp_path):
        pass


def test_only_one_goes_on_at_a_time(home: Path) -> None:
    with resumed(home), pytest.raises(StoreBusy), resumed(home):
        pass


def test_more_computers_tell_of_themselves_the_next_day(home: Path) -> None:
    before = Store(home / "store").held()["DeviceInfo"].rows
    with resumed(home) as on:
        list(on.advance(TINY.end + timedelta(minutes=5)))
    assert Store(home / "store").held()["DeviceInfo"].rows == before + TINY.people + len(SERVERS)
    assert SMALL.people > TINY.people


def test_alerts_come_after_what_they_are_about() -> None:
    names = ["AlertInfo", "EmailEvents", "AlertEvidence", "UrlClickEvents"]
    assert sorted(names, key=_turn) == ["EmailEvents", "UrlClickEvents", "AlertEvidence", "AlertInfo"]
