"""New alerts start playbooks: each alert once for each playbook, none missed, no more in an hour than is allowed.

What was seen is remembered in a file. It is written only after the runs of these alerts are in the ledger, which knows
an alert that it meets again: no stop loses or doubles one. What cannot be started waits, and is tried again; an alert
whose values do not fit becomes a run that failed, where people look.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import polars as pl

from workbench.apps.service.durable.asking import Wish, accept, checked, known, refuse
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
TABLE, EVIDENCE = "AlertInfo", "AlertEvidence"
PATIENCE = timedelta(minutes=10)
"""How long an alert waits for the evidence that a rule asks for, which lies in a table of its own."""
AGAIN = timedelta(seconds=5)
"""How soon it is looked again where alerts wait, though no table changed; after failures twice as long each time."""
LONGEST = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_AT_ONCE = 500
_TITLE = 1_000
_ID, _VALUE = 100, 4_000
_COLUMNS = ("Category", "ServiceSource")

Given = Mapping[str, Mapping[str, object]]
"""By alert the first value of each column of its evidence."""


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
class Alerts:
    """What was seen of the alerts of a workspace."""

    workspace: Workspace
    ledger: Ledger
    waits: str = ""
    """Why alerts wait, in a few words; empty where none does."""
    _since: dict[str, datetime] = field(default_factory=dict)
    """Since when alerts wait for their evidence."""
    _pauses: dict[str, Pause] = field(default_factory=dict)
    """By playbook."""
    _full: str = ""
    _versions: tuple[int, int] | None = None
    _again: datetime | None = None
    """When to look although nothing changed; None where nothing waits."""

    def __post_init__(self) -> None:
        self._seen = Seen(self.workspace, self.ledger)

    def look(self, now: datetime) -> int:
        """Start what new alerts ask for; gives how many runs it made. The first look only remembers what is there."""
        store = Store(self.workspace.store)
        versions = _version(store, TABLE), _version(store, EVIDENCE)
        if versions == self._versions and not self._is_due(now):
            return 0
        new = self._seen.new(store, now)
        begun, left = self._all(store, _alerts(store, new), now)
        self._seen.add(set(new) - left)
        self._versions, self._again = versions, now + AGAIN if left else None
        self._since = {id_: since for id_, since in self._since.items() if id_ in left}
        return begun

    def _is_due(self, now: datetime) -> bool:
        return self._again is not None and not timedelta() < self._again - now <= AGAIN

    def _all(self, store: Store, alerts: pl.DataFrame, now: datetime) -> tuple[int, set[str]]:
        """How many runs were made, and which alerts have to wait."""
        self._full, begun, left = "", 0, set[str]()
        for part in alerts.iter_slices(_AT_ONCE):
            rows = [(alert, self._rules(alert)) for alert in part.iter_rows(named=True)]
            asked = [alert["AlertId"] for alert, rules in rows if rules]
            given, over = self._evidence(store, asked, now), self._begun(asked)
            for alert, rules in rows:
                id_ = alert["AlertId"]
                open_ = [rule for rule in rules if (key(id_), rule.playbook) not in over]
                made = [self._ruled(rule, id_, given, now) for rule in open_]
                begun += sum(filter(None, made))
                left |= {id_} if None in made else set()
        why = [self._full, *(pause.why for pause in self._pauses.values() if pause.holds(now))]
        waiting = len(left - self._since.keys())
        self.waits = f"{waiting:,} alerts wait: {'; '.join(filter(None, why))}" if waiting else ""
        return begun, left

    def _begun(self, ids: Sequence[str]) -> set[tuple[str, str]]:
        """Which alerts started which playbooks already, as far as one look at the ledger tells."""
        where = {"trigger": TriggerKind.ALERT, "trigger_ref": [key(id_) for id_ in ids]}
        runs = self.ledger.find(Run, Search(where, limit=2 * _AT_ONCE, removed=True)) if ids else []
        return {(run.trigger_ref, run.playbook) for run in runs}

    def _rules(self, alert: Mapping[str, Any]) -> list[AlertRule]:
        return [rule for rule in self.workspace.settings.runs.alerts if matches(rule, alert)]

    def _evidence(self, store: Store, ids: Sequence[str], now: datetime) -> Given:
        """Evidence that rules ask for. A rule that names a column that is not there pauses its playbook."""
        columns = set[str]()
        for rule in self.workspace.settings.runs.alerts:
            try:
                columns |= _known(store, rule.evidence.values())
            except UnknownName as error:
                self._pause(rule.playbook, error, now)
        return evidence(store, ids, sorted(columns)) if ids and columns else {}

    def _ruled(self, rule: AlertRule, alert: str, given: Given, now: datetime) -> int | None:
        """How many runs a rule made of an alert; None where it has to wait."""
        pause = self._pauses.get(rule.playbook)
        if self._full or (pause and pause.holds(now)):
            return None
        values = {name: given.get(alert, {}).get(column) for name, column in rule.evidence.items()}
        if not all(values.values()):
            return None if self._is_awaited(alert, now) else 0
        self._since.pop(alert, None)
        wish = Wish(rule.playbook, values, rule.priority, trigger=TriggerKind.ALERT, trigger_ref=key(alert))
        try:
            made = self._submit(wish, now)
        except (WorkbenchError, OSError) as error:
            self._pause(rule.playbook, error, now)
            return None
        self._pauses.pop(rule.playbook, None)
        return made

    def _submit(self, wish: Wish, now: datetime) -> int | None:
        """One transaction: whether it is known, whether there is room in the hour, and the run."""
        chosen, limits = playbook(wish.playbook, self.workspace), self.workspace.settings.runs
        whole, fault = _held_against(chosen, wish)
        keep(chosen, self.workspace)

        def work(unit: Unit) -> int | None:
            if known(unit, whole):
                return 0
            lately = Search({"trigger": TriggerKind.ALERT, "created_at": Above(now - _HOUR)}, removed=True)
            if unit.number(Run, lately) >= limits.alerts_per_hour:
                return None
            if fault:
                refuse(unit, whole, chosen, fault)
                return 1
            return int(accept(unit, whole, chosen, limits.waiting)[1])

        made = self.ledger.apply(BY, work)
        if made is None:
            self._full = f"alerts started {limits.alerts_per_hour:,} runs in the last hour, which is the limit"
        return made

    def _pause(self, name: str, error: Exception, now: datetime) -> None:
        """Leave a playbook alone for a while, longer after each failure: what waits for it is lost to nobody."""
        before = self._pauses.get(name)
        if before and before.holds(now):
            return
        failures = before.failures + 1 if before else 1
        wait = min(AGAIN * 2 ** min(failures - 1, 10), LONGEST)
        what = error.what if isinstance(error, WorkbenchError) else str(error)
        self._pauses[name] = Pause(f"{name} cannot be started: {what}"[:300], failures, now + wait)
        _LOG.warning("runs: alerts wait for %s", self._pauses[name].why)

    def _is_awaited(self, alert: str, now: datetime) -> bool:
        """Whether the evidence of an alert may still come."""
        if now - self._since.setdefault(alert, now) < PATIENCE:
            return True
        _LOG.warning("alert %s starts nothing: the evidence that its rule asks for did not come", key(alert))
        self._since.pop(alert)
        return False


def matches(rule: AlertRule, alert: Mapping[str, Any]) -> bool:
    """Whether a rule is about an alert."""
    title, category, service = (str(alert[name] or "").casefold() for name in ("Title", *_COLUMNS))
    return (
        rule.title.casefold() in title
        and rule.category.casefold() in (category, "")
        and rule.service.casefold() in (service, "")
    )


def key(alert: str) -> str:
    """An alert's id as the ledger keeps it: its digest where it is long, or holds what no line of text should."""
    plain = len(alert) <= _ID and alert.isprintable() and not alert.startswith("sha256:")
    return alert if plain else f"sha256:{sha256(alert.encode('utf-8', 'surrogatepass')).hexdigest()}"


def evidence(store: Store, ids: Sequence[str], columns: Sequence[str]) -> dict[str, dict[str, object]]:
    """For each alert the first value of each column of its evidence; what no row has is not there."""
    rows = store.scan(EVIDENCE).filter(pl.col("AlertId").is_in(ids)).select("AlertId", *columns).collect()
    found: dict[str, dict[str, object]] = {}
    for row in rows.iter_rows(named=True):
        held = found.setdefault(row["AlertId"], {})
        held |= {name: row[name] for name in columns if name not in held and row[name] not in (None, "")}
    return found


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


def _known(store: Store, columns: Collection[str]) -> set[str]:
    there = store.scan(EVIDENCE).collect_schema().names() if columns else []
    for name in columns:
        if name not in there:
            raise UnknownName(f"column of {EVIDENCE}", name, there)
    return set(columns)


def _version(store: Store, name: str) -> int:
    snapshot = store.snapshot(name)
    return snapshot.version if snapshot else -1


def _held_against(chosen: Playbook, wish: Wish) -> tuple[Wish, BadInput | None]:
    """The wish with checked parameters; where they do not fit as it was, and why."""
    try:
        return checked(chosen, wish), None
    except BadInput as error:
        return wish, error
