"""The papermill engine of the product: kernels over local sockets, an allow-listed environment, progress by heading."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_core.utils import ensure_event_loop

ENGINE = "workbench"
START_SECONDS = 60


@dataclass(frozen=True)
class Progress:
    """How far a run is: the cell at hand of how many, and the heading it stands under."""

    cell: int
    cells: int
    heading: str


Tell = Callable[[Progress], None]


@dataclass
class Leash:
    """What a run is held by: all that its kernel may know, who hears of each cell that is begun, and how to end it."""

    environment: Mapping[str, str]
    tell: Tell
    cell_seconds: int
    manager: Any = None
    heading: str = ""
    """The last heading that a cell was begun under."""
    ended: str = field(default="", init=False)
    """Why the kernel was ended from outside; empty where it was not."""

    def end(self, why: str) -> None:
        """End the kernel at once, from any thread; the run then fails within a second or two.

        A kernel that is not there yet is not used: no cell is begun any more.
        """
        self.ended = why
        group = getattr(getattr(self.manager, "provisioner", None), "pgid", None)
        if group:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


def register() -> str:
    """Make the engine known to papermill; gives its name. Its runs take one argument more: ``leash``."""
    from papermill.engines import NBClientEngine, papermill_engines

    class LocalEngine(NBClientEngine):  # type: ignore[misc]  # papermill is untyped
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **values: Any) -> Any:
            leash: Leash = values["leash"]
            _watch(nb_man, leash)
            with TemporaryDirectory(prefix="wb-") as folder, _loop():
                return _execute(nb_man, kernel_name, leash, Path(folder))

    papermill_engines.register(ENGINE, LocalEngine)
    return ENGINE


@contextmanager
def _loop() -> Iterator[None]:
    """The event loop of this thread, closed afterwards: a run has a thread of its own."""
    loop = ensure_event_loop()
    try:
        yield
    finally:
        loop.close()


def _execute(nb_man: Any, kernel_name: str, leash: Leash, folder: Path) -> Any:
    """One new kernel for one run, reached through files of this user instead of TCP ports.

    The files lie in a folder of their own with a short name, since the path of a local socket has at most 107 bytes.
    """
    from jupyter_client.manager import AsyncKernelManager
    from papermill.clientwrap import PapermillNotebookClient

    files = {"connection_file": str(folder / "k.json"), "transport": "ipc"}
    leash.manager = AsyncKernelManager(kernel_name=kernel_name, **files)
    client = PapermillNotebookClient(
        nb_man,
        km=leash.manager,
        timeout=leash.cell_seconds,
        startup_timeout=START_SECONDS,
        shutdown_kernel="immediate",
    )
    return client.execute(env=dict(leash.environment), cleanup_kc=True)


def _watch(nb_man: Any, leash: Leash) -> None:
    headings = _headings(nb_man.nb.cells)
    begin = nb_man.cell_start

    def start(cell: Any, cell_index: int | None = None, **values: object) -> None:
        if leash.ended:
            raise RuntimeError(leash.ended)
        at = cell_index or 0
        leash.heading = headings[at] if at < len(headings) else leash.heading
        leash.tell(Progress(at + 1, len(headings), leash.heading))
        begin(cell, cell_index, **values)

    nb_man.cell_start = start


def _headings(cells: list[Any]) -> list[str]:
    """For every cell the last heading of its own cell or one before it."""
    found, last = [], ""
    for cell in cells:
        titles = [line.lstrip("# ").strip() for line in cell.source.splitlines() if line.startswith("#")]
        last = titles[-1] if cell.cell_type == "markdown" and titles else last
        found.append(last)
    return found
