"""The ledger: is it what this version made, does its trail hold, does it reach the event store?"""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.apps.service import administered
from workbench.apps.upkeep.finding import Checks, Finding, fault, ok, warn
from workbench.base.config import Workspace
from workbench.ledger.audit import prove_keys, verify
from workbench.ledger.changes import ledger_as_it_stands, ledger_database, ledger_standing, pending, waiting
from workbench.ledger.models.upgrade import HEAD, lacking, refuse_unknown, standing

LATE = timedelta(minutes=10)
"""Changes that wait longer for the event store are told of."""
_VERIFY, _RESTORE = "workbench audit verify", "restore a backup: workbench restore DIR"


def tables(workspace: Workspace) -> Iterator[Finding]:
    """Does the ledger have what this version gave it, and the guards of its trail? Nothing is migrated for that."""
    if not ledger_standing(workspace) and not _is_there(workspace):
        yield warn("there is no ledger yet", "workbench upgrade")
        return
    with ledger_as_it_stands(workspace) as database, database.engine.connect() as connection:
        held = standing(connection)
        refuse_unknown(held)
        lost = lacking(connection) if held == HEAD else ()
    if held != HEAD:
        yield warn(f"the ledger's tables are of {_version(held)}, this product has {HEAD}", "workbench upgrade")
    elif lost:
        yield fault(f"the ledger lacks {', '.join(lost[:5])}", f"{_VERIFY}, then {_RESTORE}")
    else:
        yield ok(f"the ledger's tables are those of this version ({HEAD}), and guards keep its audit trail")


def keys(workspace: Workspace) -> Iterator[Finding]:
    """Is every key there with which the trail is written, signed and proved? Raises where one is not."""
    if _is_there(workspace):
        prove_keys(workspace.keys)
        yield ok("the keys of the audit trail are there and belong together")


def trail(workspace: Workspace) -> Iterator[Finding]:
    """Is the trail whole, and what its anchor saw?"""
    if not _is_there(workspace) or ledger_standing(workspace) != HEAD:
        return
    with closing(ledger_database(workspace)) as database:
        found = verify(database, workspace.keys, workspace.anchor)
    if found.fault:
        said = f"record {found.fault.seq:,} of the audit trail: {found.fault.kind}, {found.fault.what}"
        yield fault(said, f"{_VERIFY}, then {_RESTORE}")
    else:
        yield ok(f"the audit trail is whole: {found.records:,} records, the anchor vouches for {found.anchored:,}")
    if found.back:
        yield warn(f"the clock was set back before record {found.back:,} of the audit trail", "workbench audit show")


def outbox(workspace: Workspace) -> Iterator[Finding]:
    """Do decisions become rows of the event store? A service that runs does that within seconds."""
    if not _is_there(workspace) or ledger_standing(workspace) != HEAD:
        return
    with closing(ledger_database(workspace)) as database:
        number, oldest = waiting(database), next(iter(pending(database, 1)), None)
    since = datetime.now(UTC) - oldest.at if oldest else timedelta(0)
    said = f"{number:,} changes of the ledger wait for the event store"
    if since > LATE:
        yield warn(f"{said}, the oldest since {_ago(since)}", "workbench serve; where it runs, see logs/service.log")
    else:
        yield ok(said if number else "no change of the ledger waits for the event store")


def accounts(workspace: Workspace) -> Iterator[Finding]:
    """Is there somebody who may administer accounts? Without one nobody can log in to the control service."""
    if not _is_there(workspace) or ledger_standing(workspace) != HEAD:
        return
    if administered(workspace):
        yield ok("somebody may administer accounts")
    else:
        yield warn("nobody may administer accounts", "workbench init, while no service runs")


def settings(workspace: Workspace) -> Iterator[Finding]:
    """Can the settings and the profile be read? Raises where they cannot."""
    named = bool(workspace.settings and workspace.organisation.domains)
    if named:
        yield ok("settings and organisation can be read")
    else:
        yield warn("organisation.yml names no domain of ours", f"edit {_profile(workspace)}")


CHECKS = Checks("ledger", (tables, keys, trail, outbox, accounts, settings))


def _is_there(workspace: Workspace) -> bool:
    return bool(workspace.settings.ledger) or workspace.ledger.exists()


def _version(held: str) -> str:
    return f"version {held}" if held else "no version"


def _ago(since: timedelta) -> str:
    return f"{since.days} days" if since.days else f"{int(since.total_seconds() // 60)} minutes"


def _profile(workspace: Workspace) -> Path:
    return workspace.home / "organisation.yml"
