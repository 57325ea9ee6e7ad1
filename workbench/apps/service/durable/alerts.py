"""New alerts start playbooks: once for each piece of evidence, none missed, no more in an hour than is allowed.

What was seen is remembered in a file. It is written only after the runs of these alerts are in the ledger, which knows
what it meets again: no stop loses or doubles one. What cannot be started waits, and is tried again; an alert whose
values do not fit, or whose evidence does not come, becomes a run that failed, where people look.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from workbench.apps.service.durable.asking import Wish, accept, checked, is_outage, known, refuse, told
from workbench.apps.service.durable.evidence import EVIDENCE, MOST, Values, evidence, key, matches, wish
from workbench.apps.service.durable.seen import Seen
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, UnknownName, WorkbenchError
from workbench.base.settings import AlertRule
from workbench.events.store import Store
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Above, Ledger, Search, Unit
from workbench.ledger.models import Run
from workbench.ledger.models.words import ActorKind, TriggerKind
from workbench.operations.runs import Playbook, keep, playbook

_LOG = logging.getLogger("workbench.service")
BY = Actor("alerts", ActorKind.AUTOMATION)
TABLE = "AlertInfo"
PATIENCE = timedelta(minutes=10)
"""How long after an alert its evidence, which lies in a table of its own, is looked for."""
AGAIN = timedelta(seconds=5)
"""How soon it is looked again where alerts are held up, though no table changed; after failures twice as long each."""
LONGEST = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_AT_ONCE = 500
_TITLE = 1_000
_COLUMNS = ("Category", "ServiceSource")
_MUTE = BadInput(
    f"The evidence that its rule asks for did not come within {PATIENCE.seconds // 60} minutes",
    next_step="Look at the alert, and start the playbook by hand with what it is about.",
)
_MANY = BadInput(
    f"The alert has more than {MOST} different pieces of evidence, and the rest started nothing",
    next_step="Look at the alert, and start the playbook by hand for those that matter.",
)


@dataclass(frozen=True)
class Pause:
    """Why nothing is started of a playbook for now."""

    why: str
    failures: int
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is not over; a clock that was set back does not make it longer."""
        return timedelta() < self.until - now <= LONGEST


@dataclass
class _Look:
    """One look at the alerts that are not done with."""

    now: datetime
    since: Mapping[str, datetime]
    """When each was met first."""
    begun: int = 0
    held: set[str] = field(default_factory=set)
    """Alerts that a limit or a fault holds up."""
    open: set[str] = field(default_factory=set)
    """Alerts whose evidence may still come, or come in addition."""
    bare: set[str] = field(default_factory=set)
    """Those of them that have none."""
    many: set[str] = field(default_factory=set)
    """Those of them that have more than starts runs."""
    traces: list[tuple[str, Wish, BadInput]] = field(default_factory=list)
    """What started nothing, for people to see; they come last, so that they take no room from others."""


@dataclass
class Alerts:
    """What was seen of the alerts of a workspace."""

    workspace: Workspace
    ledger: Ledger
    waits: str = ""
    """Why alerts are held up, in a few words; empty where none is."""
    note: str = ""
    """What else is worth knowing of alerts, and is no fault."""
    _pauses: dict[str, Pause] = field(default_factory=dict)
    """By playbook."""
    _full: str = ""
    _versions: tuple[int, int] | None = None
    _looked: datetime | None = None
    _again: timedelta | None = None
    """How long after that to look although nothing changed; None where nothing waits."""

    def __post_init__(self) -> None:
        self._seen = Seen(self.workspace, self.ledger)

    def look(self, now: datetime) -> int:
        """Start what new alerts ask for; gives how many runs it made. The first look only remembers what is there."""
        store = Store(self.workspace.store)
        versions = _version(store, TABLE), _version(store, EVIDENCE)
        if versions == self._versions and not self._is_due(now):
            return 0
        look, self._full = _Look(now, self._seen.new(store, now)), ""
        for part in _alerts(store, look.since).iter_slices(_AT_ONCE):
            self._part(store, part, look)
        for alert, trace, fault in look.traces:
            self._start(alert, trace, look, fault)
        self._end(look)
        self._versions = versions
        return look.begun

    def _is_due(self, now: datetime) -> bool:
        """Whether it is time; a clock that was set back does not make it longer."""
        if self._again is None or self._looked is None:
            return False
        return not timedelta() <= now - self._looked < self._again

    def _part(self, store: Store, alerts: pl.DataFrame, look: _Look) -> None:
        rows = list(alerts.iter_rows(named=True))
        for rule in self.workspace.settings.runs.alerts:
            asked = [row["AlertId"] for row in rows if matches(rule, row)]
            given, over = self._evidence(store, rule, asked, look.now), self._begun(asked)
            for alert in asked:
                self._ruled(rule, alert, given.get(alert, ()), over, look)

    def _begun(self, ids: Sequence[str]) -> set[str | None]:
        """Keys of the runs that alerts started already, as far as one look at the ledger tells."""
        where = {"trigger": TriggerKind.ALERT, "trigger_ref": [key(id_) for id_ in ids]}
        runs = self.ledger.find(Run, Search(where, limit=2 * _AT_ONCE, removed=True)) if ids else []
        return {run.dedup_key for run in runs}

    def _evidence(
        self, store: Store, rule: AlertRule, ids: Sequence[str], now: datetime
    ) -> Mapping[str, Sequence[Values]]:
        """Evidence that a rule asks for. One that names a column that is not there pauses its playbook."""
        if not (rule.evidence and ids):
            return dict.fromkeys(ids, ({},))
        try:
            return evidence(store, ids, rule.evidence)
        except UnknownName as error:
            self._pause(rule.playbook, error, now)
            return {}

    def _ruled(
        self, rule: AlertRule, alert: str, given: Sequence[Values], over: Collection[str | None], look: _Look
    ) -> None:
        """Start what a rule asks for about an alert, as far as it may be."""
        wishes = [wish(rule, alert, values) for values in given]
        fresh = [each for each in wishes if each.dedup_key not in over]
        for each in fresh[: max(MOST - len(wishes) + len(fresh), 0)]:
            self._start(alert, each, look)
        is_many = len(wishes) > MOST
        if not wishes and self._holds(rule.playbook, look.now):
            look.held.add(alert)
        elif rule.evidence and look.now - look.since[alert] < PATIENCE:
            look.open.add(alert)
            look.bare |= set() if wishes else {alert}
            look.many |= {alert} if is_many else set()
        elif is_many or not wishes:
            trace = wish(rule, alert, None)
            look.traces += [] if trace.dedup_key in over else [(alert, trace, _MANY if is_many else _MUTE)]

    def _start(self, alert: str, asked: Wish, look: _Look, fault: BadInput | None = None) -> None:
        """Make the run, or one that failed of a ``fault``; where that cannot be the alert is held up."""
        if self._holds(asked.playbook, look.now):
            look.held.add(alert)
            return
        try:
            made = self._submit(asked, look.now, fault)
        except (WorkbenchError, OSError) as error:
            self._pause(asked.playbook, error, look.now)
            look.held.add(alert)
            return
        self._pauses.pop(asked.playbook, None)
        look.begun += made or 0
        look.held |= {alert} if made is None else set()

    def _holds(self, name: str, now: datetime) -> bool:
        """Whether nothing of a playbook is started for now."""
        pause = self._pauses.get(name)
        return bool(self._full or (pause and pause.holds(now)))

    def _submit(self, asked: Wish, now: datetime, fault: BadInput | None) -> int | None:
        """One transaction: whether it is known, whether there is room in the hour, and the run."""
        chosen, limits = playbook(asked.playbook, self.workspace), self.workspace.settings.runs
        whole, unfit = (asked, fault) if fault else _held_against(chosen, asked)
        keep(chosen, self.workspace)

        def work(unit: Unit) -> int | None:
            if known(unit, whole):
                return 0
            lately = Search({"trigger": TriggerKind.ALERT, "created_at": Above(now - _HOUR)}, removed=True)
            if unit.number(Run, lately) >= limits.alerts_per_hour:
                return None
            if unfit:
                refuse(unit, whole, chosen, unfit)
                return 1
            return int(accept(unit, whole, chosen, limits.waiting)[1])

        made = self.ledger.apply(BY, work)
        if made is None:
            self._full = f"alerts started {limits.alerts_per_hour:,} runs in the last hour, which is the limit"
        elif made and fault:
            _LOG.warning("alert %s: %s", asked.trigger_ref, fault.what)
        return made

    def _pause(self, name: str, error: Exception, now: datetime) -> None:
        """Leave a playbook alone for a while: what waits for it is lost to nobody.

        Longer after each failure, but for those of the ledger, which are of no playbook and end by themselves.
        """
        before = self._pauses.get(name)
        if before and before.holds(now):
            return
        failures = before.failures + 1 if before and not is_outage(error) else 1
        wait = min(AGAIN * 2 ** min(failures - 1, 10), LONGEST)
        self._pauses[name] = Pause(f"{name} cannot be started: {told(error)}"[:300], failures, now + wait)
        _LOG.warning("runs: alerts wait: %s cannot be started: %s", name, error)

    def _end(self, look: _Look) -> None:
        """Remember what was seen, and say what waits."""
        left = {id_: look.since[id_] for id_ in look.held | look.open}
        self._seen.keep(look.since.keys() - left.keys(), left)
        awaited = (PATIENCE - (look.now - look.since[id_]) for id_ in look.open)
        self._looked, self._again = look.now, AGAIN if look.held else min(awaited, default=None)
        why = [self._full, *(pause.why for pause in self._pauses.values() if pause.holds(look.now))]
        self.waits = f"{len(look.held):,} alerts wait: {'; '.join(filter(None, why))}" if look.held else ""
        bare = f"{len(look.bare):,} alerts wait for their evidence" if look.bare else ""
        many = f"of {len(look.many):,} alerts only the first {MOST} pieces of evidence start runs" if look.many else ""
        self.note = "; ".join(filter(None, (bare, many)))


def _alerts(store: Store, ids: Collection[str]) -> pl.DataFrame:
    """Rows of alerts, the oldest first, of each id one; of a title no more than its beginning."""
    title = pl.col("Title").str.slice(0, _TITLE)
    rows = store.scan(TABLE).filter(pl.col("AlertId").is_in(list(ids)))
    found = rows.select("AlertId", "Timestamp", title, *_COLUMNS).collect() if ids else _NOBODY
    return found.sort("Timestamp", *found.columns[2:]).unique("AlertId", keep="first", maintain_order=True)


_NOBODY = pl.DataFrame(
    schema={
        **dict.fromkeys(("AlertId", "Timestamp", "Title", *_COLUMNS), pl.String),
        "Timestamp": pl.Datetime("us", "UTC"),
    }
)


def _version(store: Store, name: str) -> int:
    snapshot = store.snapshot(name)
    return snapshot.version if snapshot else -1


def _held_against(chosen: Playbook, asked: Wish) -> tuple[Wish, BadInput | None]:
    """The wish with checked parameters; where they do not fit as it was, and why."""
    try:
        return checked(chosen, asked), None
    except BadInput as error:
        return asked, BadInput(f"Its values do not fit: {error.what}", next_step=error.next_step)
