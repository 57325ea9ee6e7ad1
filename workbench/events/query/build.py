"""Build questions without writing text: the same syntax tree that KQL is read into, with values as typed literals.

    question = table("EmailEvents").where(col("Subject").has("invoice")).top(10, by="Timestamp")
    ask(catalog, question.query, now=now)
    text_of(question.query)

Values that somebody else wrote are safe here: they become literals and are compared as data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from workbench.events.query.binder.parameters import literal
from workbench.events.query.kql.printer import text_of
from workbench.events.query.kql.syntax import (
    Among,
    Between,
    Binary,
    Call,
    Expr,
    Index,
    Let,
    Logic,
    Member,
    Name,
    Named,
    Operator,
    Pipeline,
    Query,
)
from workbench.events.query.operators.count import Count
from workbench.events.query.operators.distinct import Distinct
from workbench.events.query.operators.extend import ExtendBy
from workbench.events.query.operators.join import Join
from workbench.events.query.operators.mv_expand import MvExpand
from workbench.events.query.operators.project import Project
from workbench.events.query.operators.project_away import ProjectAway
from workbench.events.query.operators.sort import By, SortBy
from workbench.events.query.operators.summarize import Summarize
from workbench.events.query.operators.take import Take
from workbench.events.query.operators.top import Top
from workbench.events.query.operators.union import Union
from workbench.events.query.operators.where import Where
from workbench.events.tables import KqlType

Given: TypeAlias = "Part | object"
"""A part of an expression, or a plain value that becomes a literal."""


@dataclass(frozen=True, eq=False)
class Part:
    """An expression under construction; Python's operators build KQL's. ``==`` builds a comparison too."""

    tree: Expr

    def __eq__(self, other: Given) -> "Part":  # type: ignore[override]  # builds a comparison instead of making one
        return self.op("==", other)

    def __ne__(self, other: Given) -> "Part":  # type: ignore[override]  # builds a comparison instead of making one
        return self.op("!=", other)

    def __hash__(self) -> int:
        return hash(self.tree)

    def __lt__(self, other: Given) -> "Part":
        return self.op("<", other)

    def __le__(self, other: Given) -> "Part":
        return self.op("<=", other)

    def __gt__(self, other: Given) -> "Part":
        return self.op(">", other)

    def __ge__(self, other: Given) -> "Part":
        return self.op(">=", other)

    def __add__(self, other: Given) -> "Part":
        return self.op("+", other)

    def __sub__(self, other: Given) -> "Part":
        return self.op("-", other)

    def __mul__(self, other: Given) -> "Part":
        return self.op("*", other)

    def __truediv__(self, other: Given) -> "Part":
        return self.op("/", other)

    def __and__(self, other: "Part") -> "Part":
        return _logic("and", self, other)

    def __or__(self, other: "Part") -> "Part":
        return _logic("or", self, other)

    def __invert__(self) -> "Part":
        return call("not", self)

    def __getitem__(self, key: str | int) -> "Part":
        """A member of a dynamic."""
        return Part(Index(self.tree, literal(key)))

    def op(self, name: str, other: Given) -> "Part":
        """Any infix operator by its name, as ``startswith_cs``."""
        return Part(Binary(name, self.tree, _tree(other)))

    def has(self, text: Given) -> "Part":
        """The text stands in it as whole terms."""
        return self.op("has", text)

    def contains(self, text: Given) -> "Part":
        """The text stands anywhere in it, case aside."""
        return self.op("contains", text)

    def startswith(self, text: Given) -> "Part":
        """It starts with the text, case aside."""
        return self.op("startswith", text)

    def endswith(self, text: Given) -> "Part":
        """It ends with the text, case aside."""
        return self.op("endswith", text)

    def among(self, *items: Given, name: str = "in") -> "Part":
        """It is one of these; ``name`` may be any list operator, as ``!in``, ``in~`` or ``has_any``."""
        return Part(Among(name, self.tree, tuple(map(_tree, items))))

    def between(self, low: Given, high: Given) -> "Part":
        """It lies between both, which count."""
        return Part(Between("between", self.tree, _tree(low), _tree(high)))


@dataclass(frozen=True)
class Question:
    """A question under construction; every method gives a new one."""

    source: Expr | Operator
    operators: tuple[Operator, ...] = ()
    lets: tuple[Let, ...] = ()

    @property
    def query(self) -> Query:
        """The syntax tree."""
        return Query(self.tree, self.lets)

    @property
    def tree(self) -> Expr:
        """The pipeline without its let statements, for use inside another question."""
        bare = isinstance(self.source, Expr) and not self.operators
        return self.source if bare and isinstance(self.source, Expr) else Pipeline(self.source, self.operators)

    @property
    def text(self) -> str:
        """The question as KQL."""
        return text_of(self.query)

    def let(self, name: str, value: "Given | Question") -> "Question":
        """Define a name that the question may use."""
        return replace(self, lets=(*self.lets, Let(name, _tree(value))))

    def then(self, operator: Operator) -> "Question":
        """Any operator, as its own tree."""
        return replace(self, operators=(*self.operators, operator))

    def where(self, *conditions: Part) -> "Question":
        """The rows for which all conditions hold; none given, all rows."""
        return self.then(Where(_all(conditions))) if conditions else self

    def extend(self, names: Mapping[str, Given] | None = None, /, **more: Given) -> "Question":
        """Columns added or replaced."""
        return self.then(ExtendBy(_named({**(names or {}), **more})))

    def project(self, *columns: str, **more: Given) -> "Question":
        """Exactly these columns."""
        return self.then(Project((*_columns(columns), *_named(more))))

    def project_away(self, *columns: str) -> "Question":
        """All columns but these."""
        return self.then(ProjectAway(tuple(map(Name, columns))))

    def summarize(
        self,
        names: Mapping[str, Part] | None = None,
        /,
        *,
        by: Mapping[str, Given] | tuple[str, ...] = (),
        **more: Part,
    ) -> "Question":
        """Named aggregates by columns, or by named expressions."""
        keys = _named(by) if isinstance(by, Mapping) else _columns(by)
        return self.then(Summarize(_named({**(names or {}), **more}), keys))

    def distinct(self, *columns: str) -> "Question":
        """Each combination of values once."""
        return self.then(Distinct(_columns(columns)))

    def sort(self, *keys: str) -> "Question":
        """The rows in order: ``"Timestamp"`` falls, ``"Subject asc"`` rises."""
        return self.then(SortBy(tuple(map(_key, keys))))

    def top(self, count: int, by: str) -> "Question":
        """The first rows in an order."""
        return self.then(Top(literal(count), _key(by)))

    def take(self, count: int) -> "Question":
        """Some rows."""
        return self.then(Take(literal(count)))

    def count(self) -> "Question":
        """The number of rows."""
        return self.then(Count())

    def join(self, other: "Question", *on: "str | tuple[str, str]", kind: str = "inner") -> "Question":
        """Rows side by side, matched on columns of one name or on pairs of names."""
        return self.then(Join(other.tree, tuple(map(_match, on)), kind))

    def union(self, *others: "Question") -> "Question":
        """The rows of other questions too."""
        return self.then(Union(tuple(other.tree for other in others)))

    def mv_expand(self, name: str, value: Given, kind: KqlType | None = None) -> "Question":
        """A row for each element of an array."""
        return self.then(MvExpand(((Named(_tree(value), (name,)), kind),)))


def table(name: str) -> Question:
    """All rows of a table, or of a name that ``let`` defines."""
    return Question(Name(name))


def tables(*names: str, source: str = "") -> Question:
    """The rows of several tables; ``source`` names a column that says which."""
    return Question(Union(tuple(map(Name, names)), source=source))


def col(name: str) -> Part:
    """A column."""
    return Part(Name(name))


def lit(value: object) -> Part:
    """A value."""
    return Part(literal(value))


def call(name: str, *args: Given) -> Part:
    """A function or aggregate, as ``call("bin", col("Timestamp"), timedelta(hours=1))``."""
    return Part(Call(name, tuple(map(_tree, args))))


def _tree(given: "Given | Question") -> Expr:
    return given.tree if isinstance(given, Part | Question) else literal(given)


def _logic(op: str, left: Part, right: Part) -> Part:
    sides = [
        part.operands if isinstance(part, Logic) and part.op == op else (part,) for part in (left.tree, right.tree)
    ]
    return Part(Logic(op, tuple(each for side in sides for each in side)))


def _all(conditions: tuple[Part, ...]) -> Expr:
    whole = conditions[0]
    for condition in conditions[1:]:
        whole &= condition
    return whole.tree


def _named(items: Mapping[str, Given]) -> tuple[Named, ...]:
    return tuple(Named(_tree(value), (name,)) for name, value in items.items())


def _columns(names: tuple[str, ...]) -> tuple[Named, ...]:
    return tuple(Named(Name(name)) for name in names)


def _key(text: str) -> By:
    name, _, direction = text.rpartition(" ")
    return By(Name(name), direction) if name and direction in ("asc", "desc") else By(Name(text))


def _match(pair: "str | tuple[str, str]") -> Expr:
    if isinstance(pair, str):
        return Name(pair)
    left, right = pair
    return Part(_member("$left", left)).op("==", Part(_member("$right", right))).tree


def _member(side: str, name: str) -> Expr:
    return Member(Name(side), name)
