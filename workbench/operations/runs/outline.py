"""An executed notebook as the parts of a page: plain data in which nothing is markup, whoever draws it.

The executed copy is read as if a stranger had written it: what is not of a form named here becomes text, and text is
shown with what hides in it made visible.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

from workbench.base.render import visible
from workbench.base.text.links import unlinked
from workbench.operations.runs.shown import CHART, MOST_ROWS, TABLE

LONGEST = 4_000
MOST_LINES, MOST_COLUMNS, MOST_MARKS = 2_000, 100, 5_000
"""Characters of a line, lines of a text, columns of a table, marks of a chart: what is beyond is cut, and said so."""

_STATES = ("completed", "failed")


@dataclass(frozen=True)
class Summary:
    """What the run came to, on top of the page."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    text: str


@dataclass(frozen=True)
class Prose:
    """What the playbook says to its reader; its Markdown is left as it is written."""

    text: str


@dataclass(frozen=True)
class Code:
    """A code cell: ``state`` is completed, failed or pending, ``seconds`` what it took."""

    source: str
    state: str
    seconds: float


@dataclass(frozen=True)
class Output:
    """Text that a cell put out; ``stream`` is stdout, stderr, or empty for a result."""

    text: str
    stream: str = ""


@dataclass(frozen=True)
class Problem:
    """An error that a cell raised, with its trace."""

    name: str
    text: str
    trace: str


@dataclass(frozen=True)
class Table:
    """The first rows of a frame; ``total`` is how many it had."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


@dataclass(frozen=True)
class Chart:
    """A chart of ours by its numbers; ``code`` is each mark's place in ``legend``."""

    kind: str
    title: str
    described: str
    x: tuple[str, ...]
    y: tuple[float, ...]
    code: tuple[int, ...]
    legend: tuple[str, ...]


Part: TypeAlias = Summary | Heading | Prose | Code | Output | Problem | Table | Chart


def outline(executed: Mapping[str, Any]) -> list[Part]:
    """The parts of an executed copy, in the order of its cells."""
    return [part for cell in executed.get("cells", ()) for part in _cell(cell)]


def _cell(cell: Mapping[str, Any]) -> Iterator[Part]:
    source, kind = _joined(cell.get("source", "")), cell.get("cell_type")
    if kind == "code":
        said = _mapping(_mapping(cell.get("metadata")).get("papermill"))
        state = said.get("status")
        yield Code(text(source), state if state in _STATES else "pending", _number(said.get("duration")))
        for each in cell.get("outputs", ()):
            yield _output(each)
    elif kind == "markdown":
        yield from _prose(source)
    elif source:
        yield Summary(text(source))


def _prose(source: str) -> Iterator[Part]:
    kept: list[str] = []
    for line in source.split("\n"):
        words = line.lstrip("#")
        level = len(line) - len(words)
        if 0 < level <= 6 and words.startswith(" "):
            yield from _paragraph(kept)
            yield Heading(level, text(words.strip()))
            kept = []
        else:
            kept.append(line)
    yield from _paragraph(kept)


def _paragraph(lines: list[str]) -> Iterator[Part]:
    said = "\n".join(lines).strip()
    if said:
        yield Prose(text(said))


def _output(output: Mapping[str, Any]) -> Part:
    if output.get("output_type") == "error":
        trace = "\n".join(map(_joined, output.get("traceback", ())))
        return Problem(text(output.get("ename", "")), text(output.get("evalue", "")), text(trace))
    data = _mapping(output.get("data"))
    drawn = _table(data.get(TABLE)) or _chart(data.get(CHART))
    if drawn:
        return drawn
    stream = str(output.get("name", "")) if output.get("output_type") == "stream" else ""
    return Output(text(_joined(data.get("text/plain", "") if data else output.get("text", ""))), text(stream))


def _table(said: Any) -> Table | None:
    """A table of the form that kernels write; None for whatever only claims to be one."""
    try:
        columns = tuple(text(name) for name in said["columns"][:MOST_COLUMNS])
        rows = tuple(tuple(text(cell) for cell in row[: len(columns)]) for row in said["rows"][:MOST_ROWS])
        total = int(said["total"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return Table(columns, rows, total) if all(len(row) == len(columns) for row in rows) and columns else None


def _chart(said: Any) -> Chart | None:
    try:
        x, y = tuple(map(text, said["x"][:MOST_MARKS])), tuple(map(float, said["y"][:MOST_MARKS]))
        code = tuple(map(int, said["code"][:MOST_MARKS])) or (0,) * len(x)
        legend = tuple(map(text, said["legend"][:50]))
        words = {name: text(said[name]) for name in ("kind", "title", "described")}
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    whole = len(x) == len(y) == len(code) and all(map(isfinite, y))
    return Chart(**words, x=x, y=y, code=code, legend=legend) if whole else None


def text(value: object) -> str:
    """Text in which nothing hides and no reader makes a link; long lines and long texts are cut, the cut marked."""
    lines = str(value).split("\n")
    more = [f"… and {len(lines) - MOST_LINES:,} more lines"] if len(lines) > MOST_LINES else []
    return "\n".join([*(unlinked(visible(line, LONGEST)) for line in lines[:MOST_LINES]), *more])


def _joined(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
