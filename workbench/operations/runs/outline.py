"""An executed notebook as the parts of a page: plain data in which nothing is markup, whoever draws it.

The executed copy is read as if a stranger had written it: what is not of a form named here becomes text, and text is
shown with what hides in it made visible.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

from workbench.base.render import visible
from workbench.base.text.links import unlinked
from workbench.operations.runs.incoming import words
from workbench.operations.runs.shown import CHART, MOST_ROWS, TABLE

LONGEST, MOST_LINES, MOST_CHARACTERS = 4_000, 2_000, 500_000
MOST_COLUMNS, MOST_CELL, MOST_MARKS = 100, 1_000, 5_000
MOST_PARTS, MOST_SHOWN = 5_000, 4_000_000
"""Characters of a line, lines and characters of a text; columns of a table and characters of a cell, marks of a chart;
parts and characters of a whole page: what is beyond is cut, and said so."""

_MOST_SERIES, _MOST_NAME, _MOST_SECONDS = 50, 100, 1e9
_CUT = "The rest is not shown on this page: the executed copy holds it."

_ABOVE = "The findings, as they stand on top."

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
    """What the playbook says to its reader; of its Markdown a page draws words of code only."""

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
    cells = _list(_mapping(executed).get("cells"))
    return list(_bounded(_once(part for cell in cells for part in _cell(_mapping(cell)))))


def _once(parts: Iterable[Part]) -> Iterator[Part]:
    """What stands on top does not stand in the cell that put it out once more."""
    top = None
    for part in parts:
        top = part.text if isinstance(part, Summary) else top
        again = isinstance(part, Output) and not part.stream and part.text == top
        yield Output(_ABOVE) if again else part


def _bounded(parts: Iterable[Part]) -> Iterator[Part]:
    shown = 0
    for number, part in enumerate(parts):
        if number >= MOST_PARTS or shown > MOST_SHOWN:
            yield Prose(_CUT)
            return
        shown += _size(part)
        yield part


def _size(part: Part) -> int:
    """Characters of a part, about."""
    if isinstance(part, Table):
        return sum(len(cell) + 10 for row in part.rows for cell in row) + sum(map(len, part.columns))
    marks = 100 * len(part.x) + sum(map(len, part.x)) if isinstance(part, Chart) else 0
    return marks + sum(len(each) for each in vars(part).values() if isinstance(each, str))


def _cell(cell: Mapping[str, Any]) -> Iterator[Part]:
    source, kind = words(cell.get("source")), cell.get("cell_type")
    if kind == "code":
        said = _mapping(_mapping(cell.get("metadata")).get("papermill"))
        state = said.get("status")
        seconds = _number(said.get("duration"))
        yield Code(text(source), str(state) if state in _STATES else "pending", seconds)
        for each in _list(cell.get("outputs")):
            yield _output(_mapping(each))
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
        trace = "\n".join(map(words, _list(output.get("traceback"))))
        return Problem(text(output.get("ename")), text(output.get("evalue")), text(trace))
    data = _mapping(output.get("data"))
    drawn = _table(_mapping(data.get(TABLE))) or _chart(_mapping(data.get(CHART)))
    if drawn:
        return drawn
    stream = output.get("name") if output.get("output_type") == "stream" else ""
    return Output(text(words(data.get("text/plain") if data else output.get("text"))), text(stream))


def _table(said: Mapping[str, Any]) -> Table | None:
    """A table of the form that kernels write; None for whatever only claims to be one."""
    columns = tuple(text(name, MOST_CELL, MOST_CELL) for name in _list(said.get("columns"))[:MOST_COLUMNS])
    held, total = _list(said.get("rows")), said.get("total")
    rows = tuple(_rows(held[:MOST_ROWS]))
    if not columns or type(total) is not int or any(len(row) != len(columns) for row in rows):
        return None
    return Table(columns, rows, max(total, len(held)))


def _rows(held: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    left = MOST_CHARACTERS
    for row in held:
        cells = tuple(text(cell, MOST_CELL, MOST_CELL) for cell in _list(row)[:MOST_COLUMNS])
        yield cells
        left -= sum(map(len, cells))
        if left < 0:
            return


def _chart(said: Mapping[str, Any]) -> Chart | None:
    try:
        x, y, code = (_list(said[name])[:MOST_MARKS] for name in ("x", "y", "code"))
        heights, codes = tuple(map(float, y)), tuple(map(int, code)) or (0,) * len(x)
        legend = tuple(text(each, MOST_CELL, MOST_CELL) for each in _list(said["legend"])[:_MOST_SERIES])
        words = {name: text(said[name], MOST_CELL, MOST_CELL) for name in ("kind", "title", "described")}
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    names = tuple(text(each, _MOST_NAME, _MOST_NAME) for each in x)
    whole = len(names) == len(heights) == len(codes) and all(map(isfinite, heights))
    return Chart(**words, x=names, y=heights, code=codes, legend=legend) if whole else None


def text(value: object, most: int = MOST_CHARACTERS, longest: int = LONGEST) -> str:
    """Text in which nothing hides and no reader makes a link; long lines and long texts are cut, the cut marked."""
    lines = (value if isinstance(value, str) else _scalar(value)).split("\n")
    kept: list[str] = []
    for line in lines[:MOST_LINES]:
        kept.append(unlinked(visible(line, longest)))
        most -= len(kept[-1])
        if most < 0:
            break
    more = [f"… and {len(lines) - len(kept):,} more lines"] if len(lines) > len(kept) else []
    return "\n".join([*kept, *more])


def _scalar(value: object) -> str:
    """A number as text; nothing of what should be text and is a structure."""
    return str(value) if isinstance(value, bool | float) or (type(value) is int and value.bit_length() < 64) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _number(value: Any) -> float:
    """Seconds that are some; 0 for whatever else."""
    return float(value) if isinstance(value, int | float) and 0 <= value < _MOST_SECONDS else 0.0
