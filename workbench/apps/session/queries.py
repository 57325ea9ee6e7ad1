"""Saved questions of a workspace: kept by its control service, for everybody who may see them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from workbench.base.errors import Clash, UnknownName
from workbench.base.span import parse_span
from workbench.events.query import Limits, Result, ask, parse
from workbench.ledger.api import TrackedQueryChange, TrackedQueryHeld, TrackedQueryNew
from workbench.ledger.client import Client

if TYPE_CHECKING:
    from workbench.apps.session.workbench import Workbench

_PAGE = 500


class Queries:
    """``w.queries``: the service's tracked queries by name. Each call asks the service; nothing is kept here.

    A tracked query has a window and may be switched off; asking it again on a schedule is not done by the service yet.
    """

    def __init__(self, workbench: "Workbench") -> None:
        self._workbench = workbench

    def list(self) -> pl.DataFrame:
        """Name, question, window, note, and whether it is switched on.

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

    @property
    def _client(self) -> Client:
        return self._workbench.client


def saved(client: Client) -> Iterator[TrackedQueryHeld]:
    """All saved questions by name."""
    offset = 0
    while found := client.tracked_queries(limit=_PAGE, offset=offset).items:
        yield from found
        offset += len(found)


def table_of(client: Client) -> pl.DataFrame:
    """All saved questions as rows."""
    held = [(each.name, each.kql, each.span, each.note, each.enabled) for each in saved(client)]
    schema = {"Name": pl.String, "KQL": pl.String, "Span": pl.String, "Note": pl.String, "Enabled": pl.Boolean}
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
