"""The language as tables, written from what operators and functions declare."""

import re
from collections.abc import Iterable, Iterator

from workbench.events.query.binder.special import SPECIAL
from workbench.events.query.functions import ELSEWHERE as REFUSED
from workbench.events.query.functions import Aggregate, Family, Function, families
from workbench.events.query.operators import ELSEWHERE, OperatorKind, operators


def markdown() -> str:
    """Operators, infix operators, functions and aggregates as Markdown tables."""
    return "\n".join(_lines()).strip()


def _lines() -> Iterator[str]:
    yield from _table("Operators", ("operator", "for instance", "meaning"), map(_operator, operators()))
    for family in families().values():
        yield from _family(family)
    rows = ((_code(f"{name}(...)"), meaning) for name, (meaning, _) in SPECIAL.items())
    yield from _table("Functions that look at names and tables", ("function", "meaning"), rows)
    rows = ((_code(name), near or "-") for name, near in sorted(ELSEWHERE.items()))
    yield from _table("Operators of KQL that are not there yet, and are refused by name", ("operator", "nearest"), rows)
    rows = ((_code(name), near or "-") for name, near in sorted(REFUSED.items()))
    yield from _table("Functions of KQL that are not there, and are refused by name", ("function", "nearest"), rows)


def _family(family: Family) -> Iterator[str]:
    infix = [each for each in family.functions if each.infix or each.name in ("and", "or")]
    if infix:
        yield from _table(family.title, ("operator", "takes", "gives", "meaning"), map(_infix, infix))
    named = [each for each in family.functions if each not in infix and each.name.isidentifier()]
    if named:
        title = f"{family.title}: functions" if infix else family.title
        yield from _table(title, ("function", "gives", "meaning"), map(_row, named))
    if family.aggregates:
        yield from _table(family.title, ("aggregate", "gives", "meaning"), map(_row, family.aggregates))


def _operator(kind: OperatorKind) -> tuple[str, str, str]:
    """The example is the one that the operator's own tree is described with."""
    example = re.search(r"``(.+?)``", kind.tree.__doc__ or "")
    return _words(kind.words), _code(example[1] if example else kind.words[0]), kind.meaning


def _infix(declared: Function) -> tuple[str, str, str, str]:
    names = _words((declared.name, *declared.aliases))
    return names, _code(_form(declared)), _gives(declared), declared.meaning


def _form(declared: Function) -> str:
    """``value between (low .. high)``, each operand with its kind."""
    operands = [f"{slot.name}:{slot.kind}" for slot in declared.signature.slots]
    if declared.infix == "list":
        return f"{operands[0]} {declared.name} ({operands[1]}, ...)"
    if declared.infix == "range":
        return f"{operands[0]} {declared.name} ({operands[1]} .. {operands[2]})"
    return f" {declared.name} ".join(operands if len(operands) > 1 else operands * 2)


def _row(declared: Function | Aggregate) -> tuple[str, str, str]:
    others = f" Also {_words(declared.aliases)}." if declared.aliases else ""
    return _code(f"{declared.name}{declared.takes}"), _gives(declared), f"{declared.meaning}{others}"


def _gives(declared: Function | Aggregate) -> str:
    if getattr(declared, "infix", "") not in ("", "sum", "product"):
        return "bool"
    gives = declared.gives if isinstance(declared.gives, str) else ""
    return {"": "by its arguments", "same": "as its argument"}.get(gives, gives)


def _table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield from (f"### {title}", "", f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}")
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
    yield ""


def _words(words: Iterable[str]) -> str:
    return ", ".join(map(_code, words))


def _code(text: str) -> str:
    return f"`{text}`"
