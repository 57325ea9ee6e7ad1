"""The URLs of a message: where a click leads, where the client loads from, each once and unwrapped."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple
from urllib.parse import urljoin

from workbench.base.text.url import host
from workbench.base.text.wrappers import open_layers
from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.limits import LONGEST_URL, MOST_URLS
from workbench.intake.mail.markup import Html

BODY, SUBJECT, HEADER, ATTACHMENT = "Body", "Subject", "Header", "Attachment"
QR_CODE, RESOURCE = "QRCode", "Resource"
"""Where a URL sits. ``Resource`` is ours: what a client loads without a click, such as pictures and style sheets."""

_BARE = re.compile(
    rf"(?:https?|ftp)://[^\s<>\"'`\x00-\x1f]{{1,{LONGEST_URL}}}|\bwww\.[^\s<>\"'`\x00-\x1f]{{3,{LONGEST_URL}}}", re.I
)
_TAIL = re.compile(r"[.,;:!?'\"*_\]}>»”’]+$")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_WEB = re.compile(r"\s*(?:https?|ftp):", re.IGNORECASE)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+\-]{0,30}|[a-z][a-z0-9+.\-]{0,30}(?=:\D)):", re.IGNORECASE)
_HOST_LIKE = re.compile(r"[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.[a-z]{2,24}(?:[:/?#]|$)", re.IGNORECASE)


class Candidate(NamedTuple):
    """A URL as it is written, where it sits, and what an anchor shows for it."""

    written: str
    location: str
    kind: str = "text"
    shown: str = ""


class Url(NamedTuple):
    """A URL to keep: the target behind wrappers, its host, and the hosts of the wrappers, outermost first."""

    url: str
    host: str
    location: str
    kind: str
    shown: str
    wrappers: tuple[str, ...] = ()
    written: str = ""
    """The URL as it stood, where wrappers were taken off."""


def in_text(text: str, location: str) -> Iterator[Candidate]:
    """URLs that stand bare in a text, without the punctuation that ends a sentence."""
    if "://" in text or "www." in text.lower():
        for found in _BARE.finditer(text):
            yield Candidate(_trimmed(found[0]), location)


def in_html(html: Html, location: str) -> Iterator[Candidate]:
    """URLs of links, forms and refreshes, of what is loaded, and bare ones outside anchors; ``base`` is honoured."""
    for kind, written, shown in html.links:
        place = RESOURCE if kind in {"image", "resource"} else location
        yield Candidate(_joined(html.base, written), place, kind, shown)
    yield from in_text(html.outside, location)


def collect(candidates: Iterable[Candidate], faults: Faults) -> list[Url]:
    """Every web URL once per location, in the order met, at most ``MOST_URLS``."""
    kept: dict[tuple[str, str], Url] = {}
    seen: set[tuple[str, str]] = set()
    for candidate in candidates:
        if (candidate.written, candidate.location) in seen and not candidate.shown:
            continue
        seen.add((candidate.written, candidate.location))
        url = guarded(faults, "URL", partial(_url, candidate), None)
        if url is None or (url.url, url.location) in kept:
            continue
        if len(kept) >= MOST_URLS:
            faults.add("message", f"more than {MOST_URLS} URLs, the rest is not listed")
            break
        kept[url.url, url.location] = url
    return list(kept.values())


def scheme_of(written: str) -> str:
    """The scheme of a URL in lower case, as a browser reads it; empty where there is none."""
    if written.startswith(("http:", "https:")):
        return written.partition(":")[0]
    found = _SCHEME.match(_CONTROLS.sub("", written[:64]))
    return found[1].lower() if found else ""


def _url(candidate: Candidate) -> Url | None:
    written = _CONTROLS.sub("", candidate.written[: 2 * LONGEST_URL]).strip()[:LONGEST_URL]
    if not _WEB.match(written):
        written = _with_scheme(written)
    if not written:
        return None
    target, layers = open_layers(written)
    name = host(target)
    before = written if layers else ""
    return Url(target, name, candidate.location, candidate.kind, candidate.shown, layers, before) if name else None


def _with_scheme(written: str) -> str:
    """``//host`` and ``host/path`` as clients open them; empty for other schemes and for paths without a base."""
    if written.startswith(("//", "\\\\")):
        return f"http:{written}"
    if _SCHEME.match(written) or not _HOST_LIKE.match(written):
        return ""
    return f"http://{written}"


def _joined(base: str, written: str) -> str:
    if not base or _SCHEME.match(written):
        return written
    try:
        return urljoin(base, written.strip())
    except ValueError:
        return written


def _trimmed(found: str) -> str:
    text = _TAIL.sub("", found)
    while text.endswith(")") and text.count("(") < text.count(")"):
        text = _TAIL.sub("", text[:-1])
    return text
