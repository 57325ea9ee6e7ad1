"""Time windows: always UTC, the start belongs to the window and the end does not."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workbench.base.errors import BadSpan

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_RELATIVE = re.compile(r"(\d{1,6})\s*([mhdw])")
_FORMS = "Write 24h, 7d, 4w, or FROM..TO with ISO dates, for instance 2026-01-01..2026-01-08."


@dataclass(frozen=True, order=True)
class Span:
    """A window from ``start`` (in it) to ``end`` (not in it), both aware UTC instants."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise BadSpan(f"The window ends at {self.end:%Y-%m-%d %H:%M}, before it starts", next_step=_FORMS)

    def __str__(self) -> str:
        return f"{_text(self.start)}..{_text(self.end)}"

    @property
    def length(self) -> timedelta:
        """How long the window is."""
        return self.end - self.start

    def before(self) -> "Span":
        """The window of the same length that ends where this one starts."""
        try:
            return Span(self.start - self.length, self.start)
        except OverflowError:
            raise BadSpan(f"There is no time before {self}", next_step="Choose a window that begins later.") from None

    def holds(self, moment: datetime) -> bool:
        """Whether the instant lies in the window."""
        return self.start <= moment < self.end


def parse_span(text: "str | Span", now: datetime) -> Span:
    """Read a window: ``7d`` ends at ``now``; ``FROM..TO`` names both ends, a bare date as TO meaning the whole day.

    Raises:
        BadSpan: the text is neither, or the window is empty.
    """
    if isinstance(text, Span):
        return text
    if relative := _RELATIVE.fullmatch(text.strip()):
        return _last(int(relative[1]), UNITS[relative[2]], now)
    start, dots, end = text.strip().partition("..")
    if not dots:
        raise BadSpan(f"{text!r} is not a time window", next_step=_FORMS)
    return Span(parse_instant(start), _end_of(end) if end.strip() else now)


def parse_instant(text: str) -> datetime:
    """Read an ISO date or time as a UTC instant; text without a zone is taken as UTC.

    Raises:
        BadSpan: not a date that exists.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadSpan(f"{text!r} is not a date", next_step="Write 2026-01-08 or 2026-01-08T09:30:00Z.") from None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise BadSpan(f"{text!r} is beyond the calendar", next_step="Choose another date.") from None


def parse_length(text: str) -> timedelta:
    """Read a length of time: ``90m``, ``24h``, ``7d`` or ``4w``.

    Raises:
        BadSpan: the text is none.
    """
    relative = _RELATIVE.fullmatch(text.strip())
    if relative is None:
        raise BadSpan(f"{text!r} is not a length of time", next_step="Write 90m, 24h, 7d or 4w.")
    return timedelta(**{UNITS[relative[2]]: int(relative[1])})


def _last(count: int, unit: str, now: datetime) -> Span:
    try:
        return Span(now - timedelta(**{unit: count}), now)
    except OverflowError:
        raise BadSpan(f"{count} {unit} reach back before the calendar begins", next_step=_FORMS) from None


def _end_of(text: str) -> datetime:
    moment = parse_instant(text)
    try:
        return moment + timedelta(days=1) if len(text.strip()) == len("2026-01-08") else moment
    except OverflowError:
        raise BadSpan(f"{text!r} is where the calendar ends", next_step="Choose an earlier end.") from None


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")


def length_text(value: timedelta) -> str:
    """A length as KQL writes it: ``1.02:03:04``, with a minus sign before a negative one."""
    return f"-{clock_text(-value)}" if value < timedelta(0) else clock_text(value)


def clock_text(value: timedelta) -> str:
    """A length that is not negative as ``d.hh:mm:ss.ffffff``, days and fraction only where there are any."""
    hours, rest = divmod(value.seconds, 3600)
    days = f"{value.days}." if value.days else ""
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{days}{hours:02d}:{rest // 60:02d}:{rest % 60:02d}{fraction}"
