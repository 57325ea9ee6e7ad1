"""The papermill engine of the product: a kernel that is there already, progress by heading, and a bound on outputs."""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from workbench.operations.runs.client import Held, line
from workbench.operations.runs.incoming import reduced, weight
from workbench.operations.runs.job import Progress
from workbench.operations.runs.kernel import Kernel

ENGINE = "workbench"
_INJECTED, _GRAMMARS = "injected-parameters", "rfc3987_syntax"
MOST_OUTPUT = 32 * 1024**2
"""Characters that the cells of a run may put out; more ends it."""

Tell = Callable[[Progress], None]
_SILENT = logging.Logger("workbench.runs.silent", logging.CRITICAL)
"""Where nbclient writes what it meets: nowhere, since a notebook can put its words into it."""


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
    import_papermill()
    import nbformat

    notebook: Any = nbformat.reads(content.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    notebook.cells = [cell for cell in notebook.cells if _INJECTED not in cell.metadata.get("tags", ())]
    try:
        _executed(notebook, dict(parameters), course)
    finally:
        _unmark(course.notebook)


def _executed(notebook: Any, parameters: dict[str, object], course: Course) -> None:
    """What ``papermill.execute_notebook`` does, but for the copies that it writes out even where nobody reads them."""
    from papermill.engines import papermill_engines
    from papermill.execute import prepare_notebook_metadata, raise_for_execution_errors, remove_error_markers
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    kernel, engine = "python3", register()
    given = load_notebook_node(notebook)
    if parameters:
        given = parameterize_notebook(given, parameters, kernel_name=kernel, engine_name=engine)
    given = remove_error_markers(prepare_notebook_metadata(given, None, None))
    settings = {"progress_bar": False, "log_output": False, "autosave_cell_every": 0, "course": course}
    done = papermill_engines.execute_notebook_with_engine(engine, given, kernel, **settings)
    raise_for_execution_errors(done, None)


def import_papermill() -> None:
    """Import it without what jsonschema, which it needs, would build if it could: grammars of international addresses.

    They take nearly three seconds, and notebooks have no field of that form.
    """
    if "jsonschema" not in sys.modules and _GRAMMARS not in sys.modules:
        sys.modules[_GRAMMARS] = None  # type: ignore[assignment]  # an import of it fails, as if it were not there
        try:
            import_module("jsonschema")
        finally:
            del sys.modules[_GRAMMARS]
    import_module("papermill")


def _unmark(notebook: Any) -> None:
    """A cell that was never begun is pending: papermill calls it completed where no cell raised."""
    for cell in notebook.cells if notebook else ():
        said = cell.metadata.get("papermill")
        if said and not said.start_time:
            said.status = "pending"


def register() -> str:
    """Make the engine known to papermill; gives its name. Its runs take one argument more: ``course``.

    What papermill says of a run is told by its course; it logs nothing.
    """
    from papermill.engines import NBClientEngine, papermill_engines

    logging.getLogger("papermill").setLevel(logging.CRITICAL)

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
    from papermill.clientwrap import PapermillNotebookClient

    class Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill is untyped
        def execute(self, **_: Any) -> Any:
            self.reset_execution_trackers()
            with self.setup_kernel():
                _play_cells(self, nb_man, course)
            return self.nb

        def process_message(self, message: Any, *rest: Any, **named: Any) -> Any:
            content = _taken_in(message, self._display_id_map, course)
            return content and super().process_message({**message, "content": content}, *rest, **named)

    return Client(nb_man, km=Held(course.kernel), timeout=course.cell_seconds, log=_SILENT, store_widget_state=False)


def _play_cells(client: Any, nb_man: Any, course: Course) -> None:
    from nbclient.exceptions import CellExecutionError

    under = headings(client.nb.cells)
    codes = [index for index, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]
    for index, cell in enumerate(client.nb.cells):
        _begin(course, under, codes, index)
        try:
            nb_man.cell_start(cell, index)
            client.execute_cell(cell, index)
        except CellExecutionError as error:
            nb_man.cell_exception(cell, index, exception=error)
            break
        except BaseException:
            nb_man.cell_exception(cell, index)
            raise
        finally:
            nb_man.cell_complete(cell, index)


def _taken_in(message: Any, shown: Mapping[str, Mapping[int, Sequence[int]]], course: Course) -> dict[str, Any] | None:
    """What is kept of a message; an update of an output counts for each place where that is ``shown``.

    A message that cannot be counted ends the kernel: nobody would read what it sends behind it.
    """
    try:
        content = reduced(message["msg_type"], message["content"])
        if content:
            places = shown.get(content.get("transient", {}).get("display_id"), {})
            _count(course, weight(content) * (1 + sum(map(len, places.values()))))
    except Exception:
        course.kernel.end("it said what no kernel says", "failed")
        raise
    return content


def _begin(course: Course, under: Sequence[str], codes: Sequence[int], index: int) -> None:
    if course.kernel.ended:
        raise RuntimeError(course.kernel.ended.why)
    course.heading = under[index]
    if index in codes:
        course.tell(Progress(codes.index(index) + 1, len(codes), course.heading))


def _count(course: Course, characters: int) -> None:
    """Count what is put out: a cell that never stops writing would fill the memory of whoever listens."""
    course.written += characters
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
