"""Function calls: arguments checked against what is declared, conversions put in, user functions written out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from workbench.base.errors import BadQuery
from workbench.events.query.backend.patterns import compiled
from workbench.events.query.binder import parts
from workbench.events.query.binder.env import Closure, Env, Row
from workbench.events.query.binder.folding import folded
from workbench.events.query.binder.special import SPECIAL
from workbench.events.query.faults import did_you_mean
from workbench.events.query.functions import ELSEWHERE, Function, aggregates, functions
from workbench.events.query.functions._declare import MOST_ARGUMENTS, WORDS, Aggregate, Gives, Signature
from workbench.events.query.kql.syntax import Call, Expr, Named, Operator, Placeholder, TypeOf
from workbench.events.query.plan import Apply, Bound, Const, Node, Ref, Within, apply
from workbench.events.query.tabular import elsewhere, tabulars
from workbench.events.query.types import INTEGERS, NUMBERS, SPELLINGS, SUMMABLE, TYPES
from workbench.events.tables import KqlType

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder

Tree: TypeAlias = Expr | Operator
MOST_CALLS = 500
"""Calls of user functions in one query, those inside other functions included."""

_KINDS: Mapping[str, frozenset[KqlType]] = MappingProxyType(
    {
        "any": frozenset(TYPES),
        "number": NUMBERS,
        "summable": SUMMABLE,
        "regex": frozenset({"string"}),
        "type": frozenset({"string"}),
        **dict.fromkeys(WORDS, frozenset({"string"})),
        "long": INTEGERS,
    }
)
_TYPES: Mapping[str, KqlType] = MappingProxyType({kind: kind for kind in TYPES})
_FROM_DYNAMIC = {"number": "toreal", "summable": "toreal", "regex": "tostring", **dict.fromkeys(WORDS, "tostring")}


def bind(tree: Call, row: Row, binder: "Binder") -> Bound:
    """A call in a scalar expression."""
    if tree.name in SPECIAL:
        return SPECIAL[tree.name][1](tree, row, binder)
    user = binder.env.find(tree.name)
    if isinstance(user, Closure):
        return _scalar_result(tree, row, binder)
    if row.collector and tree.name in aggregates():
        return _aggregate_column(tree, row, binder)
    if tree.name in aggregates():
        raise binder.error(tree, f"The aggregate {tree.name!r} is allowed in summarize only")
    if not is_function(tree.name):
        raise _not_there(tree, row, binder)
    return _called(tree, row, binder)


def _called(tree: Call, row: Row, binder: "Binder") -> Bound:
    """A call of a declared function."""
    function = functions()[tree.name]
    if function.ordered and not (row.node and row.node.ordered):
        raise binder.error(tree, f"{tree.name!r} needs rows in an order", "Put 'sort by' or 'serialize' before it.")
    args, kind = _arguments(tree, function, row, binder)
    bound = applied(function, args, tree, binder)
    if function.parts:
        return parts.first(tree, bound)
    return bound if kind in (None, bound.type) else _converted(bound, str(kind))


def applied(function: Function, args: Sequence[Bound], tree: Tree, binder: "Binder") -> Bound:
    """A function over bound arguments, which are checked and converted first.

    Raises:
        BadQuery: too few or too many arguments, or one of the wrong type.
    """
    _check_count(function, len(args), tree, binder)
    if function.infix in ("sum", "product"):
        args = _beside_dynamics(args)
    fitted = tuple(_fitted(function, number, arg, tree, binder) for number, arg in enumerate(args))
    kind = check_types(function, [arg.type for arg in fitted], tree, binder)
    _check_constants(function, fitted, tree, binder)
    if function.rewrite:
        rewritten: Bound = function.rewrite(fitted, binder.now)
        return folded(rewritten)
    return folded(apply(function.name, fitted, kind))


def _check_constants(function: Function, args: Sequence[Bound], tree: Tree, binder: "Binder") -> None:
    try:
        if function.check:
            function.check(args)
    except BadQuery as error:
        raise binder.error(tree, error.what, error.next_step) from None


def check_types(declared: Function | Aggregate, types: Sequence[KqlType], tree: Tree, binder: "Binder") -> KqlType:
    """The type of the result.

    Raises:
        BadQuery: the function is not made for these types together.
    """
    found = _gives(declared.gives, types)
    if found is None:
        together = f"{' and '.join(types)} together" if len(types) > 1 else f"a {types[0]}" if types else "nothing"
        raise binder.error(tree, f"{declared.name!r} does not take {together}", _advice(types))
    return found


def _gives(gives: Gives, types: Sequence[KqlType]) -> KqlType | None:
    if callable(gives):
        return gives(types)
    return types[0] if gives == "same" else _TYPES[gives]


def aggregate(tree: Call, node: Node, binder: "Binder") -> tuple[tuple[Bound, ...], KqlType]:
    """The arguments of an aggregate over a node's rows, and the type of its first result."""
    declared = aggregates()[tree.name]
    args = [binder.expr(arg, Row(node)) for arg in tree.args]
    _check_count(declared, len(args), tree, binder)
    fitted = tuple(_fitted(declared, number, arg, tree, binder) for number, arg in enumerate(args))
    return fitted, check_types(declared, [arg.type for arg in fitted], tree, binder)


def is_function(name: str) -> bool:
    """Whether a name can be called: infix operators are declared like functions and are none."""
    return name in functions() and not functions()[name].infix and name not in ("and", "or")


def call_user(tree: Call, row: Row, binder: "Binder") -> "Bound | Node":
    """A user function, its body written out with the arguments in place."""
    closure = binder.env.find(tree.name)
    if not isinstance(closure, Closure):
        raise binder.unknown(tree, "function", tree.name, binder.functions())
    binder.calls += 1
    if binder.calls > MOST_CALLS:
        raise binder.error(tree, f"The query calls its own functions more than {MOST_CALLS} times")
    outer, binder.env = binder.env, Env(closure.env, _parameters(closure, tree, row, binder))
    try:
        for let in closure.tree.lets:
            binder.define(let, let.name, binder.value(let.value))
        found = binder.value(closure.tree.body)
    finally:
        binder.env = outer
    if isinstance(found, Closure):
        raise binder.error(tree, f"The function {tree.name!r} gives a function")
    return found


def is_table_call(tree: Expr, binder: "Binder") -> bool:
    """Whether a call surely gives a table."""
    if not isinstance(tree, Call):
        return False
    if tree.name in ("materialize", "table", *tabulars()):
        return True
    closure = binder.env.find(tree.name)
    return isinstance(closure, Closure) and isinstance(call_user(tree, Row(), binder), Node)


def _parameters(closure: Closure, tree: Call, row: Row, binder: "Binder") -> dict[str, "Bound | Node | Closure"]:
    wanted = closure.tree.parameters
    given = [arg for arg in tree.args if not isinstance(arg, Named)]
    named = {arg.names[0]: arg.expr for arg in tree.args if isinstance(arg, Named)}
    if len(given) > len(wanted) or not named.keys() <= {each.name for each in wanted}:
        raise binder.error(tree, f"The function {tree.name!r} takes {len(wanted)} arguments")
    found: dict[str, Bound | Node | Closure] = {}
    for number, parameter in enumerate(wanted):
        arg = given[number] if number < len(given) else named.get(parameter.name, parameter.default)
        if arg is None:
            raise binder.error(tree, f"The function {tree.name!r} wants a value for {parameter.name!r}")
        if parameter.type is None:
            found[parameter.name] = _table_argument(parameter.columns, arg, binder)
        else:
            found[parameter.name] = _value_argument(parameter.type, binder.expr(arg, row), arg, binder)
    return found


def _table_argument(columns: tuple[tuple[str, KqlType], ...] | None, arg: Expr, binder: "Binder") -> Node:
    node = binder.table(arg)
    for name, kind in columns or ():
        if node.types.get(name) != kind:
            raise binder.error(arg, f"The function wants a table with the column {name}:{kind}")
    return node


def _value_argument(wanted: KqlType, bound: Bound, arg: Expr, binder: "Binder") -> Bound:
    if wanted in (bound.type, "dynamic"):
        return bound
    convertible = {"string", "dynamic"}.intersection((bound.type, wanted)) or NUMBERS.issuperset((bound.type, wanted))
    if convertible:
        return _converted(bound, wanted)
    raise binder.error(arg, f"The function wants a {wanted} here, this is a {bound.type}")


def _scalar_result(tree: Call, row: Row, binder: "Binder") -> Bound:
    found = call_user(tree, row, binder)
    if isinstance(found, Node):
        raise binder.error(tree, f"The function {tree.name!r} gives a table, not a value", "Wrap it in toscalar().")
    return found


def _aggregate_column(tree: Call, row: Row, binder: "Binder") -> Bound:
    if row.node is None or row.collector is None or aggregates()[tree.name].chooses:
        raise binder.error(tree, f"{tree.name!r} gives several columns and cannot be part of an expression")
    args, kind = aggregate(tree, row.node, binder)
    return Ref(row.collector.column(aggregates()[tree.name].name, args, kind), type=kind)


def _arguments(tree: Call, function: Function, row: Row, binder: "Binder") -> tuple[list[Bound], KqlType | None]:
    """The bound arguments, and the type that a trailing ``typeof`` wants."""
    wanted = None
    trees = list(tree.args)
    if trees and isinstance(trees[-1], TypeOf) and [slot.kind for slot in function.signature.slots[-1:]] == ["type"]:
        wanted = trees[-1].type
        trees.pop()
    return [binder.expr(arg, row) for arg in trees], wanted


def _check_count(declared: Function | Aggregate, count: int, tree: Tree, binder: "Binder") -> None:
    signature = declared.signature
    repeating = signature.repeating
    uneven = len(repeating) > 1 and (count - len(signature.slots)) % len(repeating)
    if signature.least <= count <= signature.most and not uneven:
        return
    if count > signature.most >= MOST_ARGUMENTS:
        what = f"{_written(declared, tree)!r} takes at most {MOST_ARGUMENTS:,} arguments, got {count:,}"
        raise binder.error(tree, what, "Put them into an array: let list = dynamic([...]).")
    what = f"{_written(declared, tree)!r} takes {_count(signature)}, got {count}"
    raise binder.error(tree, what, f"Write {_usage(declared, tree)}.")


def _count(signature: Signature) -> str:
    least, most = signature.least, len(signature.slots)
    number = str(least) if least == most else f"{least} to {most}"
    if signature.repeating:
        number = f"{least} or more"
    return f"{number} argument{'' if number == '1' else 's'}"


def _usage(declared: Function | Aggregate, tree: Tree, *, optional: bool = True) -> str:
    """How it is called, with the names of what it takes."""
    slots = (slot.name for slot in declared.signature.slots if optional or not slot.optional)
    return f"{_written(declared, tree)}({', '.join(slots)})"


def _written(declared: Function | Aggregate, tree: Tree) -> str:
    """The name of a function as the query has it: the canonical one, or an alias."""
    name = tree.name if isinstance(tree, Call) else ""
    return name if declared in (functions().get(name), aggregates().get(name)) else declared.name


def uncalled(name: str, row: Row) -> str:
    """What to write instead of the bare name of a function; nothing where no function is named so."""
    if is_function(name):
        return f"It is a function: write {_usage(functions()[name], Call(name, ()), optional=False)}."
    if name in SPECIAL:
        return f"It is a function: write {name}()."
    if name not in aggregates():
        return ""
    call = _usage(aggregates()[name], Call(name, ()), optional=False)
    return f"It is a function: write {call}." if row.collector else f"Count it first: summarize {call}."


def _fitted(declared: Function | Aggregate, position: int, arg: Bound, tree: Tree, binder: "Binder") -> Bound:
    slot = declared.signature.slot(position)
    if arg.type not in _kinds(slot.kind):
        if arg.type != "dynamic":
            wanted = slot.kind.replace("|", " or ")
            what = f"{_written(declared, tree)!r} wants a {wanted} for {slot.name!r}, this is a {arg.type}"
            raise binder.error(tree, what, _instead(declared, slot.kind, arg, tree))
        arg = _converted(arg, slot.kind)
    if slot.constant and not _closed(arg):
        raise binder.error(tree, f"{_written(declared, tree)!r} wants a constant for {slot.name!r}")
    if slot.kind == "regex" and isinstance(arg, Const):
        arg = replace(arg, value=check_pattern(str(arg.value), tree, binder))
    if slot.kind in WORDS and isinstance(arg, Const):
        _check_word(str(arg.value), slot.kind, tree, binder)
    return arg


def _check_word(word: str, kind: str, tree: Tree, binder: "Binder") -> None:
    known = WORDS[kind]
    if word.lower() not in known:
        advice = did_you_mean(word, known) or f"It is one of {', '.join(known)}."
        raise binder.error(tree, f"There is no {kind} of time named {word!r}", advice)


@cache
def _kinds(kind: str) -> frozenset[str]:
    return frozenset(each for word in kind.split("|") for each in _KINDS.get(word, (word,)))


def check_pattern(text: str, tree: object, binder: "Binder") -> str:
    """A regular expression in the engine's spelling, before any row is read.

    Raises:
        BadQuery: it is none.
    """
    try:
        return compiled(text)
    except BadQuery as error:
        raise binder.error(tree, str(error)) from None


def _closed(bound: Bound) -> bool:
    """Whether an expression depends on no row."""
    if isinstance(bound, Apply):
        return all(map(_closed, bound.args))
    return not isinstance(bound, Ref | Within) if not hasattr(bound, "base") else _closed(bound.base)


def as_type(bound: Bound, kind: KqlType, tree: Tree, binder: "Binder") -> Bound:
    """The same as another type.

    Raises:
        BadQuery: nothing converts it.
    """
    if bound.type == kind:
        return bound
    return applied(functions()["parse_json" if kind == "dynamic" else f"to{kind}"], [bound], tree, binder)


def _converted(arg: Bound, kind: str) -> Bound:
    return folded(apply(_FROM_DYNAMIC.get(kind, f"to{kind}"), (arg,), _target(kind)))


def _target(kind: str) -> KqlType:
    return functions()[_FROM_DYNAMIC.get(kind, f"to{kind}")].gives  # type: ignore[return-value]  # conversions name one


def _beside_dynamics(args: Sequence[Bound]) -> list[Bound]:
    """In arithmetic a dynamic takes the type of the other side."""
    solid = [arg.type for arg in args if arg.type != "dynamic"]
    kind = (solid or ["real"])[0]
    wanted = "long" if kind == "int" else kind
    return [_converted(arg, wanted) if arg.type == "dynamic" else arg for arg in args]


def _instead(declared: Function | Aggregate, kind: str, arg: Bound, tree: Tree) -> str:
    """What to write where an argument of another type is wanted."""
    if declared.name == "+" and arg.type == "string":
        return "Join texts with strcat(a, b)."
    if kind == "timespan":
        held = arg.value if isinstance(arg, Const) else None
        if isinstance(held, str) and re.fullmatch(r"\d+(\.\d+)?[a-z]+", held):
            return f"Leave out the quotes: {held}."
        return f"Write {abs(held)}d, {abs(held)}h or {abs(held)}m." if type(held) is int else "Write 7d, 12h or 30m."
    if kind == "datetime":
        return "Write datetime(2026-01-08), or read text with todatetime()."
    return _advice((arg.type,)) if getattr(declared, "infix", "") else f"Write {_usage(declared, tree)}."


def _advice(types: Sequence[KqlType]) -> str:
    if "string" in types and "datetime" in types:
        return "Read the text with todatetime() first."
    return "Convert one of them first, for instance with tostring() or tolong()." if len(set(types)) > 1 else ""


def _not_there(tree: Call, row: Row, binder: "Binder") -> BadQuery:
    """What to say of a function that is not there: known to the services, to KQL, or to nobody."""
    if advice := elsewhere(tree.name):
        return binder.error(tree, f"The function {tree.name!r} is not there", advice)
    if tree.name in ELSEWHERE:
        near = ELSEWHERE[tree.name]
        advice = f"The nearest is {near}." if near else ""
        return binder.error(tree, f"The function {tree.name!r} is not supported", advice)
    kind = SPELLINGS.get(tree.name)
    if kind is None or f"to{kind}" not in functions():
        return binder.unknown(tree, "function", tree.name, _known(binder, row))
    if tree.args and isinstance(tree.args[0], Placeholder):
        binder.expr(tree.args[0], row)
    return binder.error(
        tree, f"{tree.name}(...) holds a literal, and this is none", f"Write to{kind}() to convert a value."
    )


def _known(binder: "Binder", row: Row) -> list[str]:
    names = [*filter(is_function, functions()), *SPECIAL, *binder.functions()]
    return [*names, *aggregates()] if row.collector else names
