"""New alerts start playbooks: each alert once for each playbook, none missed, no more in an hour than is allowed.

What was seen is remembered as a version of the table with the alerts in it. It is written down only after the runs of
these alerts are in the ledger, which knows an alert that it meets again: no stop loses or doubles one.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from workbench.apps.service.durable.asking import Wish, accept, checked, known
from workbench.base.config import Workspace
from workbench.base.errors import WorkbenchError
from workbench.base.settings import AlertRule
from workbench.events.query import StoreCatalog, ask
from workbench.events.store import Store
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Above, Ledger, Search, Unit
from workbench.ledger.models import Run
from workbench.ledger.models.words import ActorKind, TriggerKind
from workbench.operations.runs import keep, playbook

_LOG = logging.getLogger("workbench.service")
BY = Actor("alerts", ActorKind.AUTOMATION)
TABLE = "AlertInfo"
EVIDENCE_SECONDS = 600.0
"""How long an alert waits for the evidence that a rule asks for, which lies in a table of its own."""
_HOUR = timedelta(hours=1)
_QUESTION = "AlertEvidence | where AlertId == alert"
_SCHEMA = {"AlertId": pl.String, "version": pl.Int64}


@dataclass
class Alerts:
    """What was seen of the alerts of a workspace."""

    workspace: Workspace
    ledger: Ledger
    waits: str = ""
    """Why alerts wait, in a few words; empty where none does."""
    _patience: dict[str, float] = field(default_factory=dict)

    def look(self, now: datetime) -> int:
        """Start what new alerts ask for; gives how many runs it made. The first look only remembers what is there."""
        store = Store(self.workspace.store)
        snapshot, seen = store.snapshot(TABLE), self._seen()
        version = snapshot.version if snapshot else -1
        if seen is not None and version == seen["version"].max() and not self.waits and not self._patience:
            return 0
        every = store.scan(TABLE).select(*_COLUMNS).unique("AlertId").collect() if snapshot else _NOBODY
        if seen is None:
            self._remember(every["AlertId"].to_list(), version)
            return 0
        fresh = every.join(seen, on="AlertId", how="anti").sort("Timestamp", "AlertId")
        return self._start(fresh, every, version, now)

    def _start(self, fresh: pl.DataFrame, every: pl.DataFrame, version: int, now: datetime) -> int:
        self.waits, begun, left = "", 0, set()
        for alert in fresh.iter_rows(named=True):
            made = self._each(alert, now) if not self.waits else None
            if made is None:
                left.add(alert["AlertId"])
            begun += made or 0
        if self.waits:
            self.waits = f"{len(left):,} alerts wait: {self.waits}"
        done = [each for each in every["AlertId"].to_list() if each not in left]
        self._remember(done, version)
        return begun

    def _each(self, alert: Mapping[str, Any], now: datetime) -> int | None:
        """How many runs an alert started; None where it has to wait."""
        begun = 0
        for rule in self.workspace.settings.runs.alerts:
            if matches(rule, alert):
                made = self._ruled(rule, alert, now)
                if made is None:
                    return None
                begun += made
        self._patience.pop(alert["AlertId"], None)
        return begun

    def _ruled(self, rule: AlertRule, alert: Mapping[str, Any], now: datetime) -> int | None:
        given = evidence(self.workspace, rule, alert["AlertId"], now)
        if given is None:
            return None if self._is_awaited(alert["AlertId"]) else 0
        cause = {"trigger": TriggerKind.ALERT, "trigger_ref": alert["AlertId"][:200]}
        wish = Wish(rule.playbook, given, rule.priority, f"alert {alert['AlertId']} {rule.playbook}"[:200], **cause)
        try:
            return self._submit(wish, now)
        except WorkbenchError as error:
            _LOG.error("alert %s starts nothing: %s", alert["AlertId"], error.what)
            return 0

    def _submit(self, wish: Wish, now: datetime) -> int | None:
        """One transaction: whether it is known, whether there is room in the hour, and the run."""
        chosen, limits = playbook(wish.playbook, self.workspace), self.workspace.settings.runs
        whole = checked(chosen, wish)
        keep(chosen, self.workspace)

        def work(unit: Unit) -> int | None:
            if known(unit, whole):
                return 0
            lately = Search({"trigger": TriggerKind.ALERT, "created_at": Above(now - _HOUR)}, removed=True)
            if unit.number(Run, lately) >= limits.alerts_per_hour:
                return None
            return int(accept(unit, whole, chosen, limits.waiting)[1])

        made = self.ledger.apply(BY, work)
        if made is None:
            self.waits = f"alerts started {limits.alerts_per_hour:,} runs in the last hour, which is the limit"
            _LOG.warning("runs: %s", self.waits)
        return made

    def _is_awaited(self, alert: str) -> bool:
        """Whether the evidence of an alert may still come."""
        since = self._patience.setdefault(alert, time.monotonic())
        if time.monotonic() - since < EVIDENCE_SECONDS:
            return True
        _LOG.warning("alert %s starts nothing: the evidence that its rule asks for did not come", alert)
        return False

    @property
    def _mark(self) -> Path:
        return self.workspace.runs / "alerts.parquet"

    def _seen(self) -> pl.DataFrame | None:
        try:
            return pl.read_parquet(self._mark, schema=_SCHEMA)
        except (OSError, pl.exceptions.PolarsError):
            return None

    def _remember(self, ids: list[str], version: int) -> None:
        """The first row is none of an alert: it keeps the version where there are no alerts."""
        rows = pl.DataFrame({"AlertId": ["", *ids], "version": [version] * (len(ids) + 1)}, schema=_SCHEMA)
        self._mark.parent.mkdir(parents=True, exist_ok=True)
        partial = self._mark.with_name(f".{self._mark.name}.{uuid4().hex}")
        rows.write_parquet(partial)
        partial.replace(self._mark)


_COLUMNS = ("AlertId", "Timestamp", "Title", "Category", "ServiceSource")
_NOBODY = pl.DataFrame(schema={**dict.fromkeys(_COLUMNS, pl.String), "Timestamp": pl.Datetime("us", "UTC")})


def matches(rule: AlertRule, alert: Mapping[str, Any]) -> bool:
    """Whether a rule is about an alert."""
    title, category, service = (str(alert[name] or "").casefold() for name in ("Title", "Category", "ServiceSource"))
    return (
        rule.title.casefold() in title
        and rule.category.casefold() in (category, "")
        and rule.service.casefold() in (service, "")
    )


def evidence(workspace: Workspace, rule: AlertRule, alert: str, now: datetime) -> dict[str, object] | None:
    """The parameters that a rule takes from an alert's evidence, the first of each; None where one is missing."""
    if not rule.evidence:
        return {}
    catalog = StoreCatalog(Store(workspace.store), accelerators=workspace.settings.accelerators)
    frame = ask(catalog, _QUESTION, now=now, params={"alert": alert}).frame
    given = {name: _first(frame, column) for name, column in rule.evidence.items()}
    return given if all(given.values()) else None


def _first(frame: pl.DataFrame, column: str) -> object:
    if column not in frame.columns:
        return None
    return next((each for each in frame[column].drop_nulls().to_list() if each), None)
