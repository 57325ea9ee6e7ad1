"""Is the workspace in health? Every check of ``checks/`` is asked; one that fails is a fault, not an end."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.apps.upkeep.finding import Check, Checks, Finding, Level, fault
from workbench.base.config import Workspace
from workbench.base.discover import discover
from workbench.base.errors import WorkbenchError

_UNEXPECTED = "Look at what it names; where nothing is wrong with that, tell the makers of the product this line."


@dataclass(frozen=True)
class Line:
    """A finding, and which check made it."""

    about: str
    check: str
    level: Level
    what: str
    fix: str


def examine(workspace: Workspace) -> list[Line]:
    """Ask every check, in the order of their files; a fault that stops several checks of a file is told once."""
    lines = [
        Line(each.about, check.__name__, found.level, found.what, found.fix)
        for each in discover("workbench.apps.upkeep.checks", Checks).values()
        for check in each.every
        for found in asked(check, workspace)
    ]
    first = {(line.about, line.what): line for line in reversed(lines)}
    return [line for line in lines if first[line.about, line.what] is line]


def asked(check: Check, workspace: Workspace) -> Iterator[Finding]:
    """What a check finds; that it cannot be made is a fault as well."""
    try:
        yield from check(workspace)
    except WorkbenchError as error:
        where = f" ({error.where})" if error.where else ""
        yield fault(f"{error.what}{where}", error.next_step)
    except (OSError, sqlite3.DatabaseError) as error:
        yield fault(str(error), "Is the workspace readable, and is there room on its disk?")
    except Exception as error:  # noqa: BLE001  # the seam of a check: the others are asked all the same
        why = f"{type(error).__name__}: {error}".partition("\n")[0]
        yield fault(f"the check {check.__name__!r} could not be made: {why}", _UNEXPECTED)
