"""Dates of headers and stamps as UTC instants."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from typing import NamedTuple

EARLIEST, LATEST = 1970, 2199
"""Years that a date of mail may have; outside, it is not read as one."""

_STAMP = re.compile(
    r"\s*(\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:\d{2}:\d{2})(?:\.(\d{1,9}))?\s*(?:\(UTC\))?\s*(?:FILETIME=\S+)?\s*"
)
_ZONED = re.compile(r":\d{2}\s+(?:[+-]\d{2}:?\d{2}|[A-Z]{1,5}\b)")
_CORE = re.compile(r"\d{1,2} +[A-Za-z]{3} +\d{2,4} +\d{1,2}:\d{2}(?::\d{2})?(?: +(?:[+-]\d{4}|[A-Z]{1,5}))?")
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) ([12]\d{3}) "
    r"(\d\d):(\d\d):(\d\d) (?!-0000)([+-])(\d\d)(\d\d)(?: \([A-Z]{1,5}\))?",
    re.ASCII,
)
"""The form of the standard, which most dates have."""
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_FRACTION = re.compile(r"(:\d{2})\.\d+(?= )")
_COMMENT = re.compile(r"\([^()]*\)")
_LONGEST_DATE = 200
_DAY = 24 * 3600


class Read(NamedTuple):
    """An instant, or None with the reason; a reason beside an instant says what had to be guessed."""

    instant: datetime | None
    reason: str


def read_date(text: str) -> Read:
    """Read a header date: RFC 5322 and its many relatives, ISO, years of two and three digits; no zone means UTC."""
    kept = text[:_LONGEST_DATE].strip()
    if (usual := _USUAL.fullmatch(kept)) and usual[2] in _MONTHS:
        return _usual(usual)
    kept = _FRACTION.sub(r"\1", kept)
    if not kept:
        return Read(None, "there is none")
    found = _CORE.search(kept)
    parts = parsedate_tz(_COMMENT.sub(" ", kept)) or (parsedate_tz(found[0]) if found else None)
    if parts is None:
        return _iso(kept)
    zoned = _ZONED.search(kept) is not None
    return _built(parts[0], (parts[1], parts[2], parts[3], parts[4], min(parts[5], 59)), parts[9] if zoned else None)


def read_stamp(text: str) -> datetime | None:
    """Read Exchange's own form, ``19 Sep 2023 18:36:46.1231 (UTC)``, up to nine decimals; None for anything else."""
    found = _STAMP.fullmatch(text[:_LONGEST_DATE])
    if found is None:
        return None
    try:
        moment = datetime.strptime(found[1], "%d %b %Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment + timedelta(microseconds=int((found[2] or "0").ljust(6, "0")[:6]))


def _usual(found: re.Match[str]) -> Read:
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = 3600 * int(hours) + 60 * int(minutes)
    clock = (_MONTHS.index(month) + 1, int(day), int(hour), int(minute), min(int(second), 59))
    return _built(int(year), clock, -offset if sign == "-" else offset)


def _built(year: int, rest: tuple[int, int, int, int, int], offset: int | None) -> Read:
    notes = [] if offset is not None else ["has no zone, read as UTC"]
    if 100 <= year < 200:
        year += 1900
        notes.append("year of three digits")
    if not EARLIEST <= year <= LATEST:
        return Read(None, f"year {year} cannot be")
    if offset is not None and abs(offset) >= _DAY:
        return Read(None, "the zone cannot be")
    try:
        moment = datetime(year, *rest, tzinfo=UTC) - timedelta(seconds=offset or 0)
    except ValueError:
        return Read(None, "not a date that exists")
    return Read(moment, "; ".join(notes))


def _iso(text: str) -> Read:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return Read(None, "not a date")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if not EARLIEST < moment.year < LATEST:
        return Read(None, f"year {moment.year} cannot be")
    return Read(moment.astimezone(UTC), "not in the form of mail")
