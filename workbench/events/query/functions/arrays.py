"""Arrays cut, turned, sorted and made.

Published: Microsoft's pages on array_slice, array_sort_asc, range and the rest, whose sample values the tests hold.
"""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.expressions import evaluated
from workbench.events.query.backend.values import (
    ENGINE,
    JSON,
    Form,
    Value,
    as_json,
    as_sound_json,
    json,
    listed,
    plain,
    unwrapped,
    wrapped,
)
from workbench.events.query.functions._declare import Family, Function, Parts
from workbench.events.query.kql.literals import json_text
from workbench.events.query.types import INTEGERS, NUMBERS, widest
from workbench.events.tables import KqlType

MOST_ELEMENTS = 1_048_576
"""Elements that ``range`` and ``repeat`` make."""

_HOUR = 3_600_000_000


def _worked(work: Callable[..., object]) -> Callable[..., Value]:
    """A function of an array and other values, worked out once for each distinct set of these; no array gives null."""

    def build(array: Value, *others: Value) -> Value:
        def on_texts(text: str | None, *given: str | None) -> str | None:
            held = documents.read(text or "")
            if not isinstance(held, list):
                return None
            found = work(held, *(None if each is None else documents.read(each) for each in given))
            return None if found is None else json_text(found)

        return json(documents.combined([as_json(array), *map(as_json, others)], on_texts, pl.String()))

    return build


def _is_list(value: Value) -> bool:
    return value.form is not None and value.form.kind == "list"


def _slice(array: Value, start: Value, end: Value) -> Value:
    """Both ends count, from the end of the array where negative; places outside it are passed over."""
    if _is_list(array):
        length = array.expr.list.len().cast(pl.Int64)
        first, last = (pl.when(each.expr < 0).then(each.expr + length).otherwise(each.expr) for each in (start, end))
        first = pl.max_horizontal(first, pl.lit(0, dtype=pl.Int64))
        last = pl.min_horizontal(last, length - 1)
        count = pl.max_horizontal(last - first + 1, pl.lit(0, dtype=pl.Int64))
        return Value(array.expr.list.slice(first, count), "dynamic", array.form)
    return _SLICED(array, start, end)


def _sliced(array: list[object], start: object, end: object) -> list[object] | None:
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    first, last = (each + len(array) if each < 0 else each for each in (start, end))
    return array[max(first, 0) : max(last + 1, 0)]


_SLICED = _worked(_sliced)


def _reverse(array: Value) -> Value:
    if _is_list(array):
        return Value(array.expr.list.reverse(), "dynamic", array.form)
    return _worked(lambda held: held[::-1])(array)


def _sum(array: Value) -> Value:
    """Null where an element is no number."""
    if array.form and array.form.kind == "list" and array.form.of in NUMBERS:
        return plain(array.expr.list.sum().cast(pl.Float64), "real")
    return plain(documents.mapped(as_json(array), _summed, pl.Float64()), "real")


def _summed(text: str) -> float | None:
    held = documents.read(text)
    numbers = isinstance(held, list) and all(isinstance(each, int | float) for each in held)
    return float(sum(held)) if numbers and isinstance(held, list) else None


def _rotated(direction: int) -> Callable[[list[object], object], list[object] | None]:
    def work(array: list[object], count: object) -> list[object] | None:
        if not isinstance(count, int):
            return None
        at = direction * count % len(array) if array else 0
        return [*array[at:], *array[:at]]

    return work


def _shifted(direction: int) -> Callable[..., list[object] | None]:
    """Elements that are shifted out are gone; what comes in is null, or the empty text among texts."""

    def work(array: list[object], count: object, *default: object) -> list[object] | None:
        if not isinstance(count, int):
            return None
        at = max(-len(array), min(direction * count, len(array)))
        texts_only = bool(array) and all(isinstance(each, str) for each in array)
        fill = [(default[0] if default else "" if texts_only else None)] * abs(at)
        return [*array[at:], *fill] if at >= 0 else [*fill, *array[:at]]

    return work


def _split(array: list[object], places: object) -> list[list[object]] | None:
    at = places if isinstance(places, list) else [places]
    wanted = [each for each in at if isinstance(each, int) and not isinstance(each, bool)]
    if len(wanted) < len(at):
        return None
    ends = [min(max(each + len(array) if each < 0 else each, 0), len(array)) for each in wanted]
    starts = [0, *ends]
    return [array[begin:end] for begin, end in zip(starts, [*ends, len(array)], strict=True)]


def _chosen(conditions: list[object], first: object, second: object) -> list[object]:
    """A condition that is neither bool nor number chooses nothing."""

    def one(place: int) -> object:
        condition = conditions[place]
        if not isinstance(condition, bool | int | float):
            return None
        held = first if condition else second
        if not isinstance(held, list):
            return held
        return held[place] if place < len(held) else None

    return [one(place) for place in range(len(conditions))]


def _zip(*arrays: Value) -> Value:
    def on_texts(*given: str | None) -> str | None:
        held = [documents.read(each or "") for each in given]
        lists = [each for each in held if isinstance(each, list)]
        if len(lists) < len(held):
            return None
        longest = max(map(len, lists))
        rows = [[each[at] if at < len(each) else None for each in lists] for at in range(longest)]
        return json_text(rows)

    return json(documents.combined([as_json(each) for each in arrays], on_texts, pl.String()))


def _jaccard(first: Value, second: Value) -> Value:
    def on_texts(*given: str | None) -> float | None:
        held = [documents.read(each or "") for each in given]
        sets = [set(map(json_text, each)) for each in held if isinstance(each, list)]
        if len(sets) < len(held):
            return None
        every = sets[0] | sets[1]
        return len(sets[0] & sets[1]) / len(every) if every else float("nan")

    return wrapped(plain(documents.combined([as_json(first), as_json(second)], on_texts, pl.Float64()), "real"))


def _sorted(*, falling: bool) -> Callable[..., Value]:
    """The first array in order, the others in the order of the first; of another length than the first gives null."""

    def build(*args: Value) -> Value:
        arrays = [each for each in args if each.type == "dynamic"]
        nulls_last = all(evaluated(each) is not False for each in args if each.type == "bool")
        first = arrays[0]
        if len(arrays) == 1 and first.form and first.form.kind == "list" and first.form.of != "dynamic":
            inner = first.expr.list.sort(descending=falling, nulls_last=nulls_last)
            return Value(pl.struct(inner.alias("0")), "dynamic", Form("parts", parts=(("dynamic", first.form),)))
        form = Form("parts", parts=(("dynamic", JSON),) * len(arrays))

        def on_texts(*given: str | None) -> dict[str, str | None]:
            held = [documents.read(each or "") for each in given]
            order = _order(held[0], falling=falling, nulls_last=nulls_last)
            return {str(at): _arranged(each, order) for at, each in enumerate(held)}

        return Value(documents.combined([as_json(each) for each in arrays], on_texts, form.dtype), "dynamic", form)

    return build


def _order(array: object, *, falling: bool, nulls_last: bool) -> list[int] | None:
    """Numbers stand before texts, and these before all else."""
    if not isinstance(array, list):
        return None
    there = [at for at, each in enumerate(array) if each is not None]
    missing = [at for at, each in enumerate(array) if each is None]
    ordered = sorted(there, key=lambda at: _rank(array[at]), reverse=falling)
    return [*ordered, *missing] if nulls_last else [*missing, *ordered]


def _rank(held: object) -> tuple[int, float, str]:
    if isinstance(held, int | float) and not isinstance(held, bool):
        return 0, held, ""
    return (1, 0, held) if isinstance(held, str) else (2, 0, json_text(held))


def _arranged(array: object, order: list[int] | None) -> str | None:
    if order is None or not isinstance(array, list) or len(array) != len(order):
        return None
    return json_text([array[at] for at in order])


def _sorted_names(args: Sequence[Any], names: Sequence[str | None]) -> Parts:
    pairs = [(arg, name) for arg, name in zip(args, names, strict=False) if arg.type == "dynamic"]
    return [(f"{name or f'array{at}'}_sorted", "dynamic") for at, (_, name) in enumerate(pairs)]


def _sort_type(types: Sequence[KqlType]) -> KqlType | None:
    arrays = types[:-1] if types[-1] == "bool" and len(types) > 1 else types
    return "dynamic" if all(kind == "dynamic" for kind in arrays) else None


def _range_type(types: Sequence[KqlType]) -> KqlType | None:
    return "dynamic" if _range_of(types) else None


def _range_of(types: Sequence[KqlType]) -> KqlType | None:
    if NUMBERS.issuperset(types):
        return widest(types)
    start, stop, *step = types
    return start if start == stop and start in ("datetime", "timespan") and step in ([], ["timespan"]) else None


def _range(start: Value, stop: Value, step: Value | None = None) -> Value:
    """From the start to the stop, which is in it where a step ends there; at most so many elements as an array has."""
    of = _range_of([start.type, stop.type, *([step.type] if step else [])]) or "long"
    if of in NUMBERS - INTEGERS:
        first, last, stride = (
            pl.lit(1.0) if each is None else each.expr.cast(pl.Float64) for each in (start, stop, step)
        )
        places = _places(
            ((last - first) / _unless_zero(stride)).floor().clip(-1, MOST_ELEMENTS).cast(pl.Int64, strict=False)
        )
        return listed((places.cast(pl.List(pl.Float64)) * stride + first).cast(pl.List(ENGINE[of])), of)
    unit = _HOUR if of in ("datetime", "timespan") else 1
    first, last, stride = (pl.lit(unit) if each is None else each.expr.cast(pl.Int64) for each in (start, stop, step))
    places = _places((last - first) // _unless_zero(stride))
    return listed((places * stride + first).cast(pl.List(ENGINE[of])), of)


def _unless_zero(step: pl.Expr) -> pl.Expr:
    return pl.when(step != 0).then(step)


def _places(last: pl.Expr) -> pl.Expr:
    """The numbers from 0 to the last; no list where that is not known."""
    count = (last + 1).clip(0, MOST_ELEMENTS)
    return pl.when(count.is_not_null()).then(pl.int_ranges(pl.lit(0, dtype=pl.Int64), count.fill_null(0)))


def _repeat(value: Value, count: Value) -> Value:
    held = unwrapped(value)
    number = pl.when(count.expr >= 0).then(count.expr.clip(0, MOST_ELEMENTS))
    if held.type == "dynamic":
        return listed(as_sound_json(held).repeat_by(number), "dynamic")
    return listed(held.expr.repeat_by(number), held.type)


def _array(
    name: str, takes: str, meaning: str, build: Callable[..., Value], *aliases: str, named: str = ""
) -> Function:
    return Function(name, takes, "dynamic", meaning, build, raw=True, aliases=aliases, named=named)


_SORTING = "(arrays:any*)"

FAMILY = Family(
    "Arrays: parts and order",
    (
        _array("array_slice", "(array:dynamic, start:long, end:long)", "The elements between two places.", _slice),
        _array("array_reverse", "(array:dynamic)", "The elements from the last to the first.", _reverse),
        _array(
            "array_rotate_left",
            "(array:dynamic, count:long)",
            "The elements moved to the left, those at the start to the end.",
            _worked(_rotated(1)),
        ),
        _array(
            "array_rotate_right",
            "(array:dynamic, count:long)",
            "The elements moved to the right, those at the end to the start.",
            _worked(_rotated(-1)),
        ),
        _array(
            "array_shift_left",
            "(array:dynamic, count:long, default:any?)",
            "The elements moved to the left, with a default at the end.",
            _worked(_shifted(1)),
        ),
        _array(
            "array_shift_right",
            "(array:dynamic, count:long, default:any?)",
            "The elements moved to the right, with a default at the start.",
            _worked(_shifted(-1)),
        ),
        _array(
            "array_split",
            "(array:dynamic, places:long|dynamic)",
            "The array cut before these places, as an array of arrays.",
            _worked(_split),
        ),
        _array(
            "array_iff",
            "(conditions:dynamic, then:any, otherwise:any)",
            "For each condition the element of one array or the other.",
            _worked(_chosen),
            "array_iif",
        ),
        Function(
            "array_sum", "(array:dynamic)", "real", "The sum; null where an element is no number.", _sum, raw=True
        ),
        Function(
            "array_sort_asc",
            _SORTING,
            _sort_type,
            "The first array rising and the others in its order; a bool at the end says whether nulls come last.",
            _sorted(falling=False),
            raw=True,
            parts=_sorted_names,
        ),
        Function(
            "array_sort_desc",
            _SORTING,
            _sort_type,
            "The first array falling and the others in its order; a bool at the end says whether nulls come last.",
            _sorted(falling=True),
            raw=True,
            parts=_sorted_names,
        ),
        Function(
            "range",
            "(start:summable, stop:summable, step:summable?)",
            _range_type,
            "The values from start to stop as an array; without a step 1 or 1h.",
            _range,
            raw=True,
        ),
        _array("repeat", "(value:any, count:long)", "An array of one value many times.", _repeat, named="repeat_"),
        _array("zip", "(array:dynamic, more:dynamic*)", "The elements of one place together, as arrays.", _zip),
        Function(
            "jaccard_index",
            "(left:dynamic, right:dynamic)",
            "dynamic",
            "The share of the elements of both sets that both have.",
            _jaccard,
            raw=True,
        ),
    ),
)
