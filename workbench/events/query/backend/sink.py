"""Conditions asked below steps that pick, rename and make columns, where they cut the window of the scan."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from workbench.events.query.backend import window
from workbench.events.query.functions import functions
from workbench.events.query.plan import (
    Apply,
    Bound,
    Extend,
    Filter,
    Node,
    Part,
    Path,
    Project,
    Ref,
    Within,
    apply,
    inside,
    like,
)


def stacked(node: Filter) -> tuple[Node, list[Bound]]:
    """What several filters on top of each other filter, and all their conditions."""
    predicates, source = [node.predicate], node.source
    while isinstance(source, Filter):
        predicates, source = [source.predicate, *predicates], source.source
    return source, predicates


def below(source: Node, predicates: Sequence[Bound], *, shared: Container[int] = ()) -> Node | None:
    """The rows that fit, with conditions below a projection or extension as far as they look at nothing it makes.

    None where none can sink. A retired table is a projection of its successor that only renames. What several steps
    read is left whole if it makes columns, so that these are made once.
    """
    names = _handed_on(source, shared)
    if names is None or not isinstance(source, Project | Extend):
        return None
    tests = [each for predicate in predicates for each in window.conjuncts(predicate)]
    sunk = [each for each in tests if _looks_at(each, names)]
    if not sunk:
        return None
    fitting = source.source
    for each in sunk:
        fitting = Filter(fitting, _renamed(each, names, {}), **like(fitting))
    found: Node = replace(source, source=fitting)
    for each in tests:
        if each not in sunk:
            found = Filter(found, each, **like(found))
    return found


def _handed_on(source: Node, shared: Container[int]) -> Mapping[str, Ref] | None:
    """Columns that a step hands on, to what they are called below; None where rows must not be fewer before it."""
    if not isinstance(source, Project | Extend):
        return None
    made = dict(source.items)
    if any(not isinstance(bound, Ref) for bound in made.values()) and (
        id(source) in shared or any(map(_ordered, made.values()))
    ):
        return None
    kept = {name: bound for name, bound in made.items() if isinstance(bound, Ref)}
    if isinstance(source, Project):
        return kept
    below = dict((*source.source.columns, *source.source.inner))
    return {**{name: Ref(name, type=kind) for name, kind in below.items() if name not in made}, **kept}


def _looks_at(bound: Bound, names: Container[str]) -> bool:
    """Whether an expression looks only at these columns."""
    if isinstance(bound, Ref):
        return bound.name in names
    return not _ordered(bound) and all(_looks_at(part, names) for part in inside(bound))


def _ordered(bound: Bound) -> bool:
    """Whether an expression counts rows or looks at those beside it."""
    here = isinstance(bound, Apply) and functions()[bound.function].ordered
    return here or any(map(_ordered, inside(bound)))


def _renamed(bound: Bound, names: Mapping[str, Ref], done: dict[int, Bound]) -> Bound:
    """An expression over a projection as one over its source; parts that are shared stay shared."""
    if id(bound) not in done:
        done[id(bound)] = _over(bound, names, done)
    return done[id(bound)]


def _over(bound: Bound, names: Mapping[str, Ref], done: dict[int, Bound]) -> Bound:
    if isinstance(bound, Ref):
        return names[bound.name]
    if isinstance(bound, Apply):
        found = apply(bound.function, tuple(_renamed(arg, names, done) for arg in bound.args), bound.type)
        return replace(found, per=names[bound.per].name) if bound.per else found
    if isinstance(bound, Path | Part):
        return replace(bound, base=_renamed(bound.base, names, done))
    if isinstance(bound, Within):
        return replace(bound, value=_renamed(bound.value, names, done))
    return bound
