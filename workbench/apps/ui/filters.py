"""Filters as a tree: read from a page without trust, kept in one normal form, and said as a sentence.

    {"op": "all", "items": [{"property": "SenderFromDomain", "operator": "any_of", "values": ["contoso.example"]},
                            {"op": "any", "items": [...]}]}

``all`` and ``any`` hold when every item, or one, does; ``none`` when no item does. Values inside one condition are
alternatives.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from workbench.apps.ui import wire
from workbench.base.errors import BadInput, LimitReached, UnknownName
from workbench.base.render import visible
from workbench.base.span import parse_instant
from workbench.base.text.defang import refang

PropertyKind = Literal["text", "list", "integer", "boolean", "time"]
Tree = dict[str, Any]

DEEPEST = 5
"""Groups inside groups, the outermost counted."""

CONDITIONS = 100
"""Conditions of one filter."""

VALUES = 1_000
"""Values of one condition."""

GROUPS: Mapping[str, str] = MappingProxyType({"all": "and", "any": "or", "none": "nor"})
"""How groups bind their items, and the word between two items."""

EMPTY: Mapping[str, Any] = MappingProxyType({"op": "all", "items": []})


@dataclass(frozen=True)
class Property:
    """Something to filter by. ``values`` are the known ones: all there are for a list, suggestions for text."""

    name: str
    label: str
    kind: PropertyKind = "text"
    group: str = ""
    values: tuple[str, ...] = ()
    help: str = ""
    first: str = ""
    """The operator a new filter starts with; that of its kind where none is named."""

    def wire(self) -> dict[str, object]:
        """The property as the browser is told of it."""
        return {
            "name": self.name, "label": self.label, "kind": self.kind, "group": self.group,
            "values": list(self.values), "help": self.help, "first": self.first,
        }  # fmt: skip


@dataclass(frozen=True)
class Operator:
    """A way to compare: its words in a sentence, and how many values it takes."""

    words: str
    least: int = 1
    most: int = VALUES


_TEXT = MappingProxyType(
    {
        "any_of": Operator("is any of"),
        "none_of": Operator("is none of"),
        "contains": Operator("contains"),
        "starts_with": Operator("starts with"),
        "ends_with": Operator("ends with"),
        "matches": Operator("matches regex", 1, 1),
    }
)
_COUNT = MappingProxyType(
    {
        "equals": Operator("="),
        "above": Operator(">", 1, 1),
        "below": Operator("<", 1, 1),
        "between": Operator("is between", 2, 2),
    }
)
_TIME = MappingProxyType(
    {
        "after": Operator("is after", 1, 1),
        "before": Operator("is before", 1, 1),
        "between": Operator("is between", 2, 2),
    }
)

OPERATORS: Mapping[PropertyKind, Mapping[str, Operator]] = MappingProxyType(
    {
        "text": _TEXT,
        "list": MappingProxyType({name: _TEXT[name] for name in ("any_of", "none_of")}),
        "integer": _COUNT,
        "boolean": MappingProxyType({"is": Operator("is", 1, 1)}),
        "time": _TIME,
    }
)
"""The operators of each kind of property, the usual one first."""


def read_filter(value: object, properties: Mapping[str, Property]) -> Tree:
    """The normal form of a filter from a page: known names, typed values, no empty groups but the outermost.

    Raises:
        BadInput: an operator or value does not fit; UnknownName: no such property; LimitReached: too deep or too long.
    """
    if wire.depth(value, 4 * DEEPEST) > 3 * DEEPEST:
        raise LimitReached("The filter is nested too deeply", next_step=f"At most {DEEPEST} groups inside each other.")
    tree = _group(wire.mapping(value), properties, 1)
    if count(tree) > CONDITIONS:
        raise LimitReached(f"The filter has {count(tree)} conditions", next_step=f"At most {CONDITIONS} are read.")
    return tree


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
    values = [visible("yes" if value is True else "no" if value is False else value, 80) for value in item["values"]]
    return f"{label} {words} {(' and ' if item['operator'] == 'between' else ', ').join(values)}"


def _group(message: Mapping[str, Any], properties: Mapping[str, Property], level: int) -> Tree:
    if level > DEEPEST:
        raise LimitReached("The filter is nested too deeply", next_step=f"At most {DEEPEST} groups inside each other.")
    op = wire.choice(message, "op", GROUPS)
    items = message.get("items")
    if not op or not isinstance(items, list):
        raise BadInput("A group of the filter is not in a form we know", next_step="Remove it and add it again.")
    read = [_item(wire.mapping(item), properties, level) for item in items[: CONDITIONS + 1]]
    return {"op": op, "items": [item for item in read if "op" not in item or item["items"]]}


def _item(message: Mapping[str, Any], properties: Mapping[str, Property], level: int) -> Tree:
    return _group(message, properties, level + 1) if "op" in message else _condition(message, properties)


def _condition(message: Mapping[str, Any], properties: Mapping[str, Property]) -> Tree:
    name = wire.text(message, "property", 120)
    if name not in properties:
        raise UnknownName("filter property", visible(name, 80), properties)
    known = properties[name]
    operators = OPERATORS[known.kind]
    operator = wire.choice(message, "operator", operators)
    if not operator:
        raise BadInput(f"{known.label} cannot be compared that way", next_step=f"Use {_either(operators.values())}.")
    values = _values(message.get("values"), known, operators[operator])
    return {"property": name, "operator": operator, "values": values}


def _values(given: object, known: Property, operator: Operator) -> list[Any]:
    found = given if isinstance(given, list) else []
    if len(found) > VALUES:
        raise LimitReached(f"{known.label} has {len(found):,} values", next_step=f"At most {VALUES:,} are read.")
    values = [_READ[known.kind](value, known) for value in found if value not in ("", None)]
    if operator.most == VALUES:
        values = list(dict.fromkeys(values))
    if not operator.least <= len(values) <= operator.most:
        raise BadInput(
            f"{known.label} {operator.words} takes {_many(operator)}", next_step="Edit or remove the filter."
        )
    return sorted(values) if operator.most == 2 else values


def _read_text(value: object, _known: Property) -> str:
    return refang(wire.text({"value": value if isinstance(value, str) else str(value)}, "value"))


def _read_listed(value: object, known: Property) -> str:
    spelled = {each.casefold(): each for each in known.values}
    text = _read_text(value, known)
    if text.casefold() not in spelled:
        raise UnknownName(f"value of {known.label}", visible(text, 80), known.values)
    return spelled[text.casefold()]


def _read_integer(value: object, known: Property) -> int:
    try:
        return wire.integer({"value": int(str(value).replace(",", "").strip()[:20])}, "value", -(10**15), 10**15, 0)
    except ValueError:
        what = f"{known.label}: {visible(value, 40)!r} is not a whole number"
        raise BadInput(what, next_step="Write digits only.") from None


def _read_boolean(value: object, known: Property) -> bool:
    spelled = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    text = str(value).strip().casefold()[:8]
    if text not in spelled:
        raise BadInput(f"{known.label} is yes or no", next_step="Choose one.")
    return spelled[text]


def _read_time(value: object, _known: Property) -> str:
    return parse_instant(str(value)[:40]).isoformat().replace("+00:00", "Z")


_READ: Mapping[PropertyKind, Callable[[object, Property], Any]] = MappingProxyType(
    {"text": _read_text, "list": _read_listed, "integer": _read_integer, "boolean": _read_boolean, "time": _read_time}
)


def _either(operators: Sequence[Operator] | Any) -> str:
    return " or ".join(f'"{operator.words}"' for operator in operators)


def _many(operator: Operator) -> str:
    return {1: "one value", 2: "two values"}.get(operator.most, "at least one value")
