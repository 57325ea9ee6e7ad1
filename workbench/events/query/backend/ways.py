"""Members of documents that the store keeps in columns of their own: found, read, and followed through steps."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.values import Value, json
from workbench.events.query.plan import Apply, Bound, Path, Ref
from workbench.events.store.paths import Way, json_of, text_of


def kept(path: Path, ways: Mapping[Way, str]) -> tuple[Value, tuple[str | int, ...]] | None:
    """The member that a column of its own holds on the way of a path, and the steps that are left to go from there.

    None where no column does. The longest way counts.
    """
    name = origin(path.base) if ways else None
    for length in range(len(path.steps), 0, -1) if name else ():
        if column := ways.get((name or "", path.steps[:length])):
            return _member(pl.col(column)), path.steps[length:]
    return None


def held(way: Way, ways: Mapping[Way, str]) -> bool:
    """Whether a column holds the member that a way leads to, or one on the way there."""
    name, steps = way
    return any((name, steps[:length]) in ways for length in range(len(steps), 0, -1))


def origin(bound: Bound) -> str | None:
    """The column whose documents an expression is, as they are or read from its text; None for anything else.

    ``tostring`` of a document is not the document: a text in it that is JSON would be read as such.
    """
    while isinstance(bound, Apply) and bound.function in ("parse_json", "tostring"):
        if bound.function == "tostring" and bound.args[0].type != "string":
            return None
        bound = bound.args[0]
    return bound.name if isinstance(bound, Ref) else None


def extended(ways: Mapping[Way, str], items: Iterable[tuple[str, Bound]]) -> Mapping[Way, str]:
    """The ways after columns were added or replaced: those of replaced ones are gone, copies have those of theirs."""
    made = dict(items)
    left = {way: column for way, column in ways.items() if way[0] not in made and column not in made}
    return {**left, **_copied(ways, made)}


def projected(ways: Mapping[Way, str], items: Iterable[tuple[str, Bound]]) -> Mapping[Way, str]:
    """The ways after a projection, which must hand on their columns."""
    return _copied(ways, dict(items))


def _copied(ways: Mapping[Way, str], made: Mapping[str, Bound]) -> dict[Way, str]:
    sources = [(name, source) for name, bound in made.items() if (source := origin(bound))]
    return {
        (name, steps): column
        for name, source in sources
        for (of, steps), column in ways.items()
        if of == source and column not in made
    }


def _member(column: pl.Expr) -> Value:
    return replace(json(documents.mapped(column, json_of, pl.String())), text=text_of(column))
