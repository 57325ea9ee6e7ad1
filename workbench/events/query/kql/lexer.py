"""Cut KQL text into tokens with one compiled expression."""

import re
from typing import NamedTuple

from workbench.events.query.faults import bad
from workbench.events.query.kql.literals import whole

LONGEST_TEXT = 2_097_152
"""Bytes of query text that are read; longer text is refused before anything else looks at it."""

MOST_TOKENS = 262_144
"""Words, literals and signs of query text that are read: what reading costs grows with them, not with long literals."""


class Token(NamedTuple):
    """A word of the text. ``kind`` is one of name, number, timespan, string, strings, typed, sign or end.

    ``strings`` is a long list of plain strings in square brackets, right after ``dynamic(``: read in one piece, since
    lists of indicators are pasted by the thousand.
    """

    kind: str
    text: str
    at: int


TYPED = ("datetime", "date", "timespan", "time", "guid", "bool", "boolean", "int", "long", "real", "double", "decimal")
"""Words that, with something other than an expression in parentheses, are one literal: ``datetime(2026-01-08)``."""

FEWEST_STRINGS = 50
"""Members of a list that is one token."""

_ADVICE = "Pass long lists as parameters."
_UNITS = (
    "d|days?|h|hours?|hrs?|minutes?|min|m|seconds?|sec|s|milliseconds?|millisec|millis|milli|ms|"
    "microseconds?|microsec|micros|micro|nanoseconds?|nanosec|nanos|nano|ticks?"
)

_ESCAPE = r"""\\(?:[abfnrtv'"\\]|[0-7]{1,3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"""
_UNKNOWN_ESCAPE = re.compile(rf"""[hH]?(["'])(?:(?!\1)[^\\\n]|{_ESCAPE})*(\\.)""")

_TOKEN = re.compile(
    rf"""
    (?:[\s\ufeff\u200b]++|//[^\n]*+)*+
    (?:
    (?P<typed>(?:{"|".join(TYPED)})\s*\(\s*(?:
        (?:null|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE|min|max|nan|[+-]?inf)\s*
      | [-+]?[0-9][^()"'\n]* | \.[0-9][^()"'\n]*
      | [0-9A-Fa-f]{{8}}-[0-9A-Fa-f-]+\s* | \{{[0-9A-Fa-f]{{8}}-[0-9A-Fa-f-]+\}}\s*
      | "[^"\\\n]*"\s* | '[^'\\\n]*'\s*
      | \{{[A-Za-z_][A-Za-z0-9_.]*\}}\s* |
    )\))
  | (?P<timespan>[0-9]+(?:\.[0-9]+)?(?:{_UNITS})(?![A-Za-z0-9_]))
  | (?P<number>0[xX][0-9A-Fa-f]+(?![A-Za-z0-9_])
      | (?:[0-9]+\.(?!\.)[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?(?![A-Za-z0-9_]))
  | (?P<string>[hH]?(?:@"(?:[^"]|"")*"|@'(?:[^']|'')*'|```.*?```|~~~.*?~~~
      | "(?:[^"\\\n]|{_ESCAPE})*"|'(?:[^'\\\n]|{_ESCAPE})*'))
  | (?P<strings>(?<=\()\[\s*(?:"[^"\\\n]*"\s*,\s*){{{FEWEST_STRINGS - 1},}}+"[^"\\\n]*"\s*\])
  | (?P<name>\$[A-Za-z_][A-Za-z0-9_]*|[A-Za-z0-9_]*[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>![a-z][a-z_]*~?|=~|!~|==|!=|<>|<=|>=|\.\.|=>|[-+*/%<>=|()\[\]{{}},;:.!~])
  | (?P<end>\Z)
  | (?P<strange>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
"""A token and the blanks and comments before it. It fits at every place, so that no place is looked at twice."""
_TYPESET = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("–—−‒", "-"),
    "…": "..",
    "×": "*",
}
"""What word processors, chats and web pages make of signs, by what it was."""
_KINDS = ("", *_TOKEN.groupindex)
"""The kind of a token, by the number of its group."""


def tokens(text: str, longest: int = LONGEST_TEXT) -> list[Token]:
    """All tokens but blanks and comments, the last one of kind ``end``.

    Raises:
        BadQuery: the text is too long, a string does not end, or a character means nothing in KQL.
    """
    if len(text) > longest or len(text.encode("utf-8", "surrogatepass")) > longest:
        raise bad("", 0, f"The query is longer than {longest // 1024} kB", _ADVICE)
    found: list[Token] = []
    text = whole(text)
    for match in _TOKEN.finditer(text):
        group = match.lastindex or 0
        kind, at = _KINDS[group], match.start(group)
        if kind == "strange":
            raise _strange(text, at)
        found.append(Token(kind, match[group], at))
        if kind == "end":
            break
        if len(found) > MOST_TOKENS:
            raise bad(text, at, f"The query has more than {MOST_TOKENS:,} words and signs", _ADVICE)
    return found


def _strange(text: str, at: int) -> Exception:
    if escape := _UNKNOWN_ESCAPE.match(text, at):
        advice = "Double the backslash, or put @ before the text to have it as it stands."
        return bad(text, escape.start(2), f"There is no escape {escape[2]}", advice)
    if text[at] in "\"'" or text.startswith(("@", "```", "~~~"), at):
        return bad(text, at, "A string starts here and does not end", "Close it with the mark it started with.")
    if text[at] in _TYPESET:
        what = f"{text[at]} is a sign of typesetters, which word processors and chats put into what is typed"
        return bad(text, at, what, f"Write {_TYPESET[text[at]]} in its place.")
    if text[at] == "&":
        return bad(text, at, "The character '&' means nothing here", "Write and.")
    return bad(text, at, f"The character {text[at]!r} means nothing here", "Remove it, or put text in quotes.")
