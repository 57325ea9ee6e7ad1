"""An entity at a glance: first and last seen, counts, volume over time, verdicts, each with its KQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from workbench.analysis.entities.entity import Asked, Entity, unheld
from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot
from workbench.events.query import quote

STEPS = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 24 * 7, 24 * 30, 24 * 365))
"""Bins over time; the least that needs no more than ``MOST_BINS``."""

MOST_BINS = 72
MOST_GROUPS = 20
"""Groups of a breakdown; the greatest are kept."""

VOLUME = {"Time": pl.Datetime("us", "UTC"), "Series": pl.String(), "Count": pl.Int64()}


@dataclass(frozen=True)
class Counted:
    """A number, and the question whose answer it is; None where nothing of its table is held."""

    label: str
    value: int | None
    pivot: str
    kql: str


@dataclass(frozen=True)
class Held:
    """What one pivot holds: rows, the first and the last; where it was not evaluated, None and a sentence."""

    asked: Asked
    rows: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    missing: str = ""


@dataclass(frozen=True)
class Verdicts:
    """Rows of a pivot by the verdicts on them, the most frequent first: the columns, and ``Count``."""

    title: str
    frame: pl.DataFrame
    kql: str


@dataclass(frozen=True)
class Profile:
    """An entity at a glance. Nothing is null that is nought: what was not evaluated is named in ``missing``."""

    entity: Entity
    held: tuple[Held, ...]
    counts: tuple[Counted, ...]

    @property
    def first(self) -> datetime | None:
        """When it was first seen in any of its tables."""
        return min((each.first for each in self.held if each.first), default=None)

    @property
    def last(self) -> datetime | None:
        """When it was last seen."""
        return max((each.last for each in self.held if each.last), default=None)

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not evaluated, a sentence for each table of which nothing is held."""
        return tuple(dict.fromkeys(each.missing for each in self.held if each.missing))

    @property
    def step(self) -> timedelta:
        """The width of a bin of ``volume``."""
        length = self.last - self.first if self.first and self.last else timedelta(0)
        return next((step for step in STEPS if length / step <= MOST_BINS), STEPS[-1])

    @property
    def charted(self) -> tuple[Asked, ...]:
        """The pivots whose rows are counted over time."""
        return tuple(each.asked for each in self.held if each.rows and each.asked.pivot.name in self.entity.kind.volume)

    def volume_kql(self, asked: Asked) -> str:
        """The question behind one series of ``volume``."""
        return self.entity.kql(_over_time(asked, self.step))

    @cached_property
    def volume(self) -> pl.DataFrame:
        """Rows over time: Time (start of a bin), Series (title of a pivot), Count. Bins without rows are absent."""
        found = [self._series(asked) for asked in self.charted]
        return pl.concat(found) if found else pl.DataFrame(schema=VOLUME)

    def _series(self, asked: Asked) -> pl.DataFrame:
        counted = self.entity.answer(_over_time(asked, self.step)).frame
        return counted.select("Time", pl.lit(asked.pivot.title).alias("Series"), "Count").cast(pl.Schema(VOLUME))

    @cached_property
    def verdicts(self) -> tuple[Verdicts, ...]:
        """The verdicts that were passed on its rows: by threat, by delivery, by what became of a click."""
        rows = {each.asked.pivot.name: each.rows for each in self.held}
        return tuple(_verdicts(self.entity, each) for each in self.entity.kind.breakdowns if rows[each.pivot])


def profile(entity: Entity) -> Profile:
    """An entity at a glance: one question for each of its pivots, each table asked only where it holds anything."""
    there = {name: entity.window.holds(name) for name in dict.fromkeys(_tables(entity.kind))}
    found: list[Held] = []
    counts: dict[str, Counted] = {}
    for pivot in entity.kind.pivots:
        mine = [count for count in entity.kind.counts if count.pivot == pivot.name]
        lacks = next((name for name in pivot.needs if not there[name]), "")
        answer = {} if lacks else _counted(entity, pivot, mine)
        found.append(_held(entity.ask(pivot.name), answer, lacks))
        counts |= {each.label: each for each in _numbers(entity, mine, answer)}
    return Profile(entity, tuple(found), tuple(counts[count.label] for count in entity.kind.counts))


def _tables(kind: Kind) -> Iterator[str]:
    for pivot in kind.pivots:
        yield from pivot.needs


def _held(asked: Asked, answer: Mapping[str, Any], lacks: str) -> Held:
    seen = asked.pivot.sees and not asked.pivot.then
    first, last = (answer.get("First"), answer.get("Last")) if seen else (None, None)
    return Held(asked, answer.get("Rows"), first, last, unheld(lacks) if lacks else "")


def _counted(entity: Entity, pivot: Pivot, counts: list[Count]) -> Mapping[str, Any]:
    if pivot.then:
        return entity.answer(f"{pivot.text}\n| summarize Rows = count()").frame.row(0, named=True)
    aggregates = ["Rows = count()", f"First = min({pivot.time})", f"Last = max({pivot.time})"]
    aggregates += [f"C{place} = {count.kql}" for place, count in enumerate(counts)]
    text = f"{pivot.rows}\n| summarize {', '.join(aggregates)}"
    return entity.answer(text).frame.row(0, named=True)


def _numbers(entity: Entity, counts: list[Count], answer: Mapping[str, Any]) -> Iterator[Counted]:
    for place, count in enumerate(counts):
        text = f"{entity.kind.pivot(count.pivot).rows}\n| summarize {_name(count.label)} = {count.kql}"
        yield Counted(count.label, answer.get(f"C{place}"), count.pivot, entity.kql(text))


def _name(label: str) -> str:
    return "".join(word.title() for word in label.replace("-", " ").split())


def _over_time(asked: Asked, step: timedelta) -> str:
    time = asked.pivot.time
    return f"{asked.pivot.rows}\n| summarize Count = count() by Time = bin({time}, {quote(step)})\n| sort by Time asc"


def _verdicts(entity: Entity, breakdown: Breakdown) -> Verdicts:
    text = (
        f"{entity.kind.pivot(breakdown.pivot).rows}\n| summarize Count = count() by {', '.join(breakdown.columns)}"
        f"\n| top {MOST_GROUPS} by Count desc"
    )
    frame = entity.answer(text).frame
    return Verdicts(breakdown.title, frame, entity.kql(text))
