"""Saved queries that are asked by themselves: schedules of one playbook, which name the query they are of.

What a run counted is noted with the saved query as a sign of life, if that still asks the same.
"""

import json
from contextlib import suppress

from workbench.apps.service.durable import queue
from workbench.apps.service.durable.asking import SCHEDULED
from workbench.base.config import Workspace
from workbench.base.errors import NotFound
from workbench.ledger.api import TRACKING, Removal, TrackedQueryChange
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger, Search, Unit
from workbench.ledger.models import Run, Schedule, TrackedQuery
from workbench.operations.runs import Outcome, output

_MOST = 1_000
_LARGEST = 2**63


def schedules_of(ledger: Ledger) -> dict[str, list[Schedule]]:
    """The schedules that ask saved queries, by the name of the query."""
    found: dict[str, list[Schedule]] = {}
    for each in ledger.find(Schedule, Search({"playbook": TRACKING}, ("name",), _MOST)):
        found.setdefault(str(each.parameters.get("name", "")), []).append(each)
    return found


def latest(ledger: Ledger, schedules: list[Schedule]) -> Run | None:
    """The latest run that schedules asked for; None where there is none."""
    found = _runs(ledger, schedules, 1)
    return found[0] if found else None


def asked(workspace: Workspace, ledger: Ledger, schedules: list[Schedule], most: int) -> list[tuple[Run, int | None]]:
    """The latest runs of schedules, newest first, each with the rows it counted; None where it counted none."""
    return [(run, counted(workspace, run.findings_digest)) for run in _runs(ledger, schedules, most)]


def change(ledger: Ledger, by: Actor, id_: str, change: TrackedQueryChange) -> TrackedQuery:
    """Change a query that is still at the version at hand; its schedules follow a new name."""

    def work(unit: Unit) -> TrackedQuery:
        before = unit.get(TrackedQuery, id_).name
        held = unit.edit(TrackedQuery, id_, change.version, change.changes, reason=change.reason)
        if held.name != before:
            for each in _of(unit, before):
                unit.edit(Schedule, each.id, each.version, {"parameters": {**each.parameters, "name": held.name}})
        return held

    return ledger.apply(by, work)


def remove(ledger: Ledger, by: Actor, id_: str, removal: Removal) -> TrackedQuery:
    """Hide a query; with it goes what asks it."""

    def work(unit: Unit) -> TrackedQuery:
        gone = unit.remove(TrackedQuery, id_, removal.version, reason=removal.reason)
        for each in _of(unit, gone.name):
            unit.remove(Schedule, each.id, each.version, reason="its saved query was removed")
        return gone

    return ledger.apply(by, work)


def counted(workspace: Workspace, digest: str) -> int | None:
    """The rows that a run's record says it counted; None where there is no such record: a notebook may say anything."""
    with suppress(NotFound, ValueError):
        said = json.loads(output(workspace.runs, digest)) if digest else None
        count = said.get("count") if isinstance(said, dict) and said.get("playbook") == TRACKING else None
        return count if type(count) is int and 0 <= count < _LARGEST else None
    return None


def finish(unit: Unit, taken: queue.Claim, outcome: Outcome, count: int | None) -> Run:
    """Write down what became of a run, and its count with the saved query. Raises as ``queue.finish``."""
    run = queue.finish(unit, taken, outcome)
    if count is not None and run.playbook == TRACKING and outcome.state == "succeeded":
        given = {name: str(run.parameters.get(name, "")) for name in ("name", "kql", "span")}
        for held in unit.find(TrackedQuery, Search(given, limit=1)):
            unit.touch(TrackedQuery, held.id, {"last_asked_at": unit.at, "last_count": count})
            unit.show(TrackedQuery, held.id)
    return run


def _of(unit: Unit, name: str) -> list[Schedule]:
    found = unit.find(Schedule, Search({"playbook": TRACKING}, limit=_MOST))
    return [each for each in found if each.parameters.get("name") == name]


def _runs(ledger: Ledger, schedules: list[Schedule], most: int) -> list[Run]:
    keys = [f"{SCHEDULED}{each.id}" for each in schedules]
    return ledger.find(Run, Search({"dedup_key": keys}, ("-created_at", "-id"), most)) if keys else []
