"""What is read out of HTML, whoever reads it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

BLOCKS = (
    "address|article|aside|blockquote|br|button|caption|center|dd|div|dl|dt|fieldset|footer|form|h[1-6]|header|hr|li|"
    "main|nav|ol|option|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul"
)
"""Elements before and after which words end."""

_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]?\s*url\s*=\s*[\"']?([^\"']+)", re.IGNORECASE)
_LOADED = {"img": "src", "link": "href", "iframe": "src", "embed": "src", "script": "src"}


class Link(NamedTuple):
    """One address in HTML: ``kind`` is link, form, refresh, image or resource; ``shown`` is what an anchor shows."""

    kind: str
    url: str
    shown: str = ""


@dataclass(frozen=True)
class Html:
    """One HTML text: what is seen of it, and what it holds."""

    text: str = ""
    """Visible text, words of different blocks on different lines."""
    outside: str = ""
    """The same without what anchors show."""
    links: tuple[Link, ...] = ()
    base: str = ""
    language: str = ""
    hidden: int = 0
    """Characters of text that is there and not seen."""
    passwords: int = 0
    scripts: int = 0
    scanned: bool = False
    """Whether the plain scanner read it, which does not see hidden text."""


def link_of(tag: str, held: Mapping[str, str | None], shown: str = "") -> Link | None:
    """The address that a tag with these attributes leads to or loads; None where it does neither."""
    if tag in {"a", "area"}:
        return Link("link", held.get("href") or "", shown) if held.get("href") else None
    if tag == "form":
        return Link("form", held.get("action") or "")
    if tag == "meta":
        return _refresh(held)
    if tag in _LOADED and held.get(_LOADED[tag]):
        return Link("image" if tag == "img" else "resource", held[_LOADED[tag]] or "")
    return Link("resource", held["background"] or "") if held.get("background") else None


def _refresh(held: Mapping[str, str | None]) -> Link | None:
    found = _REFRESH.match(held.get("content") or "")
    is_refresh = (held.get("http-equiv") or "").strip().lower() == "refresh"
    return Link("refresh", found[1].strip()) if is_refresh and found else None
