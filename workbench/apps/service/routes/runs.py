"""Runs of playbooks: ask for one, look, call off; and what a playbook asks to know."""

import json
from typing import Annotated

from fastapi import Query, Response

from workbench.apps.service import durable
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import Limit, Offset, paged
from workbench.apps.service.service import Service
from workbench.base.access import Activity
from workbench.base.errors import NotFound
from workbench.ledger.api import Page, RunHeld, RunNew
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Search
from workbench.ledger.models import Run
from workbench.ledger.models.words import RunState
from workbench.operations.runs import output, playbook, playbooks

ROUTES = Routes("runs")
_VIEW = Activity.RUNS_VIEW


def ask_for(service: Service, by: Actor, wish: durable.Wish) -> tuple[Run, bool]:
    """Accept a run; ``BadParameter`` with the nearest name where the wish does not fit the playbook."""
    accepted = durable.submit(service.workspace, service.ledger, by, wish)
    service.nudge()
    return accepted


@ROUTES.add("GET", "/api/runs", needs=_VIEW)
def runs(
    service: Serving,
    state: RunState | None = None,
    playbook: Annotated[str, Query(max_length=200)] = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[RunHeld]:
    """Runs, newest first."""
    where = ({"state": state} if state else {}) | ({"playbook": playbook} if playbook else {})
    return paged(service.ledger, Run, RunHeld, Search(where, ("-created_at", "-id"), limit, offset))


@ROUTES.add("POST", "/api/runs", needs=Activity.RUNS_START, status_code=201)
def start_run(new: RunNew, viewer: Viewing, service: Serving, response: Response) -> RunHeld:
    """Ask for a run: 201 for a new one, 200 for the one that its deduplication key has already."""
    wish = durable.Wish(new.playbook, new.parameters, new.priority, new.dedup_key, new.seconds)
    run, made = ask_for(service, viewer.actor, wish)
    response.status_code = 201 if made else 200
    return RunHeld.model_validate(run)


@ROUTES.add("GET", "/api/runs/{id_}", needs=_VIEW)
def run(id_: str, service: Serving) -> RunHeld:
    """One run and how far it is."""
    return RunHeld.model_validate(service.ledger.get(Run, id_))


@ROUTES.add("GET", "/api/runs/{id_}/findings", needs=_VIEW)
def findings(id_: str, service: Serving) -> dict[str, object]:
    """What a run found."""
    held = service.ledger.get(Run, id_)
    if not held.findings_digest:
        raise NotFound("The run handed over no findings", where=id_[:40])
    return json.loads(output(service.workspace.runs, held.findings_digest))  # type: ignore[no-any-return]


@ROUTES.add("POST", "/api/runs/{id_}/cancel", needs=Activity.RUNS_CANCEL)
def cancel_run(id_: str, viewer: Viewing, service: Serving) -> RunHeld:
    """Call a run off: its row at once, its kernel within a second."""
    held = durable.cancel(service.ledger, viewer.actor, id_)
    service.nudge()
    return RunHeld.model_validate(held)


@ROUTES.add("GET", "/api/playbooks", needs=_VIEW)
def known_playbooks(service: Serving) -> dict[str, str]:
    """Playbooks by name, with their titles."""
    return {each.name: each.title for each in playbooks(service.workspace).values()}


@ROUTES.add("GET", "/api/playbooks/{name}/form", needs=_VIEW)
def parameters(name: str, service: Serving) -> dict[str, object]:
    """The parameters of a playbook as JSON schema."""
    return playbook(name, service.workspace).schema
