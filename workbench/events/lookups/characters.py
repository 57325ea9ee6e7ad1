"""Whether a file that is to become a list is text: UTF-8, and nothing in it that steers a terminal."""

import re
from pathlib import Path

import polars as pl

from workbench.base.errors import BadInput

_STEERING = r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]"
_CONTROL = re.compile(_STEERING)
_SUSPECT = re.compile(rb"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]")
_STEP = "A list is plain text in UTF-8; save the file so, or take the right one."


def must_be_text(content: bytes, path: Path) -> None:
    """Check the bytes of a file that is to become a list.

    Raises:
        BadInput: they are no UTF-8 or hold a control character other than tabs and line ends; the line is named.
    """
    if found := _SUSPECT.search(content):
        raise _refusal(content, found.start(), f"holds {_named(found[0].decode())}", path)
    try:
        content.decode()
    except UnicodeDecodeError as error:
        at = error.start
        raise _refusal(content, at, f"holds the byte 0x{content[at]:02X}, which is no UTF-8", path) from None


def entries_must_be_text(entries: pl.Series, path: Path) -> None:
    """The same for entries that came escaped, as in JSON.

    Raises:
        BadInput: one holds a control character; its number is named.
    """
    found = entries.str.contains(_STEERING).fill_null(value=False)
    if at := found.arg_true().to_list()[:1]:
        control = _CONTROL.search(entries[at[0]])
        said = _named(control[0]) if control else "a control character"
        raise BadInput(f"Entry {at[0] + 1:,} of the file holds {said}", where=str(path), next_step=_STEP)


def _refusal(content: bytes, at: int, what: str, path: Path) -> BadInput:
    line = content.count(b"\n", 0, at) + 1
    return BadInput(f"The file is no list of text: line {line:,} {what}", where=str(path), next_step=_STEP)


def _named(control: str) -> str:
    return f"the control character U+{ord(control):04X}"
