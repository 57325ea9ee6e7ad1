"""What somebody pasted: lists out of a mail, a column or a report, quoted, defanged or not, of one kind or of many.

Nothing is lost without a word: every piece of the text is found, is a duplicate, could not be read, or is a plain word.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from workbench.base.text.defang import refang
from workbench.base.text.url import WEB, host, parse

KINDS: Mapping[str, str] = {
    "url": "URL", "domain": "domain", "ipv4": "IPv4 address", "ipv6": "IPv6 address", "address": "mail address",
    "sha256": "SHA-256 hash", "sha1": "SHA-1 hash", "md5": "MD5 hash", "message": "network message ID",
    "internet_message": "Internet message ID",
}  # fmt: skip
"""Kinds of indicators, in the order in which they are told, and the name of one."""

_PIECE = re.compile(r'"(?P<quoted>[^"\n]{1,4096})"|(?P<angled><[^<>\s]{1,2048}>)|(?P<bare>[^\s,;|"`<>“”„«»]+)')
_FIELD = re.compile(r'[^\S\n\r\t]*"((?:[^"]|"")*)"[^\S\n\r\t]*(?=[\n\r\t,;]|$)|([^\n\r\t,;]+)')
_LINE = re.compile(r"[\n\r\t]+")
_BLANK = re.compile(r"\s+")
_BEFORE, _AFTER = "([{'‘’*•=–—-", ".,;!?'’*…"
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_LABEL = re.compile(
    r"(?:sha-?256|sha-?1|md5|hash|ur[li]|ip(?:v[46])?|domain|host|from|sender|e?-?mail|mailto|message-id)[:=](?=.)",
    re.IGNORECASE,
)
_HASHES = {32: "md5", 40: "sha1", 64: "sha256"}
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)
_GUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@/\\<>()\[\],;:\"]{1,64}@([^\s@/\\<>]{1,253})")
_MESSAGE_ID = re.compile(r"<?([^\s<>]{1,990}@[^\s<>]{1,255})>?")
_DOMAIN = (
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?|_[\w-]{1,61}[^\W_])(?:\.[\w-]{1,63})*\.(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59})"
)
_NAME = re.compile(rf"({_DOMAIN})\.?(:\d{{1,5}})?([/?#].*)?", re.IGNORECASE | re.DOTALL)
_FOUR = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?([/?].*)?", re.DOTALL)
_ENDINGS = (
    "7z asc bak bat bin bmp cfg chm cmd conf csv dat dll doc docm docx eml exe gif gz hta htm html img ini iso jar "
    "jpeg jpg js json jse lnk log msg msi pdf php png ppt pptm pptx ps1 rar reg rtf scr sys tar tmp txt vba vbe vbs "
    "vhd wsf xls xlsb xlsm xlsx xml yaml yml"
)
_FILES = frozenset(_ENDINGS.split())
"""Endings of files that are no top-level domains."""

_MADE_BY_MACHINE = 20
_MADE_OF_DIGITS = 8


@dataclass(frozen=True)
class Indicators:
    """What a pasted text holds: values by kind, each once, networks as ``10.0.0.0/8`` among the addresses.

    ``duplicates`` counts pieces that were there before, ``unread`` are the pieces that look like an indicator and are
    none we know, each once, and ``words`` counts all others.
    """

    found: Mapping[str, tuple[str, ...]]
    duplicates: int
    unread: tuple[str, ...]
    words: int


def read_indicators(text: str) -> Indicators:
    """The indicators in a text of any form. An address in angle brackets is a message id where a machine made it."""
    found: dict[str, dict[str, str]] = {}
    unread: dict[str, None] = {}
    duplicates = words = 0
    for piece, labelled in _pieces(refang(text)):
        known = _indicator(piece, labelled=labelled)
        if known is None:
            duplicates += piece in unread
            words += not _attempted(piece)
            unread |= {piece: None} if _attempted(piece) else {}
            continue
        kind, value = known
        held = found.setdefault(kind, {})
        duplicates += value.casefold() in held
        held.setdefault(value.casefold(), value)
    kept = {kind: tuple(found[kind].values()) for kind in KINDS if kind in found}
    return Indicators(kept, duplicates, tuple(unread), words)


def fields(text: str, *, prose: bool = False, blanks: bool = False) -> list[str]:
    """The values of a pasted list: one a line, or parted by commas, semicolons or tabs, a quoted one whole.

    Values of ``prose`` stand one a line, since a sentence holds commas, and are not refanged. With ``blanks``, values
    hold no blanks and are parted by them too.
    """
    if prose:
        return [value for line in _LINE.split(text) if (value := _unquoted(line.strip()))]
    found = (_unquoted(quoted or bare.strip()) for quoted, bare in _FIELD.findall(refang(text)))
    return [part for value in found for part in (_BLANK.split(value) if blanks else [value.strip()]) if part]


def _unquoted(text: str) -> str:
    inner = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
    return inner.replace('""', '"').strip()


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces without the punctuation around them, and whether the one before announced a message id."""
    labelled = False
    for match in _PIECE.finditer(text):
        quoted = match["quoted"]
        if quoted and ("://" not in quoted or _BLANK.search(quoted.strip())):
            yield from _pieces(quoted)
            continue
        piece = quoted.strip() if quoted else match["angled"] or _bare(match["bare"])
        if piece:
            yield piece, labelled
        labelled = match[0].casefold().rstrip(":=") == "message-id"


def _bare(text: str) -> str:
    """A piece without the marks around it; brackets that are closed inside it stay."""
    label = _LABEL.match(text)
    left = (text[label.end() :] if label else text).lstrip(_BEFORE)
    while left and (left[-1] in _AFTER or (left[-1] == ":" and not left.endswith("::")) or _open_end(left)):
        left = left[:-1]
    return left


def _open_end(text: str) -> bool:
    return any(text[-1] == shut and text.count(shut) > text.count(opened) for opened, shut in _BRACKETS)


def _attempted(piece: str) -> bool:
    """Whether a piece that is no indicator looks as if it should be one."""
    return any(mark in piece for mark in (".", "@", "://", "\\")) and any(char.isalnum() for char in piece)


def _indicator(piece: str, *, labelled: bool) -> tuple[str, str] | None:
    """The kind and value of a piece; None where it is none we know."""
    angled = piece.startswith("<")
    bare = piece.strip("<>")
    if (labelled or (angled and _is_made(bare))) and (found := _MESSAGE_ID.fullmatch(piece)):
        return "internet_message", f"<{found[1]}>"
    readers: tuple[Callable[[str], tuple[str, str] | None], ...] = (_hash, _url, _mailbox, _place, _named)
    return next((known for read in readers if (known := read(bare))), None)


def _is_made(text: str) -> bool:
    local = text.rpartition("@")[0]
    return len(local) >= _MADE_BY_MACHINE or sum(map(str.isdigit, local)) >= _MADE_OF_DIGITS


def _hash(text: str) -> tuple[str, str] | None:
    if guid := _GUID.fullmatch(text):
        return "message", guid[1].lower()
    kind = _HASHES.get(len(text))
    return (kind, text.lower()) if kind and _HEX.fullmatch(text) else None


def _url(text: str) -> tuple[str, str] | None:
    if "://" not in text:
        return None
    parsed = parse(text)
    return ("url", text) if parsed is not None and parsed.protocol in WEB and host(text) else None


def _mailbox(text: str) -> tuple[str, str] | None:
    found = _ADDRESS.fullmatch(text)
    return ("address", text) if found and _NAME.fullmatch(found[1]) else None


def _place(text: str) -> tuple[str, str] | None:
    """An address, with or without a port, or a network; a path after it makes it a URL."""
    four = _FOUR.fullmatch(text)
    if four is None and ":" not in text:
        return None
    try:
        if "/" in text:
            network = ip_network(text, strict=False)
            return f"ipv{network.version}", str(network)
        address = ip_address(four[1] if four else text.strip("[]"))
    except ValueError:
        return ("url", text) if four and four[2] and _is_address(four[1]) else None
    return f"ipv{address.version}", str(address)


def _is_address(text: str) -> bool:
    return all(int(part) < 256 for part in text.split("."))


def _named(text: str) -> tuple[str, str] | None:
    """A domain, or a URL without a scheme; the name of a file is neither."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    name, _port, rest = found.groups()
    if rest not in (None, "/"):
        return "url", text
    if name.rpartition(".")[2].lower() in _FILES:
        return None
    return "domain", host(name) or name.lower()
