"""The audit trail from the command line: by the service where one runs, else from the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.apps.service.routes.audit import verdict_of
from workbench.base.config import Workspace
from workbench.ledger import audit
from workbench.ledger.api import AuditAsked, AuditHeld, AuditVerdict
from workbench.ledger.changes import ledger_as_it_stands, require_ledger
from workbench.ledger.client import connect, find_service
from workbench.ledger.models import Database


def shown(workspace: Workspace, asked: AuditAsked) -> list[AuditHeld]:
    """A page of records, newest first."""
    if find_service(workspace):
        with connect(workspace) as client:
            return client.audit(asked)
    with _as_it_stands(workspace) as database:
        found = audit.show(database, audit.Selection(**asked.model_dump()))
    return [AuditHeld.model_validate(each) for each in found]


def exported(workspace: Workspace) -> Iterator[bytes]:
    """The whole trail as NDJSON, in pieces."""
    if find_service(workspace):
        with connect(workspace) as client:
            yield from client.export_audit()
    else:
        with _as_it_stands(workspace) as database:
            yield from audit.export(database)


def proved(workspace: Workspace, public: Path | None = None, kept: Path | None = None) -> AuditVerdict:
    """Verify the trail from database, keys and anchor, whether a service runs or not, and also where none would start.

    Nothing is changed; where the ledger is gone, none is made. ``public`` is a copy of the anchor's public key that was
    kept elsewhere, ``kept`` one of the anchor's lines.
    """
    key = audit.read_public(public) if public else None
    with ledger_as_it_stands(workspace) as database:
        return verdict_of(audit.verify(database, workspace.keys, workspace.anchor, public=key, kept=kept))


@contextmanager
def _as_it_stands(workspace: Workspace) -> Iterator[Database]:
    require_ledger(workspace)
    with ledger_as_it_stands(workspace) as database:
        yield database
