"""Calls of functions with several results: each is a column of its own where columns are made."""

from typing import TYPE_CHECKING

from workbench.events.query.binder.env import Closure, Row
from workbench.events.query.binder.names import Namer, result_name
from workbench.events.query.functions import functions
from workbench.events.query.functions._declare import Parts
from workbench.events.query.kql.syntax import Call, Expr
from workbench.events.query.plan import Apply, Bound, Part

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder


def several(tree: Expr, row: Row, binder: "Binder") -> list[tuple[str, Bound]] | None:
    """The results of such a call, with the names they get; None for anything else."""
    function = functions().get(tree.name) if isinstance(tree, Call) else None
    if not isinstance(tree, Call) or not function or not function.parts:
        return None
    if isinstance(binder.env.find(tree.name), Closure):
        return None
    bound = binder.expr(tree, row)
    if not isinstance(bound, Part):
        return None
    found, namer = _parts(tree, bound.base), Namer()
    return [(namer.fresh(name), _part(bound.base, place, found)) for place, (name, _) in enumerate(found)]


def first(tree: Call, bound: Bound) -> Part:
    """The first result, for which the call stands inside an expression."""
    return _part(bound, 0, _parts(tree, bound))


def other(tree: Call, bound: Part, place: int) -> Part | None:
    """Another result of the same call; None where it has no more than one, or not so many."""
    found = _parts(tree, bound.base)
    return _part(bound.base, place, found) if len(found) > 1 and 0 <= place < len(found) else None


def _parts(tree: Call, bound: Bound) -> Parts:
    """Names and types of the results."""
    function = functions()[tree.name]
    if callable(function.parts):
        args = bound.args if isinstance(bound, Apply) else ()
        return function.parts(args, [result_name(arg) for arg in tree.args])
    name = result_name(tree.args[0]) or ""
    return [(f"{function.name}_{name}_{end}", kind) for end, kind in function.parts or ()]


def _part(bound: Bound, place: int, found: Parts) -> Part:
    size = {"size": bound.size + 1, "depth": bound.depth + 1, "reach": bound.reach}
    return Part(bound, place, type=found[place][1], **size)
