"""What a dashboard card is made of: a definition, the rows behind it as KQL, and how they are drawn together.

A number is the count of its rows, a chart or list a summary of them: what is shown can always be opened, and can never
say anything else than its rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from workbench.analysis.entities.placement import LATEST
from workbench.base.discover import discover
from workbench.base.span import Span
from workbench.events.query import quote

Drawn = Literal["number", "lines", "ranking"]
Good = Literal["more", "less", ""]

WINDOW = "| where Timestamp >= since and Timestamp < until"
"""The line that cuts a card's rows to its window."""

LATER = """(
    EmailPostDeliveryEvents
    | where ThreatTypes has_any ("Phish", "Malware") or ActionType has_any ("Phish", "Malware")
    | project NetworkMessageId)"""
"""Ids of messages that were found out after delivery, whenever that was."""

PLACED = f"""{LATEST}
| extend InInbox = replace_regex(tolower(LatestLocation), "[^a-z]", "") in ("inbox", "inboxfolder")"""
"""Adds to rows of mail where the last successful move after delivery put them, if that is an inbox, and what did it."""

NEWEST_FIRST = "| sort by Timestamp desc"


@dataclass(frozen=True)
class Card:
    """One card.

    ``rows`` is KQL that gives the rows behind it and names ``since`` and ``until``; ``shape`` is what is appended to
    draw them: Time, Series and Count for lines, Value and Count for a ranking; ``columns`` what is appended to list
    them. ``needs`` are the tables without which nothing can be said; ``good`` whether more or less of it is better.
    ``sought`` is the filter tree by which the Explorer shows the same rows, where there is one; ``first`` says whose
    rows are listed when the page opens.
    """

    name: str
    title: str
    definition: str
    rows: str
    drawn: Drawn = "number"
    shape: str = ""
    columns: str = NEWEST_FIRST
    unit: str = ""
    good: Good = ""
    needs: tuple[str, ...] = ("EmailEvents",)
    order: int = 0
    sought: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    first: bool = False

    def query(self, span: Span) -> str:
        """The KQL of the rows behind the card."""
        return f"{_window(span)}{self.rows}"

    def drawing(self, span: Span) -> str:
        """The KQL of what is drawn."""
        shape = "| count" if self.drawn == "number" else self.shape
        return f"{_window(span)}{self.rows}\n{shape}"

    def listing(self, span: Span) -> str:
        """The KQL of the list of the rows."""
        return f"{_window(span)}{self.rows}\n{self.columns}"


def cards() -> Mapping[str, Card]:
    """Every card by name, in the order they are shown."""
    found = discover("workbench.views.dashboard.shipped", Card)
    return dict(sorted(found.items(), key=lambda item: item[1].order))


def _window(span: Span) -> str:
    return f"let since = {quote(span.start)};\nlet until = {quote(span.end)};\n"
