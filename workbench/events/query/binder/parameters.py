"""Values that a caller binds, as typed literals: never as text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from workbench.base.errors import BadParameter
from workbench.events.query.faults import bad
from workbench.events.query.kql.literals import duration_text, instant_text, json_text, literal_text, whole
from workbench.events.query.kql.syntax import Let, Literal, Query


def literal(value: object) -> Literal:
    """The literal of a Python value; lists and mappings become dynamics.

    Raises:
        BadParameter: KQL has no type for it.
    """
    if isinstance(value, str):
        return Literal(whole(value), "string")
    if isinstance(value, bool):
        return Literal(value, "bool")
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise BadParameter(f"{value} is too large for a long")
        return Literal(value, "long")
    if isinstance(value, float):
        return Literal(value, "real")
    if isinstance(value, datetime):
        return Literal(value if value.tzinfo else value.replace(tzinfo=UTC), "datetime")
    if isinstance(value, timedelta):
        return Literal(value, "timespan")
    return Literal(None if value is None else json_text(_as_json(value)), "dynamic")


def quote(value: object) -> str:
    """The KQL text of a value, for showing; to ask with a value, pass it as a parameter."""
    return literal_text(literal(value))


def with_parameters(query: Query, params: Mapping[str, object]) -> Query:
    """The query with let statements for the values before its own; a parameter it declares may have a default.

    Raises:
        BadQuery: a declared parameter has neither a value nor a default.
    """
    given = {name: literal(value) for name, value in params.items()}
    for declared in query.parameters:
        value = given.get(declared.name, declared.default)
        if value is None:
            advice = "Pass it, or give it a default where it is declared."
            raise bad("", -1, f"The parameter {declared.name!r} has no value", advice)
        given[declared.name] = value
    lets = tuple(Let(name, value) for name, value in given.items())
    return replace(query, lets=(*lets, *query.lets), parameters=()) if lets else query


def _as_json(value: object) -> object:
    if isinstance(value, str):
        return whole(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return instant_text(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, Mapping):
        return {str(key): _as_json(inner) for key, inner in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [_as_json(inner) for inner in value]
    raise BadParameter(
        f"A {type(value).__name__} cannot be part of a question", next_step="Pass text, numbers or times."
    )
