"""Bodies in compressed RTF (MS-OXRTFCP), and the HTML or text that is wrapped in them (MS-OXRTFEX)."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from workbench.intake.mail.charset import decode
from workbench.intake.mail.limits import LONGEST_SCANNED

_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_HEAD = 16
_WINDOW = 4096
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_SIGNS = {"par": "\n", "line": "\n", "tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
_SIGNS |= {"bullet": "•", "endash": "–", "emdash": "—"}
_UNSEEN_GROUPS = "fonttbl colortbl stylesheet info pict themedata colorschememapping latentstyles generator"
_UNSEEN = frozenset(_UNSEEN_GROUPS.split())
_SYMBOLS = {b"\\": b"\\", b"{": b"{", b"}": b"}", b"~": b" "}
_MOST_TOKENS = 1_000_000
_DEEPEST = 1_000


def decompress(data: bytes) -> bytes:
    """The RTF of a compressed body, at most ``LONGEST_SCANNED`` bytes; what is cut off is as long as it goes."""
    if len(data) < _HEAD:
        return b""
    size, kind = struct.unpack_from("<L", data, 4)[0], data[8:12]
    if kind == _PLAIN:
        return data[_HEAD : _HEAD + min(size, LONGEST_SCANNED)]
    return _unpacked(data, min(size, LONGEST_SCANNED)) if kind == _COMPRESSED else b""


def _unpacked(data: bytes, size: int) -> bytes:
    """Literal bytes and references into a window of 4,096 bytes; one that points at its own place ends the text."""
    window, write, out = bytearray(_START.ljust(_WINDOW, b"\0")), len(_START), bytearray()
    for is_reference, piece in _pieces(data):
        length = 1
        offset = 0
        if is_reference:
            offset, length = divmod(piece, 16)
            length += 2
            if offset == write:
                break
        for number in range(length):
            byte = window[(offset + number) % _WINDOW] if is_reference else piece
            window[write] = byte
            write = (write + 1) % _WINDOW
            out.append(byte)
        if len(out) >= size:
            break
    return bytes(out[:size])


def _pieces(data: bytes) -> Iterator[tuple[bool, int]]:
    at = _HEAD
    while at < len(data):
        control, at = data[at], at + 1
        for bit in range(8):
            is_reference = bool(control >> bit & 1)
            piece = data[at : at + 1 + is_reference]
            if len(piece) < 1 + is_reference:
                return
            yield is_reference, int.from_bytes(piece, "big")
            at += len(piece)


class Unwrapped(NamedTuple):
    """What is wrapped in an RTF: HTML as it was sent, or text."""

    text: str
    is_html: bool


@dataclass(frozen=True)
class _Group:
    """What holds up to the closing brace."""

    unseen: bool = False
    is_tag: bool = False
    is_rtf_only: bool = False
    fallback: int = 1
    """Characters that stand for one in Unicode, for readers that know none."""


def unwrap_rtf(rtf: bytes) -> Unwrapped:
    """The HTML that was sent where the RTF wraps some, else the text that it shows; total over all bytes."""
    is_html = b"\\fromhtml" in rtf[:4096]
    reader = _Reader(_codepage(rtf), is_html=is_html)
    for found in islice(_TOKEN.finditer(rtf), _MOST_TOKENS):
        reader.take(found)
    return Unwrapped(reader.text(), is_html)


def _codepage(rtf: bytes) -> str:
    found = re.search(rb"\\ansicpg(\d{3,5})", rtf[:4096])
    return f"cp{found[1].decode()}" if found else "cp1252"


class _Reader:
    """Text under way: bytes wait for their neighbours, because characters of some sets have two."""

    def __init__(self, codepage: str, *, is_html: bool) -> None:
        self._codepage, self._is_html = codepage, is_html
        self._group, self._above = _Group(), list[_Group]()
        self._waiting, self._done = bytearray(), list[str]()
        self._skip = 0
        self._starred = False

    def take(self, found: re.Match[bytes]) -> None:
        """Take in one token."""
        word, number, code, symbol, brace, text = found.groups()
        if brace:
            self._brace(brace)
        elif word:
            self._word(word.decode(), None if number is None else int(number))
        elif symbol:
            self._symbol(symbol)
        elif code or text:
            self._write(bytes.fromhex(code.decode()) if code else text)

    def text(self) -> str:
        """All that was read."""
        self._flush()
        return "".join(self._done)

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            if len(self._above) < _DEEPEST:
                self._above.append(self._group)
        elif self._above:
            self._group = self._above.pop()
        self._starred = False

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._starred = True
        elif symbol in _SYMBOLS:
            self._write(_SYMBOLS[symbol])

    def _word(self, word: str, number: int | None) -> None:
        if self._starred or word in _UNSEEN:
            is_tag = word == "htmltag"
            self._group = replace(self._group, unseen=self._group.unseen or not is_tag, is_tag=is_tag)
            self._starred = False
        elif word == "htmlrtf":
            self._group = replace(self._group, is_rtf_only=number != 0)
        elif word == "uc":
            self._group = replace(self._group, fallback=min(max(number or 0, 0), 10))
        elif word == "u" and number is not None:
            self._character(chr(number % 0x10000))
            self._skip = self._group.fallback
        elif word in _SIGNS:
            self._character(_SIGNS[word])

    def _character(self, char: str) -> None:
        if self._is_shown():
            self._flush()
            self._done.append(char)

    def _write(self, data: bytes) -> None:
        skipped, self._skip = self._skip, max(0, self._skip - len(data))
        if self._is_shown():
            self._waiting += data[skipped:]

    def _is_shown(self) -> bool:
        return not self._group.unseen and not (self._is_html and self._group.is_rtf_only)

    def _flush(self) -> None:
        if self._waiting:
            self._done.append(decode(bytes(self._waiting), self._codepage).text)
            self._waiting.clear()
