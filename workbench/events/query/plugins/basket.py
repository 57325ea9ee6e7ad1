"""``basket``: values that often occur together (documentation page "basket plugin")."""

from workbench.events.query.binder import Binder
from workbench.events.query.kql.syntax import Expr, Literal
from workbench.events.query.plan import Basket, Columns, Node, Ref
from workbench.events.query.plugins._declare import Plugin, Usage, column
from workbench.events.query.types import NUMBERS

_LEAST, _USUAL = 0.015, 0.05
_DIMENSIONS = 5
_HEAD: Columns = (("SegmentId", "long"), ("Count", "long"), ("Percent", "real"))


def _bind(use: Usage, source: Node, binder: Binder) -> Node:
    if len(use.args) > len(("Threshold", "WeightColumn", "MaxDimensions")) or use.more:
        raise binder.error(use.tree, "basket always shows empty where a pattern may hold anything", "Leave it out.")
    threshold = _number(use.args.get("Threshold"), _USUAL, binder)
    if not _LEAST <= threshold <= 1:
        raise binder.error(use.tree, f"The threshold of basket lies between {_LEAST} and 1")
    weight = _weight(use.args.get("WeightColumn"), source, binder)
    items = tuple((name, Ref(name, type=kind)) for name, kind in source.columns if name != weight)
    taken = {name for name, _ in _HEAD}.intersection(source.types)
    if taken:
        raise binder.error(use.tree, f"The column {min(taken)!r} is there already", "Rename it with project-rename.")
    columns: Columns = (*_HEAD, *((name, bound.type) for name, bound in items))
    most = int(_number(use.args.get("MaxDimensions"), _DIMENSIONS, binder))
    return Basket(source, items, weight, threshold, max(most, 1), columns=columns, ordered=True)


def _usual(tree: Expr | None) -> bool:
    return tree is None or (isinstance(tree, Literal) and tree.value == "~")


def _number(tree: Expr | None, usual: float, binder: Binder) -> float:
    """A constant; the usual one where it is left out or given as ``"~"``."""
    if tree is None or _usual(tree):
        return usual
    held = binder.constant(tree, ("long", "int", "real"), "What basket is given here").value
    return float(held) if isinstance(held, int | float) else usual


def _weight(tree: Expr | None, source: Node, binder: Binder) -> str:
    if tree is None or _usual(tree):
        return ""
    found = column(tree, source, binder)
    if found.type not in NUMBERS:
        raise binder.error(tree, f"A weight is a number, this is a {found.type}")
    return found.name


PLUGIN = Plugin(
    "basket",
    ("Threshold?", "WeightColumn?", "MaxDimensions?", "CustomWildcard*"),
    "The values that often occur together, a row for each pattern.",
    _bind,
)
