"""How many rows match, counted once for as long as the tables stay as they are."""

from datetime import datetime
from typing import TypeAlias

from workbench.apps.session import Workbench
from workbench.views.explorer import Question, View, count

Key: TypeAlias = tuple[str, datetime, tuple[int, ...]]

KEPT = 64
"""Counts that are remembered."""


class Counts:
    """Answers to how many rows of a view match; the same question over the same tables is asked once."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._known: dict[Key, int] = {}

    def of(self, question: Question) -> int:
        """How many rows match."""
        key = self.key(question)
        if key not in self._known:
            self.know(key, int(self._workbench.kql(key[0]).frame.item()))
        return self._known[key]

    def know(self, key: Key, rows: int) -> None:
        """Take note of a count; the key is that of before it was asked, for tables may change meanwhile."""
        while len(self._known) >= KEPT:
            del self._known[next(iter(self._known))]
        self._known[key] = rows

    def key(self, question: Question) -> Key:
        """The question, the versions of all tables it may ask, and the minute that "the last day" counts from."""
        minute = self._workbench.now.replace(second=0, microsecond=0)
        return count(question), minute, self.versions(question.view)

    def versions(self, view: View) -> tuple[int, ...]:
        """Which versions a view is of: of its own tables and of all that its filters ask."""
        held = map(self._workbench.store.snapshot, view.tables)
        return tuple(each.version if each else -1 for each in held)
