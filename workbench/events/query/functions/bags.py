"""Bags: their keys looked for, set and taken away; columns packed into one."""

from collections.abc import Callable, Iterator
from functools import partial

import polars as pl

from workbench.base.errors import BadQuery
from workbench.base.text.document import DEEPEST
from workbench.events.query.backend import documents
from workbench.events.query.backend.values import Value, as_json, as_sound_json, as_text, json, plain
from workbench.events.query.functions._declare import Aggregate, Family, Function
from workbench.events.query.functions._distinct import distinct
from workbench.events.query.functions._paths import steps
from workbench.events.query.functions.conditional import missing
from workbench.events.query.functions.groups import MOST_ELEMENTS, when
from workbench.events.query.kql.literals import json_text

_MOST_PATHS = 10_000


def _way(key: str) -> tuple[str | int, ...]:
    """A key, or the steps of a path such as ``$.a.b``; what is no path is a key."""
    return steps(key) or (key,)


def _has_key(bag: str, key: str) -> bool | None:
    held = documents.read(bag)
    if not isinstance(held, dict):
        return None
    *way, last = _way(key)
    for step in way:
        held = documents.member(held, step)
    if isinstance(held, dict):
        return last in held
    return isinstance(held, list) and isinstance(last, int) and -len(held) <= last < len(held)


def _removed(bag: str, keys: str) -> str | None:
    held, wanted = documents.read(bag), documents.read(keys)
    if not isinstance(held, dict) or not isinstance(wanted, list):
        return None
    for key in wanted:
        if isinstance(key, str):
            _remove(held, _way(key))
    return json_text(held)


def _remove(held: object, way: tuple[str | int, ...]) -> None:
    for step in way[:-1]:
        held = documents.member(held, step)
    if isinstance(held, dict) and isinstance(way[-1], str):
        held.pop(way[-1], None)


def _set_key(bag: Value, key: Value, value: Value) -> Value:
    way = _way(str(key.const))
    if any(isinstance(step, int) for step in way) or not way:
        raise BadQuery("bag_set_key sets keys of bags, not elements of arrays")
    if len(way) > DEEPEST:
        raise BadQuery(f"bag_set_key goes at most {DEEPEST} keys deep")

    def assigned(text: str | None, new: str | None) -> str | None:
        held = documents.read(text or "")
        if not isinstance(held, dict):
            return None
        inner = held
        for step in way[:-1]:
            below = inner.get(step)
            inner[step] = below if isinstance(below, dict) else {}
            inner = inner[step]
        inner[way[-1]] = None if new is None else documents.document(new)
        return json_text(held)

    return json(documents.combined([as_json(bag), as_json(value)], assigned, pl.String()))


def _zipped(keys: str, values: str) -> str | None:
    """Keys that are no texts are left out; a value that is not there is null."""
    names, held = documents.read(keys), documents.read(values)
    if not isinstance(names, list) or not isinstance(held, list):
        return None
    padded = [*held, *[None] * (len(names) - len(held))]
    return json_text({name: value for name, value in zip(names, padded, strict=False) if isinstance(name, str)})


def _treepath(bag: str) -> str | None:
    held = documents.read(bag)
    if not isinstance(held, dict | list):
        return None
    found = dict.fromkeys(_paths(held, ""))
    return json_text(list(found)[:_MOST_PATHS])


def _paths(held: object, before: str) -> Iterator[str]:
    """The way to each member; all elements of an array have the place of the first."""
    if isinstance(held, dict):
        for key, value in held.items():
            yield f"{before}['{key}']"
            yield from _paths(value, f"{before}['{key}']")
    elif isinstance(held, list):
        if held:
            yield f"{before}[0]"
        for value in held:
            yield from _paths(value, f"{before}[0]")


def _to_json(value: Value) -> Value:
    """JSON with its keys in order, so that equal values give equal texts."""
    return plain(documents.mapped(as_json(value), _sorted, pl.String()).fill_null("null"), "string")


def _sorted(text: str) -> str:
    return json_text(_in_order(documents.document(text)))


def _in_order(held: object) -> object:
    if isinstance(held, dict):
        return {key: _in_order(held[key]) for key in sorted(held)}
    return [_in_order(each) for each in held] if isinstance(held, list) else held


def _packed(*args: Value) -> Value:
    """A bag of the values that are there: neither null nor the empty text."""
    parts: list[pl.Expr] = []
    for key, value in zip(args[::2], args[1::2], strict=True):
        gone = as_text(value) == "" if value.type == "string" else missing(value)
        entry = pl.concat_str(as_json(key), pl.lit(":"), as_sound_json(value).fill_null("null"))
        parts.append(pl.when(gone).then(None).otherwise(entry))
    joined = pl.concat_str(parts, separator=",", ignore_nulls=True) if parts else pl.lit("")
    return json(pl.concat_str(pl.lit("{"), joined, pl.lit("}")))


def _size(*values: Value) -> Value:
    """Bytes of the texts, and of what other types take."""
    parts: list[pl.Expr] = [_bytes(value) for value in values]
    return plain(pl.sum_horizontal(parts), "long", solid=True)


def _bytes(value: Value) -> pl.Expr:
    fixed = {"bool": 1, "int": 4, "long": 8, "real": 8, "datetime": 8, "timespan": 8, "guid": 16, "decimal": 16}
    if value.type in fixed:
        return pl.lit(fixed[value.type], dtype=pl.Int64)
    text = as_text(value) if value.type == "string" else as_json(value)
    return text.str.len_bytes().cast(pl.Int64).fill_null(0)


def _make_bag(value: Value, size: int | None = None) -> Value:
    """Of a key that occurs several times, the first value; what is no bag is left out."""
    return _of_group(value, partial(_united, most=MOST_ELEMENTS if size is None else size))


def _make_bag_if(value: Value, condition: Value, size: int | None = None) -> Value:
    return _make_bag(when(value, condition), size)


def _of_group(value: Value, function: Callable[[str], str | None]) -> Value:
    """What a function makes of the JSON array of a group's values."""
    joined = as_sound_json(value).drop_nulls().str.join(",")
    return json(documents.mapped(pl.concat_str(pl.lit("["), joined, pl.lit("]")), function, pl.String()))


def _united(text: str, most: int) -> str:
    found: dict[str, object] = {}
    for bag in _list(text):
        if isinstance(bag, dict):
            for key, value in bag.items():
                if key in found or len(found) < most:
                    found.setdefault(key, value)
    return json_text(found)


def _list(text: str) -> list[object]:
    held = documents.read(text)
    return held if isinstance(held, list) else []


def _build_schema(value: Value) -> Value:
    return _of_group(value, lambda text: json_text(_schema(_list(text))))


def _schema(values: list[object]) -> object:
    """The least description that fits all values: a type, a bag of types, or an array of both."""
    bags = [value for value in values if isinstance(value, dict)]
    arrays = [value for value in values if isinstance(value, list)]
    found: list[object] = list(dict.fromkeys(name for value in values if (name := _type_word(value))))
    if bags:
        keys = dict.fromkeys(key for bag in bags for key in bag)
        found.append({key: _schema([bag[key] for bag in bags if key in bag]) for key in keys})
    if arrays:
        found.append({"`indexer`": _schema([value for array in arrays for value in array])})
    return found[0] if len(found) == 1 else found


def _type_word(value: object) -> str:
    words = {bool: "bool", int: "long", float: "double", str: "string"}
    return words.get(type(value), "")


def _on_bag(name: str, takes: str, gives: str, meaning: str, function: Callable[..., object]) -> Function:
    return Function(name, takes, gives, meaning, distinct("bool" if gives == "bool" else "dynamic", function))


FAMILY = Family(
    "Bags",
    (
        _on_bag("bag_has_key", "(bag:dynamic, key:string)", "bool", "The bag has the key, or path.", _has_key),
        _on_bag(
            "bag_remove_keys",
            "(bag:dynamic, keys:dynamic)",
            "dynamic",
            "The bag without some keys, or paths such as $.a.b.",
            _removed,
        ),
        Function(
            "bag_set_key",
            "(bag:dynamic, key:string!, value:any)",
            "dynamic",
            "The bag with the value at a key, or a path such as $.a.b.",
            _set_key,
            raw=True,
        ),
        _on_bag(
            "bag_zip", "(keys:dynamic, values:dynamic)", "dynamic", "A bag of two arrays: keys and values.", _zipped
        ),
        Function(
            "treepath",
            "(bag:dynamic)",
            "dynamic",
            "The ways to all members of a dynamic.",
            distinct("dynamic", _treepath),
            named="tree_",
        ),
        Function(
            "dynamic_to_json",
            "(value:any)",
            "string",
            "The value as JSON text, its keys in order.",
            _to_json,
            raw=True,
        ),
        Function(
            "{}",
            "(key:string*, value:any*)",
            "dynamic",
            "A bag of keys and their values, without those that are null or empty.",
            _packed,
            raw=True,
        ),
        Function("size of", "(columns:any*)", "long", "Bytes that the values take, an estimate.", _size, raw=True),
    ),
    (
        Aggregate(
            "make_bag",
            "(bag:dynamic, size:long?!)",
            "dynamic",
            "The bags of a group as one; of a key that occurs several times, the first value.",
            _make_bag,
            named="bag_",
            ordered=True,
        ),
        Aggregate(
            "make_bag_if",
            "(bag:dynamic, condition:bool, size:long?!)",
            "dynamic",
            "The bags where the condition holds as one.",
            _make_bag_if,
            named="bag_",
            ordered=True,
        ),
        Aggregate(
            "buildschema",
            "(bag:dynamic)",
            "dynamic",
            "The least schema that fits all values of a group.",
            _build_schema,
            named="schema_",
            ordered=True,
        ),
    ),
)
