"""The line under the head of a page that says how far an export is, and where it lies once it is whole."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

from traitlets import Int, Unicode

from workbench.apps.session.aside import aside, loop_of_kernel
from workbench.apps.session.encoded import Form
from workbench.apps.session.export import Exported, Target
from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.cells import size
from workbench.apps.ui.widgets.download import MIMES
from workbench.apps.ui.widgets.part import Part
from workbench.base.errors import Refused, WorkbenchError
from workbench.base.render import visible
from workbench.events.query import GivenUp

SMALL = 25_000_000
"""Bytes up to which a file is also given to the browser to save."""


class Work(Protocol):
    """An export that can be begun."""

    @property
    def total(self) -> int:
        """Rows that there will be."""
        ...

    def target(self, form: Form) -> Target:
        """Where the file goes."""
        ...

    def write(self, target: Target, tell: Callable[[int], None]) -> Exported:
        """Write it; ``tell`` is told how many rows are written, and may raise."""
        ...

    def give_up(self) -> None:
        """End what is under way, from another thread."""
        ...


class ExportLine(Part):
    """One export at a time, written by a thread so that the page goes on, with its rows counted and a way to end it.

    The file lies in the workspace's folder of exports; a small one is given to the browser too.
    """

    _esm = browser.module("export_line")
    _css = browser.style("export_line")

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "cancel": "give up the export that is being written",
        "dismiss": "take the line away",
    }
    EVENTS: ClassVar[Mapping[str, str]] = {"end": "the Exported; None where it was given up, else the error"}

    state = Unicode("", help="running, done, failed, cancelled, or empty: nothing is to be said").tag(sync=True)
    said = Unicode("", help="what happened, in a sentence").tag(sync=True)
    path = Unicode("", help="where the file lies; empty until it is whole").tag(sync=True)
    done = Int(0, help="rows that are written").tag(sync=True)
    total = Int(0, help="rows that there will be").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.layout.display = "none"
        self._work: Work | None = None
        self._number = 0

    def begin(self, work: Work, form: Form) -> None:
        """Write an export; in a kernel this goes on while the page is used, elsewhere it is waited for.

        Raises:
            Refused: another one is being written.
        """
        if self.state == "running":
            raise Refused("An export is being written", next_step="Wait until it is done, or cancel it.")
        self._number += 1
        self._work, number, loop = work, self._number, loop_of_kernel()
        self.layout.display = None
        self.update(state="running", said="", path="", done=0, total=work.total, fault="")

        def told(rows: int) -> None:
            if number != self._number:
                raise GivenUp
            if loop is None:
                self._tell(number, rows)
            else:
                loop.call_soon_threadsafe(self._tell, number, rows)

        aside(lambda: _written(work, form, told), lambda made: self._end(number, form, made))

    def cancel(self) -> None:
        """Give up the export that is being written; what is written of it goes."""
        if self.state == "running" and self._work is not None:
            self._number += 1
            self._work.give_up()
            self._work = None
            self.update(state="cancelled", said="The export was cancelled; no file is left.")
            self.tell("end", None)

    def _tell(self, number: int, rows: int) -> None:
        if number == self._number:
            self.update(done=rows)

    def _end(self, number: int, form: Form, made: Exported | WorkbenchError | None) -> None:
        if number != self._number or made is None:
            _removed(made)
            return
        self._work = None
        if isinstance(made, WorkbenchError):
            self.update(state="failed", said=visible(made, 1000))
        else:
            self.update(state="done", said=_words(made), path=str(made.path), done=made.rows)
            if made.size <= SMALL:
                self.deliver(made.path.name, made.path.read_bytes(), MIMES[form])
        self.tell("end", made)

    def _got_cancel(self, _message: Mapping[str, Any]) -> None:
        self.cancel()

    def _got_dismiss(self, _message: Mapping[str, Any]) -> None:
        if self.state != "running":
            self.layout.display = "none"
            self.update(state="", said="", path="")


def _written(work: Work, form: Form, tell: Callable[[int], None]) -> Exported | None:
    """What was written; None where it was given up."""
    try:
        return work.write(work.target(form), tell)
    except GivenUp:
        return None


def _removed(made: Exported | WorkbenchError | None) -> None:
    """Take away what was whole before it was known that nobody wants it any more."""
    for path in (made.path, made.sidecar) if isinstance(made, Exported) else ():
        path.unlink(missing_ok=True)


def _words(made: Exported) -> str:
    rows = f"{made.rows:,} row{'' if made.rows == 1 else 's'}"
    saved = "" if made.size <= SMALL else " Too large for a browser to save, it lies here:"
    return f"{rows}, {size(made.size)} written; query and SHA-256 lie beside, in .json.{saved}"
