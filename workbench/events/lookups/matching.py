"""How entries match: one finder for each kind of list, asked for one value or for a column."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

import polars as pl

from workbench.events.lookups.about import Match
from workbench.events.lookups.ranges import Ranges, between, networks, ranges_of


class Finder(Protocol):
    """What a value is found as: the entry that holds it, or the value that a range or name has."""

    def of(self, value: str) -> str | None:
        """What one value is found as; None where it is not on the list."""
        ...

    def find(self, column: pl.Series) -> pl.Series:
        """The same for a column of text: order and rows kept, null where not found."""
        ...


@dataclass(frozen=True, eq=False)
class Each:
    """A finder that looks at one value at a time; equal values of a column are looked at once."""

    of: Callable[[str], str | None]

    def find(self, column: pl.Series) -> pl.Series:
        """What each value is found as."""
        asked = column.cast(pl.String).alias("asked").to_frame()
        found = {value: self.of(value) for value in asked["asked"].unique().drop_nulls()}
        known = pl.DataFrame({"asked": list(found), "found": list(found.values())}, {"asked": str, "found": str})
        return asked.join(known, on="asked", how="left", maintain_order="left")["found"]


@dataclass(frozen=True, eq=False)
class Within:
    """A finder of addresses in ranges."""

    ranges: Ranges

    def of(self, value: str) -> str | None:
        """The value of one address."""
        found: str | None = self.ranges.find(pl.Series([value]))[0]
        return found

    def find(self, column: pl.Series) -> pl.Series:
        """The value of each address."""
        return self.ranges.find(column)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Names and their values; names in lower case."""

    known: Mapping[str, str]

    def of(self, value: str) -> str | None:
        """The value of one name, in any case."""
        return self.known.get(value.strip().casefold())

    def find(self, column: pl.Series) -> pl.Series:
        """The value of each name."""
        return Each(self.of).find(column)


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of the public-suffix list."""

    rules: frozenset[str]

    def suffix(self, host: str) -> str:
        """The public suffix of a host: the longest rule that holds, else (the list's own default) its last label."""
        labels = host.split(".")
        for start in range(len(labels)):
            name, above = ".".join(labels[start:]), ".".join(labels[start + 1 :])
            if f"!{name}" in self.rules:
                return above
            if self._is_rule(name, above):
                return name
        return labels[-1]

    def _is_rule(self, name: str, above: str) -> bool:
        return name in self.rules or f"*.{above}" in self.rules

    def of(self, value: str) -> str | None:
        """The host, where it is itself a public suffix by one of the rules."""
        host = _host(value)
        ruled = self._is_rule(host, host.partition(".")[2]) and f"!{host}" not in self.rules
        return host if ruled else None

    def find(self, column: pl.Series) -> pl.Series:
        """Each host that is itself a public suffix."""
        return Each(self.of).find(column)


def finder(match: Match, entries: pl.Series) -> Finder:
    """The finder of a list's entries. Entries that are none of the kind are passed over: ``faults`` names them."""
    return _FINDERS[match](entries)


def _strings(entries: pl.Series) -> Finder:
    known = {entry.casefold(): entry for entry in entries}
    return Each(lambda value: known.get(value.strip().casefold()))


def _hosts(entries: pl.Series) -> Finder:
    listed = [entry.lower() for entry in entries]
    known = frozenset(entry for entry in listed if not entry.startswith("."))
    below = frozenset(entry[1:] for entry in listed if entry.startswith("."))

    def of(value: str) -> str | None:
        name = _host(value)
        while name:
            if name in known:
                return name
            name = name.partition(".")[2]
            if name in below:
                return f".{name}"
        return None

    return Each(of)


def _domains(entries: pl.Series) -> Finder:
    return _hosts(entries.str.strip_prefix("."))


def _parts(entries: pl.Series) -> Finder:
    known = [(entry.casefold(), entry) for entry in entries]
    return Each(lambda value: next((entry for fold, entry in known if fold in value.casefold()), None))


def _patterns(entries: pl.Series) -> Finder:
    sound = [entry for entry in entries if is_pattern(entry)]

    def of(value: str) -> str | None:
        asked = pl.Series([value])
        return next((entry for entry in sound if asked.str.contains(_loose(entry))[0]), None)

    return Each(of)


def _cidr(entries: pl.Series) -> Finder:
    return Within(ranges_of(*networks(entries), entries))


def _range(entries: pl.Series) -> Finder:
    first, last, value = range_parts(entries)
    return Within(ranges_of(*between(first, last), value))


def range_parts(lines: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """First address, last address and value of ``first,last,value`` lines; a missing value is empty."""
    parts = lines.str.splitn(",", 3).struct.unnest()
    return parts["field_0"], parts["field_1"], parts["field_2"].fill_null("")


def _pairs(entries: pl.Series) -> Finder:
    parts = (entry.partition(":") for entry in entries)
    return Pairs(MappingProxyType({name.strip().casefold(): value.strip() for name, colon, value in parts if colon}))


def _rules(entries: pl.Series) -> Finder:
    plain = [entry.lower() for entry in entries]
    return Rules(frozenset([*plain, *(_punycode(entry) for entry in plain if not entry.isascii())]))


def _punycode(rule: str) -> str:
    """A rule as it is written where only ASCII may stand."""
    labels = (label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in rule.split("."))
    return ".".join(labels)


_FINDERS: Mapping[Match, Callable[[pl.Series], Finder]] = MappingProxyType(
    {
        Match.string: _strings,
        Match.hostname: _hosts,
        Match.domain: _domains,
        Match.substring: _parts,
        Match.cidr: _cidr,
        Match.regex: _patterns,
        Match.range: _range,
        Match.pairs: _pairs,
        Match.suffix: _rules,
    }
)

_HOST = re.compile(r"[!*]?\.?(?:[^\s.:/@,;\\\"'<>()]{1,63}\.)*[^\s.:/@,;\\\"'<>()]{1,63}")
_LONGEST_ENTRY = 1000


def faults(match: Match, entries: pl.Series) -> Mapping[int, str]:
    """The entries that a list of this kind cannot hold: why, by place."""
    if match is Match.cidr:
        return _lost(len(entries), networks(entries), "is no address range")
    if match is Match.range:
        first, last, _ = range_parts(entries)
        return _lost(len(entries), between(first, last), "is no first,last,value with addresses in order")
    test, why = _TESTS[match]
    return {place: why for place, entry in enumerate(entries) if len(entry) > _LONGEST_ENTRY or not test(entry)}


def _lost(rows: int, both: Iterable[object], why: str) -> Mapping[int, str]:
    kept = {place for bounds in both for place in bounds.at.tolist()}  # type: ignore[attr-defined]
    return {place: why for place in range(rows) if place not in kept}


@lru_cache(maxsize=4096)
def is_pattern(text: str) -> bool:
    """Whether a text is a pattern that can be searched in linear time (RE2's: no look-around, no back-reference)."""
    try:
        pl.Series([""]).str.contains(_loose(text))
    except pl.exceptions.ComputeError:
        return False
    return True


def _loose(pattern: str) -> str:
    return f"(?i){pattern}"


def _is_host(text: str) -> bool:
    return bool(_HOST.fullmatch(text)) and len(text) <= 254


def _is_pair(text: str) -> bool:
    name, colon, value = text.partition(":")
    return bool(name.strip() and colon and value.strip())


_TESTS: Mapping[Match, tuple[Callable[[str], bool], str]] = MappingProxyType(
    {
        **dict.fromkeys((Match.hostname, Match.domain, Match.suffix), (_is_host, "is no host name")),
        Match.string: (bool, "is too long"),
        Match.substring: (lambda text: len(text) > 2, "is too short to be looked for inside other text, or too long"),
        Match.regex: (is_pattern, "is no pattern of linear time (RE2)"),
        Match.pairs: (_is_pair, "is no name: value"),
    }
)


def _host(value: str) -> str:
    return value.strip().lower().rstrip(".")
