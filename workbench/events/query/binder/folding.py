"""Arithmetic on constants, done while binding: numbers, moments and timespans."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import isfinite
from operator import add, mul, sub
from types import MappingProxyType
from typing import Any

from workbench.events.query.kql.literals import NotALiteral, instant, timespan
from workbench.events.query.kql.syntax import Plain
from workbench.events.query.plan import Apply, Bound, Const

_PLAIN: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType({"+": add, "-": sub, "*": mul})
_LARGEST = 2**63
_READ: Mapping[str, Callable[[str], Plain]] = MappingProxyType({"todatetime": instant, "totimespan": timespan})
_NUMBERS = frozenset({"toint", "tolong", "toreal", "todecimal"})


def folded(bound: Bound) -> Bound:
    """A constant where the expression is arithmetic on constants; else the expression itself."""
    if not isinstance(bound, Apply) or not all(isinstance(arg, Const) for arg in bound.args):
        return bound
    values = [arg.value for arg in bound.args if isinstance(arg, Const)]
    if bound.function in _READ and isinstance(values[0], str):
        return _read(bound, values[0])
    if any(isinstance(value, str | bool) or value is None for value in values):
        return bound
    found = _computed(bound.function, values)
    return bound if found is None else Const(_fitted(found, bound.type), type=bound.type)


def _computed(function: str, values: list[Plain]) -> Plain:
    if function == "-x":
        values = [values[0], -1]
        function = "*"
    if function in _NUMBERS:
        return _number(values[0], function)
    if function not in _PLAIN:
        return None
    try:
        found: Plain = _PLAIN[function](*values)
    except (OverflowError, TypeError, ValueError):
        return None
    return None if isinstance(found, int) and not -_LARGEST <= found < _LARGEST else found


def _read(bound: Apply, text: str) -> Bound:
    """A moment or timespan in quotes."""
    try:
        return Const(_READ[bound.function](text), type=bound.type)
    except NotALiteral:
        return bound


def _number(value: Plain, function: str) -> Plain:
    if not isinstance(value, int | float) or not isfinite(value):
        return None
    if function in ("toreal", "todecimal"):
        return float(value)
    limit = 2**31 if function == "toint" else _LARGEST
    return int(value) if -limit <= int(value) < limit else None


def _fitted(found: Plain, kind: str) -> Plain:
    if isinstance(found, datetime | timedelta):
        return found
    return float(found) if kind in ("real", "decimal") and isinstance(found, int) else found
