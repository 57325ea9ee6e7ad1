"""The filter of a page: nested conditions that read like a sentence, counted before they are applied."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from traitlets import Dict, List, Unicode

from workbench.apps.ui import browser, wire
from workbench.apps.ui.filters import EMPTY, OPERATORS, Property, Tree, read_filter, sentence
from workbench.apps.ui.part import Part

UNDO = 50
"""Steps that can be undone."""


class FilterBar(Part):
    """Conditions as chips, groups as brackets.

    While the reader edits, ``preview`` is told and ``matches`` answers with a count; ``change`` is told once the edit
    stands. An answer carries the number of its question, so that the page drops one that comes too late.
    """

    _esm = browser.module("filter_tree", "filter_values", "filter_editor", "filter_bar")
    _css = browser.style("filter_bar")

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "preview": "how many would match this `tree`? `seq` numbers the question",
        "change": "filter by this `tree` from now on; `seq` numbers the question",
        "undo": "go back to the filter before the last change",
    }
    EVENTS: ClassVar[Mapping[str, str]] = {
        "preview": "the tree under the reader's hands, in normal form",
        "change": "the tree in force, in normal form",
    }

    properties: Any = List(help="name, label, kind, group, values, help and first operator of each property").tag(
        sync=True
    )
    operators = Dict(help="by kind of property: name, words, least and most values of each").tag(sync=True)
    filter = Dict(help="the tree in force").tag(sync=True)
    answer = Dict(help="seq of the question, matches and total; empty before the first answer").tag(sync=True)
    noun = Unicode("rows", help="what is counted, in the plural").tag(sync=True)
    undoable = Dict(help="steps that can be undone").tag(sync=True)

    def __init__(self, properties: Sequence[Property], tree: Mapping[str, Any] = EMPTY, **traits: Any) -> None:
        self._known = {each.name: each for each in properties}
        self._past: list[Tree] = []
        self._seq = 0
        super().__init__(
            properties=[each.wire() for each in properties],
            operators=_operators(),
            filter=read_filter(dict(tree), self._known),
            undoable={"steps": 0},
            **traits,
        )

    @property
    def tree(self) -> Tree:
        """The filter in force, in normal form."""
        return dict(self.filter)

    @property
    def sentence(self) -> str:
        """The filter in force as people say it; empty without conditions."""
        return sentence(self.filter, self._known)

    def matches(self, matches: int, total: int) -> None:
        """Answer the last question: how many match, of how many."""
        self.update(answer={"seq": self._seq, "matches": matches, "total": total})

    def set(self, tree: Mapping[str, Any]) -> None:
        """Filter by another tree and tell those who listen; the one before can be undone.

        Raises:
            BadInput: the tree does not fit the properties.
        """
        self._become(read_filter(dict(tree), self._known))

    def _got_preview(self, message: Mapping[str, Any]) -> None:
        tree = read_filter(message.get("tree"), self._known)
        self._seq = wire.integer(message, "seq", 0, 10**9, 0)
        self.tell("preview", tree)

    def _got_change(self, message: Mapping[str, Any]) -> None:
        try:
            tree = read_filter(message.get("tree"), self._known)
        finally:
            self.update()
        self._seq = wire.integer(message, "seq", 0, 10**9, 0)
        self._become(tree)

    def _got_undo(self, _message: Mapping[str, Any]) -> None:
        if self._past:
            self._stand(self._past.pop())

    def _become(self, tree: Tree) -> None:
        if tree != self.filter:
            self._past = [*self._past, self.tree][-UNDO:]
        self._stand(tree)

    def _stand(self, tree: Tree) -> None:
        self.update(filter=tree, undoable={"steps": len(self._past)})
        self.tell("change", tree)


def _operators() -> dict[str, list[dict[str, object]]]:
    return {kind: [{"name": name, **asdict(each)} for name, each in known.items()] for kind, known in OPERATORS.items()}
