"""Filters as KQL: every condition a person can build becomes text that Kusto would read the same way.

Values are written as literals by the query room; nothing a person or a mail wrote is ever pasted as text. A list value
stands for every spelling of it that the data holds (``Junk folder``, ``JunkFolder``), where the caller knows them.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from workbench.base.errors import BadInput
from workbench.events.query import quote
from workbench.views.explorer.view import Field, View

Tree = Mapping[str, Any]
Spellings = Mapping[str, Mapping[str, Sequence[str]]]
"""By field, then by the value people choose: the spellings the data has of it."""

_KEY = "NetworkMessageId"
_JOINERS = MappingProxyType({"all": " and ", "any": " or ", "none": " or "})


def condition(view: View, tree: Tree, spellings: Spellings = MappingProxyType({})) -> str:
    """The condition of a filter tree; empty where it filters nothing.

    Raises:
        UnknownName: a field the view does not have.
        BadInput: an operator its kind does not have.
    """
    parts = [text for item in tree.get("items", ()) if (text := _part(view, item, spellings))]
    if not parts:
        return ""
    joined = _JOINERS[tree["op"]].join(f"({part})" if len(parts) > 1 else part for part in parts)
    return f"not({joined})" if tree["op"] == "none" else joined


def uses_moves(view: View, tree: Tree) -> bool:
    """Whether a filter asks about moves after delivery."""
    return any(
        uses_moves(view, item) if "op" in item else view.field(item["property"]).moved for item in tree.get("items", ())
    )


def _part(view: View, item: Tree, spellings: Spellings) -> str:
    if "op" in item:
        return condition(view, item, spellings)
    field = view.field(item["property"])
    compare = _COMPARISONS.get((field.kind, item["operator"]))
    if compare is None:
        raise BadInput(f"{field.label} cannot be compared by {item['operator']!r}")
    values = _spelled(field, item["values"], spellings)
    return _elsewhere(field, compare(field, values), item["operator"]) if field.table else compare(field, values)


def _spelled(field: Field, values: Sequence[Any], spellings: Spellings) -> list[Any]:
    known = spellings.get(field.name, {})
    return [spelling for value in values for spelling in known.get(str(value), (value,))]


def _elsewhere(field: Field, test: str, operator: str) -> str:
    """A condition on another table: messages that have such a row; "none of" means no such row at all."""
    if operator == "none_of":
        return f"{_KEY} !in (({field.table} | where not({test}) | project {_KEY}))"
    if operator == "is" and test == "false":
        return f"{_KEY} !in (({field.table} | where {field.kql} == true | project {_KEY}))"
    return f"{_KEY} in (({field.table} | where {test} | project {_KEY}))"


def _any_of(field: Field, values: Sequence[Any]) -> str:
    return f"{field.kql} in~ ({_list(values)})"


def _none_of(field: Field, values: Sequence[Any]) -> str:
    return f"{field.kql} !in~ ({_list(values)})"


def _terms(field: Field, values: Sequence[Any]) -> str:
    if len(values) == 1:
        return f"{field.kql} has {quote(values[0])}"
    return f"{field.kql} has_any ({_list(values)})"


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
