"""QR codes that are no picture: drawn with block characters in a text, or with the cells of a table in HTML."""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import chain, groupby, islice
from typing import NamedTuple

from workbench.intake.mail.limits import LONGEST_HTML, LONGEST_TEXT, MOST_DRAWN, WIDEST_DRAWN

_SMALLEST = 21
"""Modules along one side of the smallest QR code."""
_SCALE, _MARGIN = 3, 4
"""Pixels of a module, and light modules around what is drawn."""

_LIGHT, _DARK = b"\xff", b"\x00"
_CELLS = {
    **dict.fromkeys(" \u00a0", ("L", "L")),
    "█": ("D", "D"),
    "▀": ("D", "L"),
    "▄": ("L", "D"),
    **dict.fromkeys("⬜□◻", ("LL", "LL")),
    **dict.fromkeys("⬛■◼", ("DD", "DD")),
}
"""What each character draws: half a line above, and half a line below. Squares are as wide as two other characters."""
_INK = re.compile("[█▀▄⬛■◼]")
_FEWEST_LINES = 11

_TAG = re.compile(r"<(/?)(table|tr|td|th)\b([^<>]*)>", re.IGNORECASE)
_COLOUR = re.compile(r"(?:background(?:-color)?\s*:|bgcolor\s*=)\s*[\"']?\s*([^;\"'\s>!]{1,40})", re.IGNORECASE)
_SPAN = re.compile(r"colspan\s*=\s*[\"']?(\d{1,3})", re.IGNORECASE)
_HALF = 128


class Drawn(NamedTuple):
    """What is drawn as a picture (PGM), and of what."""

    where: str
    data: bytes


def drawn_in_texts(texts: Iterable[str]) -> Iterator[Drawn]:
    """What is drawn with block characters, each drawing in lines of its own."""
    inked = (text[:LONGEST_TEXT] for text in texts if not text.isascii() and _INK.search(text))
    found = chain.from_iterable(map(_drawings, inked))
    for number, lines in enumerate(islice(found, MOST_DRAWN), 1):
        yield Drawn(f"drawing of characters {number}", _picture(_rows(lines)))


def drawn_in_tables(sources: Iterable[str]) -> Iterator[Drawn]:
    """What is drawn with the background colours of table cells."""
    large = (source[:LONGEST_HTML] for source in sources if source.lower().count("<td") >= _SMALLEST**2)
    found = chain.from_iterable(_tables(source) for source in large)
    for number, rows in enumerate(islice(found, MOST_DRAWN), 1):
        yield Drawn(f"drawing of a table {number}", _picture(rows))


def _drawings(text: str) -> Iterator[list[str]]:
    """The runs of lines that hold nothing but drawing characters, where they are as large as a code."""
    for draws, run in groupby(text.splitlines(), _is_drawn):
        lines = list(run) if draws else []
        if _FEWEST_LINES <= len(lines) <= WIDEST_DRAWN and max(map(len, lines)) >= _SMALLEST:
            yield lines


def _is_drawn(line: str) -> bool:
    return len(line) <= WIDEST_DRAWN and _CELLS.keys() >= set(line) and _INK.search(line) is not None


def _rows(lines: Iterable[str]) -> list[str]:
    """The two rows of modules of each line of characters."""
    halves = ([_CELLS[each] for each in line] for line in lines)
    return [row for line in halves for row in ("".join(half[0] for half in line), "".join(half[1] for half in line))]


def _tables(source: str) -> Iterator[list[str]]:
    """The tables that are as large as a code, as rows of modules; a table inside another is one of its own."""
    open_tables: list[list[list[str]]] = []
    inherited = "L"
    for closing, name, attributes in (found.groups() for found in _TAG.finditer(source)):
        kind = name.lower()
        if kind == "table" and not closing:
            open_tables.append([])
        elif not open_tables:
            continue
        elif kind == "table":
            yield from _large(open_tables.pop())
        elif kind == "tr" and not closing:
            open_tables[-1].append([])
            inherited = _shade(attributes, "L")
        elif kind != "tr" and not closing and open_tables[-1]:
            span = _SPAN.search(attributes)
            open_tables[-1][-1].append(_shade(attributes, inherited) * min(int(span[1]) if span else 1, WIDEST_DRAWN))
    yield from chain.from_iterable(map(_large, open_tables))


def _large(table: list[list[str]]) -> Iterator[list[str]]:
    rows = ["".join(row)[:WIDEST_DRAWN] for row in table[:WIDEST_DRAWN]]
    if len(rows) >= _SMALLEST and max(map(len, rows)) >= _SMALLEST and {"L", "D"} <= set("".join(rows)):
        yield rows


def _shade(attributes: str, otherwise: str) -> str:
    """Whether a background is light or dark, as ``L`` or ``D``."""
    found = _COLOUR.search(attributes)
    if not found:
        return otherwise
    try:
        red, green, blue, *_ = import_module("PIL.ImageColor").getrgb(found[1])
    except ValueError:
        return otherwise
    return "D" if (red + green + blue) // 3 < _HALF else "L"


def _picture(rows: list[str]) -> bytes:
    """The rows as a picture in greys, with what a reader of codes needs around them."""
    width = max(map(len, rows)) + 2 * _MARGIN
    blank = ["L" * width] * _MARGIN
    framed = [*blank, *(f"{'L' * _MARGIN}{row}".ljust(width, "L") for row in rows), *blank]
    shades = {ord("L"): _LIGHT[0], ord("D"): _DARK[0]}
    lines = (bytes(shades[ord(each)] for each in row for _ in range(_SCALE)) * _SCALE for row in framed)
    return b"P5 %d %d 255\n" % (width * _SCALE, len(framed) * _SCALE) + b"".join(lines)
