"""Where a cursor stands in a question that is being written: in which pipeline, in which step, and after what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workbench.base.errors import BadQuery
from workbench.events.query.kql.lexer import Token, tokens

_CLOSES = ")]}"
LISTS = frozenset({"in", "in~", "!in", "!in~", "has_any", "has_all"})
"""Words before a bracket with a list, or with a table."""
TWO_TABLES = frozenset({"join", "lookup", "union"})
"""Operators that a table is named after."""
TABLE_INSIDE = frozenset({"toscalar", "materialize"})
"""Functions that take a table."""
_EACH = frozenset({"mv-apply", "partition"})
"""Operators with a pipeline in brackets that works on their own rows."""


@dataclass(frozen=True)
class Place:
    """A cursor in a question, the word that is being written left out.

    ``text`` is all that was written before it, ``lets`` the statements in it by name, ``rows`` the pipeline up to the
    last ``|``, and ``step`` what was written after that. ``around`` is the place of the step whose rows this pipeline
    works on, where it has no source of its own. ``call`` is the word before the innermost bracket that is open inside
    the step.
    """

    text: str
    lets: tuple[tuple[str, str], ...]
    rows: str
    step: tuple[Token, ...]
    piped: bool
    call: str = ""
    around: "Place | None" = None

    @property
    def word(self) -> str:
        """The operator that the step begins with, hyphens and all; empty before it is written."""
        return word_of(self.step)

    @property
    def last(self) -> str:
        """The token before the cursor; empty at the start of a step."""
        return self.step[-1].text if self.step else ""


@dataclass
class _Frame:
    """An open bracket, or a whole statement, with the tokens in it; ``before`` is the one before the bracket."""

    opened: Literal["", "(", "[", "{"]
    before: str
    start: int
    tokens: list[Token] = field(default_factory=list)
    bar: int = 0
    """How many tokens stand up to the last ``|``, that one included; 0 without one."""

    @property
    def source(self) -> int:
        """How many tokens stand before the pipeline: those of ``let name =``."""
        named = len(self.tokens) > 2 and self.tokens[0].text == "let" and self.tokens[2].text == "="
        return 3 if named else 0

    @property
    def step(self) -> list[Token]:
        return self.tokens[self.bar or self.source :]

    @property
    def begins(self) -> int:
        return self.tokens[2].at + 1 if self.source else self.start


def find(text: str) -> Place | None:
    """The place at the end of a text that ends before the word being written; None inside a string or a comment."""
    try:
        found = tokens(text)[:-1]
    except BadQuery:
        return None
    end = found[-1].at + len(found[-1].text) if found else 0
    if "//" in text[end:].rpartition("\n")[2]:
        return None
    return _place(text, _frames(found), tuple(_lets(text, found)))


def word_of(step: Sequence[Token]) -> str:
    """The operator that a step begins with, as ``mv-expand``."""
    whole, end = "", 0
    for token in step:
        if whole and (token.at != end or not (token.text == "-" or whole.endswith("-"))):
            break
        whole, end = whole + token.text, token.at + len(token.text)
    return whole


def _frames(found: Sequence[Token]) -> list[_Frame]:
    """The brackets that are still open, the outermost first."""
    frames, last = [_Frame("", "", 0)], ""
    for token in found:
        sign = token.text if token.kind == "sign" else ""
        if sign and sign in _CLOSES and len(frames) > 1:
            frames.pop()
        frames[-1].tokens.append(token)
        if sign in ("(", "[", "{"):
            frames.append(_Frame(sign, last, token.at + 1))  # type: ignore[arg-type]  # one of the three
        elif sign == ";" and frames[-1].opened in ("", "{"):
            frames[-1] = _Frame(frames[-1].opened, frames[-1].before, token.at + 1)
        elif sign == "|":
            frames[-1].bar = len(frames[-1].tokens)
        last = token.text
    return frames


def _lets(text: str, found: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """The let statements that are whole, by name."""
    depth, first = 0, 0
    for at, token in enumerate(found):
        if token.kind == "sign":
            depth += (token.text in "([{") - (token.text in _CLOSES)
        if token.text == ";" and depth == 0:
            if found[first].text == "let" and at > first + 1:
                yield found[first + 1].text, text[found[first].at : token.at + 1]
            first = at + 1


def _place(text: str, frames: Sequence[_Frame], lets: tuple[tuple[str, str], ...]) -> Place:
    """The innermost pipeline; brackets inside it that hold none belong to its step."""
    depth = next(at for at in range(len(frames) - 1, -1, -1) if at == 0 or _is_pipeline(frames, at))
    frame = frames[depth]
    step = [*frame.step, *(token for each in frames[depth + 1 :] for token in each.tokens)]
    end = frame.tokens[frame.bar - 1].at if frame.bar else frame.begins
    around = _place(text, frames[:depth], lets) if depth and _works_on_rows(frames, depth) else None
    call = frames[-1].before if len(frames) > depth + 1 else ""
    return Place(text, lets, text[frame.begins : end], tuple(step), bool(frame.bar), call, around)


def _is_pipeline(frames: Sequence[_Frame], at: int) -> bool:
    frame, step = frames[at], frames[at - 1].step
    if frame.bar or frame.opened == "{" or frame.before in TABLE_INSIDE or _works_on_rows(frames, at):
        return True
    if word_of(step) in TWO_TABLES and "on" not in {token.text for token in step}:
        return True
    return frame.before == "(" and frames[at - 1].before in LISTS


def _works_on_rows(frames: Sequence[_Frame], at: int) -> bool:
    frame, step = frames[at], frames[at - 1].step
    word = word_of(step)
    return frame.opened == "(" and word in _EACH and (frame.before == "on" or word == "partition")
