"""The binder: one query's names, tables and limits on its way from tree to plan."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from workbench.base.errors import BadQuery
from workbench.events.query.binder import expressions, parts, tables
from workbench.events.query.binder.env import Binding, Closure, Env, Row
from workbench.events.query.binder.names import Namer, looked_up, result_name
from workbench.events.query.binder.sight import Sight
from workbench.events.query.faults import bad, unknown
from workbench.events.query.kql.syntax import Expr, Name, Named, Operator
from workbench.events.query.plan import Bound, Const, Node, Render
from workbench.events.tables import KqlType

if TYPE_CHECKING:
    from workbench.events.query.catalog import Catalog

Part = TypeVar("Part", Bound, Node)
Result = TypeVar("Result", Bound, KqlType)

LARGEST = 20_000
"""Parts of a plan or expression once functions and variables are written out."""
DEEPEST = 150
"""Levels of a plan or expression once functions and variables are written out."""
NESTED = 100
"""Expressions, tables and functions that may be open at once while one is bound inside the other."""


class Binder:
    """Resolves names against a catalog. Operators and functions are given it to bind their operands."""

    def __init__(self, catalog: "Catalog", now: datetime, text: str, sight: Sight | None = None) -> None:
        self.catalog, self.now, self.text = catalog, now, text
        self.sight = sight or Sight(None)
        self.env = Env()
        self.notes: list[str] = []
        self.render: Render | None = None
        self.calls = 0
        self._made = 0
        self._open = 0

    def expr(self, tree: Expr, row: Row) -> Bound:
        """A scalar expression.

        Raises:
            BadQuery: a name is not known, or types do not go together.
        """
        self._enter(tree)
        found = self.checked(expressions.bind(tree, row, self), tree)
        self._open -= 1
        return found

    def condition(self, tree: Expr, node: Node) -> Bound:
        """An expression that must be a bool."""
        bound = self.expr(tree, Row(node))
        if bound.type != "bool":
            raise self.error(tree, f"A condition is a bool, this is a {bound.type}", "Compare it with something.")
        return bound

    def solid(self, bound: Bound, tree: object, what: str) -> Bound:
        """The same, unless it is a dynamic, of which no two are equal or in an order; ``what`` says so."""
        if bound.type == "dynamic":
            raise self.error(tree, what, "Convert it first, for instance with tostring().")
        return bound

    def constant(self, tree: Expr, kinds: Iterable[KqlType], what: str) -> Const:
        """An expression whose value is known before any row is read."""
        bound = self.expr(tree, Row())
        if not isinstance(bound, Const) or bound.type not in kinds or bound.value is None:
            raise self.error(tree, f"{what} is a constant of type {' or '.join(kinds)}")
        return bound

    def table(self, tree: Expr | Operator) -> Node:
        """A table or pipeline.

        Raises:
            BadQuery: it is a value, or a name is not known.
        """
        self._enter(tree)
        found = self.checked(tables.bind(tree, self), tree)
        self._open -= 1
        return found

    def value(self, tree: Expr) -> Binding:
        """What a let statement may define: a value, a table or a function."""
        self._enter(tree)
        found = tables.value(tree, self)
        self._open -= 1
        return found

    def named(self, items: Sequence[Named], row: Row, namer: Namer) -> tuple[tuple[str, Bound], ...]:
        """Expressions with the names of their results; a name is given only once."""
        found = []
        for item in items:
            found += self.results(item, row, namer)
        return tuple(found)

    def results(self, item: Named, row: Row, namer: Namer) -> list[tuple[str, Bound]]:
        """One expression with the name of its result; a function with several results gives as many."""
        many = parts.several(item.expr, row, self)
        if many is not None:
            return self.spread(item, many, namer)
        bound = self.expr(item.expr, row)
        made_up = looked_up(item.expr, row.node.types if row.node else ()) or result_name(item.expr)
        return [(self.free(item, made_up, namer), bound)]

    def spread(self, item: Named, many: Sequence[tuple[str, Result]], namer: Namer) -> list[tuple[str, Result]]:
        """Several results of one expression under their names: those that are given go to the first of them."""
        if len(item.names) > len(many):
            raise self.error(item, f"{len(item.names)} names for {len(many)} results")
        found = []
        for number, (made_up, result) in enumerate(many):
            given = item.names[number] if number < len(item.names) else None
            if given is not None and given in namer.given:
                raise self.error(item, f"The column {given!r} is there already", "Give one of them another name.")
            found.append((namer.fresh(given or made_up), result))
            namer.given.update((given,) if given else ())
        return found

    def free(self, item: Named, made_up: str | None, namer: Namer) -> str:
        """The name of one result."""
        if len(item.names) > 1:
            raise self.error(item, "Only an aggregate with several results takes several names")
        written = item.expr.name if isinstance(item.expr, Name) else None
        plain = item.names[0] if item.names else written
        if plain in namer.given:
            raise self.error(item, f"The column {plain!r} is there already", "Give one of them another name.")
        found = namer.fresh(plain or made_up)
        if plain is not None:
            namer.given.add(plain)
        return found

    def checked(self, found: Part, tree: Expr | Operator) -> Part:
        """The same, unless it has grown too large to run."""
        if found.size > LARGEST or found.depth > DEEPEST or getattr(found, "reach", 0) > DEEPEST:
            raise self.error(tree, "The query is too large once its functions and variables are written out")
        return found

    def _enter(self, tree: Expr | Operator) -> None:
        """One more is open; a fault ends the whole binding, so that nobody has to close what it leaves open."""
        self._open += 1
        if self._open > NESTED:
            raise self.error(tree, "The query is nested too deeply once its functions are written out")

    def error(self, tree: object, what: str, advice: str = "") -> BadQuery:
        """A fault at a part of the tree."""
        return bad(self.text, getattr(tree, "at", -1), what, advice)

    def unknown(self, tree: object, kind: str, name: str, known: Iterable[str], advice: str = "") -> BadQuery:
        """A name that is not there, with ``advice``, or else with the nearest that are."""
        fault = unknown(self.text, getattr(tree, "at", -1), kind, name, known)
        fault = self.error(tree, fault.what, advice) if advice else fault
        self.sight.missing = (name, fault.next_step) if kind.startswith("column") else None
        return fault

    def note(self, text: str) -> None:
        """Something that whoever reads the answer should know; said once."""
        if text not in self.notes:
            self.notes.append(text)

    def define(self, tree: object, name: str, value: Binding) -> None:
        """Give a name a meaning from here on."""
        if name in self.env.names:
            raise self.error(tree, f"The name {name!r} is defined already")
        self.env.names[name] = value

    def fresh(self, word: str) -> str:
        """A name for a column that no question can name, each time another."""
        self._made += 1
        return f"\x00{word}{self._made}"

    def functions(self) -> list[str]:
        """The names of functions that statements define."""
        return [name for name in self.env.all() if isinstance(self.env.find(name), Closure)]
