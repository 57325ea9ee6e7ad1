"""The papermill engine of the product: kernels over local sockets, an allow-listed environment, progress by heading."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ENGINE = "workbench"
START_SECONDS = 60


@dataclass(frozen=True)
class Progress:
    """How far a run is: the cell at hand of how many, and the heading it stands under."""

    cell: int
    cells: int
    heading: str


Tell = Callable[[Progress], None]


def register() -> str:
    """Make the engine known to papermill; gives its name.

    Its runs take two arguments more than papermill's own: ``environment``, all that the kernel is given of ours, and
    ``tell``, which hears of every cell that is begun.
    """
    from papermill.engines import NBClientEngine, papermill_engines

    class LocalEngine(NBClientEngine):  # type: ignore[misc]  # papermill is untyped
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **values: Any) -> Any:
            _watch(nb_man, values["tell"])
            return _execute(nb_man, kernel_name, values["execution_timeout"], values["environment"])

    papermill_engines.register(ENGINE, LocalEngine)
    return ENGINE


def _execute(nb_man: Any, kernel_name: str, seconds: int, environment: Mapping[str, str]) -> Any:
    """One new kernel for one run, reached through files of this user instead of TCP ports."""
    from jupyter_client.manager import AsyncKernelManager
    from papermill.clientwrap import PapermillNotebookClient

    manager = AsyncKernelManager(kernel_name=kernel_name, transport="ipc")
    client = PapermillNotebookClient(nb_man, km=manager, timeout=seconds, startup_timeout=START_SECONDS)
    return client.execute(env=dict(environment), cleanup_kc=True)


def _watch(nb_man: Any, tell: Tell) -> None:
    headings = _headings(nb_man.nb.cells)
    begin = nb_man.cell_start

    def start(cell: Any, cell_index: int | None = None, **values: object) -> None:
        at = cell_index or 0
        tell(Progress(at + 1, len(headings), headings[at] if at < len(headings) else ""))
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
