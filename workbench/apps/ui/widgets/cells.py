"""One value as a table cell shows it: words for people, and the raw value for the clipboard."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal

from workbench.base.render import visible
from workbench.base.text.defang import defang

Kind = Literal[
    "text", "subject", "address", "mailbox", "domain", "ip", "url", "hash", "device", "id", "number", "bytes", "share",
    "duration", "time", "bool", "list", "verdict", "severity", "delivery",
]  # fmt: skip

Cell = str | list[str] | None
"""What is sent: text, text and raw value where they differ, or None for a missing value."""

Ours = Callable[[str], bool]
"""Whether a domain, or that of an address, is one of our own."""

LONGEST_RAW = 8_192
"""Characters of a raw value that reach the clipboard."""

NUMERIC = frozenset({"number", "bytes", "share", "duration"})
"""Kinds that stand at the right."""

DEFANGED: frozenset[str] = frozenset({"address", "domain", "ip", "url"})
"""Kinds of which nothing may become a link."""

_PLAIN = re.compile(r"(?:[\w.+'-]+@)?[\w-]+(?:\.[\w-]+)+", re.ASCII)
_UNITS = ("B", "KB", "MB", "GB", "TB")


def nobodys(_domain: str) -> bool:
    """No domain is ours: everything is defanged."""
    return False


def cell(value: object, kind: Kind = "text", ours: Ours = nobodys) -> Cell:
    """The cell of one value; null and empty text are missing, and 0 is not. Senders of ours are not defanged."""
    if value is None or value in ("", []):
        return None
    raw = raw_text(value)
    plain = kind in ("address", "domain") and isinstance(value, str)
    shown = visible(sender(str(value), ours) if plain else _SHOWN.get(kind, _text)(value))
    return shown if shown == raw else [shown, raw[:LONGEST_RAW]]


def sender(value: str, ours: Ours) -> str:
    """An address or domain for people: as it is where it is one of ours and nothing besides, else defanged."""
    return value if _PLAIN.fullmatch(value) and ours(value) else defang(value)


def exact(value: float) -> str:
    """A number with all its digits, thousands separated: ``12,345`` or ``0.125``."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")


def compact(value: float) -> str:
    """A number of at most four digits: ``9,999``, ``12.35 k``, ``1.235 M``."""
    size = abs(value)
    if size < 10_000:
        return exact(value) if isinstance(value, int) or value == int(value) else f"{value:,.4g}"
    power, unit = next(
        (p, u) for p, u in ((3, "k"), (6, "M"), (9, "G"), (12, "T")) if size < 999_950 * 10 ** (p - 3) or p == 12
    )
    return f"{value / 10**power:.4g} {unit}"


def size(value: float) -> str:
    """Bytes in decimal units: ``1.2 MB``."""
    for unit in _UNITS:
        if abs(value) < 1000 or unit == _UNITS[-1]:
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= 1000
    return ""


def duration(value: object) -> str:
    """A length of time in its two greatest units: ``2 h 5 min``."""
    if not isinstance(value, timedelta | int | float):
        return str(value)
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    sign, rest = ("-" if seconds < 0 else ""), abs(seconds)
    if rest < 60:
        return f"{sign}{rest:.3g} s"
    parts = []
    for unit, width in (("d", 86_400), ("h", 3_600), ("min", 60)):
        count, rest = divmod(rest, width)
        parts += [f"{count:.0f} {unit}"] if count else []
    return sign + " ".join(parts[:2])


def _time(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def raw_text(value: object) -> str:
    """A value as text that the clipboard and files take, instants in UTC."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z") if value.tzinfo else f"{value.isoformat()}Z"
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value if each is not None)
    return _time(value) if isinstance(value, date) else raw_text(value)


def _number(value: object) -> str:
    return exact(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _share(value: object) -> str:
    return f"{value:.1%}" if isinstance(value, int | float) else str(value)


def _size(value: object) -> str:
    return size(value) if isinstance(value, int | float) else str(value)


def _defanged(value: object) -> str:
    return defang(_text(value))


_SHOWN: Mapping[str, Callable[[object], str]] = MappingProxyType(
    {
        **dict.fromkeys(DEFANGED, _defanged),
        "number": _number, "bytes": _size, "share": _share, "duration": duration, "time": _time,
        "bool": lambda value: "Yes" if value is True else "No" if value is False else str(value),
    }
)  # fmt: skip
