"""What may be written next: names for completion in an editor."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from workbench.events.query.binder.calls import SPECIAL, is_function
from workbench.events.query.catalog import Catalog, served
from workbench.events.query.functions import Aggregate, Function, aggregates, functions
from workbench.events.query.operators import kinds, leading
from workbench.events.tables import VIRTUAL

Declared = TypeVar("Declared", Function, Aggregate)

_WORD = re.compile(r"[A-Za-z0-9_]*(?:-[A-Za-z0-9_]*)*$")
_NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WANTS_TABLE = re.compile(r"(?:^|[|(;])\s*(?:union|join|lookup)\b(?:(?!\bon\b)[^|])*[(,\s]$")
_STEP = re.compile(r"\|\s*([a-z][a-z-]*)")


@dataclass(frozen=True)
class Word:
    """A name that fits, what it is, and what it means in one line."""

    text: str
    kind: Literal["table", "column", "operator", "function", "aggregate", "infix"]
    meaning: str = ""


def complete(text: str, at: int, catalog: Catalog) -> tuple[Word, ...]:
    """Names that fit at a place in a query, those that begin as the word there begins, in the order of their kinds.

    After ``|`` these are operators, at the start tables, elsewhere columns of the tables named so far and functions.
    """
    before = text[:at]
    begun = _WORD.search(before)
    prefix = begun[0] if begun else ""
    known = _fitting(before[: len(before) - len(prefix)], catalog)
    return tuple(word for word in known if word.text.casefold().startswith(prefix.casefold()))


def _fitting(before: str, catalog: Catalog) -> Iterator[Word]:
    last = before.rstrip()[-1:]
    if last == "|":
        return _operators()
    if last in ("", ";") or _WANTS_TABLE.search(before):
        return _sources(catalog)
    return _expressions(before, catalog)


def _operators() -> Iterator[Word]:
    yield from (Word(word, "operator", kind.meaning) for word, kind in sorted(kinds().items()))


def _sources(catalog: Catalog) -> Iterator[Word]:
    retired = served(catalog)
    known = sorted({*catalog.names(), *retired})
    yield from (Word(name, "table", retired[name].purpose if name in retired else "") for name in known)
    yield from (Word(word, "operator", kind.meaning) for word, kind in sorted(leading().items()))


def _expressions(before: str, catalog: Catalog) -> Iterator[Word]:
    yield from _columns(set(_NAMES.findall(before)) & {*catalog.names(), *served(catalog)}, catalog)
    steps = _STEP.findall(before)
    if steps and steps[-1] == "summarize":
        yield from (Word(each.name, "aggregate", each.meaning) for each in _distinct(aggregates().values()))
    scalar = [each for each in _distinct(functions().values()) if is_function(each.name)]
    yield from (Word(each.name, "function", each.meaning) for each in scalar if each.name.isidentifier())
    yield from (Word(name, "function", meaning) for name, (meaning, _) in sorted(SPECIAL.items()))
    infix = [each for each in _distinct(functions().values()) if each.infix and each.name.strip("!").isidentifier()]
    yield from (Word(each.name, "infix", each.meaning) for each in infix)


def _columns(tables: Iterable[str], catalog: Catalog) -> Iterator[Word]:
    found: dict[str, str] = {}
    retired = served(catalog)
    for name in sorted(tables):
        view = retired.get(name)
        held = view.successor if view else name
        found |= dict(view.types if view else catalog.types(name))
        found |= {each: kind for each, kind in VIRTUAL.items() if catalog.type_of(held, each)}
    yield from (Word(name, "column", kind) for name, kind in found.items())


def _distinct(declared: Iterable[Declared]) -> list[Declared]:
    """Each declaration once, however many names it goes by."""
    return list({each.name: each for each in sorted(declared, key=lambda each: each.name)}.values())
