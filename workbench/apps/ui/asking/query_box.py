"""A box to ask in KQL: completion, faults underlined at their place, an answer that can be waited for or given up."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from traitlets import Bool, Dict, Int, List, Unicode

from workbench.apps.session import Workbench
from workbench.apps.session.aside import apart, loop_of_kernel
from workbench.apps.ui.asking.underline import spot
from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.part import Part
from workbench.base import wire
from workbench.base.errors import BadQuery, WorkbenchError
from workbench.base.render import visible
from workbench.events.query import Limits, Result, ask
from workbench.events.query.complete import begun, complete
from workbench.ledger.client import page_address

LONGEST = 2_100_000
"""Characters of a question that are taken from a page; a longer one is refused as it stands, not cut."""
WORDS = 40
"""Names that are offered at a time."""
LIMITS = Limits(rows=10_000, seconds=120, memory_mb=4096)
"""What a question of the page may give and take: a kernel serves one reader at a time."""


@dataclass(frozen=True)
class Answered:
    """What became of a question: its answer, or why there is none."""

    number: int
    text: str
    result: Result | None = None
    error: WorkbenchError | None = None


class QueryBox(Part):
    """A text box for a question. ``answer`` is told of an answer to the question that was asked last, and of no other.

    The question is answered by a process of its own, so that the page goes on and it can be given up.
    """

    _esm = browser.module("query_words", "query_box")
    _css = browser.style("query_box")

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "complete": "which names fit in `text` at `at`? `seq` numbers the question",
        "run": "answer the question `text`",
        "cancel": "give up the question that is being answered",
        "view": "put the query of the present view into the box",
    }
    EVENTS: ClassVar[Mapping[str, str]] = {
        "answer": "a Result of the question that was asked last",
        "run": "the text that is asked",
        "view": "None",
    }

    text = Unicode("", help="the question that Python puts into the box").tag(sync=True)
    placed = Int(0, help="grows when the page is to take the text over").tag(sync=True)
    words = Dict(help="seq of the question, how many characters are replaced, and names: text, kind, meaning").tag(
        sync=True
    )
    wrong = Dict(help="place and length of a fault, and a sentence about it; empty without one").tag(sync=True)
    facts: Any = List(help="short facts about the last answer").tag(sync=True)
    running = Bool(False, help="whether a question is being answered").tag(sync=True)
    opened = Bool(False, help="whether the box is unfolded").tag(sync=True)
    control = Unicode("", help="address of the control service, whose pages save and list; empty without one").tag(
        sync=True
    )

    def __init__(self, workbench: Workbench, *, limits: Limits = LIMITS, **traits: Any) -> None:
        super().__init__(control=page_address(workbench.workspace), **traits)
        self.workbench, self.limits = workbench, limits
        self._catalog = apart(workbench)
        self._number = 0

    def place(self, text: str) -> None:
        """Put a question into the box and unfold it."""
        self.update(text=text, placed=self.placed + 1, opened=True, wrong={}, facts=[])

    def run(self, text: str) -> None:
        """Ask; the answer is told when it is there, unless another was asked or it was given up meanwhile."""
        self._stop()
        self._number += 1
        asked = Answered(self._number, text)
        if not text.strip():
            self.update(running=False, wrong={}, facts=[])
            return
        self.update(running=True, wrong={}, facts=[])
        self.tell("run", text)
        loop = loop_of_kernel()
        if loop is None:
            self._finish(self._answer(asked))
            return
        handed: Callable[[Answered], object] = lambda found: loop.call_soon_threadsafe(self._finish, found)  # noqa: E731
        threading.Thread(target=lambda: handed(self._answer(asked)), daemon=True).start()

    def cancel(self) -> None:
        """Give up the question that is being answered."""
        if self.running:
            self._number += 1
            self._stop()
            self.update(running=False, facts=["Cancelled"])

    def _stop(self) -> None:
        """End what is still being answered; its answer would be one to an old question."""
        if self.running:
            self._catalog.give_up()
            self._catalog = apart(self.workbench)

    def _answer(self, asked: Answered) -> Answered:
        w, catalog = self.workbench, self._catalog
        try:
            found = ask(catalog, asked.text, now=w.now, span=w.span, limits=self.limits)
        except WorkbenchError as error:
            return Answered(asked.number, asked.text, error=error)
        return Answered(asked.number, asked.text, found)

    def _finish(self, found: Answered) -> None:
        if found.number != self._number:
            return
        if found.result is None:
            self.update(running=False, wrong=_wrong(found.text, found.error), facts=[])
            return
        self.update(running=False, wrong={}, facts=_facts(found.result))
        self.tell("answer", found.result)

    def _got_complete(self, message: Mapping[str, Any]) -> None:
        text = wire.text(message, "text", LONGEST)
        at = wire.integer(message, "at", 0, len(text), len(text))
        seq = wire.integer(message, "seq", 0, 10**9, 0)
        found = complete(text, at, self.workbench.catalog)[:WORDS]
        items = [{"text": each.text, "kind": each.kind, "meaning": each.signature or each.meaning} for each in found]
        self.words = {"seq": seq, "replaced": len(begun(text, at)), "items": items}

    def _got_run(self, message: Mapping[str, Any]) -> None:
        self.run(wire.text(message, "text", LONGEST))

    def _got_cancel(self, _message: Mapping[str, Any]) -> None:
        self.cancel()

    def _got_view(self, _message: Mapping[str, Any]) -> None:
        self.tell("view", None)


def _wrong(text: str, error: WorkbenchError | None) -> dict[str, object]:
    """A fault with its place, where it has one."""
    said = visible(error, LONGEST)
    found = spot(text, error) if isinstance(error, BadQuery) else None
    if found is None or not isinstance(error, BadQuery):
        return {"at": -1, "length": 0, "message": said}
    return {"at": error.position, "length": len(found.fault), "message": said}


def _facts(result: Result) -> list[str]:
    rows = f"{result.frame.height:,} row{'' if result.frame.height == 1 else 's'}"
    return [rows, f"{result.seconds:.2f} s"]
