"""Elements of HTML that are there and not seen: by style, by size, or in the colour of what is behind them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)", re.IGNORECASE)
_TINY = re.compile(
    r"font-size\s*:\s*(?:0|0?\.\d+|1)(?:\.0+)?\s*(?:px|pt|em|rem|%)?\s*(?:;|$|!)|font\s*:\s*0(?:px|pt)?/", re.IGNORECASE
)
_SUSPECT = (
    "display:none",
    "visibility:hidden",
    "opacity:0",
    "height:0",
    "font-size:0",
    "font-size:1",
    "font-size:.",
    "font:0",
)
_NO_BLANKS = str.maketrans("", "", " \t\r\n\f")
_CLOSED = re.compile(r"(?:max-)?height\s*:\s*0(?:px)?\s*(?:;|$|!)", re.IGNORECASE)
_CLIPPED = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_SIZES = ("font-size", "font:", "<font")
_WORTH_A_LOOK = {
    "display": re.compile(r"display\s*:\s*none"),
    "visibility": re.compile(r"visibility\s*:\s*hidden"),
    "opacity": re.compile(r"opacity\s*:\s*0"),
    "height": re.compile(r"height\s*:\s*0"),
    "font": re.compile(r"font(?:\s*:\s*0|-size\s*:\s*(?:0|1(?!\d)|\.))"),
    "hidden": re.compile(r"\shidden[\s>=]"),
}
"""What a source holds that hides by style or attribute, by a word that stands in it."""
_REFERENCES = ("&#", "&colon")
"""With references it can be written in ways not seen here."""
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_ANY_COLOUR = re.compile(r"color\s*[:=]\s*[\"']?([^;\"'>!]{1,40})")
_ANY_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;\"'>!]{1,40})")
_ANY_BGCOLOR = re.compile(r"bgcolor\s*=\s*[\"']?([^\s\"'>]{1,40})")
_SHEET = re.compile(r"<style[^>]*>[^<]*background", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})")
_NAMES = {"white": "ffffff", "black": "000000", "red": "ff0000", "blue": "0000ff", "gray": "808080", "grey": "808080"}
_WHITE = "ffffff"
_WHOLE, _BY_SIZE = "whole", "size"
_MOST_NODES = 5_000
_MOST_WALKS = 200
_FARTHEST = 40


def hidden_nodes(tree: LexborHTMLParser, lowered: str) -> list[LexborNode]:
    """The outermost elements that hide their text; cheap where the source, in lower case, holds nothing that could."""
    nodes: list[LexborNode] = []
    if _may_hide(lowered):
        styled = tree.css("[style],[hidden]")[:_MOST_NODES]
        nodes += [node for node in styled if _is_hidden(node)]
    if same := _same_colours(lowered):
        nodes += _coloured(tree, same, sheet=bool(_SHEET.search(lowered)))
    ids = {node.mem_id for node in nodes}
    return [node for node in nodes if not _lies_in(node, ids)]


@lru_cache(maxsize=4096)
def colour(text: str) -> str:
    """A colour as six hexadecimal digits; empty where it is written in another way."""
    value = text.strip().lower()
    if found := _HEX.match(value):
        return found[1] if len(found[1]) > 3 else "".join(digit * 2 for digit in found[1])
    if found := _RGB.match(value):
        return "".join(f"{min(int(part), 255):02x}" for part in found.groups())
    return _NAMES.get(value.split(" ")[0], "")


def _may_hide(lowered: str) -> bool:
    """Whether a source in lower case holds anything that hides; finding a word first is cheap."""
    if any(mark in lowered for mark in _REFERENCES):
        return True
    return any(word in lowered and mark.search(lowered) for word, mark in _WORTH_A_LOOK.items())


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    how = _hides(attributes.get("style") or "")
    return "hidden" in attributes or how == _WHOLE or (how == _BY_SIZE and not _grows_inside(node))


@lru_cache(maxsize=4096)
def _hides(style: str) -> str:
    """Whether a style hides an element, or makes its letters too small to see; empty where neither."""
    style = style.lower()
    compact = style.translate(_NO_BLANKS)
    if not any(mark in compact for mark in _SUSPECT):
        return ""
    if _HIDING.search(style) or (_CLOSED.search(style) and _CLIPPED.search(style)):
        return _WHOLE
    return _BY_SIZE if _TINY.search(style) else ""


def _grows_inside(node: LexborNode) -> bool:
    """Whether something inside sets a size again: layouts set 0 around their columns."""
    inner, own = (node.html or "").lower(), (node.attributes.get("style") or "").lower()
    return any(inner.count(size) > own.count(size) for size in _SIZES)


def _same_colours(lowered: str) -> set[str]:
    """Colours that are both written in and written on; white counts as written on, it is the page."""
    written = {colour(text) for text in set(_ANY_COLOUR.findall(lowered))}
    grounds = {*_ANY_BACKGROUND.findall(lowered), *_ANY_BGCOLOR.findall(lowered)}
    return (written & {_WHITE, *map(colour, grounds)}) - {""}


def _coloured(tree: LexborHTMLParser, same: set[str], *, sheet: bool) -> Iterator[LexborNode]:
    walks = 0
    for node in tree.css('[style*="color" i],font[color]')[:_MOST_NODES]:
        mine = _colour_of(node)
        if mine not in same or walks >= _MOST_WALKS or not node.text(deep=False).strip():
            continue
        walks += 1
        if _behind(node, sheet=sheet) == mine:
            yield node


def _colour_of(node: LexborNode) -> str:
    attributes = node.attributes
    found = _COLOUR.search(attributes.get("style") or "")
    return colour(found[1] if found else (attributes.get("color") or ""))


def _behind(node: LexborNode, *, sheet: bool) -> str:
    """The colour behind an element: its own or the nearest one around it; white for the page.

    Empty where that cannot be told: a picture, or an element that a style sheet with backgrounds may address.
    """
    around: LexborNode | None = node
    for _ in range(_FARTHEST):
        if around is None:
            break
        attributes = around.attributes
        found = _BACKGROUND.search(attributes.get("style") or "")
        given = found[1] if found else attributes.get("bgcolor")
        if given and given.strip().lower() not in {"transparent", "none", "inherit"}:
            return colour(given)
        if attributes.get("background") or (sheet and ("class" in attributes or "id" in attributes)):
            return ""
        around = around.parent
    return _WHITE


def _lies_in(node: LexborNode, ids: set[int]) -> bool:
    around = node.parent if len(ids) > 1 else None
    for _ in range(_FARTHEST):
        if around is None:
            return False
        if around.mem_id in ids:
            return True
        around = around.parent
    return False
