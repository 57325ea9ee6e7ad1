"""The line under the head of a page that says how far an export is, and where it lies once it is whole."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from traitlets import Int, Unicode

from workbench.apps.session.encoded import Form
from workbench.apps.session.export import Exported, Target
from workbench.apps.ui import browser
from workbench.apps.ui.cells import size
from workbench.apps.ui.part import Part
from workbench.base.errors import Refused, WorkbenchError
from workbench.base.render import visible

SMALL = 25_000_000
"""Bytes up to which a file is also given to the browser to save."""
MIMES: Mapping[Form, str] = MappingProxyType(
    {
        Form.csv: "text/csv;charset=utf-8",
        Form.ndjson: "application/x-ndjson",
        Form.parquet: "application/vnd.apache.parquet",
    }
)


_UNFORESEEN = WorkbenchError("The export failed", next_step="Details are in the log of the kernel.")


class GivenUp(Exception):
    """The reader wants the export no more."""


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


@dataclass(frozen=True)
class _Ended:
    number: int
    form: Form
    made: Exported | None = None
    error: WorkbenchError | None = None


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
    EVENTS: ClassVar[Mapping[str, str]] = {"end": "the Exported, or None where it was given up or failed"}

    state = Unicode("", help="running, done, failed, cancelled, or empty: nothing is to be said").tag(sync=True)
    said = Unicode("", help="what happened, in a sentence").tag(sync=True)
    path = Unicode("", help="where the file lies; empty until it is whole").tag(sync=True)
    done = Int(0, help="rows that are written").tag(sync=True)
    total = Int(0, help="rows that there will be").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
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
        self._work, number = work, self._number
        self.update(state="running", said="", path="", done=0, total=work.total, fault="")
        loop = _loop()
        if loop is None:
            self._end(self._run(number, work, form, self._tell))
            return

        def later(step: Callable[[Any], None], value: object) -> None:
            loop.call_soon_threadsafe(step, value)

        def run() -> None:
            ended = _Ended(number, form, error=_UNFORESEEN)
            try:
                ended = self._run(number, work, form, lambda told: later(self._tell, told))
            finally:
                later(self._end, ended)

        threading.Thread(target=run, daemon=True).start()

    def cancel(self) -> None:
        """Give up the export that is being written; what is written of it goes."""
        if self.state == "running" and self._work is not None:
            self._number += 1
            self._work.give_up()
            self._work = None
            self.update(state="cancelled", said="The export was cancelled; no file is left.")
            self.tell("end", None)

    def _run(self, number: int, work: Work, form: Form, tell: Callable[[tuple[int, int]], None]) -> _Ended:
        def step(rows: int) -> None:
            if number != self._number:
                raise GivenUp
            tell((number, rows))

        try:
            return _Ended(number, form, made=work.write(work.target(form), step))
        except WorkbenchError as error:
            return _Ended(number, form, error=error)
        except GivenUp:
            return _Ended(number, form)

    def _tell(self, told: tuple[int, int]) -> None:
        number, rows = told
        if number == self._number:
            self.update(done=rows)

    def _end(self, ended: _Ended) -> None:
        if ended.number != self._number:
            _removed(ended.made)
            return
        self._work = None
        if ended.made is None:
            self.update(state="failed", said=visible(ended.error, 1000))
        else:
            self.update(state="done", said=_words(ended.made), path=str(ended.made.path), done=ended.made.rows)
            if ended.made.size <= SMALL:
                self.deliver(ended.made.path.name, ended.made.path.read_bytes(), MIMES[ended.form])
        self.tell("end", ended.made)

    def _got_cancel(self, _message: Mapping[str, Any]) -> None:
        self.cancel()

    def _got_dismiss(self, _message: Mapping[str, Any]) -> None:
        if self.state != "running":
            self.update(state="", said="", path="")


def _removed(made: Exported | None) -> None:
    """An export that was whole before its end was told, when it was not wanted any more."""
    for path in (made.path, made.sidecar) if made else ():
        path.unlink(missing_ok=True)


def _words(made: Exported) -> str:
    rows = f"{made.rows:,} row{'' if made.rows == 1 else 's'}"
    saved = "" if made.size <= SMALL else " It is too large for a browser to save: it lies here."
    return f"{rows}, {size(made.size)} written, with the query and the SHA-256 in {visible(made.sidecar.name)}.{saved}"


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
