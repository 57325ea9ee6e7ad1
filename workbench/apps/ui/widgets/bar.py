"""The head of a page: the question it answers, the window in force, how fresh the data are, what to take away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from traitlets import Bool, Dict, Float, List, Unicode

from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.card import Action
from workbench.apps.ui.widgets.part import Part
from workbench.base import wire
from workbench.base.errors import BadSpan
from workbench.base.span import Span, parse_span

PRESETS: tuple[tuple[str, str], ...] = (
    ("24h", "Last 24 hours"), ("7d", "Last 7 days"), ("30d", "Last 30 days"), ("90d", "Last 90 days"),
    ("365d", "Last 365 days"),
)  # fmt: skip

OPENS_ON = timedelta(days=7)
"""The window a page opens on."""


@dataclass(frozen=True)
class Freshness:
    """Up to when there are data. ``live`` counts their age by the clock; without it only the date is said."""

    newest: datetime | None
    live: bool = True


class Bar(Part):
    """Title and question at the left; freshness, window, actions, export and refresh at the right."""

    _esm = browser.module("bar_span", "bar")
    _css = browser.style("bar")

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "span": "another window: `text` as 7d or FROM..TO with ISO dates",
        "refresh": "ask everything again",
        "export": "take away the format with this `id`",
        "action": "the action with this `id` was pressed",
        "follow": "from now on ask anew by itself (`on` true), or no more",
        "tick": "ten seconds have passed in which the page was followed and seen",
    }
    LATEST: ClassVar[frozenset[str]] = frozenset({"span", "refresh", "tick"})
    EVENTS: ClassVar[Mapping[str, str]] = {
        "span": "the new window, a Span",
        "refresh": "None",
        "export": "the id of the format",
        "action": "the id of the action",
        "tick": "None: it is time to look for new data",
    }

    title = Unicode("", help="name of the page").tag(sync=True)
    question = Unicode("", help="the question the page answers, in one line").tag(sync=True)
    span = Dict(help="text, label, from and to of the window in force").tag(sync=True)
    presets: Any = List(help="text and label of windows to choose from").tag(sync=True)
    newest = Float(0, help="epoch milliseconds of the newest event; 0 without one").tag(sync=True)
    live = Bool(True, help="whether the age of the data counts by the clock").tag(sync=True)
    followable = Bool(False, help="whether the page can ask anew by itself").tag(sync=True)
    following = Bool(False, help="whether it does").tag(sync=True)
    exports: Any = List(help="id and label of formats to take away").tag(sync=True)
    actions: Any = List(help="id, label, icon, primary, control and state of each action").tag(sync=True)
    saved = Unicode("", help="name of the saved view that the page was opened as").tag(sync=True)
    control = Unicode("", help="address of the control service, whose pages actions open; empty without one").tag(
        sync=True
    )

    def __init__(
        self,
        title: str,
        question: str,
        *,
        exports: Sequence[Action] = (),
        actions: Sequence[Action] = (),
        followable: bool = False,
        now: datetime | Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(
            title=title,
            question=question,
            exports=[each.wire() for each in exports],
            actions=[each.wire() for each in actions],
            presets=[{"text": text, "label": label} for text, label in PRESETS],
            followable=followable,
        )
        self._now = now

    @property
    def now(self) -> datetime:
        """What windows such as "last 7 days" count back from: what the page was given or asks anew, else the clock."""
        return self._now() if callable(self._now) else self._now or datetime.now(UTC)

    def begin(self, fresh: Freshness) -> Span:
        """Show the last days, or, where nothing is as new, the last days that hold rows; gives the window."""
        if fresh.newest is None or fresh.newest >= self.now - OPENS_ON:
            return self.show("7d", fresh)
        end = whole_minute(fresh.newest)
        return self.show(Span(end - OPENS_ON, end), fresh)

    def renew(self, fresh: Freshness) -> Span:
        """Show the window in force, counted from now where it is a relative one, and how fresh the data are by now."""
        return self.show(str(self.span["text"]), fresh)

    def show(self, span: str | Span, fresh: Freshness | None = None) -> Span:
        """Show the window in force, and how fresh the data are; gives the window.

        Raises:
            BadSpan: the text is not a window.
        """
        window = parse_span(span, self.now)
        text = span if isinstance(span, str) else str(span)
        label = dict(PRESETS).get(text) or _label(window)
        ends = {"from": window.start.timestamp() * 1000, "to": window.end.timestamp() * 1000}
        traits: dict[str, Any] = {"span": {"text": text, "label": label, **ends}}
        if fresh is not None:
            traits |= {"newest": fresh.newest.timestamp() * 1000 if fresh.newest else 0.0, "live": fresh.live}
        self.update(**traits)
        return window

    def _got_span(self, message: Mapping[str, Any]) -> None:
        text = wire.text(message, "text", 80)
        if not text:
            raise BadSpan("No window was given", next_step="Choose one of the list or two dates.")
        self.tell("span", self.show(text))

    def _got_refresh(self, _message: Mapping[str, Any]) -> None:
        if self.span:
            self.show(self.span["text"])
        self.tell("refresh", None)

    def _got_export(self, message: Mapping[str, Any]) -> None:
        if chosen := wire.choice(message, "id", [each["id"] for each in self.exports]):
            self.tell("export", chosen)

    def _got_action(self, message: Mapping[str, Any]) -> None:
        if chosen := wire.choice(message, "id", [each["id"] for each in self.actions]):
            self.tell("action", chosen)

    def _got_follow(self, message: Mapping[str, Any]) -> None:
        self.update(following=self.followable and wire.flag(message, "on"))

    def _got_tick(self, _message: Mapping[str, Any]) -> None:
        if self.following:
            self.tell("tick", None)


def whole_minute(moment: datetime) -> datetime:
    """The next whole minute, so that windows read well and still hold the newest event."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _label(span: Span) -> str:
    """Whole days as dates, both in the window; else both ends with minutes."""
    midnight = all(each.hour == each.minute == each.second == 0 for each in (span.start, span.end))
    if not midnight:
        return f"{span.start:%Y-%m-%d %H:%M} – {span.end:%Y-%m-%d %H:%M}"
    last = span.end - timedelta(days=1)
    return f"{span.start:%Y-%m-%d}" if last == span.start else f"{span.start:%Y-%m-%d} – {last:%Y-%m-%d}"
