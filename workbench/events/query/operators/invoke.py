"""``invoke``: a function of the query over the rows so far."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.calls import call_user
from workbench.events.query.binder.env import Closure, Env
from workbench.events.query.kql.expressions import argument
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Call, Name, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node
from workbench.events.query.tabular import bound, elsewhere, tabulars

_ROWS = "\x00rows"


@dataclass(frozen=True, slots=True)
class Invoke(Operator):
    """``invoke f(5)``: the function's first parameter takes the rows."""

    call: Call


def _parse(p: Parser, word: Token) -> Invoke:
    at, name = p.next.at, p.name("the name of a function")
    p.expect("(", "and the arguments of the function")
    return Invoke(Call(name, p.within(argument, ")"), at=at), at=word.at)


def _show(tree: Invoke) -> str:
    return f"invoke {show(tree.call)}"


def _bind(tree: Invoke, source: Node, binder: Binder) -> Node:
    call = tree.call
    closure = binder.env.find(call.name)
    if closure is None and call.name in tabulars():
        return bound(call, source, binder)
    if not isinstance(closure, Closure):
        if advice := elsewhere(call.name):
            raise binder.error(call, f"The function {call.name!r} is not there", advice)
        raise binder.unknown(call, "function of a table", call.name, [*binder.functions(), *tabulars()])
    first = next(iter(closure.tree.parameters), None)
    if first is None or first.type is not None:
        raise binder.error(call, f"The function {call.name!r} takes no table", f"Write {call.name}() without invoke.")
    outer, binder.env = binder.env, Env(binder.env, {_ROWS: source})
    found = call_user(Call(call.name, (Name(_ROWS, at=tree.at), *call.args), at=call.at), Row(), binder)
    binder.env = outer
    if not isinstance(found, Node):
        raise binder.error(call, f"The function {call.name!r} gives a value, not a table")
    return found


OPERATOR = OperatorKind(("invoke",), Invoke, "A function of the query over the rows so far.", _parse, _show, _bind)
