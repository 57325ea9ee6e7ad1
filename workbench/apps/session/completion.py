"""Completion of tables, columns and KQL in IPython: from the declared schema, so it waits for no data.

IPython completes ``w.Email`` and ``w["Email`` by itself. What is added here is the inside of a question
(``w.kql("EmailEvents | where Sub``), columns in other text (``w.EmailEvents.select("Sub``), and the methods of a table
(``w.EmailEvents.fil``). IPython's completion by static analysis is switched off: it takes seconds.
"""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

import polars as pl

from workbench.events.query.functions import aggregates, functions
from workbench.events.query.operators import kinds, leading
from workbench.events.tables import VIRTUAL, tables, views

IDENTIFIER = "workbench"
"""The name of our matcher in IPython, which runs it before its own."""

_WORD = re.compile(r"[^\W\d]\w*$|$")
_QUESTION = re.compile(r"""\.kql\(\s*[rR]?(\"\"\"|'''|"|')((?:(?!\1).)*)$""", re.DOTALL)
_TABLE_NEXT = re.compile(r"(?:^|;|\blet\s+\w+\s*=|\b(?:join|lookup|in~?)\b[^|()]*\(|\bunion\b[^|()]*)\s*$")
_MADE = re.compile(r"\b([^\W\d]\w*)\s*=(?![=~])")
_FRAME = re.compile(r"""\b(\w+)(?:\.(\w+)|\[["'](\w+)["']\])\.\w*$""")
_KEY = re.compile(r"""\w\[["']\w*$""")


def install(shell: Any, handle: type) -> None:
    """Add our matcher to an IPython shell, once, and switch completion by static analysis off.

    Names in the shell whose values are of the type ``handle`` are open workbenches.
    """
    completer = getattr(shell, "Completer", None)
    if completer is None:
        return
    completer.use_jedi = False
    if not any(getattr(each, "matcher_identifier", "") == IDENTIFIER for each in completer.custom_matchers):
        completer.custom_matchers.append(_matcher(shell, handle))


def names_at(before: str, handles: Collection[str] = ("w",)) -> list[str]:
    """Names that may stand where ``before`` ends, those that begin as it ends; ``handles`` are open workbenches.

    Case is ignored. Nothing where there is nothing of ours to complete.
    """
    word = _word(before)
    if question := _QUESTION.search(before):
        found = _in_question(question[2])
    elif _in_text(before) and not _KEY.search(before):
        found = _columns(_tables_in(before) or (tables() if re.search(r"\bcol\(\s*[\"']\w*$", before) else ()))
    elif (frame := _FRAME.search(before)) and frame[1] in handles and (frame[2] or frame[3]) in tables():
        found = (name for name in dir(pl.LazyFrame) if not name.startswith("_"))
    else:
        return []
    return sorted({name for name in found if name.casefold().startswith(word.casefold())})


def _in_question(text: str) -> Iterable[str]:
    before = text[: len(text) - len(_word(text))]
    if before.rstrip().endswith("|"):
        return kinds()
    if _TABLE_NEXT.search(before):
        return [*tables(), *views(), *leading()]
    scalar = (name for name in (*functions(), *aggregates()) if name.isidentifier())
    return [*_columns(_tables_in(text)), *_MADE.findall(text), *scalar, *tables(), *views()]


def _tables_in(text: str) -> list[str]:
    return [name for name in dict.fromkeys(re.findall(r"\w+", text)) if name in tables() or name in views()]


def _columns(names: Iterable[str]) -> list[str]:
    found = [column for name in names for column in (tables().get(name) or views()[name]).types]
    return [*found, *VIRTUAL] if found else []


def _in_text(before: str) -> bool:
    """Whether the last line ends inside quotes."""
    mark = ""
    for char in before.rpartition("\n")[2]:
        if not mark and char in "\"'":
            mark = char
        elif char == mark:
            mark = ""
    return bool(mark)


def _word(text: str) -> str:
    found = _WORD.search(text)
    return found[0] if found else ""


def _matcher(shell: Any, handle: type) -> Callable[[Any], Any]:
    from IPython.core.completer import SimpleCompletion, context_matcher

    def ours(context: Any) -> Any:
        lines = context.full_text.split("\n")[: context.cursor_line]
        before = "\n".join([*lines, context.text_until_cursor])
        handles = {name for name, value in shell.user_ns.items() if isinstance(value, handle)}
        found = [SimpleCompletion(name) for name in names_at(before, handles)]
        return {"completions": found, "suppress": bool(found), "matched_fragment": _word(before)}

    matcher: Callable[[Any], Any] = context_matcher(identifier=IDENTIFIER)(ours)
    return matcher
