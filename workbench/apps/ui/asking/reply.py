"""The answer to a question of the box: in place of the page's view, under a head that says which events were asked."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.apps.explore.export import FORMS, AnswerExport
from workbench.apps.session import Workbench
from workbench.apps.session.encoded import Form
from workbench.apps.ui.asking.answer import view as shown_answer
from workbench.apps.ui.asking.answer_text import moment_text
from workbench.apps.ui.asking.query_box import QueryBox
from workbench.apps.ui.widgets.bar import Bar
from workbench.apps.ui.widgets.card import Action
from workbench.apps.ui.widgets.export_line import ExportLine
from workbench.apps.ui.widgets.layout import close, page
from workbench.events.query import Result
from workbench.events.tables import table

if TYPE_CHECKING:
    from ipywidgets.widgets.domwidget import DOMWidget

EXPORTS = tuple(Action(form, f"Rows as {label}, all of them") for form, label in FORMS.items())
CURRENT, BEFORE = "Answer", "Answer to the question before"
OLD = "wb-old"
"""The class of an answer that is not one to the question in the box."""


class Reply:
    """The head and the rows of an answer. While there is one, the parts of the view are folded away.

    From the moment another question is asked until it is answered, the answer is marked as one to the question before:
    so it stays where that question fails. ``back`` shows the view again. ``line`` tells of a file that is written.
    """

    def __init__(self, workbench: Workbench, box: QueryBox, title: str, view: "tuple[DOMWidget, ...]") -> None:
        self.workbench, self.box, self._view = workbench, box, view
        back = Action("back", f"Back to {title}", "left")
        self.head = Bar(CURRENT, "", exports=EXPORTS, actions=[back])
        self.answer, self.line = page(), ExportLine()
        self._result: Result | None = None
        self._text = ""
        self._fold(shown=False)
        box.on("run", self._asked)
        box.on("answer", self._answered)
        self.head.on("refresh", lambda _: box.run(self._text))
        self.head.on("export", self._export)

    def back(self) -> None:
        """Give up what is asked, drop the answer and show the view."""
        self.box.cancel()
        self.box.update(wrong={}, facts=[])
        self._fold(shown=False)
        self._replace([])
        self._result = None

    def _asked(self, text: str) -> None:
        self._text = text
        self._mark(old=True)

    def _answered(self, result: Result) -> None:
        """Show an answer in place of the one before, whose widgets are gone from then on."""
        self._result = result
        self._mark(old=False)
        self.head.update(question=reach(self.workbench, result))
        self._replace([shown_answer(result, told=True)])
        self._fold(shown=True)

    def _replace(self, parts: "list[DOMWidget]") -> None:
        before = self.answer.children
        self.answer.children = parts
        for each in before:
            close(each)

    def _mark(self, *, old: bool) -> None:
        self.head.update(title=BEFORE if old else CURRENT)
        (self.answer.add_class if old else self.answer.remove_class)(OLD)

    def _fold(self, *, shown: bool) -> None:
        for part, on in ((self.head, shown), (self.answer, shown), *((each, not shown) for each in self._view)):
            part.layout.display = None if on and part is not self.answer else "flex" if on else "none"

    def _export(self, form: str) -> None:
        if self._result is not None:
            self.line.begin(AnswerExport(self.workbench, self._result), Form(form))


def reach(workbench: Workbench, result: Result) -> str:
    """Which events an answer is of: those of its window, else all that are held, whatever window the page has."""
    if result.span is not None:
        return f"Events from {moment_text(result.span.start)} to {moment_text(result.span.end)}"
    first, newest = _held(workbench, result.now)
    if first is None or newest is None:
        return "No events are held yet"
    narrow = "not only the view's window; narrow it in the question: | where Timestamp > ago(7d)"
    return f"All events held, {_day(first)} to {_day(newest)}, {narrow}"


def _held(workbench: Workbench, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When the first and the newest event are of, by what the store knows of its files."""
    held: Any = workbench.store.held()
    firsts = [file.first for name, each in held.items() if not table(name).own for file in each.files if file.first]
    return min(firsts, default=None), workbench.store.newest(now)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"
