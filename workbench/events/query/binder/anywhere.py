"""``*`` on the left of a comparison: the columns of a row, whichever fits.

Source of the rule: "where operator" and "search operator" of the Kusto documentation. Looked through are the columns of
text, guids and dynamics, and those of whole numbers where the other side is a number or a text of digits.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.events.query.binder.calls import applied
from workbench.events.query.functions import functions
from workbench.events.query.kql.syntax import Expr
from workbench.events.query.plan import Bound, Const, Node, Ref, apply
from workbench.events.query.types import INTEGERS, NUMBERS
from workbench.events.tables import KqlType

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder

_TEXTS: frozenset[KqlType] = frozenset({"string", "dynamic", "guid"})


def anywhere(op: str, node: Node, right: Bound, tree: Expr, binder: "Binder") -> Bound:
    """Whether the comparison holds for any column.

    Raises:
        BadQuery: it is no equality and no text operator, or a negation, which would hold of nearly every row.
    """
    if op.startswith("!"):
        raise binder.error(tree, f"'* {op}' would hold where any column fits", f"Write not(* {op[1:]} ...).")
    function = functions()[op]
    if function.infix not in ("text", "equality"):
        raise binder.error(tree, f"'*' does not go with {op!r}", "Name the columns.")
    found = [applied(function, [column, right], tree, binder) for column in _columns(function.infix, node, right)]
    return either(found)


def either(conditions: list[Bound]) -> Bound:
    """One of the conditions holds; of none, none does."""
    if not conditions:
        return Const(value=False, type="bool")
    return conditions[0] if len(conditions) == 1 else apply("or", tuple(conditions), "bool")


def _columns(shape: str, node: Node, right: Bound) -> Iterator[Bound]:
    digits = isinstance(right, Const) and isinstance(right.value, str) and re.fullmatch(r"\d+", right.value)
    for name, kind in node.columns:
        column = Ref(name, type=kind)
        if shape == "text":
            if kind in _TEXTS:
                yield column if kind != "guid" else apply("tostring", (column,), "string")
            elif digits and kind in INTEGERS:
                yield apply("tostring", (column,), "string")
        elif kind == right.type or any(group.issuperset((kind, right.type)) for group in (_TEXTS, NUMBERS)):
            yield column
