"""The one escaper of untrusted text: what an attacker wrote leaves here harmless, in every format we write.

Subjects, names, addresses, URLs, file names, rule names and error texts that quote them all pass through one of
``html``, ``csv_cell``, ``markdown`` or ``terminal``. Characters that hide or reorder text are made visible first.
"""

import re
import unicodedata
from html import escape

LONGEST = 512
"""Characters of one untrusted value that are shown; the rest is cut, and the cut is marked."""

FORMULA = "^[\\s\x1c-\x1f\u00a0]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20|%]"
"""What a spreadsheet would run: a pattern that Python and Polars read alike, for whole columns."""

ESCAPED = "_Escaped"
"""The column of a table written as CSV that names the columns in which ``csv_cell`` changed the row's text."""

_FORMULA = re.compile(FORMULA)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&:@/])")
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")


def visible(text: object, longest: int = LONGEST) -> str:
    """Show what hides: control, direction and zero-width characters become ``⟦U+202E⟧``; tabs and line ends spaces."""
    kept = str(text) if text is not None else ""
    cut = kept[:longest]
    shown = cut if cut.isascii() and cut.isprintable() else "".join(_mark(char) for char in cut)
    return f"{shown}…" if len(kept) > longest else shown


def html(text: object, longest: int = LONGEST) -> str:
    """Text for an HTML document, element or quoted attribute: no markup survives."""
    return escape(visible(text, longest), quote=True)


def csv_cell(text: object) -> str:
    """Text for a spreadsheet cell: what a spreadsheet would run as a formula starts with an apostrophe."""
    shown = "" if text is None else str(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown


def is_csv_escaped(cell: object) -> bool:
    """Whether ``csv_cell`` may have made this cell: an apostrophe, then what a spreadsheet would run."""
    return isinstance(cell, str) and cell.startswith("'") and bool(_FORMULA.match(cell[1:]))


def markdown(text: object, longest: int = LONGEST) -> str:
    """Text for a Markdown document: no mark-up, no HTML, no link that a renderer makes by itself."""
    return _MARKDOWN.sub(r"\\\1", visible(text, longest))


def terminal(text: object, longest: int = LONGEST) -> str:
    """Text for a terminal: escape sequences are removed, and what else would move the cursor is made visible."""
    return visible(unescaped(str(text) if text is not None else ""), longest)


def unescaped(text: str) -> str:
    """Text without the escape sequences of terminals; nothing else is made harmless."""
    return _ANSI.sub("", text)


def _mark(char: str) -> str:
    if char in "\t\n\r\v\f\x85":
        return " "
    if char in _JOINERS or unicodedata.category(char) in _HIDDEN_CATEGORIES:
        return f"⟦U+{ord(char):04X}⟧"
    return char
