"""The filter of a page: nested conditions that read like a sentence, counted before they are applied."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, ClassVar

from traitlets import Dict, List, Unicode

from workbench.apps.explore.filter_values import OPERATORS, Held, Property
from workbench.apps.explore.filters import EMPTY, Tree, read_filter, sentence
from workbench.apps.ui.explorer.filter_paste import LONGEST, paste_indicators, paste_values
from workbench.apps.ui.explorer.filter_steps import Steps
from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.part import Part
from workbench.base import wire
from workbench.base.errors import WorkbenchError
from workbench.base.render import visible


class FilterBar(Part):
    """Conditions as chips, groups as brackets.

    While the reader edits, ``preview`` is told and ``matches`` answers with a count; ``change`` is told once the edit
    stands. An answer carries the number of its question, so that the page drops one that comes too late.
    """

    _esm = browser.module("filter_tree", "filter_values", "filter_editor", "filter_paste", "filter_bar")
    _css = browser.style("filter_bar")

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "preview": "how many would match this `tree`? `seq` numbers the question",
        "change": "filter by this `tree` from now on; `seq` numbers the question",
        "paste": "read the pasted `text` as values of `property` under `operator`, or, without one, as indicators; "
        "`seq` numbers the question",
        "step": "go back, or forward again, to the step with the number `at`",
    }
    LATEST: ClassVar[frozenset[str]] = frozenset({"change", "preview"})
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
    pasted = Dict(help="seq of the question, said, values and group, or fault; empty before the first answer").tag(
        sync=True
    )
    steps = Dict(help="at, the number of the step in force, and said, what each step did").tag(sync=True)

    def __init__(
        self,
        properties: Sequence[Property],
        tree: Mapping[str, Any] = EMPTY,
        *,
        held: Held | None = None,
        **traits: Any,
    ) -> None:
        """``held`` looks up values of lists that are not among the known ones."""
        self._known = {each.name: each for each in properties}
        self._held = held
        self._steps = Steps(read_filter(dict(tree), self._known, self._look_up), self._known)
        self._seq = 0
        super().__init__(
            properties=[each.wire() for each in properties],
            operators=_operators(),
            filter=self._steps.tree,
            steps=self._steps.wire(),
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
        """Filter by another tree and tell those who listen; the one before can be gone back to.

        Raises:
            BadInput: the tree does not fit the properties.
        """
        self._become(self._read(dict(tree)))

    def _got_preview(self, message: Mapping[str, Any]) -> None:
        tree = self._read(message.get("tree"))
        self._seq = wire.integer(message, "seq", 0, 10**9, 0)
        self.tell("preview", tree)

    def _got_change(self, message: Mapping[str, Any]) -> None:
        try:
            tree = self._read(message.get("tree"))
        finally:
            self.update()
        self._seq = wire.integer(message, "seq", 0, 10**9, 0)
        self._become(tree)

    def _got_paste(self, message: Mapping[str, Any]) -> None:
        """What cannot be read is said where the text was pasted."""
        seq = wire.integer(message, "seq", 0, 10**9, 0)
        try:
            self.update(pasted={"seq": seq, **self._paste(message)})
        except WorkbenchError as error:
            self.update(pasted={"seq": seq, "fault": visible(error)})

    def _paste(self, message: Mapping[str, Any]) -> dict[str, object]:
        text = wire.text(message, "text", LONGEST + 1)
        name = wire.choice(message, "property", self._known)
        if not name:
            return paste_indicators(text, self._known.values()).wire()
        known = self._known[name]
        operator = wire.choice(message, "operator", OPERATORS[known.kind]) or next(iter(OPERATORS[known.kind]))
        return paste_values(text, known, operator).wire()

    def _got_step(self, message: Mapping[str, Any]) -> None:
        if self._steps.go(wire.integer(message, "at", -1, 10**9, -1)):
            self._stand()

    def _read(self, value: object) -> Tree:
        return read_filter(value, self._known, self._look_up)

    def _look_up(self, name: str, text: str) -> str:
        """The value of a list as the data have it; from then on it is a known one."""
        found = self._held(name, text) if self._held else ""
        known = self._known[name]
        if found and found not in known.values:
            self._known[name] = replace(known, values=(*known.values, found))
            self.properties = [each.wire() for each in self._known.values()]
        return found

    def _become(self, tree: Tree) -> None:
        self._steps.take(tree)
        self._stand()

    def _stand(self) -> None:
        self.update(filter=self._steps.tree, steps=self._steps.wire())
        self.tell("change", self._steps.tree)


def _operators() -> dict[str, list[dict[str, object]]]:
    return {kind: [{"name": name, **asdict(each)} for name, each in known.items()] for kind, known in OPERATORS.items()}
