"""The audit trail, and what waits for the event store."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.base.access import Activity
from workbench.ledger.api import AuditAsked, AuditFault, AuditHeld, AuditVerdict, OutboxHeld
from workbench.ledger.audit import Selection, Verdict

ROUTES = Routes("audit")
VERIFY_SECONDS = 600.0


@ROUTES.add("GET", "/api/audit", needs=Activity.AUDIT_VIEW)
def records(asked: Annotated[AuditAsked, Query()], service: Serving) -> list[AuditHeld]:
    """A page of records, newest first; ``seq`` of the last is ``below`` of the next page."""
    return [AuditHeld.model_validate(each) for each in service.ledger.audit(Selection(**asked.model_dump()))]


@ROUTES.add("POST", "/api/audit/verify", needs=Activity.AUDIT_VERIFY, seconds=VERIFY_SECONDS)
def verify(viewer: Viewing, service: Serving) -> AuditVerdict:
    """Prove that the trail is whole, or name the first record that is not what it was."""
    found = service.ledger.verify()
    told = {"records": found.records, "fault": found.fault.kind.value if found.fault else ""}
    service.ledger.record(viewer.actor, "audit.verify", ("audit", ""), after=told)
    return verdict_of(found)


@ROUTES.add("GET", "/api/audit/export", needs=Activity.AUDIT_EXPORT, seconds=VERIFY_SECONDS)
def export(viewer: Viewing, service: Serving) -> StreamingResponse:
    """The whole trail, a line of JSON a record; the last line has the head and the SHA-256 of all before."""
    service.ledger.record(viewer.actor, "audit.export", ("audit", ""))
    headers = {"content-disposition": 'attachment; filename="audit.ndjson"'}
    return StreamingResponse(service.ledger.export_audit(), media_type="application/x-ndjson", headers=headers)


@ROUTES.add("GET", "/api/outbox", needs=Activity.SETTINGS_VIEW)
def outbox(service: Serving) -> OutboxHeld:
    """How far the event store is behind the ledger."""
    oldest = service.ledger.pending(1)
    return OutboxHeld(waiting=service.ledger.unsettled(), oldest=oldest[0].at.isoformat() if oldest else "")


def verdict_of(found: Verdict) -> AuditVerdict:
    """A verdict on the wire."""
    return AuditVerdict(
        records=found.records,
        anchored=found.anchored,
        keyed=found.keyed,
        restored=[line.seq for line in found.restored],
        fault=AuditFault(**asdict(found.fault)) if found.fault else None,
        back=found.back,
    )
