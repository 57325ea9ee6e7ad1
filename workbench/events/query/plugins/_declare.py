"""What a plugin of ``evaluate`` is made of."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.events.query.kql.syntax import Expr, Literal, Name, Named, Operator
from workbench.events.query.plan import Columns, Node, Ref

if TYPE_CHECKING:
    from workbench.events.query.binder import Binder

MOST_COLUMNS = 1_000
"""Columns that a plugin may make of data."""


@dataclass(frozen=True)
class Schema:
    """What stands behind the colon: the columns of the result, and whether ``*`` adds those of the source."""

    columns: Columns
    star: bool = False


@dataclass(frozen=True)
class Usage:
    """One use of a plugin: the operator for places in messages, its arguments by name, and the declared result."""

    tree: Operator
    args: dict[str, Expr]
    more: tuple[Expr, ...] = ()
    """What is left for the last parameter, where that may be given many times."""
    schema: Schema | None = None


@dataclass(frozen=True)
class Plugin:
    """One plugin. ``takes`` names its parameters; ``?`` marks what may be left out, ``*`` what may be repeated."""

    name: str
    takes: tuple[str, ...]
    meaning: str
    bind: "Callable[[Usage, Node, Binder], Node]"
    named: tuple[str, ...] = ()
    """Further parameters, given by name only."""
    declares: bool = False
    """Whether a result may be declared behind a colon."""

    @property
    def form(self) -> str:
        """How it is written."""
        return f"{self.name}({', '.join((*self.takes, *(f'{name}=' for name in self.named)))})"


def usage(plugin: Plugin, tree: Operator, args: Sequence[Expr], schema: Schema | None, binder: "Binder") -> Usage:
    """The arguments by the names of the parameters they fill.

    Raises:
        BadQuery: too few or too many, or a name that is no parameter.
    """
    names = [each.rstrip("?*") for each in plugin.takes]
    known = (*names, *plugin.named)
    repeats = bool(plugin.takes) and plugin.takes[-1].endswith("*")
    placed = [arg for arg in args if not _is_named(arg, known)]
    fixed = len(names) - repeats
    found = dict(zip(names[:fixed], placed, strict=False))
    found |= {arg.names[0]: arg.expr for arg in args if isinstance(arg, Named) and _is_named(arg, known)}
    lacking = [each for each in plugin.takes if each[-1] not in "?*" and each not in found]
    if lacking or (len(placed) > fixed and not repeats):
        raise binder.error(tree, f"{plugin.name!r} does not take {len(args)} arguments", f"Write {plugin.form}.")
    if schema and not plugin.declares:
        raise binder.error(tree, f"The columns of {plugin.name!r} are known and cannot be declared")
    return Usage(tree, found, tuple(placed[fixed:]), schema)


def _is_named(arg: Expr, names: Sequence[str]) -> bool:
    return isinstance(arg, Named) and arg.names[0] in names


def column(tree: Expr, source: Node, binder: "Binder") -> Ref:
    """A column of the source, which plugins take by name only.

    Raises:
        BadQuery: it is an expression, or there is no such column.
    """
    name = tree.value if isinstance(tree, Literal) and isinstance(tree.value, str) else ""
    if isinstance(tree, Name):
        name = tree.name
    if not name:
        raise binder.error(tree, "A plugin takes the name of a column here", "Make a column of it first with extend.")
    if name in source.types:
        return Ref(name, type=source.types[name])
    raise binder.unknown(tree, "column", name, source.types)


def flag(tree: Expr | None, binder: "Binder", what: str) -> bool:
    """A constant that is true or false; false where it is left out."""
    return tree is not None and bool(binder.constant(tree, ("bool",), what).value)


def words(tree: Expr | None, binder: "Binder", what: str) -> str:
    """A constant text; empty where it is left out."""
    return "" if tree is None else str(binder.constant(tree, ("string",), what).value)


def guesses(known: Container[str], why: str, binder: "Binder") -> list[str]:
    """Columns that the query names further on and that neither the source nor the data has; told where one may look."""
    found = {name: advice for name, advice in binder.sight.guesses.items() if name not in known}
    if binder.sight.shown:
        for name, advice in found.items():
            binder.note(f"The column {name!r} is taken as empty: {why}. {advice}".rstrip())
    return list(found)
