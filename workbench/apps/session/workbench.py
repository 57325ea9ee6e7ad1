"""The handle an analyst works with: tables, questions, messages, all within one window of time."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from workbench.analysis.entities import Entity, Message, Window, entity, find_message, kind_named
from workbench.apps.session.current import remember
from workbench.apps.session.queries import Queries
from workbench.apps.session.views import Views
from workbench.base.config import Workspace, find_workspace
from workbench.base.errors import UnknownName
from workbench.base.span import Span, parse_span
from workbench.events.lookups import Lookups
from workbench.events.query import (
    Explained,
    Limits,
    Plan,
    Result,
    StoreCatalog,
    ask,
    bind,
    explain,
    looking,
    parse,
    run,
    with_parameters,
)
from workbench.events.store import Store
from workbench.events.tables import tables
from workbench.ledger import client
from workbench.operations.investigations import PhishTriage, TrackedQuery
from workbench.views.charts.rendered import rendered

if TYPE_CHECKING:
    from workbench.views.charts.figure import Figure


class Workbench:
    """One open workspace.

    ``w.EmailEvents`` is a Polars lazy frame of that table cut to ``w.span``; ``w.kql("...")`` asks in KQL;
    ``w.message("<id>")`` gathers what is known of one message. Nothing here changes the workspace.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.store = Store(workspace.store)
        self.catalog = StoreCatalog(
            self.store, accelerators=workspace.settings.accelerators, reference=workspace.lookups
        )
        self._span: Span | None = None

    @property
    def now(self) -> datetime:
        """What "now" means here: the clock, the newest event, or a fixed instant (``now`` in workbench.toml).

        The newest event counts only up to a day ahead of the clock; without events it is the clock.
        """
        setting, clock = self.workspace.settings.now, datetime.now(UTC)
        if isinstance(setting, datetime):
            return setting.astimezone(UTC)
        newest = self.store.newest(clock) if setting == "newest" else None
        return newest + timedelta(microseconds=1) if newest else clock

    @property
    def span(self) -> Span | None:
        """The window every table and question is cut to; None is all that is held. Set it as ``"7d"`` or FROM..TO.

        Raises:
            BadSpan: what was set is not a window.
        """
        return self._span

    @span.setter
    def span(self, value: str | Span | None) -> None:
        self._span = None if value is None else parse_span(value, self.now)

    def kql(self, text: str, *, limits: Limits | None = None, **parameters: object) -> Result:
        """Ask in KQL. Keyword arguments are values the query may name, as if bound by ``let``; they are never text.

        Example:
            >>> answer = w.kql("EmailEvents | where SenderFromDomain == domain | count", domain="northgate.example")
            >>> answer.frame.columns
            ['Count']

        Raises:
            BadQuery: the text cannot be read or names something unknown; the error says where and what is near.
            LimitReached: the query went over ``limits``.
        """
        return ask(self.catalog, text, now=self.now, span=self.span, params=parameters, limits=limits or Limits())

    def run(self, plan: Plan, *, limits: Limits | None = None) -> Result:
        """Run a bound plan, as pages and cards build them."""
        return run(plan, self.catalog, span=self.span, limits=limits or Limits())

    def explain(self, text: str, *, limits: Limits | None = None, **parameters: object) -> Explained:
        """How a question is answered: the steps, and for each table the window, conditions, columns, files and index.

        No row is read to say so. With ``limits`` the question is run too, and the rows and seconds it took are said.

        Example:
            >>> print(w.explain("EmailEvents | where Subject has 'invoice' | count"))  # doctest: +ELLIPSIS
            summarize Count = count()
            └─ EmailEvents...

        Raises:
            BadQuery: the text cannot be read or names something unknown; the error says where and what is near.
            LimitReached: the run went over ``limits``.
        """
        now, query = self.now, with_parameters(parse(text), parameters)
        look = looking(query, self.catalog, now=now, span=self.span, limits=limits) if limits else None
        return explain(bind(query, self.catalog, now=now, look=look), self.catalog, span=self.span, limits=limits)

    def message(self, identity: str, *, received: datetime | None = None) -> Message:
        """What is known of one message, named by its network message id, Internet message id or SHA-256.

        Senders may set both ids: of several messages with one, that of the time ``received``, else the newest.

        Example:
            >>> w.message("e50d1c32-61d5-490d-38ef-08df13c5e0bf").auth.columns
            ['Method', 'Result', 'Domain', 'Reason']

        Raises:
            NotFound: no message has that id within the window.
        """
        return find_message(self.window(), identity, received=received)

    def entity(self, kind: str, value: str) -> Entity:
        """An entity by its kind (``url``, ``domain``, ``sender`` ...) and its value, which may be defanged.

        Its pivots are methods that give frames; ``wb.Url("hxxps://...")`` is the same for the workbench opened last.

        Example:
            >>> w.entity("domain", "mailkeep[.]example").clicks().height
            3

        Raises:
            UnknownName: there is no such kind.
            BadInput: the value is none of that kind; the error says why, and of which kind it looks to be.
        """
        return entity(self.window(), kind_named(kind), value)

    def triage(self, message: str, *, span: str | Span | None = None) -> PhishTriage:
        """Begin the triage of one message, within a window of its own or within this one.

        Raises:
            NotFound: no message has that id within the window.
        """
        return PhishTriage(self.window(span), message, self.workspace.organisation, self.lookups)

    def tracked(self, name: str, kql: str, *, span: str | Span | None = None) -> TrackedQuery:
        """Ask a saved question as the playbook ``tracked_query`` does, within a window of its own or within this one.

        Raises:
            BadInput: the text is empty.
        """
        return TrackedQuery(self.window(span), name, kql)

    def chart(self, result: Result) -> "Figure | None":
        """The chart that an answer's ``render`` asks for; None where it asks for none, or for one of other columns."""
        wanted = result.plan.render
        if wanted is None or not result.frame.height:
            return None
        return rendered(result.frame, dict(result.columns), wanted.kind, wanted.properties).figure

    @cached_property
    def lookups(self) -> Lookups:
        """The dated lists within reach, this workspace's before those that ship; ``lists()`` tells how old they are."""
        return Lookups(self.workspace.lookups)

    @cached_property
    def client(self) -> "client.Client":
        """The control service of this workspace, with the token that ``workbench login`` stored.

        Raises:
            ServiceDown: none runs.
        """
        return client.connect(self.workspace)

    @cached_property
    def queries(self) -> Queries:
        """Saved questions, kept by the control service: ``list()``, ``get()``, ``save(name, kql)``, ``run(name)``."""
        return Queries(self)

    @cached_property
    def views(self) -> Views:
        """Saved views of the Explorer, kept by the control service: ``list()``, ``get(name)``, ``save(name, text)``."""
        return Views(self)

    def lists(self) -> pl.DataFrame:
        """The dated lists within reach: rows, date, age in days, whether that is old, licence, source.

        Example:
            >>> w.lists().filter(name="countries").select("rows", "origin").row(0)
            (550566, 'shipped')
        """
        return self.lookups.table(datetime.now(UTC).date())

    def window(self, span: str | Span | None = None) -> Window:
        """The window that pivots ask through: ``span``, else the one set here."""
        now = self.now
        return Window(self.catalog, now, parse_span(span, now) if span else self.span)

    def tables(self) -> pl.DataFrame:
        """The tables that hold rows: name, rows, first and newest event, files, bytes."""
        held = self.store.held()
        return pl.DataFrame(
            [(name, s.rows, s.first, s.newest, len(s.files), s.size) for name, s in held.items()],
            schema={
                "Table": pl.String,
                "Rows": pl.Int64,
                "First": pl.Datetime("us", "UTC"),
                "Newest": pl.Datetime("us", "UTC"),
                "Files": pl.Int64,
                "Bytes": pl.Int64,
            },
            orient="row",
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every declared table."""
        return tuple(tables())

    def __getitem__(self, name: str) -> pl.LazyFrame:
        if name not in tables():
            raise UnknownName("table", name, tables())
        return self.store.scan(name, self.span)

    def __getattr__(self, name: str) -> pl.LazyFrame:
        if name.startswith("_") or name not in tables():
            raise AttributeError(str(UnknownName("table or attribute", name, self.__dir__())))
        return self.store.scan(name, self.span)

    def __dir__(self) -> Iterable[str]:
        own = (name for name in super().__dir__() if not name.startswith("_"))
        return [*own, *tables()]

    def _ipython_key_completions_(self) -> list[str]:
        return list(tables())

    def __repr__(self) -> str:
        held = self.store.held()
        rows = sum(snapshot.rows for snapshot in held.values())
        window = (
            f"{self.span.start:%Y-%m-%d %H:%M} to {self.span.end:%Y-%m-%d %H:%M}" if self.span else "all that is held"
        )
        return (
            f"<Workbench {self.workspace.organisation.name or self.workspace.home.name}: {rows:,} rows in {len(held)} "
            f"tables, now {self.now:%Y-%m-%d %H:%M} UTC, window {window}>"
        )


def open_workbench(home: str | Path | None = None) -> Workbench:
    """Open a workspace: ``home``, else ``$WORKBENCH_HOME``, else ``./workspace``.

    ``wb.Url(...)`` and its like ask the one that was opened last.

    In IPython, ``%%kql`` asks in KQL and tables, columns and KQL are completed from then on; slow completion by static
    analysis is switched off.

    Example:
        >>> w = open_workbench()
        >>> w.span = "2026-09-14..2026-09-18"
        >>> w.EmailEvents.filter(DeliveryAction="Delivered").collect().height > 400
        True

    Raises:
        NotFound: there is no workspace there; the message says how to make one.
    """
    _for_notebooks()
    opened = Workbench(find_workspace(home))
    remember(opened)
    return opened


def _for_notebooks() -> None:
    """In IPython: ``%%kql``, its completion and the look of answers, as ``%load_ext workbench`` brings them too."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if shell:
        shell.extension_manager.load_extension("workbench")
