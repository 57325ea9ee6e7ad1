"""Transfer encodings: the bytes of a part as the sender meant them."""

import binascii
import re

from workbench.intake.mail.faults import Faults

_LETTERS = re.compile(r"[a-z]+(?:-[a-z]+)?|[78]bit")
_PLAIN = frozenset({"", "bit", "binary", "none", "7bit", "8bit"})
_BASE64 = re.compile(rb"[A-Za-z0-9+/=]*")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDING = re.compile(rb"=+")
_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decode_transfer(data: bytes, declared: str, faults: Faults, where: str) -> bytes:
    """Decode base64, quoted-printable or uuencode leniently; anything else comes back as it is."""
    name = encoding(declared)
    if name == "base64":
        return _base64(data, faults, where)
    if name == "quoted-printable":
        return binascii.a2b_qp(data)
    if name in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uuencode(data, faults, where)
    if name not in _PLAIN:
        faults.add(where, f"transfer encoding {declared.strip()[:40]!r} is not known, read as it is")
    return data


def encoding(declared: str) -> str:
    """The declared encoding in lower case, without blanks, comments and what trails it: ``8bit+`` is ``8bit``."""
    found = _LETTERS.search(declared.lower())
    if declared.lower().lstrip().startswith("base64"):
        return "base64"
    return found[0] if found else ""


def _base64(data: bytes, faults: Faults, where: str) -> bytes:
    kept = data.translate(None, b"\r\n\t ")
    if not _BASE64.fullmatch(kept):
        kept = _NOT_BASE64.sub(b"", kept)
    pieces = [piece for piece in _PADDING.split(kept) if piece]
    if len(pieces) > 1:
        faults.add(where, "base64 goes on after its end")
    if any(len(piece) % 4 == 1 for piece in pieces):
        faults.add(where, "base64 of impossible length, the last character is dropped")
    return b"".join(_piece(piece) for piece in pieces)


def _piece(piece: bytes) -> bytes:
    kept = piece[:-1] if len(piece) % 4 == 1 else piece
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _uuencode(data: bytes, faults: Faults, where: str) -> bytes:
    begin = _BEGIN.search(data)
    lines: list[bytes] = []
    for line in data[begin.end() if begin else 0 :].splitlines():
        if line.strip() in {b"end", b"`", b""}:
            break
        try:
            lines.append(binascii.a2b_uu(line))
        except binascii.Error:
            faults.add(where, "uuencode ends in a line that cannot be read")
            break
    return b"".join(lines)
