"""Times that stand somewhere in a message whose hops and Date tell none: signatures, ids, boundaries.

Guesses, but the same at every import, which the time of the import is not.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from workbench.intake.mail.dates import read_date
from workbench.intake.mail.headers import Headers

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the time of a message that tells none at all: the same at every import, and nobody takes it for one."""

_DATES = ("X-Received", "Delivery-Date", "Resent-Date", "X-Original-Date")
_SIGNATURES = ("ARC-Seal", "ARC-Message-Signature", "DKIM-Signature")
_IDS = ("Message-ID", "Content-Type")
"""Programs write the time into ids and into the boundaries of parts."""

_SIGNED = re.compile(r"(?:^|;)\s*t\s*=\s*(1\d{9})\s*(?:;|$)")
_SECONDS = re.compile(r"(?<![0-9A-Za-z])(1\d{9})(?:\d{3})?(?![0-9A-Za-z])")
_DIGITS = re.compile(r"(?<!\d)(20\d{12})(?!\d)")
_FILETIME = re.compile(r"_(01[DE][0-9A-F]{5})\.([0-9A-F]{8})(?![0-9A-F])")
"""Ticks of 100 ns since 1601 in hexadecimal, as Outlook writes them: ``----=_NextPart_000_0001_01D9EB22.5B2C3A00``."""
_TICKS_FROM = datetime(1601, 1, 1, tzinfo=UTC)
_LONGEST, _MOST = 2_000, 5


def time_told(headers: Headers) -> tuple[datetime, str]:
    """The first time that is found, the likeliest place first, and the header it stands in; else ``NO_TIME``, none."""
    return next(_times(headers), (NO_TIME, "none"))


def _times(headers: Headers) -> Iterator[tuple[datetime, str]]:
    for names, read in ((_DATES, _dated), (_SIGNATURES, _signed), (_IDS, _written)):
        for name in names:
            found = map(read, _values(headers, name))
            yield from ((moment, name) for moment in found if moment)


def _values(headers: Headers, name: str) -> list[str]:
    return [entry.value[:_LONGEST] for entry in headers.all(name)[:_MOST]]


def _dated(value: str) -> datetime | None:
    return read_date(value.rpartition(";")[2]).instant


def _signed(value: str) -> datetime | None:
    found = _SIGNED.search(value)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _written(text: str) -> datetime | None:
    """A time in an id: seconds or milliseconds since 1970, ``20230919183644``, or the ticks of Outlook."""
    if found := _FILETIME.search(text):
        return _TICKS_FROM + timedelta(microseconds=int(found[1] + found[2], 16) // 10)
    if found := _SECONDS.search(text):
        return datetime.fromtimestamp(int(found[1]), UTC)
    found = _DIGITS.search(text)
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
