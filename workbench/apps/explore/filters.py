"""Filters as a tree: read from a page without trust, kept in one normal form, and said as a sentence.

    {"op": "all", "items": [{"property": "SenderFromDomain", "operator": "any_of", "values": ["contoso.example"]},
                            {"op": "any", "items": [...]}]}

``all`` and ``any`` hold when every item, or one, does; ``none`` when no item does. Values inside one condition are
alternatives.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from workbench.apps.explore.filter_values import OPERATORS, VALUES, Held, Operator, Property, read_value
from workbench.base import wire
from workbench.base.errors import BadInput, LimitReached, UnknownName
from workbench.base.render import visible

Tree = dict[str, Any]

DEEPEST = 5
"""Groups inside groups, the outermost counted."""

CONDITIONS = 100
"""Conditions of one filter."""

TEXT = 900_000
"""Bytes of all values of one filter together."""

SAID = 10
"""Values of a condition that a sentence names."""

GROUPS: Mapping[str, str] = MappingProxyType({"all": "and", "any": "or", "none": "nor"})
"""How groups bind their items, and the word between two items."""

EMPTY: Mapping[str, Any] = MappingProxyType({"op": "all", "items": []})


def read_filter(value: object, properties: Mapping[str, Property], held: Held | None = None) -> Tree:
    """The normal form of a filter from a page: known names, typed values, no empty groups but the outermost.

    ``held`` is asked for values of lists that are not among the known ones.

    Raises:
        BadInput: an operator or value does not fit; UnknownName: no such property; LimitReached: too deep or too long.
    """
    if wire.depth(value, 4 * DEEPEST) > 3 * DEEPEST:
        raise LimitReached("The filter is nested too deeply", next_step=f"At most {DEEPEST} groups inside each other.")
    tree = _group(wire.mapping(value), _Known(properties, held), 1)
    if count(tree) > CONDITIONS:
        raise LimitReached(f"The filter has {count(tree)} conditions", next_step=f"At most {CONDITIONS} are read.")
    _check_size(tree)
    return tree


@dataclass(frozen=True)
class _Known:
    """What a filter is read against."""

    properties: Mapping[str, Property]
    held: Held | None


def count(tree: Mapping[str, Any]) -> int:
    """Conditions in a tree."""
    return sum(count(item) if "op" in item else 1 for item in tree.get("items", ()))


def sentence(tree: Mapping[str, Any], properties: Mapping[str, Property]) -> str:
    """The filter as people say it: "Sender domain is any of a.example, b.example and (Subject contains x or …)"."""
    parts = [_part(item, properties) for item in tree.get("items", ())]
    joined = f" {'or' if tree.get('op') == 'none' else GROUPS.get(str(tree.get('op')), 'and')} ".join(parts)
    return f"not ({joined})" if tree.get("op") == "none" and parts else joined


def _part(item: Mapping[str, Any], properties: Mapping[str, Property]) -> str:
    if "op" in item:
        inner = sentence(item, properties)
        return inner if item["op"] == "none" or count(item) < 2 else f"({inner})"
    known = properties.get(item["property"])
    label, kind = (known.label, known.kind) if known else (str(item["property"]), "text")
    words = OPERATORS[kind][item["operator"]].words
    return f"{label} {words} {_named(item)}".rstrip()


def _named(item: Mapping[str, Any]) -> str:
    """The values of a condition in words; of a long list the first ones and how many more."""
    found = item["values"]
    texts = [visible("yes" if value is True else "no" if value is False else value, 80) for value in found[:SAID]]
    more = f" and {len(found) - SAID:,} more" if len(found) > SAID else ""
    return (" and " if item["operator"] == "between" else ", ").join(texts) + more


def _check_size(tree: Tree) -> None:
    """The same value in several conditions counts once."""
    values = set(_all_values(tree))
    if len(values) > VALUES:
        raise LimitReached(f"The filter has {len(values):,} values", next_step=f"At most {VALUES:,} are read.")
    if (size := sum(len(str(value).encode()) for value in values)) > TEXT:
        raise LimitReached(
            f"The values of the filter take {size:,} bytes", next_step=f"At most {TEXT:,} are read: split the list."
        )


def _all_values(tree: Mapping[str, Any]) -> Iterator[object]:
    for item in tree["items"]:
        yield from _all_values(item) if "op" in item else item["values"]


def _group(message: Mapping[str, Any], known: _Known, level: int) -> Tree:
    if level > DEEPEST:
        raise LimitReached("The filter is nested too deeply", next_step=f"At most {DEEPEST} groups inside each other.")
    op = wire.choice(message, "op", GROUPS)
    items = message.get("items")
    if not op or not isinstance(items, list):
        raise BadInput("A group of the filter is not in a form we know", next_step="Remove it and add it again.")
    read = [_item(wire.mapping(item), known, level) for item in items[: CONDITIONS + 1]]
    return {"op": op, "items": [item for item in read if "op" not in item or item["items"]]}


def _item(message: Mapping[str, Any], known: _Known, level: int) -> Tree:
    return _group(message, known, level + 1) if "op" in message else _condition(message, known)


def _condition(message: Mapping[str, Any], known: _Known) -> Tree:
    name = wire.text(message, "property", 120)
    if name not in known.properties:
        raise UnknownName("filter property", visible(name, 80), known.properties)
    named = known.properties[name]
    operators = OPERATORS[named.kind]
    operator = wire.choice(message, "operator", operators)
    if not operator:
        raise BadInput(f"{named.label} cannot be compared that way", next_step=f"Use {_either(operators.values())}.")
    return {"property": name, "operator": operator, "values": _values(message.get("values"), named, operator, known)}


def _values(given: object, named: Property, name: str, known: _Known) -> list[Any]:
    operator = OPERATORS[named.kind][name]
    found = given if isinstance(given, list) and operator.most else []
    if len(found) > max(operator.most, VALUES):
        raise LimitReached(f"{named.label} has {len(found):,} values", next_step=f"At most {operator.most:,} are read.")
    values = [each for one in found if one not in ("", None) for each in read_value(one, named, name, known.held)]
    if operator.most > 2:
        values = list(dict.fromkeys(values))
    if not operator.least <= len(values) <= operator.most:
        said = f"{named.label} {operator.words} takes {_many(operator)}"
        raise BadInput(said, next_step="Edit or remove the filter.")
    return sorted(values) if name == "between" else values


def _either(operators: Sequence[Operator] | Any) -> str:
    return " or ".join(f'"{operator.words}"' for operator in operators)


def _many(operator: Operator) -> str:
    if operator.most > 2:
        return "at least one value" if operator.most == VALUES else f"one to {operator.most:,} values"
    return {1: "one value", 2: "two values"}[operator.most]
