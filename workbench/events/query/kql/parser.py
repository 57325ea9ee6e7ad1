"""The parser's hand on the tokens: look ahead, take, and say what was met where something else was expected."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from workbench.base.errors import BadQuery
from workbench.events.query.faults import bad, did_you_mean, place, unknown
from workbench.events.query.kql.lexer import LONGEST_TEXT, Token, tokens
from workbench.events.query.kql.literals import string_value
from workbench.events.query.types import SPELLINGS
from workbench.events.tables import KqlType

T = TypeVar("T")

DEEPEST = 100
"""How deeply a query may nest. A bracket or function body counts two, a link of a path or of a chain one."""


class _Level:
    """A level of nesting that ends with a block; a class, since it is entered for every operand."""

    __slots__ = ("parser",)

    def __init__(self, parser: "Parser") -> None:
        self.parser = parser

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        self.parser.depth -= 1


class Parser:
    """A position in the tokens of one text. Functions that read a construct take it and move it on."""

    def __init__(self, text: str, longest: int = LONGEST_TEXT) -> None:
        self.text = text
        self.tokens = tokens(text, longest)
        self.index = 0
        self.depth = 0
        self._level = _Level(self)
        self.loose = False
        """Whether ``=`` counts as ``==``, as it does right inside ``where``."""
        self.searching = False
        """Whether ``:`` looks for a term in a column, as it does in ``search``."""
        self.next = self.tokens[0]

    def take(self) -> Token:
        """The next token, moving past it."""
        token = self.next
        if token.kind != "end":
            self.index += 1
            self.next = self.tokens[self.index]
        return token

    def ahead(self, count: int = 1) -> Token:
        """The token that many places after the next one."""
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these words or signs, unquoted."""
        return self.next.text in texts and self.next.kind in ("name", "sign")

    def found(self, *texts: str) -> bool:
        """Take the next token if it is one of these."""
        if not self.sees(*texts):
            return False
        self.take()
        return True

    def expect(self, text: str, purpose: str = "") -> Token:
        """Take this word or sign.

        Raises:
            BadQuery: something else stands there.
        """
        if not self.sees(text):
            raise self.error(f"{text!r}{f' {purpose}' if purpose else ''}")
        return self.take()

    def error(self, expected: str) -> BadQuery:
        """What was met, and what was expected instead."""
        met = "the end of the query" if self.next.kind == "end" else repr(self.next.text[:40])
        return bad(self.text, self.next.at, f"Expected {expected}, met {met}")

    def unknown(self, kind: str, token: Token, known: Sequence[str]) -> BadQuery:
        """A word that is looked up and is not there."""
        return unknown(self.text, token.at, kind, token.text, known)

    def deeper(self) -> "_Level":
        """One more level of nesting, for as long as the block lasts.

        Raises:
            BadQuery: it is one too many.
        """
        self.depth += 1
        if self.depth > DEEPEST:
            raise bad(self.text, self.next.at, f"The query nests deeper than {DEEPEST} levels", "Split it with let.")
        return self._level

    def listed(self, item: Callable[["Parser"], T], *ends: str) -> tuple[T, ...]:
        """Items parted by commas; a comma may trail before one of the ``ends`` or the end of the query."""
        items = [item(self)]
        while self.found(","):
            if self.sees(*ends) or self.next.kind == "end":
                break
            items.append(item(self))
        return tuple(items)

    def within(self, item: Callable[["Parser"], T], close: str) -> tuple[T, ...]:
        """Items up to a closing bracket, which is taken; there may be none."""
        opened = self.tokens[self.index - 1]
        items = () if self.sees(close) else self.listed(item, close)
        self.closed(close, opened)
        return items

    def closed(self, close: str, opened: Token, at: int = -1) -> None:
        """Take the bracket that closes another; where it is missing at the end, ``at`` is where it was expected.

        Raises:
            BadQuery: something else stands there.
        """
        if not self.sees(close) and self.next.kind == "end":
            met = "'|'" if at >= 0 else "the end of the query"
            what = f"Expected {close!r} for the {opened.text!r} at {place(self.text, opened.at)}, met {met}"
            raise bad(self.text, at if at >= 0 else self.next.at, what)
        self.expect(close)

    def name(self, expected: str = "a name") -> str:
        """A plain or bracketed name: ``Subject``, ``['a b']``, ``["a b"]``."""
        if self.next.kind == "name":
            return self.take().text
        if self.sees("[") and self.ahead().kind == "string" and self.ahead(2).text == "]":
            self.take()
            quoted = string_value(self.take().text)
            self.take()
            return quoted
        raise self.error(expected)

    def named(self) -> bool:
        """Whether a name comes next."""
        bracket = self.sees("[") and self.ahead().kind == "string" and self.ahead(2).text == "]"
        return self.next.kind == "name" or bracket

    def type(self) -> KqlType:
        """The name of a type."""
        token = self.next
        if token.kind != "name" or token.text not in SPELLINGS:
            if token.kind != "name":
                raise self.error("a type")
            raise self.unknown("type", token, sorted(SPELLINGS))
        return SPELLINGS[self.take().text]

    def string(self, expected: str = "text in quotes") -> str:
        """A string literal; adjacent ones join."""
        if self.next.kind != "string":
            raise self.error(expected)
        parts = []
        while self.next.kind == "string":
            parts.append(string_value(self.take().text))
        return "".join(parts)

    def one_of(self, kind: str, words: Sequence[str]) -> str:
        """One of some words."""
        if self.next.kind == "name" and self.next.text in words:
            return self.take().text
        if self.next.kind == "name":
            raise self.unknown(kind, self.next, words)
        raise self.error(f"one of {', '.join(words)}")

    def hyphenated(self) -> Token:
        """A word with hyphens in it, such as ``project-away``, as one token."""
        first = self.take()
        text = first.text
        while self.sees("-") and self.next.at == first.at + len(text) and self.ahead().kind == "name":
            if self.ahead().at != self.next.at + 1:
                break
            self.take()
            text = f"{text}-{self.take().text}"
        return Token("name", text, first.at)

    def advice(self, word: str, known: Sequence[str]) -> str:
        """``Did you mean ...?`` for a word that is not known."""
        return did_you_mean(word, known)
