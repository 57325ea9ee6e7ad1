"""The papermill engine of the product: a kernel that is there already, progress by heading, and a bound on outputs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.operations.runs.client import Held, line
from workbench.operations.runs.job import Progress
from workbench.operations.runs.kernel import Kernel

ENGINE = "workbench"
MOST_OUTPUT = 32 * 1024**2
"""Characters that the cells of a run may put out; more ends it."""

Tell = Callable[[Progress], None]


@dataclass
class Course:
    """A run as it goes on: what it runs in, who hears of it, and how far it came."""

    kernel: Kernel
    tell: Tell
    cell_seconds: float
    heading: str = field(default="", init=False)
    """The last heading that a cell was begun under."""
    notebook: Any = field(default=None, init=False)
    """The notebook with all that was put out so far."""
    written: int = field(default=0, init=False)


def play(content: bytes, parameters: Mapping[str, object], course: Course) -> None:
    """Run a notebook in the kernel of its course.

    Raises:
        papermill.exceptions.PapermillExecutionError: a cell raised.
        TimeoutError: a cell took too long.
        RuntimeError: the kernel was lost, or ended from outside.
    """
    import nbformat
    import papermill

    notebook: Any = nbformat.reads(content.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    try:
        papermill.execute_notebook(
            notebook,
            None,
            parameters=dict(parameters),
            engine_name=register(),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            autosave_cell_every=0,
            course=course,
        )
    finally:
        _unmark(course.notebook)


def _unmark(notebook: Any) -> None:
    """A cell that was never begun is pending: papermill calls it completed where no cell raised."""
    for cell in notebook.cells if notebook else ():
        said = cell.metadata.get("papermill")
        if said and not said.start_time:
            said.status = "pending"


def register() -> str:
    """Make the engine known to papermill; gives its name. Its runs take one argument more: ``course``."""
    from papermill.engines import NBClientEngine, papermill_engines

    class LocalEngine(NBClientEngine):  # type: ignore[misc]  # papermill is untyped
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **values: Any) -> Any:  # noqa: ARG003
            course: Course = values["course"]
            course.notebook = nb_man.nb
            for name in ("input_path", "output_path"):
                nb_man.nb.metadata.papermill.pop(name, None)
            with line(course.kernel) as channels:
                client = _client(nb_man, course)
                client.kc = channels
                return client.execute()

    papermill_engines.register(ENGINE, LocalEngine)
    return ENGINE


def _client(nb_man: Any, course: Course) -> Any:
    from nbclient.exceptions import CellExecutionError
    from papermill.clientwrap import PapermillNotebookClient

    under = headings(nb_man.nb.cells)

    class Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill is untyped
        def papermill_execute_cells(self) -> None:
            for index, cell in enumerate(self.nb.cells):
                _begin(course, under, index)
                try:
                    nb_man.cell_start(cell, index)
                    self.execute_cell(cell, index)
                except CellExecutionError as error:
                    nb_man.cell_exception(cell, index, exception=error)
                    break
                except BaseException:
                    nb_man.cell_exception(cell, index)
                    raise
                finally:
                    nb_man.cell_complete(cell, index)

        def process_message(self, message: Any, *rest: Any, **named: Any) -> Any:
            _count(course, message["content"])
            return super().process_message(message, *rest, **named)

    return Client(nb_man, km=Held(course.kernel), timeout=course.cell_seconds)


def _begin(course: Course, under: Sequence[str], index: int) -> None:
    if course.kernel.ended:
        raise RuntimeError(course.kernel.ended.why)
    course.heading = under[index]
    course.tell(Progress(index + 1, len(under), course.heading))


def _count(course: Course, content: Any) -> None:
    """Count what is put out: a cell that never stops writing would fill the memory of whoever listens."""
    course.written += len(str(content))
    if course.written > MOST_OUTPUT:
        course.kernel.end(f"its cells put out more than {MOST_OUTPUT // 1024**2} MiB", "failed")
        raise RuntimeError("too much output")


def headings(cells: Sequence[Any]) -> list[str]:
    """For every cell the last heading of its own cell or one before it."""
    found, last = [], ""
    for cell in cells:
        titles = [line.lstrip("# ").strip() for line in "".join(cell["source"]).splitlines() if line.startswith("#")]
        last = titles[-1] if cell["cell_type"] == "markdown" and titles else last
        found.append(last)
    return found
