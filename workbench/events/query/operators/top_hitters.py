"""``top-hitters``: the values that occur most often, or weigh most. Kusto estimates; here they are counted."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.calls import aggregate
from workbench.events.query.binder.names import result_name
from workbench.events.query.kql.expressions import column, expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Call, Expr, Name, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.operators.take import rows
from workbench.events.query.plan import Agg, Aggregate, Limit, Node, Ref, Sort, SortKey, like


@dataclass(frozen=True, slots=True)
class TopHitters(Operator):
    """``top-hitters 10 of SenderFromDomain by EmailSize``."""

    count: Expr
    column: Name
    weight: Expr | None = None


def _parse(p: Parser, word: Token) -> TopHitters:
    count = expression(p)
    p.expect("of", "and the column")
    return TopHitters(count, column(p), expression(p) if p.found("by") else None, at=word.at)


def _show(tree: TopHitters) -> str:
    weight = f" by {show(tree.weight)}" if tree.weight else ""
    return f"top-hitters {show(tree.count)} of {show(tree.column)}{weight}"


def _bind(tree: TopHitters, source: Node, binder: Binder) -> Limit:
    key, name = binder.expr(tree.column, Row(source)), tree.column.name
    binder.solid(key, tree, f"The dynamic {name!r} cannot be compared")
    call = Call("sum", (tree.weight,), at=tree.at) if tree.weight else Call("count", (), at=tree.at)
    args, kind = aggregate(call, source, binder)
    measured = (result_name(tree.weight) or "") if tree.weight else name
    output = (f"approximate_{call.name}_{measured}", kind)
    agg = Agg(call.name, args, (output,))
    grouped = Aggregate(source, ((name, key),), (agg,), columns=((name, key.type), output))
    ranked = Sort(grouped, (SortKey(Ref(output[0], type=kind)),), **like(grouped, ordered=True))
    return Limit(ranked, rows(tree.count, binder), **like(ranked))


OPERATOR = OperatorKind(
    ("top-hitters",), TopHitters, "The values that occur most often, or weigh most.", _parse, _show, _bind
)
