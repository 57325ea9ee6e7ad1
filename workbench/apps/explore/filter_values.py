"""What can be filtered by, by which operators, and how their values are read: typed, checked, said what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network, summarize_address_range
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from workbench.base import wire
from workbench.base.errors import BadInput, UnknownName
from workbench.base.render import visible
from workbench.base.span import parse_instant, parse_length
from workbench.base.text.defang import refang

PropertyKind = Literal["text", "ip", "list", "integer", "boolean", "time"]

VALUES = 10_000
"""Values of one filter, and so of one condition."""

PARTS = 100
"""Values of one condition that is no comparison with whole values: each is looked for by itself."""

OLDEST = timedelta(days=36_500)
"""The longest age that is asked for."""

Held: TypeAlias = Callable[[str, str], str]
"""Looks a value of a list property up in the data: gives it as spelled there; an empty text where it is not."""


@dataclass(frozen=True)
class Property:
    """Something to filter by. ``values`` are the known ones: all there are for a list, suggestions for text.

    ``prose`` is text of people, such as a subject: taken as it stands, where other values are refanged and split at
    commas. ``indicators`` are the kinds of pasted indicators that are compared with it (``base.text.indicators``).
    """

    name: str
    label: str
    kind: PropertyKind = "text"
    group: str = ""
    values: tuple[str, ...] = ()
    help: str = ""
    first: str = ""
    """The operator a new filter starts with; that of its kind where none is named."""
    prose: bool = False
    indicators: tuple[str, ...] = ()

    def wire(self) -> dict[str, object]:
        """The property as the browser is told of it."""
        return {
            "name": self.name, "label": self.label, "kind": self.kind, "group": self.group,
            "values": list(self.values), "help": self.help, "first": self.first, "prose": self.prose,
        }  # fmt: skip


@dataclass(frozen=True)
class Operator:
    """A way to compare: its words in a sentence, and how many values it takes."""

    words: str
    least: int = 1
    most: int = VALUES


_FILLED = MappingProxyType(
    {"is_empty": Operator("is empty", 0, 0), "is_not_empty": Operator("is not empty", 0, 0)},
)
_TEXT = MappingProxyType(
    {
        "any_of": Operator("is any of"),
        "none_of": Operator("is none of"),
        "contains": Operator("contains", 1, PARTS),
        "not_contains": Operator("does not contain", 1, PARTS),
        "starts_with": Operator("starts with", 1, PARTS),
        "not_starts_with": Operator("does not start with", 1, PARTS),
        "ends_with": Operator("ends with", 1, PARTS),
        "not_ends_with": Operator("does not end with", 1, PARTS),
        "matches": Operator("matches regex", 1, 1),
        "not_matches": Operator("does not match regex", 1, 1),
        **_FILLED,
    }
)
_NETWORKS = MappingProxyType(
    {"in_network": Operator("is in network", 1, 1_000), "not_in_network": Operator("is not in network", 1, 1_000)}
)
_COUNT = MappingProxyType(
    {
        "equals": Operator("="),
        "not_equals": Operator("≠"),
        "above": Operator(">", 1, 1),
        "at_least": Operator("≥", 1, 1),
        "below": Operator("<", 1, 1),
        "at_most": Operator("≤", 1, 1),
        "between": Operator("is between", 2, 2),
        **_FILLED,
    }
)
_TIME = MappingProxyType(
    {
        "after": Operator("is after", 1, 1),
        "before": Operator("is before", 1, 1),
        "between": Operator("is between", 2, 2),
        "last": Operator("is in the last", 1, 1),
        "not_last": Operator("is not in the last", 1, 1),
        **_FILLED,
    }
)

OPERATORS: Mapping[PropertyKind, Mapping[str, Operator]] = MappingProxyType(
    {
        "text": _TEXT,
        "ip": MappingProxyType({"any_of": _TEXT["any_of"], "none_of": _TEXT["none_of"], **_NETWORKS, **_TEXT}),
        "list": MappingProxyType({"any_of": _TEXT["any_of"], "none_of": _TEXT["none_of"], **_FILLED}),
        "integer": _COUNT,
        "boolean": MappingProxyType({"is": Operator("is", 1, 1), **_FILLED}),
        "time": _TIME,
    }
)
"""The operators of each kind of property, the usual one first."""


def read_value(value: object, known: Property, operator: str, held: Held | None = None) -> list[Any]:
    """What one given value stands for: one value of the property's type, or, of a range of addresses, its networks.

    Raises:
        BadInput: it is none of that type; UnknownName: a list has no such value, nor do the data.
    """
    if known.kind == "list":
        return [_listed(value, known, held)]
    read = _OF_OPERATOR.get(operator, _OF_KIND[known.kind])
    found = read(value, known)
    return found if isinstance(found, list) else [found]


def _text(value: object, known: Property) -> str:
    text = _as_it_is(value, known)
    if not text:
        raise BadInput(f"{known.label}: a value is empty", next_step="Choose “is empty” to find what has none.")
    return text if known.prose else refang(text)


def _as_it_is(value: object, _known: Property) -> str:
    return wire.text({"value": value if isinstance(value, str) else str(value)}, "value")


def _listed(value: object, known: Property, held: Held | None) -> str:
    """A known value, or one typed by hand that the data have."""
    spelled = {each.casefold(): each for each in known.values}
    text = _as_it_is(value, known).strip()
    if text.casefold() in spelled:
        return spelled[text.casefold()]
    if text and held is not None and (found := held(known.name, text)):
        return found
    raise UnknownName(f"value of {known.label}", visible(text, 80), known.values)


def _address(value: object, known: Property) -> str:
    """Text as it is, since the data may hold anything: but a network is none that an address could equal."""
    text = _text(value, known)
    if "/" in text:
        raise BadInput(
            f"{known.label}: {visible(text, 60)!r} is a network, not an address",
            next_step=f"Choose “{_NETWORKS['in_network'].words}”.",
        )
    return text


def _networks(value: object, known: Property) -> list[str]:
    """``10.0.0.0/8``, one address, or the range ``10.0.0.1-10.0.0.9`` as the fewest networks that make it up."""
    text = _text(value, known)
    first, dash, last = (part.strip() for part in text.partition("-"))
    try:
        if not dash and "%" not in first:
            return [str(ip_network(first, strict=False))]
        return [str(each) for each in summarize_address_range(ip_address(first), ip_address(last))]
    except (ValueError, TypeError) as error:
        raise BadInput(
            f"{known.label}: {visible(text, 60)!r} is no network: {visible(_why(first, error), 160)}",
            next_step="Write 192.0.2.0/24, 2001:db8::/32 or 192.0.2.1-192.0.2.9.",
        ) from None


def _why(text: str, error: Exception) -> str:
    """What is wrong, as the library that reads addresses has it."""
    bare, slash, size = text.partition("/")
    try:
        version = ip_address(bare).version
    except ValueError:
        return f"{bare!r} is no IPv4 or IPv6 address"
    if "%" in bare:
        return "the zone after % is of one machine only"
    return f"an IPv{version} address has no prefix of {size!r}" if slash else str(error)


def _integer(value: object, known: Property) -> int:
    try:
        return wire.integer({"value": int(str(value).replace(",", "").strip()[:20])}, "value", -(10**15), 10**15, 0)
    except ValueError:
        what = f"{known.label}: {visible(value, 40)!r} is not a whole number"
        raise BadInput(what, next_step="Write digits only.") from None


def _boolean(value: object, known: Property) -> bool:
    spelled = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    text = str(value).strip().casefold()[:8]
    if text not in spelled:
        raise BadInput(f"{known.label} is yes or no", next_step="Choose one.")
    return spelled[text]


def _moment(value: object, _known: Property) -> str:
    return parse_instant(str(value)[:40]).isoformat().replace("+00:00", "Z")


def _age(value: object, known: Property) -> str:
    text = "".join(str(value)[:40].split())
    if not timedelta(0) < parse_length(text) <= OLDEST:
        raise BadInput(f"{known.label}: {visible(text)} is no age", next_step="Write 90m, 24h, 7d or 4w.")
    return text


_OF_KIND: Mapping[PropertyKind, Callable[[object, Property], Any]] = MappingProxyType(
    {"text": _text, "ip": _address, "integer": _integer, "boolean": _boolean, "time": _moment}
)
_OF_OPERATOR: Mapping[str, Callable[[object, Property], Any]] = MappingProxyType(
    {
        **dict.fromkeys(("matches", "not_matches"), _as_it_is),
        **dict.fromkeys(("in_network", "not_in_network"), _networks),
        **dict.fromkeys(("last", "not_last"), _age),
        **dict.fromkeys(
            ("contains", "starts_with", "ends_with", "not_contains", "not_starts_with", "not_ends_with"), _text
        ),
    }
)
