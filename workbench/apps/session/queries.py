"""Saved questions of a workspace: kept by its control service, for everybody who may see them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from workbench.apps.session.listings import each_of
from workbench.base.errors import BadInput, Clash, UnknownName
from workbench.base.span import parse_span
from workbench.events.query import Limits, Result, ask, parse
from workbench.ledger.api import (
    TRACKING,
    Removal,
    ScheduleHeld,
    TrackedQueryChange,
    TrackedQueryHeld,
    TrackedQueryNew,
    tracking,
)
from workbench.ledger.client import Client

if TYPE_CHECKING:
    from workbench.apps.session.workbench import Workbench

_FIELDS = 5
_EVERY = re.compile(r"([0-9]{1,4})\s*([mhd])")
_PARTS = {"m": 60, "h": 24, "d": 1}


class Queries:
    """``w.queries``: the service's tracked queries by name. Each call asks the service; nothing is kept here.

    A saved query has a window. One that is tracked is asked by the service on a schedule, unless it is switched off.
    """

    def __init__(self, workbench: "Workbench") -> None:
        self._workbench = workbench

    def list(self) -> pl.DataFrame:
        """Name, question, window, note, whether it is switched on, and when it was asked last with how many rows.

        Raises:
            ServiceDown: no service runs.
        """
        return table_of(self._client)

    def get(self, name: str) -> str:
        """The text of a saved question.

        Raises:
            UnknownName: none has that name.
        """
        return named(self._client, name).kql

    def save(self, name: str, kql: str, *, span: str = "", note: str = "", replace: bool = False) -> None:
        """Keep a question under a name.

        Raises:
            BadQuery: it cannot be read; the error says where.
            Clash: another question has that name, or somebody changed it meanwhile; it holds both texts.
        """
        save(self._client, TrackedQueryNew(name=name, kql=kql, span=span, note=note), replace=replace)

    def run(self, name: str, *, limits: Limits | None = None, **parameters: object) -> Result:
        """Answer a saved question, within its window where it has one.

        Raises:
            UnknownName: none has that name.
            LimitReached: it went over ``limits``.
        """
        held = named(self._client, name)
        w = self._workbench
        span = parse_span(held.span, w.now) if held.span else w.span
        return ask(w.catalog, held.kql, now=w.now, span=span, params=parameters, limits=limits or Limits())

    def track(self, name: str, every: str = "1h") -> None:
        """Have the service ask a saved question by itself: ``15m``, ``6h``, ``1d``, or a cron expression in UTC.

        Raises:
            UnknownName: none has that name.
            BadInput: the time cannot be used.
            Taken: it is tracked already.
        """
        track(self._client, name, every)

    def untrack(self, name: str) -> int:
        """Have it asked no more; gives how many schedules were removed.

        Raises:
            UnknownName: none has that name.
        """
        return untrack(self._client, name)

    @property
    def _client(self) -> Client:
        return self._workbench.client


def saved(client: Client) -> Iterator[TrackedQueryHeld]:
    """All saved questions by name."""
    return each_of(client.tracked_queries)


def table_of(client: Client) -> pl.DataFrame:
    """All saved questions as rows."""
    held = [
        (each.name, each.kql, each.span, each.note, each.enabled, each.last_asked_at, each.last_count)
        for each in saved(client)
    ]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "Name": pl.String,
        "KQL": pl.String,
        "Span": pl.String,
        "Note": pl.String,
        "Enabled": pl.Boolean,
        "LastAskedTime": pl.Datetime("us", "UTC"),
        "LastCount": pl.Int64,
    }
    return pl.DataFrame(held, schema=schema, orient="row")


def named(client: Client, name: str) -> TrackedQueryHeld:
    """The question of a name.

    Raises:
        UnknownName: there is none.
    """
    held = {each.name: each for each in saved(client)}
    if name not in held:
        raise UnknownName("saved query", name, held)
    return held[name]


def track(client: Client, name: str, every: str) -> ScheduleHeld:
    """Make the schedule that asks a saved question. Raises as ``Queries.track``."""
    return client.add_schedule(tracking(named(client, name).name, cron_of(every)))


def untrack(client: Client, name: str) -> int:
    """Remove the schedules that ask a saved question; gives how many. Raises as ``Queries.untrack``."""
    held = named(client, name)
    ours = [each for each in each_of(client.schedules) if each.playbook == TRACKING]
    asking = [each for each in ours if each.parameters.get("name") == held.name]
    for each in asking:
        client.remove_schedule(each.id, Removal(version=each.version))
    return len(asking)


def cron_of(every: str) -> str:
    """How often as a cron expression; one that is written as such stays as it is.

    Raises:
        BadInput: an hour or a day is not made of such parts.
    """
    found = _EVERY.fullmatch(every.strip())
    if found is None and len(every.split()) == _FIELDS:
        return every
    number, unit = (int(found[1]), found[2]) if found else (0, "")
    if number and unit in _PARTS and _PARTS[unit] % number == 0:
        step = "*" if number == 1 else f"*/{number}"
        whole = number == _PARTS[unit]
        return {"m": f"{'0' if whole else step} * * * *", "h": f"0 {'0' if whole else step} * * *", "d": "0 6 * * *"}[
            unit
        ]
    what = f"{every!r} is no part of an hour or a day"
    raise BadInput(
        what, next_step="Write 15m, 1h, 6h, 1d, or a cron expression of five fields, such as '30 6 * * mon-fri'."
    )


def taken(client: Client, new: TrackedQueryNew, *, replace: bool = False) -> TrackedQueryHeld | None:
    """The saved question that has the name of a new one; None where none has.

    Raises:
        BadQuery: the new one cannot be read.
        Clash: another question has that name and is not to be replaced.
    """
    parse(new.kql)
    held = next((each for each in saved(client) if each.name == new.name), None)
    if held is not None and held.kql != new.kql and not replace:
        raise Clash(
            f"Another question is saved as {new.name!r}",
            mine={"kql": new.kql},
            theirs={"kql": held.kql},
            version=held.version,
        )
    return held


def save(client: Client, new: TrackedQueryNew, *, replace: bool = False) -> TrackedQueryHeld:
    """Keep a question; the same one again changes nothing.

    Raises:
        BadQuery: it cannot be read.
        Clash: another question has that name and is not to be replaced, or somebody changed it meanwhile.
    """
    held = taken(client, new, replace=replace)
    if held is None:
        return client.track(new)
    if (held.kql, held.span, held.note) == (new.kql, new.span, new.note):
        return held
    change = TrackedQueryChange(version=held.version, kql=new.kql, span=new.span, note=new.note)
    return client.change_query(held.id, change)
