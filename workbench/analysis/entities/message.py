"""One message: its rows per recipient, what its raw form says, its links and files, and what happened to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from workbench.analysis.entities._window import Window
from workbench.analysis.entities.timeline import Timeline, timeline
from workbench.base.errors import NotFound

METHODS = ("spf", "dkim", "dmarc", "compauth", "arc")
"""Authentication methods, in the order they are shown."""

_BY_ID = "EmailEvents | where NetworkMessageId == id or InternetMessageId == id"
_OF_RAW = "WorkbenchMailFacts | where RawSHA256 == id or NetworkMessageId == id or InternetMessageId == id"


@dataclass(frozen=True)
class Message:
    """One message within a window. Frames have the columns of their tables; nothing here is fetched from outside.

    ``others`` counts further messages that share the id it was asked by: neither of the two ids is unique, since a
    sender may set both. ``received`` is when it came, where another mail is held under its network message id: the time
    then tells their rows apart.
    """

    window: Window
    id: str
    raw: str
    others: int = 0
    received: datetime | None = None

    def _rows(self, table: str, order: str = "Timestamp") -> pl.DataFrame:
        return self.window.rows(f"{table} | where NetworkMessageId == id | sort by {order} asc", id=self.id)

    def _own(self, table: str, order: str) -> pl.DataFrame:
        """Rows that carry the time of the mail they belong to, without those of a mail of the same id."""
        rows = self._rows(table, order)
        return rows if self.received is None else rows.filter(pl.col("Timestamp") == self.received)

    @cached_property
    def events(self) -> pl.DataFrame:
        """EmailEvents: one row per recipient."""
        return self._own("EmailEvents", "RecipientEmailAddress")

    @cached_property
    def facts(self) -> Mapping[str, object] | None:
        """The row of WorkbenchMailFacts; None where only an export knows the message."""
        asked = self.raw or self.id
        found = self.window.rows(f"{_OF_RAW} | top 1 by Timestamp desc", id=asked)
        return found.row(0, named=True) if found.height else None

    @cached_property
    def summary(self) -> Mapping[str, object]:
        """The columns that are the same for every recipient: the first row of ``events``."""
        return self.events.row(0, named=True) if self.events.height else {}

    @property
    def recipients(self) -> tuple[str, ...]:
        """Addresses it was delivered or meant for."""
        return tuple(dict.fromkeys(self.events["RecipientEmailAddress"]))

    @cached_property
    def urls(self) -> pl.DataFrame:
        """EmailUrlInfo: one row per URL and place, click wrappers undone."""
        return self._own("EmailUrlInfo", "Url")

    @cached_property
    def attachments(self) -> pl.DataFrame:
        """EmailAttachmentInfo, one row per file: recipients folded."""
        rows = self._own("EmailAttachmentInfo", "FileName")
        return rows.unique(["SHA256", "FileName"], keep="first", maintain_order=True)

    @cached_property
    def auth(self) -> pl.DataFrame:
        """Results of the receiving system: Method, Result, Domain, Reason."""
        rows = [
            (name.upper(), _text(each, "result"), _text(each, "domain"), _text(each, "reason") or _text(each, "action"))
            for name, found in self.authentication.items()
            if name in METHODS
            for each in (found if isinstance(found, list) else [found])
            if isinstance(each, Mapping) and "result" in each
        ]
        return pl.DataFrame(rows, schema=["Method", "Result", "Domain", "Reason"], orient="row")

    @cached_property
    def authentication(self) -> Mapping[str, object]:
        """Results by method in lower case, in full where the raw message is known, else as the export has them."""
        if self.facts is not None:
            return bag(self.facts.get("AuthenticationResults"))
        short = bag(self.summary.get("AuthenticationDetails"))
        return {name.lower(): {"result": str(result).lower()} for name, result in short.items()}

    @cached_property
    def hops(self) -> pl.DataFrame:
        """Received headers, oldest first."""
        found = items(self.facts.get("Hops") if self.facts else None)
        return pl.DataFrame(found, infer_schema_length=None) if found else pl.DataFrame()

    @cached_property
    def features(self) -> Mapping[str, object] | None:
        """Body features; None where the raw message was not imported or its body not read."""
        return (bag(self.facts.get("BodyFeatures")) or None) if self.facts else None

    @property
    def headers(self) -> str:
        """The header block as text; empty where the raw message was not imported."""
        return str(self.facts["Headers"]) if self.facts else ""

    @cached_property
    def post_delivery(self) -> pl.DataFrame:
        """EmailPostDeliveryEvents, oldest first."""
        return self._rows("EmailPostDeliveryEvents")

    @cached_property
    def clicks(self) -> pl.DataFrame:
        """UrlClickEvents on its links, oldest first."""
        return self._rows("UrlClickEvents")

    @cached_property
    def timeline(self) -> Timeline:
        """What happened to it, oldest first: delivery, removal, clicks, moves, reports, alerts, our own work."""
        return timeline(self)

    def __repr__(self) -> str:
        shown = self.summary.get("Subject") or (self.facts or {}).get("InternetMessageId") or ""
        return f"<Message {self.id} {shown!r} to {len(self.recipients)} recipients>"


def find_message(window: Window, identity: str, *, received: datetime | None = None) -> Message:
    """The message with a network message id, Internet message id or SHA-256 of its original.

    Of several with one id, the one of the time ``received``, else the newest; ``others`` says how many more there are.

    Raises:
        NotFound: the window holds no such message.
    """
    wanted = identity.strip()
    known = window.rows(f"{_OF_RAW} | project Timestamp, NetworkMessageId, RawSHA256", id=wanted)
    rows = window.rows(f"{_BY_ID} | project Timestamp, NetworkMessageId, RawSHA256 = ''", id=wanted)
    if not wanted or not known.height + rows.height:
        raise NotFound(f"No message with the id {identity!r} is held in this window", next_step=_ADVICE)
    held = (known if known.height else rows).sort("Timestamp")
    meant = held.filter(pl.col("Timestamp") == received) if received else held
    moment, name, digest = (meant if meant.height else held).row(-1)
    ids = {*known["NetworkMessageId"], *rows["NetworkMessageId"]}
    twins = window.rows(
        "WorkbenchMailFacts | where NetworkMessageId == id | summarize dcount(RawSHA256)", id=name
    ).item()
    others = max(known.height, len(ids)) - 1
    return Message(window, str(name), str(digest), others, moment if twins > 1 else None)


_ADVICE = (
    "Give its network message id, its Internet message id with the angle brackets, or its SHA-256; or widen the window."
)


def bag(text: object) -> dict[str, object]:
    """A JSON object; empty where the text is none."""
    value = _json(text)
    return value if isinstance(value, dict) else {}


def items(text: object) -> list[dict[str, object]]:
    """A JSON list of objects; empty where the text is none."""
    value = _json(text)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def items_of_text(text: object) -> list[str]:
    """A JSON list of texts; empty where the text is none."""
    value = _json(text)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _json(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) and text else None
    except ValueError:
        return None


def _text(value: Mapping[str, object], name: str) -> str:
    return str(value.get(name) or "")
