"""Conditions asked below a step that only picks and renames columns, where they cut the window of the scan."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbench.events.query.plan import Apply, Bound, Filter, Node, Part, Path, Project, Ref, Within, apply, like


def stacked(node: Filter) -> tuple[Node, list[Bound]]:
    """What several filters on top of each other filter, and all their conditions."""
    predicates, source = [node.predicate], node.source
    while isinstance(source, Filter):
        predicates, source = [source.predicate, *predicates], source.source
    return source, predicates


def below(source: Node, predicates: Sequence[Bound]) -> Node | None:
    """The rows of a projection that fit, with the conditions below it; None where it does more than pick and rename.

    A retired table is such a projection of its successor.
    """
    if not isinstance(source, Project):
        return None
    names = {name: bound for name, bound in source.items if isinstance(bound, Ref)}
    if len(names) < len(source.items):
        return None
    fitting = source.source
    for predicate in predicates:
        fitting = Filter(fitting, _renamed(predicate, names, {}), **like(fitting))
    return replace(source, source=fitting)


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
