"""A header block as names and unfolded values, in the order they were written."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from workbench.intake.mail.charset import decode, sound
from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.limits import (
    LONGEST_HEADER,
    LONGEST_HEADER_BLOCK,
    LONGEST_HEADERS_TEXT,
    LONGEST_VALUE,
    MOST_HEADER_LINES,
    MOST_HEADERS,
)
from workbench.intake.mail.properties import is_outlook
from workbench.intake.mail.words import decode_words

_END = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))")
_START = re.compile(rb"\A(?:\xef\xbb\xbf)?[ \t\r\n]*(?:>?From [^\r\n]*(?:\r\n|\r|\n))?")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(r"(?!From )([\x21-\x39\x3b-\x7e]*):([^\r\n]*(?:(?:\r\n|\n|\r)[ \t][^\r\n]*)*)(?:\r\n|\n|\r|\Z)")
_SKIPPED = re.compile(r"(?:From |[ \t])[^\r\n]*(?:(?:\r\n|\n|\r)[ \t][^\r\n]*)*(?:\r\n|\n|\r|\Z)")
"""An mbox line, or a continuation of nothing: neither a header nor the end of them."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:\-]+)", re.IGNORECASE)


class Header(NamedTuple):
    """One header: its place in the block, its name in lower case, its value unfolded but not decoded."""

    place: int
    name: str
    value: str


@dataclass(frozen=True)
class Headers:
    """The headers of one message or part, topmost first."""

    entries: Sequence[Header]
    where: str = ""
    """Which part they belong to, for faults; empty for the message itself."""

    @cached_property
    def _by_name(self) -> dict[str, list[Header]]:
        by_name: dict[str, list[Header]] = {}
        for entry in self.entries:
            by_name.setdefault(entry.name, []).append(entry)
        return by_name

    @property
    def names(self) -> Collection[str]:
        """The names that stand, in lower case."""
        return self._by_name.keys()

    def all(self, name: str) -> Sequence[Header]:
        """Every header of that name, in whatever case, topmost first."""
        return self._by_name.get(name.lower(), ())

    def first(self, name: str) -> str:
        """The topmost value of that name, not decoded; empty where there is none."""
        found = self.all(name)
        return found[0].value if found else ""

    def text(self, name: str, faults: Faults) -> str:
        """The topmost value of that name as people read it: encoded words decoded, cut at ``LONGEST_VALUE``."""
        value, where = self.first(name), f"header {name}"
        shown = guarded(faults, where, lambda: decode_words(value, faults, where), value).strip()
        if len(shown) > LONGEST_VALUE:
            faults.add(where, f"longer than {LONGEST_VALUE} characters, cut")
        return shown[:LONGEST_VALUE]


NO_HEADERS = Headers(())


class Block(NamedTuple):
    """A header block and where in the buffer it begins and its body begins; ``rest`` is text that was no header."""

    headers: Headers
    start: int
    body: int
    rest: bytes


def read_block(buffer: bytes, start: int, end: int, faults: Faults, where: str) -> Block:
    """Read the headers that begin at ``start``; a line that is no header ends them, as the standard library has it."""
    first = _LINE_END.match(buffer, start, end)
    if first and where:
        return Block(Headers((), where), start, first.end(), b"")
    found = _END.search(buffer, start, end)
    stop, body = (found.start(), found.end()) if found else (end, end)
    block = _capped(buffer[start : min(stop, start + LONGEST_HEADER_BLOCK)])
    if stop - start > len(block):
        faults.add(
            where or "headers",
            f"header block longer than {LONGEST_HEADER_BLOCK} bytes or {MOST_HEADER_LINES} lines, cut",
        )
    behind = b"" if where or block.isascii() else buffer[body : body + LONGEST_HEADER]
    read = partial(_entries, block, faults, where, behind=behind)
    entries, rest = guarded(faults, where or "headers", read, (list[Header](), b""))
    if rest.strip():
        faults.add(where or "headers", "a line that is no header ends them")
    return Block(Headers(entries, where), start, body, rest if rest.strip() else b"")


def has_body(raw: bytes) -> bool:
    """Whether anything follows the header block; of a file of another form than mail, always."""
    found = _END.search(raw, skip_envelope(raw))
    return bool(found and raw[found.end() :].strip()) or is_outlook(raw)


def skip_envelope(raw: bytes) -> int:
    """Where the headers of a message begin: behind blank lines, a byte-order mark and an mbox ``From`` line."""
    found = _START.match(raw[:LONGEST_HEADER])
    return found.end() if found else 0


def block_text(block: bytes, faults: Faults) -> str:
    """The header block for people: decoded leniently, line ends as line feeds, cut with a mark that says so."""
    text = decode(block[: 4 * LONGEST_HEADERS_TEXT]).text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) <= LONGEST_HEADERS_TEXT:
        return text
    faults.add("headers", f"header text longer than {LONGEST_HEADERS_TEXT} characters, cut")
    mark = "\n[cut]"
    return text[: LONGEST_HEADERS_TEXT - len(mark)] + mark


def _capped(block: bytes) -> bytes:
    if block.count(b"\n") + block.count(b"\r") <= MOST_HEADER_LINES:
        return block
    return b"".join(block.splitlines(keepends=True)[:MOST_HEADER_LINES])


def _entries(block: bytes, faults: Faults, where: str, *, behind: bytes) -> tuple[list[Header], bytes]:
    """The headers as the standard library tells them, and what begins with the first line that is none.

    ``behind`` is the beginning of the body, whose parts may name the character set of raw 8-bit headers.
    """
    text = block.decode("ascii", "surrogateescape")
    named, end = _fields(text)
    if len(named) > MOST_HEADERS:
        faults.add(where or "headers", f"more than {MOST_HEADERS} headers, the rest is not read")
    charset = next((_charset_of(value) for name, value in named if name.lower() == "content-type"), "")
    charsets = [charset, *_CHARSET.findall(behind.decode("ascii", "replace"))]
    kept = named[:MOST_HEADERS]
    entries = [
        Header(place, name.lower(), value if _is_plain(value) else _value(name, value, charsets, faults))
        for place, (name, value) in enumerate(kept)
    ]
    return entries, block[end:].lstrip(b"\r\n").rstrip(b"\n")


def _fields(text: str) -> tuple[list[tuple[str, str]], int]:
    """Names and folded values, and where the first line begins that is no header; one without a name is left out."""
    named: list[tuple[str, str]] = []
    at, end = 0, len(text)
    while at < end:
        if found := _FIELD.match(text, at):
            name, value = found.groups()
            if name:
                named.append((name, value.lstrip(" \t\r\n").rstrip("\r\n")))
        elif (found := _SKIPPED.match(text, at)) is None:
            break
        at = found.end()
    return named, at


def _charset_of(value: str) -> str:
    found = _CHARSET.search(value[:LONGEST_VALUE])
    return found[1] if found else ""


def _is_plain(folded: str) -> bool:
    return folded.isascii() and "\n" not in folded and len(folded) <= LONGEST_HEADER


def _value(name: str, folded: str, charsets: Sequence[str], faults: Faults) -> str:
    value = folded.replace("\r\n", "").replace("\n", "") if "\n" in folded else folded
    if len(value) > LONGEST_HEADER:
        faults.add(f"header {name}", f"longer than {LONGEST_HEADER} bytes, cut")
        value = value[:LONGEST_HEADER]
    if value.isascii():
        return value
    faults.add(f"header {name}", "holds raw 8-bit text")
    return _eight_bit(value.encode("ascii", "surrogateescape"), charsets)


def _eight_bit(data: bytes, charsets: Sequence[str]) -> str:
    """Raw 8-bit header text: UTF-8 where it is, else the character set of the body or its parts, else as is guessed."""
    try:
        return sound(data.decode("utf-8"))
    except UnicodeDecodeError:
        first = next(iter(charsets), "")
        return decode(data, "" if first.lower() in {"utf-8", "utf8"} else first, charsets[1:]).text
