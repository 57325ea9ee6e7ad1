"""A saved question asked once: what a playbook's cells call, and the record they leave.

Text and window are given with the run, so that its record says what was asked, whatever becomes of the saved query.
"""

import json
from datetime import datetime
from functools import cached_property

import polars as pl
from pydantic import BaseModel, ConfigDict

from workbench.analysis.entities import Window
from workbench.base.errors import BadInput, LimitReached
from workbench.base.render import visible
from workbench.events.query import Result
from workbench.ledger.api import TRACKING
from workbench.operations.investigations import _show as show
from workbench.operations.investigations.findings import MIME

VERSION = 1
"""Raised when a field of the record changes its meaning."""


class Asked(BaseModel):
    """The record of one answer: ``count`` rows, all of them, with a ``digest`` that is equal for equal answers.

    ``columns`` are names with KQL types; ``span`` is FROM..TO in UTC, empty for all that is held.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = VERSION
    playbook: str = TRACKING
    name: str
    kql: str
    now: datetime
    span: str
    count: int
    digest: str
    columns: list[tuple[str, str]]
    notes: list[str]

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {MIME: json.loads(self.model_dump_json()), "text/plain": self.summary()}

    def summary(self) -> str:
        """The record in a few lines of plain text."""
        window = f"of {self.span or 'all that is held'}"
        return "\n".join(
            [f"{visible(self.name)}: {show.counted(self.count, 'row')} {window}", *map(visible, self.notes)]
        )


class TrackedQuery:
    """One question under way. It only reads."""

    def __init__(self, window: Window, name: str, kql: str) -> None:
        if not kql.strip():
            advice = "The control service gives it with the run; without one, add it: -p kql='...'"
            raise BadInput(f"The text of the saved query {name!r} was not given", next_step=advice)
        self.window, self.name, self.kql = window, name, kql

    @cached_property
    def answer(self) -> Result:
        """The answer, which is asked for once.

        Raises:
            BadQuery: the text cannot be read, or names what is not there any more.
            LimitReached: it has more rows than a pivot may have, so that they cannot be counted.
        """
        found = self.window.ask(self.kql)
        if found.cut is not None:
            what = f"The query has more than {found.cut:,} rows"
            raise LimitReached(what, next_step="End it in summarize, count, top or take, and save it again.")
        return found

    def ask(self) -> pl.DataFrame:
        """How many rows there are, of which window, and what is to be known of them."""
        found = self.answer
        facts = {"Query": visible(self.name), "Rows": f"{found.frame.height:,}", "Window": self._window()}
        return show.pairs(facts | {"Columns": ", ".join(visible(name) for name, _ in found.columns)} | self._notes())

    def rows(self) -> pl.DataFrame:
        """The rows as people read them: nothing hides, and nothing becomes a link."""
        return show.readable(self.answer.frame)

    def conclude(self) -> Asked:
        """The record of this run."""
        found = self.answer
        return Asked(
            name=self.name,
            kql=self.kql,
            now=found.now,
            span=str(found.span) if found.span else "",
            count=found.frame.height,
            digest=found.digest,
            columns=[(name, str(kind)) for name, kind in found.columns],
            notes=list(found.notes),
        )

    def _window(self) -> str:
        return str(self.answer.span) if self.answer.span else "all that is held"

    def _notes(self) -> dict[str, str]:
        return {f"Note {number}": visible(note) for number, note in enumerate(self.answer.notes, start=1)}
