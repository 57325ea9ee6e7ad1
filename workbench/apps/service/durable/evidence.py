"""What an alert is about: the evidence that a rule asks for, and the run that is wished for each piece of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import polars as pl

from workbench.apps.service.durable.asking import ALERTED, Wish
from workbench.base.errors import UnknownName
from workbench.base.settings import AlertRule
from workbench.events.store import Store
from workbench.ledger.models.words import TriggerKind

EVIDENCE = "AlertEvidence"
MOST = 20
"""Different pieces of evidence of an alert that start runs of one playbook."""
_READ = 10 * MOST
_ID = 100

Values = Mapping[str, object]
"""One piece of evidence, by the parameters that it is for."""


def evidence(store: Store, ids: Sequence[str], wanted: Mapping[str, str]) -> dict[str, list[Values]]:
    """For each alert its different pieces of evidence, the oldest first; values of one piece are of one row.

    A row that lacks one of the ``wanted`` columns, which are given by parameter, is no evidence.

    Raises:
        UnknownName: there is no such column.
    """
    columns, table = sorted(set(wanted.values())), store.scan(EVIDENCE)
    schema = table.collect_schema()
    for name in columns:
        if name not in schema:
            raise UnknownName(f"column of {EVIDENCE}", name, schema.names())
    whole = [pl.col(name) != "" if schema[name] == pl.String else pl.col(name).is_not_null() for name in columns]
    names = list(dict.fromkeys(("AlertId", *columns)))
    held = table.filter(pl.col("AlertId").is_in(ids), *whole).select({*names, "Timestamp"}).collect()
    rows = held.sort("Timestamp", maintain_order=True).unique(names, keep="first", maintain_order=True)
    found: dict[str, list[Values]] = {}
    for row in rows.group_by("AlertId", maintain_order=True).head(_READ).iter_rows(named=True):
        found.setdefault(row["AlertId"], []).append({name: row[column] for name, column in wanted.items()})
    return found


def wish(rule: AlertRule, alert: str, values: Values | None) -> Wish:
    """The run that a rule asks for about a piece of evidence; ``None`` stands for what is not there."""
    cause = json.dumps([alert, rule.playbook, values], sort_keys=True, default=str)
    digest = sha256(cause.encode()).hexdigest()
    whole = Wish(rule.playbook, values or {}, rule.priority, f"{ALERTED}{digest}")
    return replace(whole, trigger=TriggerKind.ALERT, trigger_ref=key(alert))


def matches(rule: AlertRule, alert: Mapping[str, Any]) -> bool:
    """Whether a rule is about an alert."""
    title, category, service = (str(alert[name] or "").casefold() for name in ("Title", "Category", "ServiceSource"))
    return (
        rule.title.casefold() in title
        and rule.category.casefold() in (category, "")
        and rule.service.casefold() in (service, "")
    )


def key(alert: str) -> str:
    """An alert's id as the ledger keeps it: its digest where it is long, or holds what no line of text should."""
    plain = len(alert) <= _ID and alert.isprintable() and not alert.startswith("sha256:")
    return alert if plain else f"sha256:{sha256(alert.encode('utf-8', 'surrogatepass')).hexdigest()}"
