"""HTML to what a reader sees: visible text, links, forms; through a parser for small sources, by scanning else."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.hidden import hidden_nodes
from workbench.intake.mail.limits import LONGEST_HTML, MOST_ATTRIBUTES, MOST_LINKS, MOST_REOPENED, MOST_TAGS
from workbench.intake.mail.markup import BLOCKS, Html, Link, link_of
from workbench.intake.mail.scan import conditional_links, scan_html

_ANY_CASE = re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", BLOCKS)
"""Written out, which is twice as fast as a flag."""
_BLOCK = re.compile(rf"<(?=/?(?:{_ANY_CASE})[\s>/])")
_STARTS = re.compile(r"<[a-zA-Z]")
_FORMATS = re.compile(r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s>/]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s/]+(?=[^\s/>])|=")
_BETWEEN = " \t\n\r\f/="
_TOLD = "a[href],area[href],form,meta[http-equiv],img[src],link[href],iframe[src],embed[src],script[src],[background]"
_UNSEEN = ["script", "style", "head", "title", "template", "noframes"]
_WORDS = re.compile(r"\w{3}")


class HtmlReader:
    """Reads the HTML of one message; all its pages together may cost the parser no more than one page may."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._left = 1.0

    def read(self, source: str, where: str) -> Html:
        """Read one page; where it shows no text though it holds some, the scanner's text and a fault come back."""
        cost, reason = strain(source)
        if cost > self._left:
            cost, reason = strain(source, exactly=True)
        if cost > self._left:
            self._faults.add(where, f"HTML {reason}: read without the HTML parser")
            return scan_html(source)
        self._left -= cost
        seen = guarded(self._faults, where, lambda: _parsed(source), None)
        if seen is None:
            return scan_html(source)
        if _WORDS.search(seen.text) or seen.hidden:
            return seen
        scanned = scan_html(source)
        if not _WORDS.search(scanned.text):
            return seen
        self._faults.add(where, "HTML shows no text though it holds some, which is read instead")
        return scanned


def strain(source: str, *, exactly: bool = False) -> tuple[float, str]:
    """What a source may cost the parser, 1 being the limit, and which bound says so; cheap unless ``exactly``.

    The bounds are counts that no trick of nesting or quoting gets round: blanks and equals signs bound the attributes
    of a tag, tags bound the depth, formatting tags times tags bound the elements that a parser opens again.
    """
    if len(source) > LONGEST_HTML:
        return len(source) / LONGEST_HTML, f"longer than {LONGEST_HTML} characters"
    marks = source.count("<")
    blanks = sum(map(source.count, _BETWEEN))
    tags = len(_STARTS.findall(source)) if exactly or marks > MOST_TAGS else marks
    attributes = len(_SEPARATORS.findall(source)) if exactly or blanks > MOST_ATTRIBUTES else blanks
    formats = len(_FORMATS.findall(source)) if exactly or marks * marks > MOST_REOPENED else marks
    reopened = marks * formats
    return max(
        (len(source) / LONGEST_HTML, ""),
        (tags / MOST_TAGS, f"of more than {MOST_TAGS} tags"),
        (attributes / MOST_ATTRIBUTES, f"of possibly more than {MOST_ATTRIBUTES} attributes"),
        (reopened / MOST_REOPENED, f"of possibly more than {MOST_REOPENED} elements"),
    )


def _parsed(source: str) -> Html:
    tree = LexborHTMLParser(_BLOCK.sub("\n<", source))
    told = tree.css(_TOLD)[:MOST_LINKS]
    links = tuple(link for node in told if (link := _link(node)))
    base = tree.css_first("base[href]")
    lowered = source.lower()
    passwords = len(tree.css("input[type=password i]")) if "<input" in lowered else 0
    language = tree.root.attributes.get("lang") if tree.root else ""
    tree.strip_tags(_UNSEEN)
    hidden = 0
    for node in hidden_nodes(tree, lowered):
        unseen = tree.body if node.tag == "html" else node
        if unseen is not None:
            hidden += len(unseen.text().strip())
            unseen.decompose()
    text = _text(tree)
    return Html(
        text=text,
        outside=_outside(tree, text),
        links=(*links, *conditional_links(source)),
        base=(base.attributes.get("href") if base else "") or "",
        language=language or "",
        hidden=hidden,
        passwords=passwords,
        scripts=lowered.count("<script"),
    )


def _link(node: LexborNode) -> Link | None:
    return link_of(node.tag or "", node.attributes, node.text() if node.tag == "a" else "")


def _text(tree: LexborHTMLParser) -> str:
    return tree.root.text() if tree.root else ""


def _outside(tree: LexborHTMLParser, text: str) -> str:
    """What stands outside anchors: programs make links of addresses written there."""
    if "://" not in text and "www." not in text.lower():
        return ""
    tree.strip_tags(["a"])
    return _text(tree)
