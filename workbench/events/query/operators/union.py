"""``union``: the rows of several tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TypeAlias

from workbench.events.query.binder import Binder
from workbench.events.query.binder.tables import missing
from workbench.events.query.faults import did_you_mean
from workbench.events.query.kql.expressions import column_or_pattern, expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import name_text, nested
from workbench.events.query.kql.syntax import Expr, Name, Operator, Pattern
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.plan import Bound, Const, Node, Ref
from workbench.events.query.plan import Union as UnionNode
from workbench.events.tables import KqlType

Leg: TypeAlias = tuple[Node, str]
"""A table with its name, or none."""
_HIDDEN = "\x00"


@dataclass(frozen=True, slots=True)
class Union(Operator):
    """``union withsource=Table Email*, (UrlClickEvents | where Url has "x")``."""

    legs: tuple[Expr, ...]
    kind: str = ""
    source: str = ""
    fuzzy: bool = False


def _parse(p: Parser, word: Token) -> Union:
    found = options(p, ("kind", "withsource", "isfuzzy"))
    if found.get("kind", "outer") not in ("inner", "outer"):
        raise p.error("kind=inner or kind=outer")
    legs = p.listed(_leg, "|", ")", ";")
    fuzzy = found.get("isfuzzy", "false") == "true"
    kind = found.get("kind", "")
    return Union(legs, "inner" if kind == "inner" else "", found.get("withsource", ""), fuzzy, at=word.at)


def _leg(p: Parser) -> Expr:
    if p.next.kind == "name" and p.ahead().text == "*" and p.ahead().at == p.next.at + len(p.next.text):
        return column_or_pattern(p)
    return column_or_pattern(p) if p.sees("*") else expression(p)


def _show(tree: Union) -> str:
    words = [
        "union",
        f"kind={tree.kind}" if tree.kind else "",
        f"withsource={name_text(tree.source)}" if tree.source else "",
        "isfuzzy=true" if tree.fuzzy else "",
        ", ".join(map(nested, tree.legs)),
    ]
    return " ".join(word for word in words if word)


def _bind(tree: Union, source: Node | None, binder: Binder) -> Node:
    legs = list(_legs(tree, binder))
    if source is not None:
        legs = [(source, ""), *legs]
    if not legs:
        raise binder.error(tree, "None of the tables is there")
    legs = [(node, name or f"union_arg{number}") for number, (node, name) in enumerate(legs)]
    return united(legs, tree, binder, origin=tree.source, inner=tree.kind == "inner")


def united(legs: Sequence[Leg], tree: Operator, binder: Binder, *, origin: str = "", inner: bool = False) -> UnionNode:
    """The rows of some tables, given with their names; ``origin`` is a column that says where a row comes from."""
    nodes = [node for node, _ in legs]
    columns = _columns(nodes, inner=inner)
    hidden = _hidden(nodes, {source for source, _ in columns.values()})
    items = [_items(node, columns.values()) for node in nodes]
    held = [_items(node, hidden) for node in nodes]
    named = [*((name, kind) for name, (_, kind) in columns.items())]
    if origin in columns:
        raise binder.error(tree, f"The column {origin!r} is there already", "Give withsource another name.")
    if origin:
        named = [(origin, "string"), *named]
        items = [[Const(name, type="string"), *each] for each, (_, name) in zip(items, legs, strict=True)]
    return UnionNode(
        tuple(nodes),
        tuple((*each, *more) for each, more in zip(items, held, strict=True)),
        columns=tuple(named),
        hidden=tuple((name, Ref(f"{_HIDDEN}{name}", type=kind)) for name, kind in hidden),
        inner=tuple((f"{_HIDDEN}{name}", kind) for name, kind in hidden),
    )


def _legs(tree: Union, binder: Binder) -> Iterator[Leg]:
    """The tables with their names; those that are not there are passed over where the union is fuzzy."""
    for leg in tree.legs:
        if isinstance(leg, Pattern):
            yield from fitting(leg, binder, needed=not tree.fuzzy)
        elif tree.fuzzy and (name := missing(leg, binder)):
            advice = did_you_mean(name, binder.catalog.names())
            binder.notes.append(f"The union leaves out {name}, which is not known. {advice}".rstrip())
        else:
            yield binder.table(leg), leg.name if isinstance(leg, Name) else ""


def fitting(leg: Pattern, binder: Binder, *, needed: bool = True) -> Iterator[Leg]:
    """The tables that a pattern means.

    Raises:
        BadQuery: there is none, and one is ``needed``.
    """
    names = [name for name in binder.catalog.names() if fnmatchcase(name, leg.pattern)]
    if not names and needed:
        raise binder.error(leg, f"No table fits {leg.pattern!r}")
    yield from ((binder.table(Name(name, at=leg.at)), name) for name in names)


def _columns(nodes: Sequence[Node], *, inner: bool) -> dict[str, tuple[str, KqlType]]:
    """Result columns to their name and type in the legs. A name with several types becomes a column for each type."""
    kinds: dict[str, list[KqlType]] = {}
    for node in nodes:
        for name, kind in node.columns:
            if kind not in kinds.setdefault(name, []):
                kinds[name].append(kind)
    if inner:
        kinds = {name: each for name, each in kinds.items() if all(name in node.types for node in nodes)}
    found: dict[str, tuple[str, KqlType]] = {}
    for name, each in kinds.items():
        for kind in each:
            found[_free(name if len(each) == 1 else f"{name}_{kind}", found)] = (name, kind)
    return found


def _free(name: str, taken: dict[str, tuple[str, KqlType]]) -> str:
    number, found = 0, name
    while found in taken:
        number += 1
        found = f"{name}{number}"
    return found


def _hidden(nodes: Sequence[Node], visible: set[str]) -> list[tuple[str, KqlType]]:
    """Columns that at least one leg answers to and none shows; of one name, those of the first one's type."""
    found: dict[str, KqlType] = {}
    for node in nodes:
        found |= {name: bound.type for name, bound in node.hidden if name not in visible and name not in found}
    return list(found.items())


def _items(node: Node, columns: Iterable[tuple[str, KqlType]]) -> list[Bound | None]:
    """A leg's values for the columns: its own, or a virtual one that another leg shows."""
    places = {column: place for place, column in enumerate(columns)}
    found: list[Bound | None] = [None] * len(places)
    for name, bound in node.hidden:
        if name not in node.types and (name, bound.type) in places:
            found[places[name, bound.type]] = bound
    for column in node.columns:
        if column in places:
            found[places[column]] = Ref(column[0], type=column[1])
    return found


OPERATOR = OperatorKind(
    ("union",),
    Union,
    "The rows of several tables, all their columns.",
    _parse,
    _show,
    _bind,
    leads=True,
    values=MappingProxyType({"kind": ("outer", "inner"), "withsource": (), "isfuzzy": ("true", "false")}),
)
