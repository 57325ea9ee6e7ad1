"""Filters as KQL: every condition a person can build becomes text that Kusto would read the same way.

Values are written as literals by the query room; nothing a person or a mail wrote is ever pasted as text. A list value
stands for every spelling of it that the data holds (``Junk folder``, ``JunkFolder``), where the caller knows them, and
"(none)" for a missing value. Of an operator and its opposite ("contains", "does not contain") each row is kept by one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, TypeAlias

from workbench.base.errors import BadInput, UnknownName
from workbench.base.span import Span, parse_instant, parse_length
from workbench.events.query import quote
from workbench.views.explorer.view import EMPTY, Field, View

Tree = Mapping[str, Any]
Spellings = Mapping[str, Mapping[str, Sequence[str]]]
"""By field, then by the value people choose: the spellings the data has of it."""

Compare: TypeAlias = Callable[[Field, Sequence[Any]], tuple[str, str]]
"""The condition of a field and values, and the one that keeps what it drops."""

APART = timedelta(days=1)
"""How far the times of a row, and of what belongs to it in another table, may be apart."""

_MEMBERS = 100
"""Values of a list that are written one by one."""
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*://")
_SCHEMELESS = frozenset({"any_of", "starts_with"})
"""Operators of URLs that do not look at schemes, nor at the last slash."""
_WHOLE = r'(?i)(^|["\[,])\s*{}\s*($|["\],])'
_MANY = 5
"""Values that a text is searched for one by one."""
_HOLDING = frozenset({"any_of", "contains", "starts_with", "ends_with"})
"""Operators that keep only values which hold one of those compared with."""
_JOINERS = MappingProxyType({"all": " and ", "any": " or ", "none": " or "})


def condition(view: View, tree: Tree, spellings: Spellings = MappingProxyType({}), span: Span | None = None) -> str:
    """The condition of a filter tree; empty where it filters nothing. What "none" keeps is all that "any" drops.

    Of tables whose rows come with those of the view, or after them, only what is near ``span`` is asked, the window of
    the view's rows: ``APART`` is how far the clocks of two tables may be apart.

    Raises:
        UnknownName: a field the view does not have, or a kind of group there is not.
        BadInput: an operator its kind does not have.
    """
    if tree["op"] not in _JOINERS:
        raise UnknownName("kind of group", str(tree["op"]), _JOINERS)
    parts = [text for item in tree.get("items", ()) if (text := _part(view, item, spellings, span))]
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
    if field.kind in ("integer", "boolean"):
        return [{"property": field.name, **each} for each in _picked_number(field, value)]
    terms = field.match == "term" and value != EMPTY
    values = [term.strip() for term in value.split(",")] if terms else [value]
    return [{"property": field.name, "operator": "any_of", "values": [each]} for each in values]


def _picked_number(field: Field, value: str) -> list[dict[str, Any]]:
    """As ``picked``; "no" is not "not known"."""
    if value == EMPTY:
        return [{"operator": "is_empty", "values": []}]
    if field.kind == "integer":
        return [{"operator": "equals", "values": [value]}]
    no = [] if value == "True" else [{"operator": "is_not_empty", "values": []}]
    return [{"operator": "is", "values": [value == "True"]}, *no]


def _may_be_null(view: View, tree: Tree) -> bool:
    """Whether a condition of a tree can be neither true nor false: strings are never null, numbers are."""
    fields = [view.field(item["property"]) for item in tree["items"] if "op" not in item]
    inner = any(_may_be_null(view, item) for item in tree["items"] if "op" in item)
    return inner or any(field.kind in ("integer", "boolean", "time") and not field.table for field in fields)


def operators() -> Mapping[str, frozenset[str]]:
    """The operators each kind of field can be compared by, opposites too."""
    opposites = [(kind, name) for name, asked in _OPPOSITES.items() for kind, each in _COMPARISONS if each == asked]
    both = [*_COMPARISONS, *opposites]
    return {kind: frozenset(name for each, name in both if each == kind) for kind, _ in both}


def _part(view: View, item: Tree, spellings: Spellings, span: Span | None) -> str:
    if "op" in item:
        return condition(view, item, spellings, span)
    field, operator = view.field(item["property"]), str(item["operator"])
    asked = _OPPOSITES.get(operator, operator)
    compare = _COMPARISONS.get((field.kind, asked))
    if compare is None:
        raise BadInput(f"{field.label} cannot be compared by {operator!r}")
    values = _spelled(field, item["values"], spellings) if asked == "any_of" else item["values"]
    if field.form == "url" and asked in _SCHEMELESS:
        field, values = replace(field, kql=field.compared), [_bare(str(each)) for each in values]
    test, opposite = compare(field, values)
    wanted = bool(values[0]) if asked == "is" else asked == operator
    if not field.table:
        return test if wanted else opposite
    near, holds = _near(view, field.table, span), _holds(field, asked, values)
    if holds:
        test, _ = compare(replace(field, kql=field.name), values)
        holds = f" | where {holds} | extend {field.name} = {field.kql}"
    return f"{view.key} {'in' if wanted else '!in'} (({field.table}{near}{holds} | where {test} | project {view.key}))"


def _holds(field: Field, operator: str, values: Sequence[Any]) -> str:
    """What rows of another table meet that can fit at all, asked before a value is made of any; empty where unknown."""
    if not field.within or operator not in _HOLDING or len(values) > _MANY or not all(values):
        return ""
    return _one_of([f"{field.within} contains {quote(value)}" for value in values])


def _near(view: View, table: str, span: Span | None) -> str:
    """The step that leaves out rows of another table that cannot belong to rows of the window."""
    if span is None or table not in (*view.along, *view.later):
        return ""
    after = f"Timestamp >= {quote(_moved(span.start, -APART))}"
    return f" | where {after}" + (f" and Timestamp < {quote(_moved(span.end, APART))}" if table in view.along else "")


def _moved(moment: datetime, by: timedelta) -> datetime:
    """A moment so much later, as far as there is time."""
    try:
        return moment + by
    except OverflowError:
        return moment


def _spelled(field: Field, values: Sequence[Any], spellings: Spellings) -> list[Any]:
    if field.form == "path":
        values = [str(value).strip("/") for value in values]
    if field.kind == "ip":
        values = [spelling for value in values for spelling in _spellings_of_address(str(value))]
    missing = {} if field.match == "term" else {EMPTY: ("", EMPTY)}
    known = {**missing, **spellings.get(field.name, {})}
    return list(dict.fromkeys(spelling for value in values for spelling in known.get(str(value), (value,))))


def _spellings_of_address(text: str) -> list[str]:
    """An address as it was typed, as short as it can be written, and in full."""
    try:
        address = ip_address(text)
    except ValueError:
        return [text]
    return [text, str(address), address.exploded]


def _bare(url: str) -> str:
    """A URL without scheme and last slash; where nothing is left, as it is."""
    return _SCHEME.sub("", url, count=1).rstrip("/") or url


def _both(test: str) -> tuple[str, str]:
    return test, f"not({test})"


def _any_of(field: Field, values: Sequence[Any]) -> tuple[str, str]:
    among = _list(values)
    return f"{field.kql} in~ ({among})", f"{field.kql} !in~ ({among})"


def _equals(field: Field, values: Sequence[Any]) -> tuple[str, str]:
    return f"{field.kql} in ({_list(values)})", f"{field.kql} !in ({_list(values)})"


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
    return _one_of(tests)


def _one_of(tests: Sequence[str]) -> str:
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _listed(field: Field, values: Sequence[Any]) -> tuple[str, str]:
    return _both(_terms(field, values)) if field.match == "term" else _any_of(field, values)


def _each(operator: str) -> Compare:
    """Any of several values under an operator that takes one."""

    def compare(field: Field, values: Sequence[Any]) -> tuple[str, str]:
        test = _one_of([f"{field.kql} {operator} {quote(value)}" for value in values])
        single = len(values) == 1 and operator.isalpha()
        return test, f"{field.kql} !{operator} {quote(values[0])}" if single else f"not({test})"

    return compare


def _matches(field: Field, values: Sequence[Any]) -> tuple[str, str]:
    return _both(f"{field.kql} matches regex {quote(f'(?i){values[0]}')}")


def _in_network(field: Field, values: Sequence[Any]) -> tuple[str, str]:
    """The address lies in one of the networks; what is no address lies in none."""
    ranges = {at: [value for value in values if (":" in value) is (at == "ipv6")] for at in ("ipv4", "ipv6")}
    tests = [
        f"coalesce({at}_is_in_any_range({field.kql}, {quote(found)}), false)" for at, found in ranges.items() if found
    ]
    return _both(_one_of(tests))


def _filled(field: Field, _values: Sequence[Any]) -> tuple[str, str]:
    cell = field.spoken or field.kql if field.table else field.kql
    return f"isnotempty({cell})", f"isempty({cell})"


def _between(field: Field, values: Sequence[Any]) -> tuple[str, str]:
    return _both(f"{field.kql} between ({quote(values[0])} .. {quote(values[1])})")


def _is(field: Field, _values: Sequence[Any]) -> tuple[str, str]:
    return _both(f"{field.kql} == true")


def _at(compare: Compare) -> Compare:
    """The same comparison with moments, which a filter keeps as ISO text."""
    return lambda field, values: compare(field, [parse_instant(value) for value in values])


def _last(field: Field, values: Sequence[Any]) -> tuple[str, str]:
    return _both(f"coalesce({field.kql} > ago({quote(parse_length(values[0]))}), false)")


def _list(values: Sequence[Any]) -> str:
    """Members of a list: a long one is one literal, since a call takes no more than 10,000 arguments."""
    return quote(list(values)) if len(values) > _MEMBERS else ", ".join(quote(value) for value in values)


_TEXT: Mapping[str, Compare] = MappingProxyType(
    {
        "any_of": _any_of,
        "contains": _each("contains"),
        "starts_with": _each("startswith"),
        "ends_with": _each("endswith"),
        "matches": _matches,
        "is_not_empty": _filled,
    }
)
_NUMBER: Mapping[str, Compare] = MappingProxyType(
    {
        "equals": _equals,
        "above": _each(">"),
        "below": _each("<"),
        "at_least": _each(">="),
        "at_most": _each("<="),
        "between": _between,
        "is_not_empty": _filled,
    }
)
_KINDS: Mapping[str, Mapping[str, Compare]] = MappingProxyType(
    {
        "text": _TEXT,
        "ip": {**_TEXT, "in_network": _in_network},
        "list": {"any_of": _listed, "is_not_empty": _filled},
        "integer": _NUMBER,
        "boolean": {"is": _is, "is_not_empty": _filled},
        "time": {
            "after": _at(_each(">")),
            "before": _at(_each("<")),
            "between": _at(_between),
            "last": _last,
            "is_not_empty": _filled,
        },
    }
)
_COMPARISONS: Mapping[tuple[str, str], Compare] = MappingProxyType(
    {(kind, name): compare for kind, known in _KINDS.items() for name, compare in known.items()}
)
_OPPOSITES: Mapping[str, str] = MappingProxyType(
    {
        "none_of": "any_of",
        "not_contains": "contains",
        "not_starts_with": "starts_with",
        "not_ends_with": "ends_with",
        "not_matches": "matches",
        "not_in_network": "in_network",
        "not_equals": "equals",
        "not_last": "last",
        "is_empty": "is_not_empty",
    }
)
"""Operators that keep exactly what another one drops."""
