"""The language as tables, written from what operators and functions declare."""

from collections.abc import Iterable, Iterator

from workbench.events.query.binder.calls import SPECIAL
from workbench.events.query.functions import Aggregate, Function, families
from workbench.events.query.operators import ELSEWHERE, operators


def markdown() -> str:
    """Operators, infix operators, functions and aggregates as Markdown tables."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield from _table(
        "Operators", ("operator", "meaning"), ((_words(each.words), each.meaning) for each in operators())
    )
    yield from _infix()
    for family in families().values():
        named = [each for each in family.functions if not each.infix and each.name.isidentifier()]
        named = [each for each in named if each.name not in ("and", "or")]
        if named:
            yield from _table(family.title, ("function", "gives", "meaning"), map(_row, named))
        if family.aggregates:
            yield from _table(family.title, ("aggregate", "gives", "meaning"), map(_row, family.aggregates))
    rows = ((_code(f"{name}(...)"), meaning) for name, (meaning, _) in SPECIAL.items())
    yield from _table("Functions that look at names and tables", ("function", "meaning"), rows)
    yield f"Not there yet, and refused by name: {', '.join(map(_code, sorted(ELSEWHERE)))}."


def _infix() -> Iterator[str]:
    every = [each for family in families().values() for each in family.functions if each.infix]
    rows = ((_words((each.name, *each.aliases)), each.meaning) for each in every)
    yield from _table("Infix operators, beside `and` and `or`", ("operator", "meaning"), rows)


def _table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield from (f"### {title}", "", f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}")
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _row(declared: Function | Aggregate) -> tuple[str, str, str]:
    gives = declared.gives if isinstance(declared.gives, str) else "by its arguments"
    usage = _code(f"{declared.name}{declared.takes}".replace("|", " or "))
    others = f" Also {_words(declared.aliases)}." if declared.aliases else ""
    return usage, gives, f"{declared.meaning}{others}"


def _words(words: Iterable[str]) -> str:
    return ", ".join(map(_code, words))


def _code(text: str) -> str:
    return f"`{text}`"
