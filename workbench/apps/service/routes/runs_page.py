"""Pages of runs: the queue, one run, and the form that starts one."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from workbench.apps.service import durable
from workbench.apps.service.asked import given, wrong
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.look import PAGES, onward, page
from workbench.apps.service.routes.runs import ask_for
from workbench.apps.service.service import Check, Service
from workbench.apps.service.viewer import Viewer
from workbench.base.access import Activity
from workbench.base.errors import BadInput, NotFound, WorkbenchError
from workbench.base.render import visible
from workbench.ledger.changes import Search
from workbench.ledger.models import Run
from workbench.ledger.models.words import RunState
from workbench.operations.runs import form, outline, output, playbook, playbooks
from workbench.operations.runs import page as drawn

ROUTES = Routes("pages")
_HIDDEN = {"include_in_schema": False}
_SIZE = 50
Word = Annotated[str, Query(max_length=200)]


@ROUTES.add("GET", "/static/runs.js", needs=None, **_HIDDEN)
def script() -> Response:
    """What keeps the pages of runs up to date."""
    content = (PAGES / "runs.js").read_bytes()
    return Response(content, media_type="text/javascript", headers={"cache-control": "max-age=300"})


@ROUTES.add("GET", "/runs", needs=Activity.RUNS_VIEW, **_HIDDEN)
def runs(
    request: Request,
    viewer: Viewing,
    service: Serving,
    state: Word = "",
    playbook: Word = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The queue and what is over, newest first."""
    ledger, words = service.ledger, [each.value for each in RunState]
    where = ({"state": RunState(state) if state in words else ()} if state else {}) | (
        {"playbook": playbook} if playbook else {}
    )
    held = ledger.find(Run, Search(where, ("-created_at", "-id"), _SIZE, offset))
    counted = {"waiting": RunState.QUEUED, "going": RunState.RUNNING}
    numbers = {name: ledger.number(Run, Search({"state": each})) for name, each in counted.items()}
    shown: dict[str, Any] = {
        "states": words,
        "wanted": state,
        "chosen": playbook,
        "offset": offset,
        "size": _SIZE,
        **numbers,
    }
    faults, notes = _said(service.checks), _said(service.notes)
    titles = {each.name: each.title for each in playbooks(service.workspace).values()}
    total, any_open = ledger.number(Run, Search(where)), any(numbers.values())
    more: dict[str, Any] = {"runs": held, "total": total, "any_open": any_open, "playbooks": titles}
    return page(request, "runs", viewer, faults=faults, notes=notes, **shown, **more)


@ROUTES.add("GET", "/runs/start", needs=Activity.RUNS_START, **_HIDDEN)
def start_form(request: Request, viewer: Viewing, service: Serving, playbook: Word = "", again: Word = "") -> Response:
    """The form of a playbook, filled with its defaults or with what a run before had."""
    held = service.ledger.get(Run, again) if again else None
    name = held.playbook if held else playbook
    return _form(request, service, viewer, name, held.parameters if held else {})


@ROUTES.add("POST", "/runs/start", needs=Activity.RUNS_START, **_HIDDEN)
async def start(request: Request, viewer: Viewing, service: Serving) -> Response:
    """Start a run as the form says."""
    sent = list((await request.form()).multi_items())
    return await run_in_threadpool(_start, request, service, viewer, sent)


@ROUTES.add("GET", "/runs/{id_}", needs=Activity.RUNS_VIEW, **_HIDDEN)
def run(request: Request, id_: str, viewer: Viewing, service: Serving) -> Response:
    """One run, with its executed notebook."""
    held = service.ledger.get(Run, id_)
    notebook, gone = _notebook(service, held)
    return page(request, "run", viewer, run=held, notebook=notebook, gone=gone)


@ROUTES.add("POST", "/runs/{id_}/cancel", needs=Activity.RUNS_CANCEL, **_HIDDEN)
def cancel(id_: str, viewer: Viewing, service: Serving) -> Response:
    """Call a run off."""
    durable.cancel(service.ledger, viewer.actor, id_)
    service.nudge()
    return onward(f"/runs/{id_}")


@ROUTES.add("POST", "/runs/{id_}/again", needs=Activity.RUNS_START, **_HIDDEN)
def again(id_: str, viewer: Viewing, service: Serving) -> Response:
    """Ask for a run once more, with exactly its values; its time counts anew."""
    held = service.ledger.get(Run, id_)
    made, _ = ask_for(service, viewer.actor, durable.Wish(held.playbook, held.parameters, held.priority))
    return onward(f"/runs/{made.id}")


def _start(request: Request, service: Service, viewer: Viewer, sent: list[tuple[str, Any]]) -> Response:
    fields = {name: str(value) for name, value in sent}
    chosen = playbook(fields.get("playbook", ""), service.workspace)
    values = given(form(chosen), sent)
    try:
        numbers = _number(fields, "priority", 9), _number(fields, "seconds", 86_400)
        made, _ = ask_for(service, viewer.actor, durable.Wish(chosen.name, values, numbers[0], None, numbers[1]))
    except WorkbenchError as error:
        return _form(request, service, viewer, chosen.name, values, error)
    return onward(f"/runs/{made.id}")


def _said(checks: Mapping[str, Check]) -> str:
    """What those parts of the service say that runs depend on."""
    return "; ".join(filter(None, (checks[each]() for each in ("queue", "schedules") if each in checks)))


def _number(fields: dict[str, str], name: str, most: int) -> int:
    text = fields.get(name, "")
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= most):
        raise BadInput(f"{name} is a whole number from 1 to {most:,}")
    return int(text)


def _form(
    request: Request,
    service: Service,
    viewer: Viewer,
    name: str,
    values: dict[str, Any],
    fault: WorkbenchError | None = None,
) -> Response:
    chosen, hides = playbook(name, service.workspace), not fault and any(map(_hides, values.values()))
    shown = {"playbook": chosen, "questions": form(chosen), "given": values, "hides": hides, **wrong(fault)}
    return page(request, "run_start", viewer, status=422 if fault else 200, **shown)


def _hides(value: object) -> bool:
    """Whether a field of a form would not send a value back as it is: characters that hide are written out in it."""
    if isinstance(value, str) and "\n" in value:
        return any(visible(line, len(line)) != line for line in value.split("\n"))
    parts = value if isinstance(value, list) else [value]
    return any(visible(part) != str(part) for part in parts)


def _notebook(service: Service, run: Run) -> tuple[Markup | None, str]:
    """The executed copy as HTML of our own around escaped text; else why there is none."""
    if not run.executed_digest:
        return None, ""
    try:
        executed = json.loads(output(service.workspace.runs, run.executed_digest))
    except NotFound as error:
        return None, str(error)
    return Markup(drawn(outline(executed))), ""  # noqa: S704  # ``page`` escapes all that a notebook says
