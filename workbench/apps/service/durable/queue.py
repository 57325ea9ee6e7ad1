"""What becomes of waiting runs: claimed in order and within limits, given back, finished, timed out, rescued."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workbench.apps.service.durable.asking import ended
from workbench.base.errors import NotFound
from workbench.base.settings import RunsSettings
from workbench.ledger.changes import Above, Below, Other, Search, Unit
from workbench.ledger.models import Run, Worker
from workbench.ledger.models.words import RunState
from workbench.operations.runs import Outcome

MOST_ATTEMPTS = 3
"""Workers that a run may take down, or lose, before it is given up: a playbook that kills its worker must not loop."""
BEAT_SECONDS = 5.0
DEAD_SECONDS = 30.0
"""A worker without a sign of life for so long is dead to the others."""
MINUTE = timedelta(minutes=1)
DAY = 86_400.0
_LOST = "The worker that made it ended {times}"


@dataclass(frozen=True)
class Claim:
    """A run that is one's own as long as its row is at this version: whoever takes it away moves the version on."""

    run: Run

    @property
    def version(self) -> int:
        """What the row has to be at when the run is finished."""
        return self.run.version


def claim(unit: Unit, worker: str, most: int, limits: RunsSettings) -> list[Claim]:
    """Take runs that wait, the lowest number of priority first, then the oldest; as many as limits leave room for."""
    unit.get(Worker, worker)
    room = min(most, _room(unit, limits))
    taken: list[Claim] = []
    while len(taken) < room:
        where = {"state": RunState.QUEUED, "deadline_at": Above(unit.at), "playbook": Other(_at_rest(unit, limits))}
        found = unit.find(Run, Search(where, ("priority", "id"), 1))
        if not found:
            break
        taken.append(_taken(unit, found[0], worker))
    return taken


def _taken(unit: Unit, run: Run, worker: str) -> Claim:
    begun = {"state": RunState.RUNNING, "worker": worker, "attempts": run.attempts + 1, "started_at": unit.at}
    taken = unit.edit(Run, run.id, run.version, begun)
    unit.touch(Run, run.id, {"heartbeat_at": unit.at, "progress_cell": 0, "progress_cells": 0, "progress_heading": ""})
    return Claim(taken)


def _room(unit: Unit, limits: RunsSettings) -> int:
    if not limits.at_once:
        return 1_000
    return limits.at_once - unit.number(Run, Search({"state": RunState.RUNNING}))


def _at_rest(unit: Unit, limits: RunsSettings) -> tuple[str, ...]:
    """Playbooks of which as many began in the last minute as may."""
    since = Above(unit.at - MINUTE)
    return tuple(
        name
        for name, most in limits.per_minute.items()
        if unit.number(Run, Search({"playbook": name, "started_at": since})) >= most
    )


def tell(unit: Unit, taken: Claim, beats: Mapping[str, object]) -> bool:
    """Write how far a run is, if it is still one's own."""
    return unit.values(Run, taken.run.id)["version"] == taken.version and unit.touch(Run, taken.run.id, beats)


def finish(unit: Unit, taken: Claim, outcome: Outcome) -> Run:
    """Write down what became of a run; a ``Clash`` where it was cancelled or given to somebody else meanwhile."""
    done = sum(cell.state == "completed" for cell in outcome.cells)
    values = ended(outcome.state, outcome.cause, unit.at, outcome.next_step)
    digests = {"findings_digest": outcome.findings, "executed_digest": outcome.executed}
    run = unit.edit(Run, taken.run.id, taken.version, values | digests)
    unit.touch(Run, run.id, {"progress_cell": done, "progress_cells": len(outcome.cells)})
    return run


def fail(unit: Unit, taken: Claim, cause: str, next_step: str) -> Run:
    """End a run that could not be made at all."""
    return unit.edit(Run, taken.run.id, taken.version, ended("failed", cause, unit.at, next_step))


def give_back(unit: Unit, taken: Claim) -> Run:
    """Put a run back that was not begun: it counts as no attempt."""
    back = {"state": RunState.QUEUED, "worker": None, "attempts": taken.run.attempts - 1, "started_at": None}
    return unit.edit(Run, taken.run.id, taken.version, back)


def expire(unit: Unit) -> int:
    """End runs that waited beyond their deadline; gives how many. Those that go on are ended by their worker."""
    late = unit.find(Run, Search({"state": RunState.QUEUED, "deadline_at": Below(unit.at)}))
    for run in late:
        why = "it was not begun before its deadline"
        advice = "Give it more time, or the service more slots."
        unit.edit(Run, run.id, run.version, ended("timed_out", why, unit.at, advice))
    return len(late)


def strays(unit: Unit, worker: str, here: Collection[str]) -> list[Run]:
    """Take up what a worker has by its row and does not make: its end could not be written, or its thread broke."""
    rows = unit.find(Run, Search({"state": RunState.RUNNING, "worker": worker}, limit=1_000))
    return [unit.edit(Run, run.id, run.version, _saved(unit, run, ())) for run in rows if run.id not in here]


def dead(workers: Iterable[Worker], now: datetime, gone: Collection[str] = ()) -> list[str]:
    """Ids of workers that gave no sign of life for too long, and of those that are known to be gone."""
    limit = now - timedelta(seconds=DEAD_SECONDS)
    return [each.id for each in workers if each.id in gone or (each.beat_at or each.created_at) < limit]


def rescue(unit: Unit, gone: Collection[str], once_only: Collection[str] = ()) -> list[Run]:
    """Take runs from workers that are gone, and from such as are not known any more: back into the queue, or given up.

    ``once_only`` are digests of playbooks that may not be run again.
    """
    living = [each.id for each in unit.find(Worker, Search(limit=1_000)) if each.id not in gone]
    orphans = unit.find(Run, Search({"state": RunState.RUNNING, "worker": Other(tuple(living))}, limit=1_000))
    saved = [unit.edit(Run, run.id, run.version, _saved(unit, run, once_only)) for run in orphans]
    for id_ in gone:
        _bury(unit, id_)
    return saved


def _saved(unit: Unit, run: Run, once_only: Collection[str]) -> dict[str, Any]:
    if run.playbook_digest in once_only:
        why = _LOST.format(times="while it went on")
        return ended("failed", why, unit.at, "The playbook may not be repeated by itself: look how far it came.")
    if run.attempts >= MOST_ATTEMPTS:
        why = _LOST.format(times=f"{run.attempts} times while it went on")
        return ended("failed", why, unit.at, "It is not tried again: look whether the playbook takes its worker down.")
    return {"state": RunState.QUEUED, "worker": None}


def _bury(unit: Unit, id_: str) -> None:
    try:
        worker = unit.get(Worker, id_)
    except NotFound:
        return
    unit.remove(Worker, id_, worker.version, reason="no sign of life")
