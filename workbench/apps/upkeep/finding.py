"""What a check of the doctor finds."""

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from workbench.base.config import Workspace


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One line: what is so, and the command that mends it; nothing to mend where it is ok."""

    level: Level
    what: str
    fix: str = ""


def ok(what: str) -> Finding:
    """Nothing to do."""
    return Finding(Level.OK, what)


def warn(what: str, fix: str) -> Finding:
    """Something that will want mending, or may be meant."""
    return Finding(Level.WARN, what, fix)


def fault(what: str, fix: str) -> Finding:
    """Something that does not work, or is not safe."""
    return Finding(Level.FAULT, what, fix)


def command(*words: object) -> str:
    """A command as a shell takes it, whatever is in a path."""
    return shlex.join(map(str, words))


Check = Callable[[Workspace], Iterable[Finding]]


@dataclass(frozen=True)
class Checks:
    """The checks of one file: one function each."""

    about: str
    every: tuple[Check, ...]
