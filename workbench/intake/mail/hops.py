"""Received headers: the way a message took, newest first, as each relay on it claims."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from workbench.intake.mail.addresses import first_address
from workbench.intake.mail.dates import read_date
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.headers import Headers
from workbench.intake.mail.limits import MOST_HOPS

_LONGEST = 2_000
_FROM = re.compile(r"^\s*from\s+([^\s;()]+)", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)
_WITH = re.compile(r"\bwith\s+([^;()]{1,60}?)\s*(?=\(|;|$|\b(?:id|via|for|by)\s)", re.IGNORECASE)
_FOR = re.compile(r"\bfor\s+(<?[^\s<>;]+@[^\s<>;]+)", re.IGNORECASE)
_BRACKETED = re.compile(r"([(\[\s])(?:IPv6:)?([0-9a-fA-F:]*[:.][0-9a-fA-F.:]+)(?=[\])\s:%])", re.IGNORECASE)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_V4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)
_V6_COLONS = 6
"""The fewest colons of an address that leaves nothing out."""
_HELO = re.compile(r"\((?:HELO|EHLO)\s+([^\s()]+)\)", re.IGNORECASE)
_LOCAL = "(qmail "
"""How qmail begins a line about itself, which names no host."""
_CHECKED_NAME = re.compile(r"\(([a-z0-9.\-]+\.[a-z0-9\-]+)\.? \[", re.IGNORECASE)


class Hop(NamedTuple):
    """One Received header: its place in the block and what it says; missing pieces are empty."""

    place: int
    sender: str
    """What the peer called itself."""
    by: str
    address: str
    """The peer's address as the relay saw it."""
    checked: str
    """The peer's name that the relay looked up for that address, where it writes one (``helo (name [address])``)."""
    protocol: str
    recipient: str
    time: datetime | None


def read_hops(headers: Headers, faults: Faults) -> tuple[list[Hop], int]:
    """The newest ``MOST_HOPS`` hops, newest first, and how many there are in all."""
    received = headers.all("Received")
    count = len(received)
    hops = [_hop(entry.place, entry.value[:_LONGEST]) for entry in received[:MOST_HOPS]]
    if count > MOST_HOPS:
        faults.add("header Received", f"{count} hops, only the newest {MOST_HOPS} are read")
    return hops, count


def newest_time(hops: Sequence[Hop]) -> datetime | None:
    """The time of the newest hop that has one."""
    return next((hop.time for hop in hops if hop.time), None)


def told(hops: Sequence[Hop]) -> list[dict[str, object]]:
    """The hops oldest first, each with the seconds since the one before it (null where a time is missing)."""
    rows: list[dict[str, object]] = []
    before: datetime | None = None
    for hop in reversed(hops):
        delay = int((hop.time - before).total_seconds()) if hop.time and before else None
        rows.append(
            {
                "from": hop.sender,
                "by": hop.by,
                "address": hop.address,
                "protocol": hop.protocol,
                "time": hop.time.isoformat().replace("+00:00", "Z") if hop.time else None,
                "delay": delay,
            }
        )
        before = hop.time or before
    return rows


@lru_cache(maxsize=4096)
def address_of(text: str) -> str:
    """An IP address in its usual form; empty where the text is none."""
    bare = text.strip("[]")
    if _V4.fullmatch(bare):
        return bare
    if "::" not in bare and bare.count(":") < _V6_COLONS:
        return ""
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""


def _hop(place: int, value: str) -> Hop:
    head, _, date = value.rpartition(";")
    head = "" if value.lstrip().startswith(_LOCAL) else head or value
    by = _BY.search(head)
    before_by = head[: by.start()] if by else head
    return Hop(
        place,
        _sender(before_by),
        by[1].strip("[]").rstrip(".").lower() if by else "",
        _peer(before_by),
        _found(_CHECKED_NAME, before_by).lower(),
        _found(_WITH, head[by.end() :] if by else head),
        first_address(_found(_FOR, head)),
        read_date(date).instant,
    )


def _sender(text: str) -> str:
    """What the peer called itself; qmail writes what it looked up first, and ``unknown`` where it found nothing."""
    name = _found(_FROM, text).strip("[]").rstrip(".").lower()
    return _found(_HELO, text).strip("[]").rstrip(".").lower() or name if name == "unknown" else name


def _found(pattern: re.Pattern[str], text: str) -> str:
    hit = pattern.search(text)
    return hit[1] if hit else ""


def _peer(text: str) -> str:
    """The address the relay saw: the last one in brackets, because what the peer called itself comes first."""
    seen = [address for hit in _BRACKETED.finditer(f" {text} ") if (address := address_of(hit[2]))]
    return seen[-1] if seen else ""
