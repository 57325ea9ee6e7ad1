"""Arrays and bags."""

from collections.abc import Callable, Sequence
from types import MappingProxyType

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.values import (
    JSON,
    Form,
    Value,
    as_json,
    as_sound_json,
    json,
    listed,
    plain,
    unwrapped,
)
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.kql.literals import json_text


def _element(array: Value, key: Value) -> Value:
    """One step into a dynamic by a key or position that differs from row to row."""
    if array.form and array.form.kind == "list" and key.type != "string":
        element = array.expr.list.get(key.expr, null_on_oob=True)
        return Value(element, "dynamic", JSON if array.form.of == "dynamic" else Form("plain", array.form.of))
    return json(documents.combined([as_json(array), key.expr], _member, pl.String()))


def _member(text: str | None, key: str | int | None) -> str | None:
    return None if text is None or key is None else documents.write(documents.member(documents.read(text), key))


def _array_length(array: Value) -> Value:
    if array.form and array.form.kind == "list":
        return plain(array.expr.list.len().cast(pl.Int64), "long")
    return plain(documents.mapped(as_json(array), _length, pl.Int64()), "long")


def _length(text: str) -> int | None:
    held = documents.read(text)
    return len(held) if isinstance(held, list) else None


def _set_has_element(array: Value, value: Value) -> Value:
    held = unwrapped(value)
    if array.form and array.form.kind == "list" and array.form.of == held.type:
        return plain(array.expr.list.contains(held.expr), "bool")
    return plain(documents.combined([as_json(array), as_json(value)], _contains, pl.Boolean()), "bool")


def _contains(array: str | None, element: str | None) -> bool | None:
    held = documents.read(array or "")
    return _plain(element) in held if isinstance(held, list) else None


def _plain(text: str | None) -> object:
    return None if text is None else documents.document(text)


def _array_index_of(array: Value, value: Value, *window: Value) -> Value:
    exprs = [as_json(array), as_json(value), *(each.expr for each in window)]
    return plain(documents.combined(exprs, _position, pl.Int64()), "long")


def _position(array: str | None, element: str | None, *window: int | None) -> int | None:
    held = documents.read(array or "")
    given: list[int | None] = [0, -1, 1]
    given[: len(window)] = window
    start, length, occurrence = given
    if not isinstance(held, list) or start is None or length is None or occurrence is None:
        return None
    if occurrence < 1 or length < -1:
        return None
    first = max(0, len(held) + start) if start < 0 else start
    end = len(held) if length == -1 else first + length
    wanted = _plain(element)
    hits = [at for at in range(first, min(end, len(held))) if held[at] == wanted]
    return hits[occurrence - 1] if occurrence <= len(hits) else -1


def _sets(combine: Callable[[list[list[object]]], list[object]]) -> Callable[..., Value]:
    def build(*arrays: Value) -> Value:
        def on_texts(*texts: str | None) -> str | None:
            held = [documents.read(text or "") for text in texts]
            lists = [each for each in held if isinstance(each, list)]
            return json_text(combine(lists)) if len(lists) == len(held) else None

        return json(documents.combined([as_json(array) for array in arrays], on_texts, pl.String()))

    return build


def _distinct(values: Sequence[object]) -> list[object]:
    return list({json_text(value): value for value in values}.values())


def _union(lists: list[list[object]]) -> list[object]:
    return _distinct([value for each in lists for value in each])


def _intersection(lists: list[list[object]]) -> list[object]:
    return [value for value in _distinct(lists[0]) if all(value in other for other in lists[1:])]


def _difference(lists: list[list[object]]) -> list[object]:
    return [value for value in _distinct(lists[0]) if not any(value in other for other in lists[1:])]


def _concatenated(lists: list[list[object]]) -> list[object]:
    return [value for each in lists for value in each]


def _pack_array(*values: Value) -> Value:
    held = [unwrapped(value) for value in values]
    kinds = {value.type for value in held}
    if len(kinds) == 1 and "dynamic" not in kinds:
        return listed(pl.concat_list([value.expr for value in held]), held[0].type)
    return listed(pl.concat_list([as_sound_json(value) for value in values]), "dynamic")


def _bag_pack(*args: Value) -> Value:
    """Keys and values in turn; a value that is missing is null in the bag."""
    parts = [pl.lit("{")]
    for number, (key, value) in enumerate(zip(args[::2], args[1::2], strict=True)):
        parts += [pl.lit("," if number else ""), as_json(key), pl.lit(":"), as_sound_json(value).fill_null("null")]
    return json(pl.concat_str([*parts, pl.lit("}")]))


def _bag_keys(bag: Value) -> Value:
    keys = documents.mapped(as_json(bag), _keys, pl.List(pl.String))
    return Value(keys, "dynamic", Form("list", "string"))


def _keys(text: str) -> list[str] | None:
    held = documents.read(text)
    return list(held) if isinstance(held, dict) else None


def _bag_kinds(bag: Value) -> Value:
    """The keys of a bag, each behind the type of its value; what is no bag has none."""
    return plain(documents.mapped(as_json(bag), _kinds, pl.String()).fill_null(""), "string")


def _kinds(text: str) -> str:
    held = documents.read(text)
    bag = held.items() if isinstance(held, dict) else ()
    return "\0".join([f"{_KINDS.get(type(value), 'dynamic')} {key}" for key, value in bag])


_KINDS = MappingProxyType({bool: "bool", int: "long", float: "real", str: "string", type(None): "null"})


def _bag_merge(*bags: Value) -> Value:
    return json(documents.combined([as_json(bag) for bag in bags], _merged, pl.String()))


def _merged(*texts: str | None) -> str | None:
    """Of keys that several bags have, the leftmost bag's value counts."""
    held = [documents.read(text or "") for text in texts]
    bags = [each for each in held if isinstance(each, dict)]
    if not bags:
        return None
    whole: dict[object, object] = {}
    for bag in bags:
        whole |= {key: value for key, value in bag.items() if key not in whole}
    return json_text(whole)


def _set(name: str, meaning: str, combine: Callable[[list[list[object]]], list[object]]) -> Function:
    return Function(name, "(array:dynamic, more:dynamic*)", "dynamic", meaning, _sets(combine), raw=True)


FAMILY = Family(
    "Arrays and bags",
    (
        Function("[]", "(array:dynamic, key:any)", "dynamic", "The element at a key or position.", _element, raw=True),
        Function(
            "array_length",
            "(array:dynamic)",
            "long",
            "Elements of an array; null for what is none.",
            _array_length,
            raw=True,
            aliases=("arraylength",),
        ),
        Function(
            "array_index_of",
            "(array:dynamic, value:any, start:long?, length:long?, occurrence:long?)",
            "long",
            "Where a value stands in an array, counted from zero; -1 where it does not.",
            _array_index_of,
            raw=True,
        ),
        Function(
            "set_has_element",
            "(array:dynamic, value:any)",
            "bool",
            "The array holds the value.",
            _set_has_element,
            raw=True,
        ),
        _set("set_union", "The different elements of all arrays.", _union),
        _set("set_intersect", "The different elements that all arrays hold.", _intersection),
        _set("set_difference", "The different elements of the first array that no other holds.", _difference),
        _set("array_concat", "The elements of all arrays, one array after the other.", _concatenated),
        Function("pack_array", "(values:any*)", "dynamic", "The values as an array.", _pack_array, raw=True),
        Function(
            "bag_pack",
            "(key:string*, value:any*)",
            "dynamic",
            "A bag of keys and their values.",
            _bag_pack,
            raw=True,
            aliases=("pack", "pack_dictionary"),
        ),
        Function("bag kinds", "(bag:dynamic)", "string", "Keys and types of values.", _bag_kinds, raw=True),
        Function("bag_keys", "(bag:dynamic)", "dynamic", "The keys of a bag as an array.", _bag_keys, raw=True),
        Function(
            "bag_merge",
            "(bag:dynamic, more:dynamic*)",
            "dynamic",
            "The bags as one; the leftmost value of a key counts.",
            _bag_merge,
            raw=True,
        ),
    ),
)
