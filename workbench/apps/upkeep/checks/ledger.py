"""The ledger: can it be opened, does its trail hold?"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from workbench.apps.upkeep.finding import Checks, Finding, fault, ok, warn
from workbench.base.config import Workspace
from workbench.ledger.audit import verify
from workbench.ledger.changes import ledger_database, ledger_standing
from workbench.ledger.models.upgrade import HEAD


def trail(workspace: Workspace) -> Iterator[Finding]:
    """Is the trail whole, and what its anchor saw? Nothing is migrated for that."""
    if not workspace.settings.ledger and not workspace.ledger.exists():
        yield warn("there is no ledger yet", "workbench serve")
        return
    standing = ledger_standing(workspace)
    if standing != HEAD:
        yield warn(f"the ledger's tables are {standing or 'none'!r}, this version has {HEAD!r}", "workbench upgrade")
        return
    with closing(ledger_database(workspace)) as database:
        found = verify(database, workspace.keys, workspace.anchor)
    if found.fault:
        said = f"record {found.fault.seq:,} of the audit trail: {found.fault.kind}, {found.fault.what}"
        yield fault(said, "workbench audit verify, then restore a backup: workbench restore DIR")
    else:
        yield ok(f"the audit trail is whole: {found.records:,} records, the anchor vouches for {found.anchored:,}")


def settings(workspace: Workspace) -> Iterator[Finding]:
    """Can the settings and the profile be read? Raises where they cannot."""
    named = bool(workspace.settings and workspace.organisation.domains)
    if named:
        yield ok("settings and organisation can be read")
    else:
        yield warn("organisation.yml names no domain of ours", f"edit {_profile(workspace)}")


CHECKS = Checks("ledger", (trail, settings))


def _profile(workspace: Workspace) -> Path:
    return workspace.home / "organisation.yml"
