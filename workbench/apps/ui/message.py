"""One message as the sections of a panel: what it says of itself, what the receiver found, what became of it."""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from workbench.analysis.entities import Message, clicks, copies
from workbench.apps.ui.cells import Kind
from workbench.apps.ui.panel import Block, Facts, Listing, Note, Pair, Section
from workbench.base.config import DEFAULT_HOME
from workbench.base.text.wrappers import unwrap

Columns = tuple[tuple[str, Kind], ...]

NO_RAW = "Only an export knows this message: its raw form was not imported, so headers, hops and body are not known."
NO_BODY = "Bodies and raw bytes are not shown here. Headers are."
MOST_LINKS = 200


def sections(message: Message, home: Path = Path(DEFAULT_HOME)) -> list[Section]:
    """Everything that is known of a message, most important first; ``home`` is the folder of its workspace."""
    return [
        *_notes(message),
        Facts("Message", _summary(message)),
        Facts("Delivery", _delivery(message)),
        _authentication(message),
        _recipients(message),
        _links(message),
        _attachments(message),
        _clicks(message),
        _after(message),
        Block("Triage it", triage_command(message, home)),
        *_raw(message),
    ]


def triage_command(message: Message, home: Path = Path(DEFAULT_HOME)) -> str:
    """The line that runs the triage playbook on a message; an id may be the sender's work, so a shell is told so."""
    program = Path(sys.executable).with_name("workbench")
    words = (str(program), "--home", str(home), "playbook", "run", "phish_triage", "-p")
    return f"{shlex.join(words)} message={shlex.quote(message.raw or message.id)}"


def row_facts(values: Mapping[str, object]) -> Facts:
    """A row that belongs to no message, as it is."""
    return Facts("Row", [Pair(name, value) for name, value in values.items() if value not in (None, "")])


def _notes(message: Message) -> Iterator[Note]:
    if message.others:
        yield Note(
            "Its id is not its own",
            f"{message.others:,} more messages share this id; this is the newest. Ids are set by senders too.",
        )


def _summary(message: Message) -> list[Pair]:
    shown, facts = message.summary, message.facts or {}
    return [
        Pair("Received", shown.get("Timestamp"), "time"),
        Pair("Subject", shown.get("Subject"), "subject"),
        Pair("Sender", shown.get("SenderFromAddress"), "address", pivot="SenderFromAddress"),
        Pair("Display name", shown.get("SenderDisplayName")),
        Pair("Sender domain", shown.get("SenderFromDomain"), "domain", pivot="SenderFromDomain"),
        Pair("Mail-from", shown.get("SenderMailFromAddress"), "address", pivot="SenderMailFromAddress"),
        Pair("Reply-To", facts.get("ReplyToAddress"), "address"),
        _sender_ip(shown),
        Pair("Direction", shown.get("EmailDirection")),
        Pair("Language", shown.get("EmailLanguage") or facts.get("Language")),
        Pair("Size", facts.get("RawSize"), "bytes"),
        Pair("Network message ID", message.id, "id", pivot="NetworkMessageId"),
        Pair("Internet message ID", shown.get("InternetMessageId"), "id", pivot="InternetMessageId"),
        Pair("SHA-256 of the original", message.raw, "hash"),
    ]


def _sender_ip(shown: Mapping[str, object]) -> Pair:
    name = "SenderIPv4" if shown.get("SenderIPv4") else "SenderIPv6"
    return Pair("Sender IP", shown.get(name), "ip", pivot=name)


def _delivery(message: Message) -> list[Pair]:
    shown = message.summary
    return [
        Pair("Delivery action", shown.get("DeliveryAction"), "delivery"),
        Pair("Original location", shown.get("DeliveryLocation")),
        Pair("Threat types", shown.get("ThreatTypes")),
        Pair("Threat names", shown.get("ThreatNames")),
        Pair("Detection technology", shown.get("DetectionMethods")),
        Pair("Confidence", shown.get("ConfidenceLevel")),
        Pair("Bulk complaint level", shown.get("BulkComplaintLevel"), "number"),
        Pair("Organisation override", _joined(shown, "OrgLevelAction", "OrgLevelPolicy")),
        Pair("User override", _joined(shown, "UserLevelAction", "UserLevelPolicy")),
    ]


def _authentication(message: Message) -> Listing:
    columns: Columns = (("Method", "text"), ("Result", "text"), ("Domain", "domain"), ("Reason", "text"))
    empty = "The receiving system stamped no result. Nothing follows from that."
    return Listing("Authentication", columns, message.auth.rows(), empty=empty)


def _recipients(message: Message) -> Listing:
    rows = copies(message.window, [message.id])
    columns: Columns = (("Recipient", "mailbox"), ("Delivered to", "text"), ("Now in", "text"), ("Moved by", "text"))
    named = rows.select("RecipientEmailAddress", "DeliveryLocation", "LocationNow", "MovedBy")
    return Listing("Recipients", columns, named.unique(maintain_order=True).rows(), empty="No recipient is known.")


def _links(message: Message) -> Listing:
    rows = message.urls.select("Url", "UrlLocation").head(MOST_LINKS)
    shown = [(unwrap(url), place) for url, place in rows.iter_rows()]
    more = message.urls.height - rows.height
    title = f"URLs ({rows.height} of {message.urls.height:,})" if more else f"URLs ({rows.height})"
    return Listing(title, (("URL", "url"), ("In", "text")), shown, empty="No URL was found.")


def _attachments(message: Message) -> Listing:
    columns: Columns = (("File", "text"), ("Type", "text"), ("Size", "bytes"), ("SHA-256", "hash"))
    rows = message.attachments.select("FileName", "FileType", "FileSize", "SHA256").rows()
    return Listing(f"Attachments ({len(rows)})", columns, rows, empty="Nothing is attached.")


def _clicks(message: Message) -> Section:
    found = clicks(message.window, [message.id])
    if found is None:
        return Note("Clicks", "Not evaluated: no click events are held.")
    columns: Columns = (
        ("When", "time"),
        ("Who", "mailbox"),
        ("Action", "text"),
        ("Got through", "bool"),
        ("URL", "url"),
    )
    rows = found.select("Timestamp", "AccountUpn", "ActionType", "IsClickedThrough", "Url").rows()
    return Listing(f"Clicks ({len(rows)})", columns, rows, empty="Nobody clicked, as far as clicks are recorded.")


def _after(message: Message) -> Section:
    if not message.window.holds("EmailPostDeliveryEvents"):
        return Note("After delivery", "Not evaluated: no events after delivery are held.")
    columns: Columns = (
        ("When", "time"),
        ("Event", "text"),
        ("Recipient", "mailbox"),
        ("Result", "text"),
        ("To", "text"),
    )
    names = ("Timestamp", "ActionType", "RecipientEmailAddress", "ActionResult", "DeliveryLocation")
    return Listing("After delivery", columns, _rows(message.post_delivery, names), empty="Nothing happened to it.")


def _raw(message: Message) -> list[Section]:
    if message.facts is None:
        return [Note("Not evaluated", NO_RAW)]
    columns: Columns = (("From", "text"), ("By", "text"), ("Address", "ip"), ("Time", "text"))
    names = [name for name in ("from", "by", "address", "time") if name in message.hops.columns]
    hops = _rows(message.hops, names) if len(names) == len(columns) else []
    return [
        Listing("Hops, oldest first", columns, hops, empty="No Received header was read."),
        Block("Headers", message.headers),
        Note("Body", NO_BODY),
    ]


def _rows(frame: pl.DataFrame, names: Sequence[str]) -> list[tuple[object, ...]]:
    return frame.select(names).rows()


def _joined(values: Mapping[str, object], *names: str) -> str:
    return ": ".join(str(values[name]) for name in names if values.get(name))
