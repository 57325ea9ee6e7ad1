"""How old the newest events and the reference data are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from workbench.apps.upkeep.finding import Checks, Finding, ok, warn
from workbench.base.config import Workspace
from workbench.events.lookups import Lookups
from workbench.events.tables import table
from workbench.intake.importing import Holding, holdings

OLD = timedelta(days=2)
"""A table with no newer event, in a workspace whose data keeps arriving, is told of."""


def tables(workspace: Workspace) -> Iterator[Finding]:
    """Do events keep coming? Asked only where "now" is the clock, since old exports are meant to be old."""
    held = [each for each in holdings(workspace, datetime.now(UTC)) if each.rows and not table(each.table).own]
    old = [each for each in held if each.age is not None and each.age > OLD]
    if not held:
        yield warn("no table holds rows", "workbench import FILE_OR_FOLDER")
    elif old and workspace.settings.now == "clock":
        yield from map(_old, old)
    else:
        yield ok(f"{len(held)} tables hold rows, newest event {max((_newest(each) for each in held), default='')}")


def faults(workspace: Workspace) -> Iterator[Finding]:
    """Are there records in quarantine?"""
    count = sum(each.faults for each in holdings(workspace, datetime.now(UTC)))
    if count:
        yield warn(f"{count:,} records are in quarantine", "workbench quarantine list")
    else:
        yield ok("no record is in quarantine")


def lookups(workspace: Workspace) -> Iterator[Finding]:
    """Is reference data readable, and of this age?"""
    rows = Lookups(workspace.lookups).table(datetime.now(UTC).date()).to_dicts()
    broken = [row for row in rows if row["fault"]]
    old = [row for row in rows if row["stale"]]
    for row in broken:
        yield warn(f"the list {row['name']} cannot be read: {row['fault']}", f"workbench lookups remove {row['name']}")
    for row in old:
        yield warn(f"the list {row['name']} is {row['age']} days old", f"workbench lookups refresh {row['name']} FILE")
    if not broken and not old:
        yield ok(f"{len(rows)} lists of reference data are readable and not old")


CHECKS = Checks("freshness", (tables, faults, lookups))


def _old(each: Holding) -> Finding:
    days = each.age.days if each.age else 0
    return warn(f"{each.table} has had no event for {days} days", "workbench imports, then look at its source")


def _newest(each: Holding) -> str:
    return f"{each.newest:%Y-%m-%d %H:%M}" if each.newest else ""
