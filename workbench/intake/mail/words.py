"""Encoded words of headers (RFC 2047), as mail programs read them rather than as the standard wants them."""

import binascii
import re
from collections.abc import Iterator

from workbench.intake.mail.charset import decode, sound
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.limits import MOST_ENCODED_WORDS

_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,4})\?=")
_BETWEEN = re.compile(r"[ \t\r\n]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_HEXADECIMAL = re.compile(rb"=([0-9A-Fa-f]{2})")


def decode_words(text: str, faults: Faults, where: str) -> str:
    """Text with its encoded words decoded and its control characters made blanks.

    Neighbours in one character set are joined before they are decoded, because senders cut characters in two.
    """
    if "=?" in text:
        text = "".join(_read(text, faults, where))
    if not _CONTROLS.search(text):
        return sound(text)
    faults.add(where, "holds control characters or line ends")
    return sound(_CONTROLS.sub(" ", text))


def _read(text: str, faults: Faults, where: str) -> Iterator[str]:
    charset, coded, end = "", b"", 0
    for count, word in enumerate(_WORD.finditer(text)):
        if count >= MOST_ENCODED_WORDS:
            faults.add(where, f"more than {MOST_ENCODED_WORDS} encoded words, the rest is left as it is")
            break
        gap = text[end : word.start()]
        adjacent = bool(end) and _BETWEEN.fullmatch(gap) is not None
        if not adjacent or word[1].lower() != charset:
            yield _text(coded, charset, faults, where)
            yield "" if adjacent else gap
            charset, coded = word[1].lower(), b""
        coded += _bytes(word[2], word[3])
        end = word.end()
    yield _text(coded, charset, faults, where)
    yield text[end:]


def _text(coded: bytes, charset: str, faults: Faults, where: str) -> str:
    text, _, reason = decode(coded, charset)
    if reason:
        faults.add(where, reason)
    return text


def _bytes(encoding: str, coded: str) -> bytes:
    if encoding in "qQ":
        data = coded.replace("_", " ").encode("utf-8", "surrogateescape")
        return _HEXADECIMAL.sub(lambda hit: bytes((int(hit[1], 16),)), data)
    kept = _NOT_BASE64.sub("", coded)
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + "=" * (-len(kept) % 4))
