"""What a verdict is made of: signals, what became of each, and the groups they are capped in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.analysis.verdict._case import Case


class State(StrEnum):
    """What became of a signal. Only ``fired`` and ``clear`` count as evaluated."""

    fired = "fired"
    clear = "clear"
    not_evaluated = "not_evaluated"
    not_applicable = "not_applicable"


@dataclass(frozen=True)
class Outcome:
    """The answer of one signal: its state, one sentence for people, and the values that show it."""

    state: State
    why: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)
    weight: float | None = None
    """Points instead of the signal's own, where the strength depends on what was found."""


@dataclass(frozen=True)
class Signal:
    """One question asked of a message. ``weight`` is in points of 100; below zero it speaks for the message."""

    id: str
    weight: float
    title: str
    ask: Callable[[Case], Outcome]


@dataclass(frozen=True)
class Group:
    """Signals of one kind; their points together stay between ``low`` and ``high``."""

    name: str
    title: str
    low: float
    high: float
    signals: tuple[Signal, ...]


def fired(why: str, *, weight: float | None = None, **evidence: object) -> Outcome:
    """The signal was found."""
    return Outcome(State.fired, why, evidence, weight)


CLEAR = Outcome(State.clear)
NOT_APPLICABLE = Outcome(State.not_applicable)


def not_evaluated(why: str) -> Outcome:
    """The signal could not be asked: something it needs is missing. It never counts as clear."""
    return Outcome(State.not_evaluated, why)
