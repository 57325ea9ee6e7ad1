"""IPv6 addresses; an IPv4 address stands for the IPv6 address that embeds it."""

from ipaddress import IPv4Address, ip_address

from workbench.events.query.backend import documents
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct, distinct_text

_BITS = 128
_EMBEDDED = 96
"""Bits before an embedded IPv4 address."""


def number_of(text: str) -> tuple[int, int] | None:
    """The 128 bits of an address as a number, and its prefix; None where it is none."""
    bare, slash, size = text.strip().partition("/")
    try:
        address = ip_address(bare.partition("%")[0])
        prefix = int(size) if slash else address.max_prefixlen
    except ValueError:
        return None
    if not 0 <= prefix <= address.max_prefixlen:
        return None
    if isinstance(address, IPv4Address):
        return 0xFFFF << 32 | int(address), prefix + _EMBEDDED
    return int(address), prefix


def _network(number: int, prefix: int) -> int:
    return number >> (_BITS - prefix)


def _canonical(text: str, prefix: int = _BITS) -> str | None:
    found = number_of(text)
    if found is None or not 0 <= prefix <= _BITS:
        return None
    bits = min(found[1], prefix)
    text = f"{_network(found[0], bits) << (_BITS - bits):032x}"
    return ":".join(text[at : at + 4] for at in range(0, len(text), 4))


def _order(first: str, second: str, prefix: int = _BITS) -> int | None:
    left, right = number_of(first), number_of(second)
    if left is None or right is None or not 0 <= prefix <= _BITS:
        return None
    bits = min(left[1], right[1], prefix)
    one, other = _network(left[0], bits), _network(right[0], bits)
    return (one > other) - (one < other)


def _match(first: str, second: str, prefix: int = _BITS) -> bool | None:
    found = _order(first, second, prefix)
    return None if found is None else found == 0


def _in_range(address: str, block: str) -> bool | None:
    one, other = number_of(address), number_of(block)
    if one is None or other is None:
        return None
    return _network(one[0], other[1]) == _network(*other)


def _in_any_range(address: str, *ranges: str) -> bool | None:
    """Ranges stand alone or in arrays; those that are none count as not met."""
    if number_of(address) is None:
        return None
    texts = [each for text in ranges for each in _listed(text)]
    return any(_in_range(address, each) for each in texts)


def _listed(text: str) -> list[str]:
    held = documents.read(text)
    return [each for each in held if isinstance(each, str)] if isinstance(held, list) else [text]


_PAIR = "(first:string, second:string, prefix:long?)"

FAMILY = Family(
    "IPv6 addresses",
    (
        Function(
            "parse_ipv6",
            "(address:string)",
            "string",
            "The address, IPv4 too, as IPv6 written in full.",
            distinct("string", _canonical),
        ),
        Function(
            "parse_ipv6_mask",
            "(address:string, prefix:long)",
            "string",
            "The network of that prefix in which the address lies, written in full.",
            distinct("string", _canonical),
        ),
        Function(
            "ipv6_compare",
            _PAIR,
            "long",
            "-1, 0 or 1: the first address comes before, with, or after the second.",
            distinct("long", _order),
        ),
        Function(
            "ipv6_is_match",
            _PAIR,
            "bool",
            "Both addresses agree in as many bits as the shortest prefix says.",
            distinct("bool", _match),
        ),
        Function(
            "ipv6_is_in_range",
            "(address:string, range:string)",
            "bool",
            "The address lies in the range, such as fe80::/10.",
            distinct("bool", _in_range),
        ),
        Function(
            "ipv6_is_in_any_range",
            "(address:string|dynamic, ranges:string|dynamic*)",
            "bool",
            "The address lies in one of the ranges.",
            distinct_text("bool", _in_any_range),
            raw=True,
        ),
    ),
)
