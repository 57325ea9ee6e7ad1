"""The window of time that conditions leave of a table, so that files outside it are not opened."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from math import floor
from typing import Any

from workbench.base.span import Span
from workbench.events.query.backend.expressions import Scope, evaluated, value
from workbench.events.query.kql.literals import FIRST, LAST
from workbench.events.query.plan import Apply, Bound, Const, Ref, Scalar, apply


class Whole(Enum):
    """Windows that are none: conditions that say nothing of time, and conditions that nothing can meet."""

    ALL = "all"
    EMPTY = "empty"


_TICK = timedelta(microseconds=1)
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


def of(
    time: str, predicates: Sequence[Bound], outer: Span | None, scope: Scope | None = None
) -> tuple[Span | Whole, list[Bound]]:
    """The window of the column ``time`` in which all predicates may hold, within ``outer``, and what is left to check.

    With a ``scope``, a time may also be counted from what ``toscalar`` gives; its table is read then.

    A condition on time alone is the window itself, so it is not checked again: times are kept to the microsecond, and
    none is missing.
    """
    found, rest = [], []
    for each in (part for predicate in predicates for part in conjuncts(predicate)):
        bounds = _bounds(each, time, scope)
        found += bounds
        rest += [] if bounds else [each]
    if not found:
        return Whole.ALL, rest
    start = max(outer.start if outer else FIRST, *(low for low, _ in found), FIRST)
    end = min(outer.end if outer else LAST, *(high for _, high in found), LAST)
    return (Span(start, end) if start < end else Whole.EMPTY), rest


def awaits(time: str, predicates: Sequence[Bound]) -> bool:
    """Whether the window is cut further once tables inside ``toscalar`` are read."""
    return any(_awaits(part, time) for predicate in predicates for part in conjuncts(predicate))


def _awaits(bound: Bound, time: str) -> bool:
    if not isinstance(bound, Apply) or not (bound.function in _FLIPPED or bound.function == "between"):
        return False
    others = [arg for arg in bound.args if not _is_time(arg, time)]
    later = all(closed(arg, tables=True) for arg in others) and not all(map(closed, others))
    return later and len(others) < len(bound.args)


def overlap(window: Span, outer: Span | None) -> Span | None:
    """The part of a window that lies in another; None where there is none."""
    if outer is None:
        return window
    start, end = max(window.start, outer.start), min(window.end, outer.end)
    return Span(start, end) if start < end else None


def count(start: Any, stop: Any, step: Any) -> int:
    """Rows of a ``range`` from the start to the stop, both in it."""
    if start is None or stop is None or not step:
        return 0
    steps: int = floor((stop - start) / step)
    return max(0, steps + 1)


def conjuncts(bound: Bound) -> Iterator[Bound]:
    """The conditions that must all hold for one to."""
    if isinstance(bound, Apply) and bound.function == "and":
        for arg in bound.args:
            yield from conjuncts(arg)
    else:
        yield bound


def _bounds(bound: Bound, time: str, scope: Scope | None) -> list[tuple[datetime, datetime]]:
    """The windows, all of which must hold, that a condition on time alone stands for."""
    if not isinstance(bound, Apply):
        return []
    if bound.function == "between" and _is_time(bound.args[0], time):
        value, low, high = bound.args
        if high.type == "timespan":
            high = apply("+", (low, high), "datetime")
        both = [_compared(">=", value, low, time, scope), _compared("<=", value, high, time, scope)]
        return [each for each in both if each] if all(both) else []
    if bound.function not in _FLIPPED:
        return []
    left, right = bound.args
    found = _compared(bound.function, left, right, time, scope)
    return [found] if found else []


def _compared(op: str, left: Bound, right: Bound, time: str, scope: Scope | None) -> tuple[datetime, datetime] | None:
    if _is_time(right, time):
        left, right, op = right, left, _FLIPPED[op]
    if not _is_time(left, time) or not closed(right, tables=scope is not None):
        return None
    moment = evaluated(value(right, scope or Scope()))
    if not isinstance(moment, datetime):
        return None
    after = min(moment, LAST - _TICK) + _TICK
    low = {">": after, ">=": moment, "==": moment}.get(op, FIRST)
    high = {"<": moment, "<=": after, "==": after}.get(op, LAST)
    return low, high


def _is_time(bound: Bound, time: str) -> bool:
    return isinstance(bound, Ref) and bound.name == time


def closed(bound: Bound, *, tables: bool = False) -> bool:
    """Whether an expression depends on no row, and on no other table unless these are read."""
    if isinstance(bound, Apply):
        return all(closed(arg, tables=tables) for arg in bound.args)
    return isinstance(bound, Const) or (tables and isinstance(bound, Scalar))
