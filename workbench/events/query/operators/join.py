"""``join``: rows of two tables side by side."""

from dataclasses import dataclass
from types import MappingProxyType

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.operators._pairs import joined, keyed, on_clause, pairs, text_of_pair
from workbench.events.query.plan import Join as JoinNode
from workbench.events.query.plan import Node

KINDS = (
    "innerunique",
    "inner",
    "leftouter",
    "rightouter",
    "fullouter",
    "leftsemi",
    "leftanti",
    "rightsemi",
    "rightanti",
)
_OTHER_WORDS = {"anti": "leftanti", "leftantisemi": "leftanti", "rightantisemi": "rightanti", "semi": "leftsemi"}


@dataclass(frozen=True, slots=True)
class Join(Operator):
    """``join kind=inner (EmailUrlInfo) on NetworkMessageId``; without a kind, ``innerunique``."""

    other: Expr
    on: tuple[Expr, ...]
    kind: str = ""


def _parse(p: Parser, word: Token) -> Join:
    at = p.next
    kind = options(p, ("kind", "withsource", "isfuzzy")).get("kind", "")
    kind = _OTHER_WORDS.get(kind, kind)
    if kind and kind not in KINDS:
        raise p.unknown("kind of join", Token("name", kind, at.at), (*KINDS, *_OTHER_WORDS))
    other = expression(p)
    return Join(other, on_clause(p), kind, at=word.at)


def _show(tree: Join) -> str:
    return text_of_pair("join", tree.kind, tree.other, tree.on)


def _bind(tree: Join, source: Node, binder: Binder) -> JoinNode:
    source, right = keyed(tree.on, source, binder.table(tree.other), binder)
    kind = tree.kind or "innerunique"
    on = pairs(tree.on, source, right, binder)
    if not kind.endswith(("semi", "anti")):
        return joined(source, right, kind, on, frozenset())
    kept = source if kind.startswith("left") else right
    outputs = tuple((name, kept is source, name) for name, _ in (*kept.columns, *kept.inner))
    return JoinNode(source, right, kind, on, outputs, columns=kept.columns, hidden=kept.hidden, inner=kept.inner)


OPERATOR = OperatorKind(
    ("join",),
    Join,
    "Rows of two tables side by side; without a kind, one left row for each key (innerunique).",
    _parse,
    _show,
    _bind,
    values=MappingProxyType({"kind": (*KINDS, *sorted(_OTHER_WORDS))}),
    after=("on",),
)
