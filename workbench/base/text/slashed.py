"""Dates with slashes: whether the day stands first or the month, which one date alone often cannot tell.

A column of one file is written one way. So its dates are looked at together, and each cell says how to read it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/\d{4}(?!\d)")
_MONTHS = 12


class DayFirst(str):
    """Text of a column in which dates with slashes have the day first."""

    __slots__ = ()


class EitherWay(str):
    """Text of a column in which no date with slashes tells whether day or month stands first."""

    __slots__ = ()


class Order(StrEnum):
    """How the dates of a column are written, as far as they tell."""

    day = "day"
    month = "month"
    either = "either"


MARKS: dict[Order, type[str]] = {Order.day: DayFirst, Order.either: EitherWay}
"""What the text of a column becomes; where the month stands first, it stays plain."""


def order_of(value: object) -> Order | None:
    """What a single date tells; None where it is none with slashes, or the same date both ways."""
    hit = _SLASHED.match(value) if isinstance(value, str) else None
    if hit is None:
        return None
    first, second = int(hit[1]), int(hit[2])
    if max(first, second) <= _MONTHS:
        return Order.either if first != second else None
    return Order.day if first > second else Order.month


def order_of_all(values: Iterable[object]) -> Order | None:
    """What the values of a column tell together: what more of them can only be, of equally many the month first."""
    found = Counter(map(order_of, values))
    if found[Order.day] > found[Order.month]:
        return Order.day
    return Order.month if found[Order.month] else Order.either if found[Order.either] else None
