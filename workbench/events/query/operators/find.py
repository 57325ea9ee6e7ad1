"""``find``: rows of several tables for which a condition holds, what they do not share in a bag.

Source of the rules: "find operator" of the Kusto documentation. Without ``project``, the columns are those that all
tables have or the condition names; the others go into ``pack_``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.binder.calls import as_type
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import joined, name_text, show
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.operators.search import (
    Tables,
    beside,
    columns,
    condition,
    meant,
    named,
    names_in,
    tables_named,
)
from workbench.events.query.operators.union import Leg, united
from workbench.events.query.plan import Bound, Const, Filter, Node, Ref, apply, like, nothing, projected
from workbench.events.tables import KqlType

_PACK = "pack_"
Wanted = tuple[str, KqlType | None]


@dataclass(frozen=True, slots=True)
class Find(Operator):
    """``find in (EmailEvents, UrlClickEvents) where "evil" project Subject, Url:string, pack(*)``."""

    condition: Expr
    tables: Tables = ()
    source: str = ""
    project: tuple[Wanted, ...] | None = None
    pack: bool = False


def _parse(p: Parser, word: Token) -> Find:
    found = options(p, ("withsource", "datascope"))
    tables = tables_named(p)
    if tables:
        p.expect("where", "and a condition")
    else:
        p.found("where")
    outer, p.searching = p.searching, True
    wanted = expression(p)
    p.searching = outer
    project, pack = _project(p)
    return Find(wanted, tables, found.get("withsource", ""), project, pack, at=word.at)


def _project(p: Parser) -> tuple[tuple[Wanted, ...] | None, bool]:
    if not p.sees("project"):
        return None, False
    word = p.hyphenated()
    if word.text == "project-smart":
        return None, False
    if word.text != "project":
        raise p.unknown("operator", word, ("project", "project-smart"))
    found = p.listed(_wanted, "|", ")", ";")
    return tuple(each for each in found if each is not None), None in found


def _wanted(p: Parser) -> Wanted | None:
    """A column with its type or without; None for ``pack(*)``."""
    if p.sees("pack") and p.ahead().text == "(":
        p.take()
        p.take()
        p.expect("*")
        p.expect(")")
        return None
    name = p.name("a column")
    return name, p.type() if p.found(":") else None


def _show(tree: Find) -> str:
    wanted = [f"{name_text(name)}{f':{kind}' if kind else ''}" for name, kind in tree.project or ()]
    wanted += ["pack(*)"] if tree.pack else []
    words = [
        "find",
        f"withsource={name_text(tree.source)}" if tree.source else "",
        f"in ({joined(tree.tables)})" if tree.tables else "",
        f"where {show(tree.condition)}",
        f"project {', '.join(wanted)}" if wanted else "",
    ]
    return " ".join(word for word in words if word)


def _bind(tree: Find, _source: None, binder: Binder) -> Node:
    legs = list(named(tree.tables, tree, binder))
    known = columns(node for node, _ in legs)
    wanted, pack = _columns(tree, [node for node, _ in legs], binder)
    asked = meant(known, {*names_in(tree.condition), *(name for name, _ in wanted)})
    found: list[Leg] = []
    for node, name in legs:
        whole = beside(node, asked)
        fits = condition(tree.condition, tree, whole, binder)
        rows = Filter(node, fits, **like(node))
        items = [(each, _value(each, kind, whole, tree, binder)) for each, kind in wanted]
        items += [(_PACK, _packed(node, {each for each, _ in wanted}))] if pack else []
        found.append((projected(rows, tuple(items)), name))
    return united(found, tree, binder, origin=tree.source or "source_")


def _columns(tree: Find, nodes: Sequence[Node], binder: Binder) -> tuple[tuple[Wanted, ...], bool]:
    """The columns of the result, and whether there is a bag of the others."""
    known = columns(nodes)
    virtual = {name for node in nodes for name in node.concealed}
    if tree.project is not None:
        for name, kind in tree.project:
            if kind is None and name not in known and name not in virtual:
                raise binder.unknown(tree, "column", name, known)
        return tree.project, tree.pack
    shared = {name for name in known if all(name in node.types for node in nodes)}
    wanted = tuple((name, None) for name in known if name in shared.union(names_in(tree.condition)))
    return wanted, len(wanted) < len(known)


def _value(name: str, kind: KqlType | None, node: Node, tree: Find, binder: Binder) -> Bound:
    own: Bound | None = Ref(name, type=node.types[name]) if name in node.types else node.concealed.get(name)
    if own is None:
        return nothing(kind or "dynamic")
    return as_type(own, kind or own.type, tree, binder)


def _packed(node: Node, shown: set[str]) -> Bound:
    """A bag of the columns that are not shown."""
    parts = [(Const(name, type="string"), Ref(name, type=kind)) for name, kind in node.columns if name not in shown]
    return apply("bag_pack", tuple(each for pair in parts for each in pair), "dynamic")


OPERATOR = OperatorKind(
    ("find",),
    Find,
    "The rows of several tables for which a condition holds.",
    _parse,
    _show,
    _bind,
    leads=True,
    follows=False,
)
