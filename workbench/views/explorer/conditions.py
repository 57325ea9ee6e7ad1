"""Filters as KQL: every condition a person can build becomes text that Kusto would read the same way.

Values are written as literals by the query room; nothing a person or a mail wrote is ever pasted as text. A list value
stands for every spelling of it that the data holds (``Junk folder``, ``JunkFolder``), where the caller knows them, and
"(none)" for a missing value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from workbench.base.errors import BadInput, UnknownName
from workbench.events.query import quote
from workbench.views.explorer.view import EMPTY, Field, View

Tree = Mapping[str, Any]
Spellings = Mapping[str, Mapping[str, Sequence[str]]]
"""By field, then by the value people choose: the spellings the data has of it."""

_WHOLE = r'(?i)(^|["\[,])\s*{}\s*($|["\],])'
_JOINERS = MappingProxyType({"all": " and ", "any": " or ", "none": " or "})


def condition(view: View, tree: Tree, spellings: Spellings = MappingProxyType({})) -> str:
    """The condition of a filter tree; empty where it filters nothing. What "none" keeps is all that "any" drops.

    Raises:
        UnknownName: a field the view does not have, or a kind of group there is not.
        BadInput: an operator its kind does not have.
    """
    if tree["op"] not in _JOINERS:
        raise UnknownName("kind of group", str(tree["op"]), _JOINERS)
    parts = [text for item in tree.get("items", ()) if (text := _part(view, item, spellings))]
    joined = _JOINERS[tree["op"]].join(f"({part})" if len(parts) > 1 else part for part in parts)
    if tree["op"] != "none" or not parts:
        return joined
    return f"not(coalesce({joined}, false))" if _may_be_null(view, tree) else f"not({joined})"


def uses_moves(view: View, tree: Tree) -> bool:
    """Whether a filter asks about moves after delivery."""
    return any(
        uses_moves(view, item) if "op" in item else view.field(item["property"]).moved for item in tree.get("items", ())
    )


def picked(field: Field, value: str) -> list[dict[str, Any]]:
    """The conditions that keep one category of a chart: one, or, of a list of terms, one for each."""
    terms = field.match == "term" and value != EMPTY
    values = [term.strip() for term in value.split(",")] if terms else [value]
    operator = "equals" if field.kind == "integer" else "any_of"
    return [{"property": field.name, "operator": operator, "values": [each]} for each in values]


def _may_be_null(view: View, tree: Tree) -> bool:
    """Whether a condition of a tree can be neither true nor false: strings are never null, numbers are."""
    fields = [view.field(item["property"]) for item in tree["items"] if "op" not in item]
    inner = any(_may_be_null(view, item) for item in tree["items"] if "op" in item)
    return inner or any(field.kind in ("integer", "boolean") and not field.table for field in fields)


def _part(view: View, item: Tree, spellings: Spellings) -> str:
    if "op" in item:
        return condition(view, item, spellings)
    field = view.field(item["property"])
    compare = _COMPARISONS.get((field.kind, item["operator"]))
    if compare is None:
        raise BadInput(f"{field.label} cannot be compared by {item['operator']!r}")
    exact = item["operator"] in ("any_of", "none_of")
    values = _spelled(field, item["values"], spellings) if exact else item["values"]
    test = compare(field, values)
    return _elsewhere(view.key, field, test, item["operator"]) if field.table else test


def _spelled(field: Field, values: Sequence[Any], spellings: Spellings) -> list[Any]:
    if field.form:
        values = [_typed(field, str(value)) for value in values]
    missing = {} if field.match == "term" else {EMPTY: ("", EMPTY)}
    known = {**missing, **spellings.get(field.name, {})}
    return list(dict.fromkeys(spelling for value in values for spelling in known.get(str(value), (value,))))


def _typed(field: Field, value: str) -> str:
    """A typed URL or path without what does not count in it: see ``Field.form``."""
    if field.form == "path":
        return value.strip("/")
    return (value if "://" in value or not value else f"http://{value}").rstrip("/")


def _elsewhere(key: str, field: Field, test: str, operator: str) -> str:
    """A condition on another table: rows whose key has such a row there; "none of" means no such row at all."""
    if operator == "none_of":
        return f"{key} !in (({field.table} | where not({test}) | project {key}))"
    if operator == "is" and test == "false":
        return f"{key} !in (({field.table} | where {field.kql} == true | project {key}))"
    return f"{key} in (({field.table} | where {test} | project {key}))"


def _any_of(field: Field, values: Sequence[Any]) -> str:
    return f"{_compared(field)} in~ ({_list(values)})"


def _none_of(field: Field, values: Sequence[Any]) -> str:
    return f"{_compared(field)} !in~ ({_list(values)})"


def _compared(field: Field) -> str:
    return f'trim_end("/+", {field.kql})' if field.form == "url" else field.kql


def _terms(field: Field, values: Sequence[Any]) -> str:
    """Any of several terms; one that is part of another's name (URL detonation reputation) is looked for whole."""
    known = [value.casefold() for value in field.values]
    inside = [value for value in values if any(value.casefold() in each and value.casefold() != each for each in known)]
    plain = [value for value in values if value != EMPTY and value not in inside]
    tests = [f"isempty({field.kql})"] if EMPTY in values else []
    if plain:
        tests.append(
            f"{field.kql} has {quote(plain[0])}" if len(plain) == 1 else f"{field.kql} has_any ({_list(plain)})"
        )
    tests += [f"{field.kql} matches regex {quote(_WHOLE.format(re.escape(value)))}" for value in inside]
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _listed(field: Field, values: Sequence[Any]) -> str:
    return _terms(field, values) if field.match == "term" else _any_of(field, values)


def _not_listed(field: Field, values: Sequence[Any]) -> str:
    return f"not({_terms(field, values)})" if field.match == "term" else _none_of(field, values)


def _each(operator: str) -> Callable[[Field, Sequence[Any]], str]:
    """Any of several values under an operator that takes one."""

    def compare(field: Field, values: Sequence[Any]) -> str:
        tests = [f"{field.kql} {operator} {quote(value)}" for value in values]
        return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"

    return compare


def _matches(field: Field, values: Sequence[Any]) -> str:
    return f"{field.kql} matches regex {quote(f'(?i){values[0]}')}"


def _equals(field: Field, values: Sequence[Any]) -> str:
    return f"{field.kql} in ({_list(values)})"


def _between(field: Field, values: Sequence[Any]) -> str:
    return f"{field.kql} between ({quote(values[0])} .. {quote(values[1])})"


def _is(field: Field, values: Sequence[Any]) -> str:
    return f"{field.kql} == true" if values[0] else ("false" if field.table else f"not({field.kql} == true)")


def _list(values: Sequence[Any]) -> str:
    return ", ".join(quote(value) for value in values)


_COMPARISONS: Mapping[tuple[str, str], Callable[[Field, Sequence[Any]], str]] = MappingProxyType(
    {
        ("text", "any_of"): _any_of,
        ("text", "none_of"): _none_of,
        ("text", "contains"): _each("contains"),
        ("text", "starts_with"): _each("startswith"),
        ("text", "ends_with"): _each("endswith"),
        ("text", "matches"): _matches,
        ("list", "any_of"): _listed,
        ("list", "none_of"): _not_listed,
        ("integer", "equals"): _equals,
        ("integer", "above"): _each(">"),
        ("integer", "below"): _each("<"),
        ("integer", "between"): _between,
        ("boolean", "is"): _is,
    }
)
