"""The page of the audit trail: filter, older records, verify, export."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.look import page
from workbench.apps.service.routes.audit import VERIFY_SECONDS, verify
from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.base.access import Activity
from workbench.ledger.api import AuditAsked, AuditVerdict
from workbench.ledger.audit import Selection

ROUTES = Routes("pages")
_HIDDEN = {"include_in_schema": False}


@ROUTES.add("GET", "/audit", needs=Activity.AUDIT_VIEW, **_HIDDEN)
def audit(request: Request, asked: Annotated[AuditAsked, Query()], viewer: Viewing, service: Serving) -> Response:
    """A page of records."""
    return _page(request, service, viewer, asked)


@ROUTES.add("POST", "/audit/verify", needs=Activity.AUDIT_VERIFY, seconds=VERIFY_SECONDS, **_HIDDEN)
def verify_audit(request: Request, viewer: Viewing, service: Serving) -> Response:
    """Prove the trail, and show what came of it."""
    return _page(request, service, viewer, AuditAsked(), verdict=verify(viewer, service))


def _page(
    request: Request, service: Service, viewer: Viewer, asked: AuditAsked, *, verdict: AuditVerdict | None = None
) -> Response:
    records = service.ledger.audit(Selection(**asked.model_dump()))
    older = ""
    if len(records) == asked.limit:
        kept = {name: value for name, value in asked.model_dump(exclude_defaults=True).items() if name != "below"}
        older = f"/audit?{urlencode(kept | {'below': records[-1]['seq']})}"
    return page(request, "audit", viewer, records=records, asked=asked, older=older, verdict=verdict)
