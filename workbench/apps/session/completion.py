"""Completion of tables, columns and KQL in IPython: from the declared schema, so it waits for no data.

IPython completes ``w.Email`` and ``w["Email`` by itself. What is added here is the inside of a question (a cell
``%%kql``, a line ``%kql``, ``w.kql("EmailEvents | where Sub``), columns in other text
(``w.EmailEvents.select("Sub``), and the methods of a table (``w.EmailEvents.fil``). IPython's completion by static
analysis is switched off: it takes seconds.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from workbench.apps.session.asking import OPTIONS, split
from workbench.base.errors import WorkbenchError
from workbench.events.query import Catalog, StoreCatalog
from workbench.events.query.complete import Word, begun, complete
from workbench.events.store import Store
from workbench.events.tables import VIRTUAL, tables, views

IDENTIFIER = "workbench"
"""The name of our matcher in IPython, which runs it before its own."""

_WORD = re.compile(r"[^\W\d]\w*$|$")
_CELL = re.compile(r"\s*%%kql\b[ \t]*([^\n]*)(\n?)(.*)", re.DOTALL)
_LINE = re.compile(r"(?:^|\n|=)[ \t]*%kql[ \t]+([^\n]*)$")
_OPTION = re.compile(r"(?:^|\s)(-{1,2}\w*)$")
_CALL = re.compile(r"""\.kql\(\s*[rR]?(\"\"\"|'''|"|')((?:(?!\1).)*)$""", re.DOTALL)
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


def words_at(before: str, handles: Collection[str] = ("w",), catalog: Catalog | None = None) -> Sequence[Word]:
    """What may stand where ``before`` ends, that which begins as it ends; ``handles`` are open workbenches.

    Case is ignored. Nothing where there is nothing of ours to complete.
    """
    if (question := question_at(before)) is not None:
        text, given = question
        return complete(text, len(text), catalog or _declared(), given)
    if is_kql(before):
        option = _OPTION.search(before)
        return [Word(name, "word", OPTIONS[name]) for name in OPTIONS if option and name.startswith(option[1])]
    return [Word(name, "word") for name in sorted(set(_in_python(before, handles)))]


def names_at(before: str, handles: Collection[str] = ("w",)) -> list[str]:
    """The names of ``words_at``, in alphabetical order."""
    return sorted({word.text for word in words_at(before, handles)})


def is_kql(before: str) -> bool:
    """Whether a cell is a question as a whole, or its last line is one."""
    return bool(_CELL.match(before) or _LINE.search(before))


def question_at(before: str) -> tuple[str, tuple[str, ...]] | None:
    """The question that ``before`` ends in, and the names its options bind; None where it ends in none."""
    if cell := _CELL.match(before):
        return _after_options(before, cell[1], cell[3] if cell[2] else None)
    if line := _LINE.search(before):
        return _after_options(before, line[1], None)
    call = _CALL.search(before)
    return (call[2], ()) if call else None


def _after_options(before: str, line: str, cell: str | None) -> tuple[str, tuple[str, ...]] | None:
    """What stands after the options; None while one of them is being written."""
    try:
        given, rest = split(line)
    except WorkbenchError:
        if cell is None:
            return None
        given, rest = [], ""
    if cell is None and (rest in ("-", "--") or not (rest or before[-1:].isspace())):
        return None
    bound = tuple(value.partition("=")[0] for name, value in given if name == "-p")
    return (rest if cell is None else f"{rest}\n{cell}"), bound


def _in_python(before: str, handles: Collection[str]) -> Iterable[str]:
    word = _word(before)
    found: Iterable[str] = ()
    if _in_text(before) and not _KEY.search(before):
        found = _columns(_tables_in(before) or (tables() if re.search(r"\bcol\(\s*[\"']\w*$", before) else ()))
    elif (frame := _FRAME.search(before)) and frame[1] in handles and (frame[2] or frame[3]) in tables():
        found = (name for name in dir(pl.LazyFrame) if not name.startswith("_"))
    return (name for name in found if name.casefold().startswith(word.casefold()))


@cache
def _declared() -> Catalog:
    """The declared tables, without a workspace."""
    return StoreCatalog(Store(Path("nowhere")))


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


def _fragment(before: str) -> str:
    """What a chosen name replaces."""
    if question_at(before) is not None:
        return begun(before, len(before))
    option = _OPTION.search(before) if is_kql(before) else None
    return option[1] if option else _word(before)


def _matcher(shell: Any, handle: type) -> Callable[[Any], Any]:
    from IPython.core.completer import SimpleCompletion, context_matcher

    def ours(context: Any) -> Any:
        lines = context.full_text.split("\n")[: context.cursor_line]
        before = "\n".join([*lines, context.text_until_cursor])
        handles: dict[str, Any] = {name: each for name, each in shell.user_ns.items() if isinstance(each, handle)}
        catalog = next((value.catalog for value in handles.values()), None)
        found = [SimpleCompletion(word.text, type=_told(word)) for word in words_at(before, handles, catalog)]
        suppress = bool(found) or is_kql(before)
        return {"completions": found, "suppress": suppress, "matched_fragment": _fragment(before), "ordered": True}

    matcher: Callable[[Any], Any] = context_matcher(identifier=IDENTIFIER)(ours)
    return matcher


def _told(word: Word) -> str:
    """What an editor shows beside a name, without a place to break the line."""
    told = word.signature or (f"{word.kind} {word.meaning}" if word.kind == "column" else word.kind)
    return told.replace(" ", "\N{NO-BREAK SPACE}")
