"""What a measurement is, and the table all of them are printed in."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

UNDER, OVER = "at most", "at least"


@dataclass(frozen=True)
class Row:
    """One line: what was measured, the figure, and the budget or the reference it is held against.

    ``better`` says on which side of the budget a figure should lie; without a budget the line only informs. The load
    is that of the machine in the minute before.
    """

    what: str
    measured: float
    unit: str
    budget: float | None = None
    better: str = UNDER
    note: str = ""
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def ratio(self) -> float | None:
        """The figure over its budget; None where there is none."""
        return self.measured / self.budget if self.budget else None

    @property
    def verdict(self) -> str:
        """Whether the budget was kept."""
        if self.budget is None:
            return ""
        kept = self.measured <= self.budget if self.better == UNDER else self.measured >= self.budget
        return "kept" if kept else "MISSED"


@dataclass(frozen=True)
class Setting:
    """What a run may use: a folder that is removed afterwards, how many rows to make up, how often to repeat."""

    folder: Path
    rows: int = 1_000_000
    repeat: int = 3

    @property
    def data(self) -> Path:
        """Where the made-up telemetry lies; measurements share it."""
        return self.folder / f"telemetry_{self.rows}"


@dataclass(frozen=True)
class Measure:
    """One measurement, a file in ``bench/measures``."""

    title: str
    run: Callable[[Setting], Iterable[Row]]


HEAD = ("what", "measured", "budget", "ratio", "", "load", "note")


def cells(row: Row) -> tuple[str, ...]:
    """A row as text."""
    budget = f"{row.better} {_number(row.budget)}" if row.budget is not None else ""
    ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
    measured = f"{_number(row.measured)} {row.unit}".strip()
    return (row.what, measured, budget, ratio, row.verdict, f"{row.load:.1f}", row.note)


def line(values: tuple[str, ...]) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(values)} |"


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which that share of the others lies; the next one up where it falls between two."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def middle(values: Iterable[float]) -> float:
    """The median."""
    return median(values)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
