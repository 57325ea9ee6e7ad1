"""HTML read without building a tree: in time linear in its length, whatever is nested, unclosed or repeated in it.

For what the HTML parser must not be given. Text may keep a little noise; it is never silently empty.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice

from workbench.intake.mail.limits import LONGEST_URL, MOST_LINKS
from workbench.intake.mail.markup import BLOCKS, Html, Link, link_of

_BLOCK = re.compile(rf"</?(?:{BLOCKS})(?=[\s>/])[^<>]*>?", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>?|<!--|<[!?][^<>]{0,1000}>")
_TOLD = re.compile(
    r"<(a|area|form|base|meta|img|input|link|iframe|embed|script)(?=[\s/])([^<>]{0,20000})", re.IGNORECASE
)
_ATTRIBUTE = re.compile(
    rf"(?<![a-z\-])([a-z][a-z\-]{{0,30}})\s*=\s*(?:\"([^\"]{{0,{LONGEST_URL}}})|'([^']{{0,{LONGEST_URL}}})|([^\s\"'>]+))",
    re.I,
)
_CONDITION = "<!--[if"
_BUTTON = re.compile(r"<(?:a|area|v:[a-z]{1,20})(?=[\s/])([^<>]{0,20000})", re.IGNORECASE)
_SHOWN = 300


def scan_html(source: str) -> Html:
    """Text, links and counts of an HTML source; anchors show the first few hundred characters behind their tag."""
    bare = source
    for opening, closing in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style")):
        bare = _without(bare, opening, closing)
    text = unescape(_TAG.sub("", _BLOCK.sub("\n", bare)))
    met = list(islice(_met(bare), MOST_LINKS))
    return Html(
        text=text,
        outside=text,
        links=(
            *(link for link in (link_of(tag, held, shown) for tag, held, shown in met) if link),
            *conditional_links(source),
        ),
        base=next((held.get("href", "") for tag, held, _ in met if tag == "base"), ""),
        passwords=sum(1 for tag, held, _ in met if tag == "input" and held.get("type", "").lower() == "password"),
        scripts=source.lower().count("<script"),
        scanned=True,
    )


def conditional_links(source: str) -> list[Link]:
    """Links in comments that some mail programs open: ``<!--[if mso]> ... <![endif]-->`` holds buttons of Outlook."""
    found: list[Link] = []
    at = source.find(_CONDITION)
    while at >= 0 and len(found) < MOST_LINKS:
        end = source.find("-->", at)
        inner = source[at : end if end >= 0 else len(source)].partition("<![endif]")[0]
        for tag in _BUTTON.finditer(inner):
            link = link_of("a", _held(tag[1]), _shown(inner, tag.end()))
            found += [link] if link else []
        at = source.find(_CONDITION, end) if end >= 0 else -1
    return found[:MOST_LINKS]


def _without(source: str, opening: str, closing: str) -> str:
    """The source without what stands between two marks; an opening mark that is never closed hides nothing."""
    lower = source.lower() if opening != "<!--" else source
    kept: list[str] = []
    at = 0
    while (start := lower.find(opening, at)) >= 0:
        close = lower.find(closing, start + len(opening))
        end = lower.find(">", close) if close >= 0 else -1
        if end < 0:
            break
        kept.append(source[at:start])
        at = end + 1
    return "".join((*kept, source[at:])) if len(lower) == len(source) else source


def _met(bare: str) -> Iterator[tuple[str, dict[str, str], str]]:
    for found in _TOLD.finditer(bare):
        tag = found[1].lower()
        yield tag, _held(found[2]), _shown(bare, found.end()) if tag == "a" else ""


def _held(written: str) -> dict[str, str]:
    return {hit[1].lower(): unescape(hit[2] or hit[3] or hit[4] or "") for hit in _ATTRIBUTE.finditer(written)}


def _shown(bare: str, end: int) -> str:
    ahead = bare[end : end + _SHOWN].partition(">")[2]
    return unescape(_TAG.sub("", re.split(r"</?a[\s>]", ahead, maxsplit=1, flags=re.IGNORECASE)[0])).strip()
