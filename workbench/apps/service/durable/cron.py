"""Ticks of a cron expression in a time zone, with the nights when clocks change defined.

An expression whose hour is ``*`` or ``*/n`` counts real time: it ticks in both passes of a repeated hour, and not in an
hour that is left out. One that names hours means the clock on the wall: a time that is left out ticks once, when the
clock jumps; a time that comes twice ticks the first time only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from croniter import CroniterBadCronError, CroniterBadDateError, croniter

from workbench.base.errors import BadInput, UnknownName

_FIELDS = 5
_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun"
_PLAIN = re.compile(rf"(?:[0-9*,/ -]|{_NAMES})+", re.IGNORECASE)
_SECOND = timedelta(seconds=1)
_BACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=32), timedelta(days=366), timedelta(days=366 * 5))


@dataclass(frozen=True)
class Cron:
    """A cron expression of five fields in a time zone."""

    expression: str
    zone: ZoneInfo

    @property
    def by_wall(self) -> bool:
        """Whether it names hours."""
        return not self.expression.split()[1].startswith("*")

    def after(self, moment: datetime) -> datetime:
        """The first tick after a moment, in UTC."""
        start = moment.astimezone(UTC)
        local = self._wall(start)
        while True:
            naive = self._naive_after(local)
            tick = naive.replace(tzinfo=UTC) - _offset(start, self.zone)
            change = _change(start, tick, self.zone)
            if change is None:
                if not (self.by_wall and self._is_second(tick)):
                    return tick
                start, local = tick, naive
            elif self.by_wall and naive < self._wall(change):
                return change
            else:
                start, local = change, self._wall(change) - _SECOND

    def _wall(self, moment: datetime) -> datetime:
        """What the clock on the wall shows."""
        return (moment + _offset(moment, self.zone)).replace(tzinfo=None)

    def latest(self, first: datetime, now: datetime) -> datetime:
        """The last tick that is not later than ``now``; ``first`` is one."""
        for back in _BACK:
            start = max(first - _SECOND, now - back)
            found = first
            for tick in self.ticks(start):
                if tick > now:
                    break
                found = tick
            if found > first or start < first:
                return found
        return first

    def ticks(self, moment: datetime) -> Iterator[datetime]:
        """All ticks after a moment."""
        while True:
            moment = self.after(moment)
            yield moment

    def _naive_after(self, naive: datetime) -> datetime:
        found = croniter(self.expression, naive, max_years_between_matches=30).get_next(datetime)
        return found.replace(microsecond=0)  # type: ignore[no-any-return]

    def _is_second(self, tick: datetime) -> bool:
        return tick.astimezone(self.zone).fold == 1


def cron(expression: str, zone: str) -> Cron:
    """Read an expression.

    Raises:
        BadInput: it has not five fields, cannot be read, or never ticks.
        UnknownName: there is no such time zone.
    """
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownName("time zone", zone[:80], available_timezones()) from None
    plain = " ".join(expression.split())
    if len(plain.split()) != _FIELDS or not _PLAIN.fullmatch(plain):
        raise BadInput("A cron expression has five fields: minute, hour, day, month, weekday; such as 30 6 * * mon-fri")
    read = Cron(plain, where)
    try:
        read.after(datetime.now(UTC))
    except (CroniterBadCronError, CroniterBadDateError, ValueError, KeyError, OverflowError) as error:
        raise BadInput(f"The cron expression {plain[:80]!r} cannot be used: {error}") from None
    return read


def upcoming(expression: str, zone: str, number: int, start: datetime) -> list[datetime]:
    """The next ticks."""
    return list(islice(cron(expression, zone).ticks(start), number))


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _change(start: datetime, end: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment in (start, end] with another offset, to the second; None where there is none."""
    offset = _offset(start, zone)
    low = start
    while low < end:
        high = min(low + timedelta(hours=12), end)
        if _offset(high, zone) != offset:
            while high - low > _SECOND:
                middle = low + (high - low) / 2
                low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
            return high.replace(microsecond=0)
        low = high
    return None
