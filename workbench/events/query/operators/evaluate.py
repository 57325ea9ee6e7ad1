"""``evaluate``: a plugin."""

from dataclasses import dataclass
from types import MappingProxyType

from workbench.events.query.binder import Binder
from workbench.events.query.faults import bad
from workbench.events.query.kql.expressions import argument
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import joined, name_text
from workbench.events.query.kql.statements import typed_name
from workbench.events.query.kql.syntax import Expr, Name, Operator
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.plan import Node, shown
from workbench.events.query.plugins import ELSEWHERE, Schema, plugins, usage


@dataclass(frozen=True, slots=True)
class Evaluate(Operator):
    """``evaluate bag_unpack(Details) : (*, Port:long)``."""

    plugin: str
    args: tuple[Expr, ...] = ()
    schema: Schema | None = None


def _parse(p: Parser, word: Token) -> Evaluate:
    options(p, ())
    at, name = p.next.at, p.name("the name of a plugin")
    if name in ELSEWHERE:
        raise bad(p.text, at, *_refusal(name))
    p.expect("(", "after the name of the plugin")
    args = p.within(argument, ")")
    return Evaluate(name, args, _schema(p) if p.found(":") else None, at=word.at)


def _refusal(plugin: str) -> tuple[str, str]:
    near = ELSEWHERE[plugin]
    return f"The plugin {plugin!r} is not supported", f"The nearest is {near}." if near else ""


def _schema(p: Parser) -> Schema:
    p.expect("(", "and the columns of the result")
    star = p.found("*")
    if star and not p.found(","):
        p.expect(")")
        return Schema((), star)
    return Schema(p.within(typed_name, ")"), star)


def _show(tree: Evaluate) -> str:
    text = f"evaluate {name_text(tree.plugin)}({joined(tree.args)})"
    if tree.schema is None:
        return text
    columns = [f"{name_text(name)}:{kind}" for name, kind in tree.schema.columns]
    return f"{text} : ({', '.join(['*', *columns] if tree.schema.star else columns)})"


def _bind(tree: Evaluate, source: Node | None, binder: Binder) -> Node:
    if tree.plugin in ELSEWHERE:
        raise binder.error(tree, *_refusal(tree.plugin))
    if tree.plugin not in plugins():
        raise binder.unknown(tree, "plugin", tree.plugin, plugins())
    if source is None:
        raise binder.error(tree, f"{tree.plugin!r} works on rows", "Write a table and '|' before it.")
    if tree.schema and len(dict(tree.schema.columns)) < len(tree.schema.columns):
        raise binder.error(tree, "Two columns of the declared result have the same name")
    plugin = plugins()[tree.plugin]
    named = shown(source, (arg.name for arg in tree.args if isinstance(arg, Name)))
    return plugin.bind(usage(plugin, tree, tree.args, tree.schema, binder), named, binder)


OPERATOR = OperatorKind(
    ("evaluate",),
    Evaluate,
    "The result of a plugin.",
    _parse,
    _show,
    _bind,
    leads=True,
    values=MappingProxyType({"": tuple(sorted(plugins()))}),
)
