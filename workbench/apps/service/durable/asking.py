"""Ask for a run, and call one off: each a transaction of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from workbench.apps.service.durable.question import settled
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, Clash, LedgerError, LimitReached, Refused, StoreError, Taken, WorkbenchError
from workbench.base.render import terminal
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger, Search, Unit
from workbench.ledger.models import Run
from workbench.ledger.models.words import RunState, TriggerKind
from workbench.operations.runs import Playbook, keep, playbook

UNFINISHED = (RunState.QUEUED, RunState.RUNNING)
HOUR = 3600
SCHEDULED = "schedule "
"""How the deduplication keys of schedules begin; nobody else's do."""
ALERTED = "alert "
"""How those of alerts begin, each of one alert, playbook and piece of evidence."""
_SHOWN = 4_000
_CAUSE = 4_000


@dataclass(frozen=True)
class Wish:
    """A run that is asked for.

    ``dedup_key``: while a run of this key waits or goes on, that one is the answer. ``trigger_ref``, where it is given
    with an alert or a schedule, names the cause: one starts a playbook once for each key, ever.
    ``seconds`` count from now.
    """

    playbook: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    priority: int = 5
    dedup_key: str | None = None
    seconds: int = HOUR
    trigger: TriggerKind = TriggerKind.PERSON
    trigger_ref: str = ""


def submit(workspace: Workspace, ledger: Ledger, by: Actor, wish: Wish) -> tuple[Run, bool]:
    """Accept a run; also whether it is a new one. Its parameters are checked, and the notebook is kept as it is now.

    Raises:
        UnknownName: there is no such playbook or saved query.
        BadParameter: a parameter does not fit; nothing was accepted.
        LimitReached: too many runs wait.
        Taken: the deduplication key is in use for a run of another playbook.
    """
    chosen = playbook(wish.playbook, workspace)
    whole = checked(chosen, wish)
    whole = replace(whole, parameters=settled(ledger, chosen.name, whole.parameters))
    keep(chosen, workspace)
    most = workspace.settings.runs.waiting
    return ledger.apply(by, lambda unit: accept(unit, whole, chosen, most))


def checked(chosen: Playbook, wish: Wish) -> Wish:
    """The wish with parameters of the playbook's types. Raises as ``submit`` does."""
    if not 1 <= wish.priority <= 9:
        raise BadInput("The priority of a run is 1 (first) to 9 (last)")
    for start in (SCHEDULED, ALERTED):
        if wish.trigger is TriggerKind.PERSON and (wish.dedup_key or "").startswith(start):
            what = f"A deduplication key that begins with {start!r} is the service's own"
            raise BadInput(what, next_step="Take another.")
    return replace(wish, parameters=chosen.validated(wish.parameters))


def accept(unit: Unit, wish: Wish, chosen: Playbook, most: int) -> tuple[Run, bool]:
    """Make the row, unless there is one that is the answer already."""
    held = known(unit, wish)
    if held is not None:
        return held, False
    if unit.number(Run, Search({"state": RunState.QUEUED})) >= most:
        raise LimitReached(
            f"{most:,} runs wait already", next_step="Try again later, cancel some, or raise waiting in [runs]."
        )
    return unit.create(Run, _values(unit, wish, chosen)), True


def refuse(unit: Unit, wish: Wish, chosen: Playbook, fault: BadInput) -> Run:
    """Make the row of a run that cannot be begun, for people to see what was asked for and why it cannot be."""
    short = {name: str(value)[:_SHOWN] for name, value in wish.parameters.items()}
    why = ended("failed", fault.what, unit.at, fault.next_step)
    return unit.create(Run, _values(unit, replace(wish, parameters=short), chosen) | why)


def known(unit: Unit, wish: Wish) -> Run | None:
    """The run that already answers a wish. Raises ``Taken`` where its key is that of another playbook's run."""
    found: list[Run] = []
    if wish.dedup_key:
        found = unit.find(Run, Search({"dedup_key": wish.dedup_key, "state": UNFINISHED}, limit=1))
    if found and found[0].playbook != wish.playbook:
        other = f"The deduplication key is in use for a run of {found[0].playbook}"
        raise Taken(other, where=found[0].id, next_step="Take another key, or wait until that run is over.")
    if not found and wish.trigger_ref:
        names = ("trigger_ref", "trigger", "playbook", "dedup_key")
        found = unit.find(Run, Search({name: getattr(wish, name) for name in names}, limit=1, removed=True))
    return found[0] if found else None


def is_outage(error: Exception) -> bool:
    """Whether the ledger itself fails, and not only what was asked of it."""
    return isinstance(error, LedgerError) and not isinstance(error, Clash | Taken | Refused)


def told(error: Exception) -> str:
    """What is wrong, for whoever asks readiness, which is anybody: no words of a driver, which name paths."""
    if is_outage(error) or isinstance(error, StoreError):
        return f"the {'store' if isinstance(error, StoreError) else 'ledger'} fails; the service's log says more"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return error.what if isinstance(error, WorkbenchError) else type(error).__name__


def _values(unit: Unit, wish: Wish, chosen: Playbook) -> dict[str, Any]:
    return {
        "playbook": chosen.name,
        "playbook_digest": chosen.digest,
        "parameters": dict(wish.parameters),
        "priority": wish.priority,
        "dedup_key": wish.dedup_key,
        "trigger": wish.trigger,
        "trigger_ref": wish.trigger_ref,
        "requested_by": unit.actor.name,
        "deadline_at": unit.at + timedelta(seconds=wish.seconds),
    }


def cancel(ledger: Ledger, by: Actor, id_: str, reason: str = "") -> Run:
    """Call a run off: the row at once, its kernel within a second.

    Raises:
        NotFound: there is no such run.
        Refused: it is over already.
    """

    def work(unit: Unit) -> Run:
        run = unit.get(Run, id_)
        if run.state not in UNFINISHED:
            raise Refused(f"The run is over already: {run.state.value}", next_step="Nothing is left to be cancelled.")
        return unit.edit(Run, id_, run.version, ended("cancelled", f"cancelled by {by.name}", unit.at), reason=reason)

    return ledger.apply(by, work)


def ended(state: str, cause: str, at: datetime, next_step: str = "Run it again when it is wanted.") -> dict[str, Any]:
    """The columns of a run that ends here. What a notebook said may hold anything: it becomes a line of plain text."""
    said = {"failure_cause": terminal(cause, _CAUSE), "failure_next_step": terminal(next_step, _CAUSE)}
    return {"state": RunState(state), "finished_at": at, **said}
