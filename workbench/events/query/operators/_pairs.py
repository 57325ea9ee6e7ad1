"""What ``join`` and ``lookup`` share: the condition, and the columns of both sides."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import nested, show
from workbench.events.query.kql.syntax import Binary, Expr, Logic, Member, Name
from workbench.events.query.plan import Bound, Columns, Hidden, Join, Node, Ref, shown
from workbench.events.query.types import INTEGERS


def on_clause(p: Parser) -> tuple[Expr, ...]:
    """``on a, $left.b == $right.c``."""
    p.expect("on", "and the columns to match")
    found = p.listed(expression, "|", ")", ";")
    return tuple(each for tree in found for each in _conjuncts(tree))


def text_of_pair(word: str, kind: str, other: Expr, on: Sequence[Expr]) -> str:
    """The operator as text: its word, the kind where one is named, the table on the right and the condition."""
    named = f"{word} kind={kind}" if kind else word
    return f"{named} {nested(other)} on {', '.join(map(show, on))}"


def pairs(on: Sequence[Expr], left: Node, right: Node, binder: Binder) -> tuple[tuple[str, str], ...]:
    """The columns to match, left and right.

    Raises:
        BadQuery: a column is not there, the types differ, or the condition is no equality of two columns.
    """
    return tuple(_pair(tree, left, right, binder) for tree in on)


def keyed(on: Sequence[Expr], left: Node, right: Node, binder: Binder) -> tuple[Node, Node]:
    """Both sides, with the keys visible that are constants hidden in them."""
    sides = [_sides(tree, binder) for tree in on]
    return _keyed(left, {first.name for first, _ in sides}), _keyed(right, {second.name for _, second in sides})


def _keyed(node: Node, names: AbstractSet[str]) -> Node:
    return shown(node, [name for name, bound in node.hidden if name in names and not isinstance(bound, Ref)])


def joined(left: Node, right: Node, kind: str, on: tuple[tuple[str, str], ...], drop: frozenset[str]) -> Join:
    """Both sides' columns; a name that both have gets a number on the right. ``drop`` names right columns left out."""
    outputs = [(name, True, name) for name, _ in left.columns]
    taken = {*left.types, *right.types}
    renamed: dict[str, str] = {}
    for name in right.types:
        if name not in drop:
            renamed[name] = _free(name, taken) if name in left.types else name
            outputs.append((renamed[name], False, name))
    kinds = [(left if from_left else right).types[source] for _, from_left, source in outputs]
    columns = tuple((name, each) for (name, _, _), each in zip(outputs, kinds, strict=True))
    inner = tuple((name, True, name) for name, _ in left.inner)
    return Join(
        left,
        right,
        kind,
        on,
        (*outputs, *inner),
        columns=columns,
        hidden=_hidden(left, right, renamed, columns),
        inner=left.inner,
    )


def _conjuncts(tree: Expr) -> tuple[Expr, ...]:
    return tree.operands if isinstance(tree, Logic) and tree.op == "and" else (tree,)


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name}{number}" in taken:
        number += 1
    taken.add(f"{name}{number}")
    return f"{name}{number}"


def _hidden(left: Node, right: Node, renamed: dict[str, str], columns: Columns) -> Hidden:
    """Hidden columns of the left under their names; those of the right too, numbered where the left has the name."""
    visible, before = dict(columns), {*left.types, *left.concealed}
    found = {name: bound for name, bound in left.hidden if name not in visible}
    for name, bound in right.hidden:
        moved, new = _moved(bound, renamed), f"{name}1" if name in before else name
        if moved is not None and new not in visible:
            found[new] = moved
    return tuple(found.items())


def _moved(bound: Bound, renamed: dict[str, str]) -> Bound | None:
    if not isinstance(bound, Ref):
        return bound
    return Ref(renamed[bound.name], type=bound.type) if bound.name in renamed else None


def _pair(tree: Expr, left: Node, right: Node, binder: Binder) -> tuple[str, str]:
    first, second = _sides(tree, binder)
    found = _column(first, left, "left", binder), _column(second, right, "right", binder)
    kinds = left.types[found[0]], right.types[found[1]]
    if "dynamic" in kinds:
        raise binder.error(tree, "A dynamic cannot be matched", "Convert it first with tostring().")
    if kinds[0] != kinds[1] and not INTEGERS.issuperset(kinds):
        raise binder.error(tree, f"A {kinds[0]} is matched with a {kinds[1]}", "Convert one of them before the join.")
    return found


def _sides(tree: Expr, binder: Binder) -> tuple[Name, Name]:
    if isinstance(tree, Name):
        return tree, tree
    if isinstance(tree, Binary) and tree.op == "==":
        sides = dict(_side(tree.left)) | dict(_side(tree.right))
        if sides.keys() == {"$left", "$right"}:
            return sides["$left"], sides["$right"]
    raise binder.error(tree, "A join matches columns: 'on a' or 'on $left.a == $right.b'")


def _side(tree: Expr) -> Iterator[tuple[str, Name]]:
    if isinstance(tree, Member) and isinstance(tree.base, Name):
        yield tree.base.name, Name(tree.name, at=tree.at)


def _column(tree: Name, node: Node, side: str, binder: Binder) -> str:
    if tree.name in node.types:
        return tree.name
    hidden = node.concealed.get(tree.name)
    if isinstance(hidden, Ref) and hidden.name in node.types:
        return hidden.name
    raise binder.unknown(tree, f"column on the {side} side", tree.name, node.types)
