"""What a build is asked for, and its clocks: how much of everything falls into which slice of time.

Time is cut into slices of equal length from the beginning of the build on, and goes on after its end. What a slice
holds depends on the arguments and its number alone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import ceil

import numpy as np

from workbench.apps.demo.draws import Ints, Reals, stream
from workbench.apps.demo.parameters import mix, rate
from workbench.base.errors import BadInput

END = datetime(2026, 9, 18, 12, tzinfo=UTC)
"""Where a build ends that says nothing else: the last hour of the sample, so that builds can be compared."""

FEWEST, MOST, LONGEST = 1_000, 100_000_000, 400
"""Mails and days a build may be asked for."""

FULL = 500
"""People from which on the planted stories have their full numbers."""

BIN = timedelta(minutes=15)
_BIN = 15 * 60_000_000
_SLICE_MAILS = 30_000
_PARCEL_MAILS, _PARCELS = 120_000, 6
"""Mails that are made and written together at most, near enough; and parcels at least, so that all processes work."""

_PARTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 96)
_AHEAD_DAYS = 400
_OFFICE = np.array([2, 1, 1, 1, 2, 6, 22, 60, 95, 100, 96, 74, 55, 82, 96, 88, 66, 38, 18, 12, 9, 7, 5, 3], dtype=float)
"""Office mail by hour of the day (UTC, an hour behind most offices): working hours with a dip at lunch."""

_FLAT = np.array(
    [
        3.2,
        3.0,
        2.8,
        2.7,
        2.6,
        2.9,
        3.4,
        4.1,
        4.8,
        5.2,
        5.4,
        5.5,
        5.3,
        5.4,
        5.3,
        5.0,
        4.9,
        4.7,
        4.6,
        4.3,
        4.1,
        3.9,
        3.6,
        3.3,
    ]
)
"""Unwanted mail by hour in percent: nearly flat (2.6 to 5.5, counted)."""

CLOCKS = ("office", "flat")


@dataclass(frozen=True)
class Plan:
    """A build: its seed, mails (rows of EmailEvents before planted stories and repeats), days and last moment."""

    seed: int
    mails: int
    days: int
    end: datetime = END

    @cached_property
    def begin(self) -> datetime:
        """The first moment, at a full hour."""
        return self.end - timedelta(days=self.days)

    @cached_property
    def parts(self) -> int:
        """Slices of a day."""
        wanted = self.mails / self.days / _SLICE_MAILS
        return next((part for part in _PARTS if part >= wanted), _PARTS[-1])

    @cached_property
    def slices(self) -> int:
        """Slices of the build; the later ones are those of ``live``."""
        return self.days * self.parts

    @cached_property
    def parcels(self) -> int:
        """How many parcels the build is written in, beside that of the planted stories."""
        return len(self._edges) - 1

    def parcel(self, number: int) -> range:
        """The slices of a parcel; the first is number 1."""
        return range(self._edges[number - 1], self._edges[number])

    def before(self, number: int) -> int:
        """Mails before a parcel, near enough."""
        return round(self.mails * self._until("office", self._edges[max(0, number - 1)]))

    @cached_property
    def _edges(self) -> list[int]:
        """Where parcels begin, and the last ends: each has its share of the mail, and a slice at least."""
        wanted = ceil(max(self.mails / _PARCEL_MAILS, _PARCELS if self.mails > _PARCEL_MAILS / _PARCELS else 1))
        held = [self._until("office", number) for number in range(self.slices + 1)]
        inner = np.searchsorted(held, np.arange(1, wanted) / wanted)
        return [int(edge) for edge in np.unique([0, *inner, self.slices])]

    @cached_property
    def length(self) -> timedelta:
        """How long a slice is."""
        return timedelta(days=1) / self.parts

    @cached_property
    def people(self) -> int:
        """How many people work there: as the mail says, but enough for the stories."""
        received = self.mails * (1 - mix("direction").weights[2])
        fit = received / (rate("mail_per_day") * self._working_days)
        return int(max(fit, min(FULL, max(80, self.mails / 40))))

    @property
    def scale(self) -> float:
        """What share of their full numbers the stories have."""
        return min(1.0, self.people / FULL)

    @cached_property
    def _working_days(self) -> float:
        starts = [self.begin + timedelta(days=day) for day in range(self.days)]
        return max(1.0, sum(1.0 if start.weekday() < 5 else rate("weekend") for start in starts))

    @cached_property
    def _sums(self) -> dict[str, Reals]:
        """Shares of the build up to each bin of time, by clock; above one after the end."""
        bins = (self.days + _AHEAD_DAYS) * 96
        begin = int(self.begin.timestamp()) // 900
        at = np.arange(begin, begin + bins)
        hour, rest = at % 96 // 4, (at // 96 + 3) % 7 >= 5
        held = {
            "office": np.where(rest, rate("weekend"), 1.0) * _between(_OFFICE, at % 96, hour),
            "flat": np.where(rest, rate("phish_weekend"), 1.0) * _between(_FLAT, at % 96, hour),
        }
        inside = self.days * 96
        return {name: np.concatenate([[0.0], np.cumsum(each)]) / each[:inside].sum() for name, each in held.items()}

    def span(self, number: int) -> tuple[datetime, datetime]:
        """From when to when a slice is."""
        return self.begin + number * self.length, self.begin + (number + 1) * self.length

    def count(self, total: float, clock: str, number: int) -> int:
        """How many of ``total`` in the build fall into a slice; over all slices they add up."""
        low, high = (self._until(clock, edge) for edge in (number, number + 1))
        return int(total * high + 0.5) - int(total * low + 0.5)

    def moments(self, purpose: str, clock: str, number: int, count: int) -> Ints:
        """That many moments in a slice, in order, as microseconds since 1970."""
        draw = stream(self.seed, f"moments/{purpose}", number)
        low, high = self._until(clock, number), self._until(clock, number + 1)
        sums = self._sums[clock]
        place = np.interp(low + draw.random(count) * (high - low), sums, np.arange(len(sums)))
        return np.sort((place * _BIN).astype(np.int64)) + micros(self.begin)

    def _until(self, clock: str, number: int) -> float:
        return float(self._sums[clock][number * (96 // self.parts)])


def planned(seed: int, mails: int, days: int, end: datetime = END) -> Plan:
    """A plan whose arguments make sense; its end is cut to the hour.

    Raises:
        BadInput: an argument is out of range.
    """
    for name, value, low, high in (
        ("seed", seed, 0, 2**63),
        ("mails", mails, FEWEST, MOST),
        ("days", days, 1, LONGEST),
    ):
        if not low <= value <= high:
            raise BadInput(f"--{name} {value} is out of range: from {low:,} to {high:,}")
    if mails / days > 12_000_000:
        raise BadInput("That is more mail in a day than a build can hold", next_step="Name more --days.")
    return Plan(seed, mails, days, end.astimezone(UTC).replace(minute=0, second=0, microsecond=0))


def micros(moment: datetime) -> int:
    """A moment as microseconds since 1970."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _between(hours: Reals, at: Ints, hour: Ints) -> Reals:
    """Weights of quarters of an hour, without steps from hour to hour."""
    nearby = np.where(at % 4 < 2, hour - 1, hour + 1) % 24
    share = np.array([0.375, 0.125, 0.125, 0.375])[at % 4]
    smooth: Reals = hours[hour] * (1 - share) + hours[nearby] * share
    return smooth
