"""A message taken apart into its parts, without recursion: nothing an attacker nests can exhaust the stack."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.headers import NO_HEADERS, Block, Headers, read_block, skip_envelope
from workbench.intake.mail.limits import DEEPEST_PART, MOST_MARKS, MOST_PARTS, MOST_SCANNED
from workbench.intake.mail.parameters import Typed, read_parameters
from workbench.intake.mail.transfer import decode_transfer, encoding

_MESSAGES = frozenset({"message/rfc822", "message/global", "message/rfc2822", "message/news"})
_FIRST_DASHES = re.compile(rb"(?:\A|(?<=[\r\n]))--([^\s\-][^\r\n]{0,200}?)[ \t]*(?=[\r\n])")
_TAIL = re.compile(rb"(--)?[ \t]{0,1000}(?=[\r\n]|\Z)")
"""What may follow the mark on a line that is a boundary."""
_NEW_LINE = re.compile(rb"[ \t]*(?:\r\n|\n|\r)")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+\-]+/[a-z0-9!#$&^_.+\-]+")


@dataclass(frozen=True)
class Part:
    """One part that is not taken apart further: text, a file, or a message (whose own parts follow it)."""

    path: str
    """Its place, ``2.1`` for the first part of the second; empty for a message of one part."""
    kind: str
    parameters: dict[str, str]
    disposition: Typed
    headers: Headers
    coded: bytes
    """Its bytes as they travel; ``data`` decodes them."""
    inside: int
    """How many messages it lies in; 0 in the message itself."""
    parent: str
    """The type of the multipart around it."""

    @property
    def where(self) -> str:
        """How faults name it."""
        return f"part {self.path}" if self.path else "body"

    def data(self, faults: Faults) -> bytes:
        """Its bytes as the sender meant them."""
        declared = self.headers.first("Content-Transfer-Encoding")
        return guarded(
            faults, self.where, lambda: decode_transfer(self.coded, declared, faults, self.where), self.coded
        )


class Opened(NamedTuple):
    """A message taken apart; ``block`` is its header block as bytes, ``part_count`` all parts with multiparts."""

    headers: Headers
    block: bytes
    parts: list[Part]
    part_count: int


class _Piece(NamedTuple):
    buffer: bytes
    start: int
    end: int
    path: str
    depth: int
    inside: int
    parent: str


@dataclass
class _Work:
    faults: Faults
    pending: list[_Piece]
    parts: list[Part]
    top: Block | None = None
    """The header block of the message itself."""
    count: int = 0
    scanned: int = 0
    marks: int = 0


def open_message(raw: bytes, faults: Faults) -> Opened:
    """Take a message apart, in order, at most ``DEEPEST_PART`` deep and ``MOST_PARTS`` wide; total over all bytes."""
    start = skip_envelope(raw)
    work = _Work(faults, [_Piece(raw, start, len(raw), "", 0, 0, "")], [])
    while work.pending:
        if work.count >= MOST_PARTS:
            faults.add("message", f"more than {MOST_PARTS} parts, the rest is not read")
            break
        piece = work.pending.pop()
        work.count += 1
        guarded(faults, f"part {piece.path}" if piece.path else "message", partial(_open, piece, work), None)
    top = work.top or Block(NO_HEADERS, start, start, b"")
    return Opened(top.headers, raw[start : top.body], work.parts, work.count)


def is_opened(part: Part) -> bool:
    """Whether a part is a message whose own parts follow it."""
    return part.kind in _MESSAGES


def open_header(raw: bytes, faults: Faults) -> Opened:
    """Read the header block alone; the body is neither searched nor kept."""
    start = skip_envelope(raw)
    top = read_block(raw, start, len(raw), faults, "")
    return Opened(top.headers, raw[start : top.body], [], 1)


def _open(piece: _Piece, work: _Work) -> None:
    where = f"part {piece.path}" if piece.path else ""
    block = read_block(piece.buffer, piece.start, piece.end, work.faults, where)
    work.top = work.top or block
    buffer, start, end = piece.buffer, block.body, piece.end
    if block.rest:
        buffer = block.rest + b"\n" + buffer[start:end]
        start, end = 0, len(buffer)
    body = piece._replace(buffer=buffer, start=start, end=end)
    kind = _kind(block.headers, piece, work.faults, where or "body")
    if kind.value.startswith("multipart/") and _open_multipart(body, kind, block.headers, work):
        return
    part = _part(body, kind, block.headers, work.faults)
    work.parts.append(part)
    if is_opened(part):
        _open_nested(body, part, work)


def _kind(headers: Headers, piece: _Piece, faults: Faults, where: str) -> Typed:
    default = "message/rfc822" if piece.parent == "multipart/digest" else "text/plain"
    declared = headers.first("Content-Type")
    if not declared.strip():
        return Typed(default, {})
    kind = read_parameters(declared, faults, where)
    if _TYPE.fullmatch(kind.value):
        return kind
    faults.add(where, "the content type cannot be read")
    return Typed("text/html" if "html" in kind.value else "text/plain", kind.parameters)


def _part(body: _Piece, kind: Typed, headers: Headers, faults: Faults) -> Part:
    where = f"part {body.path}" if body.path else "body"
    disposition = read_parameters(headers.first("Content-Disposition"), faults, where)
    coded = body.buffer[body.start : body.end]
    value = kind.value
    if value.startswith("multipart/") and body.depth < DEEPEST_PART:
        value = (
            "text/html" if re.search(rb"<(?:html|body|table|div|p)\b", coded[:4096], re.IGNORECASE) else "text/plain"
        )
    return Part(body.path, value, kind.parameters, disposition, headers, coded, body.inside, body.parent)


def _open_multipart(body: _Piece, kind: Typed, headers: Headers, work: _Work) -> bool:
    """Whether it was taken apart; where not, a fault says why and it is left as one part."""
    where = f"part {body.path}" if body.path else "body"
    if body.depth >= DEEPEST_PART:
        work.faults.add(where, f"nested more than {DEEPEST_PART} deep, not opened")
        return False
    if encoding(headers.first("Content-Transfer-Encoding")) in {"base64", "quoted-printable"}:
        work.faults.add(where, "transfer encoding on a multipart")
    pieces = _pieces(body, kind.parameters.get("boundary", "").rstrip(), where, work)
    deeper = [
        _Piece(body.buffer, start, end, _path(body.path, number), body.depth + 1, body.inside, kind.value)
        for number, (start, end) in enumerate(pieces, 1)
    ]
    work.pending.extend(reversed(deeper))
    return bool(pieces)


def _open_nested(body: _Piece, part: Part, work: _Work) -> None:
    if body.depth >= DEEPEST_PART:
        work.faults.add(part.where, f"nested more than {DEEPEST_PART} deep, not opened")
        return
    buffer, start, end = body.buffer, body.start, body.end
    if encoding(part.headers.first("Content-Transfer-Encoding")) in {"base64", "quoted-printable"}:
        buffer = part.data(work.faults)
        start, end = 0, len(buffer)
    path = _path(body.path, 1)
    work.pending.append(_Piece(buffer, start, end, path, body.depth + 1, body.inside + 1, part.kind))


def _pieces(body: _Piece, boundary: str, where: str, work: _Work) -> list[tuple[int, int]]:
    work.scanned += body.end - body.start
    if work.scanned > MOST_SCANNED:
        work.faults.add(where, f"more than {MOST_SCANNED} bytes to search for boundaries, not opened")
        return []
    found = _between(body, boundary.encode("utf-8", "replace"), work) if boundary else []
    if found:
        return found
    work.faults.add(where, "boundary is not in the body" if boundary else "multipart without a boundary")
    guess = _FIRST_DASHES.search(body.buffer, body.start, body.end)
    return _between(body, guess[1], work) if guess else []


def _between(body: _Piece, boundary: bytes, work: _Work) -> list[tuple[int, int]]:
    """Start and end of what stands between the boundary's lines; what follows the closing one does not count."""
    pieces: list[tuple[int, int]] = []
    start, closed = -1, False
    for line in _lines(body, b"--" + boundary, work):
        if start >= 0:
            pieces.append((start, _without_line_end(body.buffer, start, line.start() - len(boundary) - 2)))
        closed = bool(line[1])
        start = -1 if closed else _after_line_end(body.buffer, line.end())
        if closed or len(pieces) + work.count > MOST_PARTS:
            break
    if start >= 0 and not closed:
        if start < body.end:
            pieces.append((start, body.end))
        work.faults.add(f"part {body.path}" if body.path else "body", "the closing boundary is missing")
    return pieces


def _lines(body: _Piece, mark: bytes, work: _Work) -> Iterator[re.Match[bytes]]:
    """The lines that begin with the mark and hold nothing else but the closing dashes."""
    at = body.buffer.find(mark, body.start, body.end)
    while at >= 0 and work.marks < MOST_MARKS:
        work.marks += 1
        behind = at + len(mark)
        found = _TAIL.match(body.buffer, behind, body.end) if at == 0 or body.buffer[at - 1 : at] in b"\r\n" else None
        if found:
            yield found
        at = body.buffer.find(mark, found.end() if found else behind, body.end)
    if at >= 0:
        work.faults.add(f"part {body.path}" if body.path else "body", f"more than {MOST_MARKS} boundaries, not read on")


def _without_line_end(buffer: bytes, start: int, end: int) -> int:
    if end > start and buffer[end - 1 : end] in b"\r\n":
        end -= 2 if end - 2 >= start and buffer[end - 2 : end] == b"\r\n" else 1
    return max(start, end)


def _after_line_end(buffer: bytes, end: int) -> int:
    found = _NEW_LINE.match(buffer, end)
    return found.end() if found else end


def _path(path: str, number: int) -> str:
    return f"{path}.{number}" if path else str(number)


NOTHING = Opened(NO_HEADERS, b"", [], 0)
"""What a message is that could not be taken apart at all."""
