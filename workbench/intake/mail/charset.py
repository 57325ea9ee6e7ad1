"""Bytes to text in whatever character set the sender named, misspelt or not at all."""

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

UNKNOWN = frozenset(
    {"", "us-ascii", "ascii", "unknown", "x-unknown", "unknown-8bit", "8bit", "default", "none", "utf-8"}
)
"""Labels that say nothing: such bytes are read as UTF-8 where they are UTF-8, as Windows-1252 otherwise."""

_ALIASES = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8",
    "utf": "utf-8",
    "unicode": "utf-16",
    "ansi": "cp1252",
}
"""Labels as browsers read them, and misspellings met in real mail."""

_LETTERS = {
    "cp1251": "оеаинтсрвлі",
    "koi8-r": "оеаинтсрвл",
    "cp1253": "αοιετσνυρκ",
    "cp1255": "יוהלאתרבשמ",
    "cp1256": "اليمنورتبه",
}
"""Code pages that are told from each other by their bytes, with the ten or so most frequent letters of their languages
(of Russian and Ukrainian, Greek, Hebrew, Arabic): about two thirds of any text, and a third of one read wrongly."""

_FEWEST, _LEAST_SHARE, _IN_WORDS = 6, 0.55, 0.8
"""Characters below which no code page is told; share of the frequent letters, and of those that stand in words, from
which it is. Single accented letters are no words, so that Western text is never taken for one of these."""
_FOREIGN_WORDS = re.compile(rb"[\x80-\xff]{3,}")
_ASCII = bytes(range(128))

_TRANSFORMS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_LABEL = re.compile(r"[a-z0-9][a-z0-9_.:\-]*")
_SURROGATES = re.compile("[\ud800-\udfff]")


class Decoded(NamedTuple):
    """Text, the character set it was read in, and what did not fit (empty where all did)."""

    text: str
    charset: str
    reason: str


def decode(data: bytes, declared: str = "", others: Iterable[str] = ()) -> Decoded:
    """Read bytes in the declared character set, or in the one a mail program would guess; never raises.

    Bytes that are said to be UTF-8 and are not, and those of which nothing is said, are read in a code page where their
    letters tell one; else in the first of ``others``, which stand elsewhere in the message, that fits.
    """
    codec = known(declared)
    if codec and label(declared) not in UNKNOWN:
        return _in(data, codec, declared, "")
    reason = "" if codec or not declared.strip() else f"character set {label(declared)[:40]!r} is not known"
    if data.isascii():
        return Decoded(data.decode("ascii"), "us-ascii", reason)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", reason)
    except UnicodeDecodeError:
        is_said = label(declared) in {"utf-8", "utf8"}
        if read := _otherwise(data, others):
            said = f"is no text in the character set {label(declared)!r}, read as {read.charset}"
            return read._replace(reason=reason or (said if is_said else ""))
        return _in(data, "utf-8" if is_said else "cp1252", declared, reason)


def _otherwise(data: bytes, others: Iterable[str]) -> Decoded | None:
    """The text in a code page that its letters tell, or in another character set of the message; None where neither."""
    high = data.translate(None, _ASCII)
    if data.decode("utf-8", "replace").count("\ufffd") * 2 < len(high):
        return None
    named = (codec for other in others if label(other) not in UNKNOWN and (codec := known(other)))
    for codec in filter(None, (_code_page(data, high), *named)):
        try:
            return Decoded(sound(data.decode(codec)), codec, "")
        except UnicodeError:
            continue
    return None


def _code_page(data: bytes, high: bytes) -> str:
    if len(high) < _FEWEST or sum(map(len, _FOREIGN_WORDS.findall(data))) < _IN_WORDS * len(high):
        return ""
    shares = {
        codec: sum(map(high.decode(codec, "replace").count, letters)) / len(high) for codec, letters in _LETTERS.items()
    }
    best = max(shares, key=lambda codec: shares[codec])
    return best if shares[best] >= _LEAST_SHARE else ""


def label(declared: str) -> str:
    """A character set's name as tables have it: lower case, without quotes, blanks and what trails it."""
    found = _LABEL.search(declared.lower().replace('"', " ").replace("'", " "))
    return found[0] if found else ""


@lru_cache(maxsize=256)
def known(declared: str) -> str:
    """The codec of a declared character set; empty where there is none that decodes text."""
    name = label(declared)
    candidates = (_ALIASES.get(name, name), re.sub(r"^x-", "", name), re.sub(r"^(cp|windows|win)[-_]?", "cp", name))
    for candidate in candidates:
        try:
            found = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        is_text = getattr(found, "_is_text_encoding", True)
        if is_text and found.name.replace("-", "_") not in _TRANSFORMS:
            return found.name
    return ""


def sound(text: str) -> str:
    """Text without lone surrogates, which no file and no JSON can hold."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def _in(data: bytes, codec: str, declared: str, reason: str) -> Decoded:
    try:
        return Decoded(sound(data.decode(codec)), codec, reason)
    except UnicodeError:
        text = sound(data.decode(codec, "replace"))
    lost = text.count("\ufffd")
    return Decoded(
        text, codec, reason or f"{lost} characters do not fit the character set {label(declared) or codec!r}"
    )
