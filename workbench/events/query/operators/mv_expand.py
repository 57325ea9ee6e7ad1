"""``mv-expand``: a row for each element of arrays and bags."""

from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.names import Namer, result_name
from workbench.events.query.kql.expressions import assigned, expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import name_text, named_text, show
from workbench.events.query.kql.syntax import Expr, Name, Named, Operator
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.operators.take import rows
from workbench.events.query.plan import Expand, Expansion, Node, Ref
from workbench.events.tables import KqlType

_LEGACY_LIMIT = 128


@dataclass(frozen=True, slots=True)
class MvExpand(Operator):
    """``mv-expand url = parse_json(Urls) to typeof(string)``. ``mvexpand`` is the old form: 128 rows at most."""

    items: tuple[tuple[Named, KqlType | None], ...]
    pairs: bool = False
    index: str = ""
    limit: Expr | None = None
    legacy: bool = False


def _parse(p: Parser, word: Token) -> MvExpand:
    found = options(p, ("kind", "bagexpansion", "with_itemindex"), others=True)
    kind = found.get("kind", found.get("bagexpansion", "bag"))
    if kind not in ("bag", "array"):
        raise p.error("kind=bag or kind=array")
    items = p.listed(item_of, "|", ")", ";")
    limit = expression(p) if p.found("limit") else None
    return MvExpand(items, kind == "array", found.get("with_itemindex", ""), limit, word.text == "mvexpand", at=word.at)


def item_of(p: Parser) -> tuple[Named, KqlType | None]:
    """One array or bag, and the type its elements are cast to."""
    item = assigned(p)
    if not p.found("to"):
        return item, None
    p.expect("typeof", "after 'to'")
    p.expect("(")
    kind = p.type()
    p.expect(")")
    return item, kind


def _show(tree: MvExpand) -> str:
    words = [
        "mvexpand" if tree.legacy else "mv-expand",
        "kind=array" if tree.pairs else "",
        f"with_itemindex={name_text(tree.index)}" if tree.index else "",
        ", ".join(f"{named_text(item)}{f' to typeof({kind})' if kind else ''}" for item, kind in tree.items),
        f"limit {show(tree.limit)}" if tree.limit else "",
    ]
    return " ".join(word for word in words if word)


def expanded(tree: MvExpand, source: Node, binder: Binder) -> Expand:
    """The rows of a node with a row for each element."""
    namer = Namer(avoid=source.types)
    items = tuple(_expansion(item, kind, source, namer, binder) for item, kind in tree.items)
    kinds = dict(source.columns) | {item.name: item.type for item in items}
    index = _free(tree.index, kinds) if tree.index else ""
    kinds |= {index: "long"} if index else {}
    limit = _LEGACY_LIMIT if tree.legacy else None
    limit = rows(tree.limit, binder) if tree.limit else limit
    hidden = tuple(
        (name, bound) for name, bound in source.hidden if not (isinstance(bound, Ref) and bound.name in namer.taken)
    )
    return Expand(
        source, items, tree.pairs, index, limit, columns=tuple(kinds.items()), hidden=hidden, inner=source.inner
    )


def _free(name: str, taken: Collection[str]) -> str:
    number, found = 0, name
    while found in taken:
        number += 1
        found = f"{name}{number}"
    return found


def _expansion(item: Named, kind: KqlType | None, source: Node, namer: Namer, binder: Binder) -> Expansion:
    bound = binder.expr(item.expr, Row(source))
    if bound.type != "dynamic":
        advice = f"Read it first: mv-expand {_example(item)}." if bound.type == "string" else ""
        raise binder.error(item.expr, f"mv-expand takes an array or bag, this is a {bound.type}", advice)
    return Expansion(binder.free(item, result_name(item.expr), namer), bound, kind or "dynamic")


def _example(item: Named) -> str:
    name = item.expr.name if isinstance(item.expr, Name) else "x"
    return f"{name_text(name)} = parse_json({show(item.expr)})"


OPERATOR = OperatorKind(
    ("mv-expand", "mvexpand"),
    MvExpand,
    "A row for each element of an array or bag.",
    _parse,
    _show,
    expanded,
    values=MappingProxyType({"kind": ("bag", "array"), "bagexpansion": ("bag", "array"), "with_itemindex": ()}),
    after=("to typeof(", "limit"),
)
