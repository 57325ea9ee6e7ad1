"""Countries shaded by a count, as data: what a map of the world shows, without its outlines.

The outlines are Natural Earth's (public domain; borders as it has them, by who governs), made by tools/make_world.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import polars as pl

from workbench.base.render import visible
from workbench.views.charts.figure import needs

LEVELS = 5
"""Shades at most: more cannot be told apart."""

_STEPS = ((1, 2, 5), (1, 3), (1,))
"""Where shades may begin within each power of ten, the finest first."""


@dataclass(frozen=True)
class Country:
    """One country: two letters (small), its ``name`` as the data have it and as it is shown, and its shade from 1."""

    code: str
    name: str
    label: str
    count: int
    level: int


@dataclass(frozen=True)
class World:
    """A drawn answer. ``levels`` are words for the shades, the lightest first; ``beside`` is what is on no map."""

    title: str
    unit: str
    countries: tuple[Country, ...]
    levels: tuple[str, ...]
    beside: int
    note: str = ""
    """What else is to be known of the places."""

    @property
    def caption(self) -> str:
        """What is shaded by what, and how much of it is not on the map."""
        missing = f"; {self.beside:,} from no country that is known" if self.beside else ""
        return f"{self.unit} by country{missing}{f'; {self.note}' if self.note else ''}"

    def describe(self) -> str:
        """One sentence for people who do not see the map: the greatest, and where to find the rest."""
        if not self.countries:
            return f"{self.title}: no country is known."
        greatest = ", ".join(f"{each.label} {each.count:,}" for each in self.countries[:5])
        return f"{self.title}: a map of {len(self.countries):,} countries; {greatest}. The list below has all."


def world(frame: pl.DataFrame, codes: Mapping[str, str], *, title: str, unit: str) -> World:
    """Countries of column ``name`` by the sum of ``count``, the greatest first; ``codes`` has their two letters.

    Names count in any case. What is no country in ``codes``, or has no place on the map, is counted as ``beside``.

    Raises:
        UnknownName: a column is missing.
    """
    needs(frame, "name", "count")
    named = frame.with_columns(pl.col("name").cast(pl.String).fill_null(""), pl.col("count").fill_null(0))
    sums = named.group_by("name").agg(pl.col("count").sum()).sort("count", "name", descending=[True, False])
    places = {name: codes.get(name.casefold(), "") for name in sums["name"]}
    drawn = [(name, int(count)) for name, count in sums.rows() if places[name] in _drawn() and count > 0]
    starts = _starts([count for _, count in drawn])
    countries = tuple(
        Country(places[name], name, visible(name, 80), count, sum(count >= start for start in starts))
        for name, count in drawn
    )
    beside = int(sums["count"].sum()) - sum(count for _, count in drawn)
    return World(title, unit, countries, tuple(_words(starts)), beside)


@cache
def outlines() -> Mapping[str, Any]:
    """Width and height of the map in its units; ``shapes`` and ``dots`` (too small for a shape) by two letters.

    ``rest`` is land that has no two letters. Shapes are SVG paths; borders are de facto ones.
    """
    held: dict[str, Any] = json.loads((files(__package__) / "world.json").read_text("utf-8"))
    return held


@cache
def _drawn() -> frozenset[str]:
    return frozenset({*outlines()["shapes"], *outlines()["dots"]})


def _starts(counts: list[int]) -> list[int]:
    """The least count of each shade: of the finest steps that need no more shades than there are."""
    if not counts:
        return []
    low, high = min(counts), max(counts)
    found: list[int] = []
    for steps in _STEPS:
        all_starts = [step * 10**power for power in range(len(str(high))) for step in steps]
        begins = max(start for start in all_starts if start <= low)
        found = [start for start in all_starts if begins <= start <= high]
        if len(found) <= LEVELS:
            return found
    return [found[0], *found[1 - LEVELS :]]


def _words(starts: list[int]) -> list[str]:
    """Each shade in words: "10 to 19", and the last "500 and more"."""
    if not starts:
        return []
    inner = [f"{low:,}" if high - low == 1 else f"{low:,} to {high - 1:,}" for low, high in pairwise(starts)]
    return [*inner, f"{starts[-1]:,} and more"]
