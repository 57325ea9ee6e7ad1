"""What may be written next: names for completion in an editor, out of the question as it stands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeVar

from workbench.base.errors import WorkbenchError
from workbench.events.query.binder import bind
from workbench.events.query.binder.calls import is_function
from workbench.events.query.binder.special import SPECIAL
from workbench.events.query.catalog import Catalog, served
from workbench.events.query.cursor import LISTS, TABLE_INSIDE, TWO_TABLES, Place, find
from workbench.events.query.functions import Aggregate, Function, aggregates, functions
from workbench.events.query.kql.expressions import infixes
from workbench.events.query.kql.statements import parse
from workbench.events.query.operators import kinds, leading
from workbench.events.query.tabular import tabulars
from workbench.events.tables import VIRTUAL

Declared = TypeVar("Declared", Function, Aggregate)
Kind = Literal["table", "column", "operator", "function", "aggregate", "infix", "let", "parameter", "value", "word"]

_WORD = re.compile(r"\$?\w*$")
_HYPHENATED = re.compile(r"(?:^|[|({;])\s*(\w+(?:-\w*)+)$")
_NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MADE = re.compile(r"\b([^\W\d]\w*)\s*=(?![=~])")
_VALUE = re.compile(r"[\w\])\"'`]$")
_MEANINGLESS = datetime(2000, 1, 1, tzinfo=UTC)
"""What ``now()`` is while nothing is run."""

_NO_VALUES = frozenset({"by", "on", "and", "or", "not", "with", "of", "to", "from", "step", "limit"})
"""Words that an operand follows."""


@dataclass(frozen=True)
class Word:
    """A name that fits, what it is, and what it means in one line: the type of a column, the meaning of a function."""

    text: str
    kind: Kind
    meaning: str = ""
    signature: str = ""
    """How a function is called, as ``iff(condition, then, otherwise)``."""


def begun(text: str, at: int) -> str:
    """The word that is being written at a place: what the chosen name replaces."""
    before = text[:at]
    hyphenated = _HYPHENATED.search(before)
    if hyphenated:
        return hyphenated[1]
    word = _WORD.search(before)
    return word[0] if word else ""


def complete(text: str, at: int, catalog: Catalog, given: Iterable[str] = ()) -> tuple[Word, ...]:
    """Names that fit at a place in a query, those that begin as the word there begins, in the order of their kinds.

    After ``|`` these are operators, at the start tables, after ``kind=`` the words it takes, elsewhere the columns
    that the pipeline has there, names of let statements and functions; after an operand, infix operators. Nothing
    inside a string or a comment. ``given`` are names that the caller binds as parameters.
    """
    prefix = begun(text, at)
    place = find(text[: at - len(prefix)])
    if place is None:
        return ()
    fitting = _fitting(place, catalog, tuple(given))
    return tuple(dict.fromkeys(word for word in fitting if word.text.casefold().startswith(prefix.casefold())))


def _fitting(place: Place, catalog: Catalog, given: tuple[str, ...]) -> Iterator[Word]:
    if not place.step and (place.piped or place.around):
        return _operators()
    lets = (Word(name, "let") for name in (*given, *(name for name, _ in place.lets)))
    if not place.step:
        return _chained(_sources(catalog), lets)
    return _in_step(place, catalog, lets)


def _in_step(place: Place, catalog: Catalog, lets: Iterator[Word]) -> Iterator[Word]:
    kind = kinds().get(place.word) or leading().get(place.word)
    values = kind.values if kind else {}
    texts = [token.text for token in place.step]
    if place.last == "=" and len(texts) > 1 and texts[-2] in values:
        return (Word(each, "value") for each in values[texts[-2]])
    if place.call == "with":
        return (Word(f"{each}=", "parameter") for each in values if each)
    if "" in values and _at_operand(place):
        return (Word(each, "value") for each in values[""])
    more = (Word(f"{each}=", "parameter") for each in values if each and each not in texts)
    if place.word in TWO_TABLES and "on" not in texts and not place.call:
        after = _words(place) if _is_value(place) else iter(())
        return _chained(after, more, _sources(catalog), lets)
    if _is_value(place):
        return _chained(_words(place), _infixes())
    return _chained(more if _at_operand(place) else (), _operands(place, catalog, lets))


def _operands(place: Place, catalog: Catalog, lets: Iterator[Word]) -> Iterator[Word]:
    side = place.step[-2].text if place.last == "." and len(place.step) > 1 else ""
    if side in ("$left", "$right"):
        return _columns(place, catalog, side)
    if place.last == ".":
        return iter(())
    sources = _sources(catalog) if place.call in LISTS | TABLE_INSIDE else iter(())
    both = ("$left", "$right") if place.word in ("join", "lookup") else ()
    sides = (Word(each, "word", "the columns of one side") for each in both)
    found = _aggregates() if place.word in ("summarize", "make-series") else iter(())
    return _chained(_columns(place, catalog), lets, sides, found, _functions(), sources)


def _is_value(place: Place) -> bool:
    """Whether an operand ends before the cursor, so that what comes is none."""
    last = place.step[-1]
    if _at_operand(place) or last.text in _NO_VALUES or last.text in infixes():
        return False
    return last.kind != "sign" or last.text in (")", "]")


def _at_operand(place: Place) -> bool:
    """Whether the step is its operator and nothing more."""
    return place.step[-1].at + len(place.last) == place.step[0].at + len(place.word)


def _operators() -> Iterator[Word]:
    yield from (Word(word, "operator", kind.meaning) for word, kind in sorted(kinds().items()))


def _sources(catalog: Catalog) -> Iterator[Word]:
    retired = served(catalog)
    known = sorted({*catalog.names(), *retired})
    yield from (Word(name, "table", retired[name].purpose if name in retired else "") for name in known)
    standing = ((name, each) for name, each in sorted(tabulars().items()) if not each.follows)
    yield from (Word(name, "function", each.meaning, f"{name}{each.takes}") for name, each in standing)
    yield from (Word(word, "operator", kind.meaning) for word, kind in sorted(leading().items()))
    yield Word("let", "word", "A name for a value, a table or a function.")


def _words(place: Place) -> Iterator[Word]:
    kind = kinds().get(place.word)
    yield from (Word(each, "word") for each in (kind.after if kind else ()))


def _functions() -> Iterator[Word]:
    scalar = [each for each in _distinct(functions().values()) if is_function(each.name) and each.name.isidentifier()]
    yield from (Word(each.name, "function", each.meaning, called(each)) for each in scalar)
    yield from (Word(name, "function", meaning, f"{name}(...)") for name, (meaning, _) in sorted(SPECIAL.items()))


def _aggregates() -> Iterator[Word]:
    yield from (Word(each.name, "aggregate", each.meaning, called(each)) for each in _distinct(aggregates().values()))


def _infixes() -> Iterator[Word]:
    infix = [each for each in _distinct(functions().values()) if each.infix and each.name.strip("!~").isidentifier()]
    yield from (Word(each.name, "infix", each.meaning) for each in infix)


def called(declared: Function | Aggregate) -> str:
    """How a function is called: ``iff(condition, then, otherwise)``, ``[...]`` around what may be left out."""
    shown = [f"[{slot.name}]" if slot.optional else slot.name for slot in declared.signature.slots]
    more = ", ..." if declared.signature.repeating else ""
    return f"{declared.name}({', '.join(shown)}{more})"


def _columns(place: Place, catalog: Catalog, side: str = "") -> Iterator[Word]:
    """The columns that the rows have where the step begins; of a step with two sides, those of both."""
    found: dict[str, str] = {}
    if side != "$right":
        found |= _reached(place, catalog)
    if side != "$left" and "on" in (texts := [token.text for token in place.step]):
        found |= _bound(place, catalog, _right(place, texts))
    yield from (Word(name, "column", kind) for name, kind in found.items())


def _reached(place: Place, catalog: Catalog) -> dict[str, str]:
    """The columns where the step begins; a pipeline without a source works on those of the step around it."""
    if place.around is None:
        return _bound(place, catalog, place.rows)
    around = place.around.text[place.around.step[0].at :]
    made = dict.fromkeys((*_MADE.findall(around), *_MADE.findall(place.rows)), "")
    return {**_reached(place.around, catalog), **made}


def _right(place: Place, texts: list[str]) -> str:
    """The table on the right of a step, as text: what stands between its parameters and ``on``."""
    start, end = 1, texts.index("on")
    while start + 1 < end and texts[start + 1] in ("=", "."):
        start += 5 if texts[start + 1] == "." else 3
    return place.text[place.step[min(start, end)].at : place.step[end].at]


def _bound(place: Place, catalog: Catalog, rows: str) -> dict[str, str]:
    """The columns of a pipeline; where it cannot be bound as it stands, of the longest part that can."""
    lets, cut = "\n".join(text for _, text in place.lets), rows
    while cut.strip():
        try:
            root = bind(parse(f"{lets}\n{cut}"), catalog, now=_MEANINGLESS).root
        except WorkbenchError:
            cut = cut.rpartition("|")[0]
            continue
        hidden = {name: bound.type for name, bound in root.hidden}
        return {**root.types, **hidden, **dict.fromkeys(_MADE.findall(rows[len(cut) :]), "")}
    named = set(_NAMES.findall(rows))
    return {
        **_declared(named & {*catalog.names(), *served(catalog)}, catalog),
        **dict.fromkeys(_MADE.findall(rows), ""),
    }


def _declared(tables: Iterable[str], catalog: Catalog) -> dict[str, str]:
    """The columns of all tables that are named."""
    found: dict[str, str] = {}
    retired = served(catalog)
    for name in sorted(tables):
        view = retired.get(name)
        held = view.successor if view else name
        found |= dict(view.types if view else catalog.types(name))
        found |= {each: kind for each, kind in VIRTUAL.items() if catalog.type_of(held, each)}
    return found


def _chained(*parts: Iterable[Word]) -> Iterator[Word]:
    for part in parts:
        yield from part


def _distinct(declared: Iterable[Declared]) -> list[Declared]:
    """Each declaration once, however many names it goes by."""
    return list({each.name: each for each in sorted(declared, key=lambda each: each.name)}.values())
