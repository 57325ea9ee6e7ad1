"""A faulty question with its fault underlined: as text for terminals, as HTML for notebooks."""

import re
from dataclasses import dataclass

from workbench.base.errors import BadQuery
from workbench.base.render import html, terminal

_TOKEN = re.compile(r"""[\w$]+|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|[=!<>~]+|.""")
_WIDEST = 100
"""Characters of the faulty line that are shown."""
_LEFT = 60
"""Of these, those before the fault at most."""

_BLOCK = (
    "font: 13px/1.5 var(--jp-code-font-family, ui-monospace, monospace); white-space: pre; overflow-x: auto;"
    " padding: 4px 0; color: var(--jp-content-font-color1, inherit)"
)
_DIM = "color: var(--jp-content-font-color2, #767676)"
_WAVY = (
    "text-decoration: underline wavy var(--jp-error-color1, #d32f2f) 1.5px; text-underline-offset: 4px;"
    " background: color-mix(in srgb, var(--jp-error-color1, #d32f2f) 14%, transparent)"
)


@dataclass(frozen=True)
class Spot:
    """The line of a question with a fault in it, cut to what can be read: what stands before, in and after the fault.

    ``number`` counts lines from one.
    """

    number: int
    before: str
    fault: str
    after: str


def spot(text: str, error: BadQuery) -> Spot | None:
    """Where the fault of a question lies; None where the error does not say.

    At the end of a line the fault is the one place behind it.
    """
    if not error.where or not 0 <= error.position <= len(text):
        return None
    start = text.rfind("\n", 0, error.position) + 1
    line = text[start:].partition("\n")[0]
    at = error.position - start
    found = _TOKEN.match(line, at)
    end = found.end() if found else at
    before, after = line[:at], line[end:]
    left = before if len(before) <= _LEFT else f"…{before[-_LEFT:]}"
    right = after if len(after) <= _WIDEST - _LEFT else f"{after[: _WIDEST - _LEFT]}…"
    return Spot(text.count("\n", 0, start) + 1, left, line[at:end][:_WIDEST] or " ", right)


def as_text(text: str, error: BadQuery) -> str:
    """The faulty line, with carets under the fault; empty where the place is not known. The error says the advice."""
    found = spot(text, error)
    if found is None:
        return ""
    before, fault, after = (terminal(part, _WIDEST * 2) for part in (found.before, found.fault, found.after))
    gutter = f"{found.number:>4} | "
    under = " " * len(before) + "^" * len(fault)
    return f"{gutter}{before}{fault}{after}\n{' ' * (len(gutter) - 2)}| {under}"


def as_html(text: str, error: BadQuery) -> str:
    """The same for a notebook: every text escaped, the fault underlined; empty where the place is not known."""
    found = spot(text, error)
    if found is None:
        return ""
    before, fault, after = (html(part, _WIDEST * 2) for part in (found.before, found.fault, found.after))
    marked = f'<span style="{_WAVY}">{fault}</span>'
    line = f'<span style="{_DIM}">{found.number:>4} | </span>{before}{marked}{after}'
    return f'<div style="{_BLOCK}">{line}</div>'
