"""Whether the service lives and is ready, its figures, its description for programs, and its style."""

from ipaddress import ip_address

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from workbench.apps.service.gate import Routes, Serving, Viewing, Visiting, address_of
from workbench.apps.service.look import onward, stylesheet
from workbench.apps.service.metrics import TEXT
from workbench.apps.service.problems import ProblemError, problem
from workbench.apps.service.ready import faults_of, notes_of
from workbench.base.access import Activity
from workbench.ledger.api import Ready, denied

ROUTES = Routes("health")


@ROUTES.add("GET", "/health", needs=None)
def health(service: Serving) -> dict[str, str]:
    """The process lives; ``boot`` tells its starts apart."""
    return {"status": "alive", "boot": service.boot}


@ROUTES.add("GET", "/ready", needs=None)
def ready(service: Serving) -> JSONResponse:
    """The service can do its work: 200, else 503 with what is wrong. Behind "ready" may stand what is worth knowing."""
    faults, notes = faults_of(service), notes_of(service)
    parts = {name: fault or "; ".join(filter(None, ("ready", notes.get(name)))) for name, fault in faults.items()}
    told = Ready(ready=not any(faults.values()), parts=parts)
    return JSONResponse(told.model_dump(), 200 if told.ready else 503)


@ROUTES.add("GET", "/metrics", needs=None)
def metrics(request: Request, service: Serving, viewer: Visiting) -> Response:
    """Figures for monitoring: by the token of a monitor, or, where settings say so, for programs of this machine."""
    if not (viewer and viewer.may(Activity.METRICS_VIEW)) and not _is_open(service, request):
        raise ProblemError(
            denied(viewer.lacks(Activity.METRICS_VIEW)) if viewer else problem(401, "unknown", "Send a monitor's token")
        )
    service.metrics.ledger_waiting.set(service.ledger.waiting())
    service.metrics.outbox_waiting.set(service.ledger.unsettled())
    return PlainTextResponse(service.metrics.text(), media_type=TEXT)


@ROUTES.add("GET", "/openapi.json", needs=None, include_in_schema=False)
def description(request: Request) -> JSONResponse:
    """The routes as OpenAPI; ``x-activity`` is what each needs."""
    return JSONResponse(request.app.openapi())


@ROUTES.add("GET", "/static/service.css", needs=None, include_in_schema=False)
def style() -> Response:
    """The style of all pages."""
    return Response(stylesheet(), media_type="text/css", headers={"cache-control": "max-age=300"})


@ROUTES.add("GET", "/", needs=Activity.OWN_ACCOUNT, include_in_schema=False)
def start(viewer: Viewing) -> Response:
    """The first page that the viewer may see."""
    first = next((path for activity, path in _STARTS if viewer.may(activity)), "/tokens")
    return onward(first)


_STARTS = ((Activity.USERS_MANAGE, "/users"), (Activity.AUDIT_VIEW, "/audit"), (Activity.RUNS_VIEW, "/runs"))


def _is_open(service: Serving, request: Request) -> bool:
    settings, address = service.settings, address_of(request)
    try:
        local = ip_address(address).is_loopback
    except ValueError:
        local = not address
    return settings.open_metrics and not settings.behind_proxy and local
