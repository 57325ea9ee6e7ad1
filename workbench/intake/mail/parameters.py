"""Content types and dispositions with their parameters: RFC 2045, RFC 2231 and what senders make of them."""

import re
from collections import defaultdict
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from workbench.intake.mail.charset import decode
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.words import decode_words

_SEPARATORS = re.compile(r";[;\s]+")
_PARAMETER = re.compile(r";([^\s=;\"]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)")
_ESCAPED = re.compile(r"\\([\"\\])")
_EXTENDED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*?)")
_MOST = 100


class Typed(NamedTuple):
    """A value in lower case, for instance ``text/html``, and its parameters by lower-case name."""

    value: str
    parameters: dict[str, str]


def read_parameters(header: str, faults: Faults, where: str) -> Typed:
    """Read ``value; name=parameter; ...``: continuations joined, percent-coded and encoded words decoded."""
    value, separator, _ = header.partition(";")
    if not separator:
        return Typed(_token(value), {})
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = defaultdict(dict)
    rest = _SEPARATORS.sub(";", header[len(value) :])
    for count, found in enumerate(_PARAMETER.finditer(rest)):
        extended = _EXTENDED.fullmatch(found[1].lower())
        if count >= _MOST or extended is None:
            continue
        text = _unquoted(found[2])
        if extended[2] is None and not extended[3]:
            plain.setdefault(extended[1], decode_words(text, faults, where) if "=?" in text else text)
        else:
            pieces[extended[1]].setdefault(int(extended[2] or 0), (text, bool(extended[3])))
    return Typed(_token(value), plain | {name: _joined(parts) for name, parts in pieces.items()})


def _token(value: str) -> str:
    return re.sub(r"\s+", "", value).lower()


def _unquoted(text: str) -> str:
    text = text.strip()
    if not text.startswith('"'):
        return text
    inner = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
    return _ESCAPED.sub(r"\1", inner)


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    """Continuations in order; the first percent-coded one names the character set: ``utf-8'en'na%C3%AFve``."""
    ordered = [pieces[number] for number in sorted(pieces)]
    charset = ""
    if ordered[0][1] and ordered[0][0].count("'") >= 2:
        charset, _, rest = ordered[0][0].split("'", 2)
        ordered[0] = (rest, True)
    data = b"".join(unquote_to_bytes(text) if coded else text.encode("utf-8", "replace") for text, coded in ordered)
    return decode(data, charset).text
