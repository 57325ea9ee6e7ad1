"""The tab Analysis of a message: what was found and decided, who wrote to whom, and what was not evaluated."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from workbench.analysis.entities import Message, copies, sender_history
from workbench.analysis.entities.message import bag
from workbench.apps.ui.widgets.cells import Kind
from workbench.apps.ui.widgets.panel import Facts, Listing, Note, Pair, Section

Columns = tuple[tuple[str, Kind], ...]

NO_RAW = "Only an export knows this message: its raw form was not imported, so headers, hops and body are not known."
NO_EXPORT = "No receiving system told of this message: only its raw form is known, so nothing is said of its delivery."
NO_HISTORY = "Not evaluated: too little earlier mail is held to say whether the sender is new."


def analysis(message: Message) -> list[Section]:
    """What the receiving system found and decided, the two sides of the message, its authentication and its copies."""
    shown = message.summary
    return [
        Facts("Threat detection", _detection(message)),
        Facts("Overrides and policy", _policy(shown)),
        Facts("Sender and recipients", _sides(message)),
        authentication(message),
        recipients(message),
        *_not_evaluated(message),
    ]


def by_threat(text: object) -> str:
    """A bag of values by threat in words: ``Phish: URL malicious reputation``; other text as it is."""
    found = bag(text)
    if not found:
        return "" if text in (None, "{}") else str(text)
    return "; ".join(f"{threat}: {_listed(values)}" for threat, values in found.items())


def override(shown: Mapping[str, object]) -> str:
    """The override that decided: that of the organisation before that of the recipient, each with its source."""
    mine = joined(shown, "UserLevelAction", "UserLevelPolicy")
    return joined(shown, "OrgLevelAction", "OrgLevelPolicy") or (f"{mine} (recipient)" if mine else "")


def joined(values: Mapping[str, object], *names: str) -> str:
    """Values of columns, with a colon between."""
    return ": ".join(str(values[name]) for name in names if values.get(name))


def authentication(message: Message) -> Listing:
    """Results of the receiving system with their reasons."""
    columns: Columns = (("Method", "text"), ("Result", "text"), ("Domain", "domain"), ("Reason", "text"))
    empty = "The receiving system stamped no result. Nothing follows from that."
    return Listing("Authentication", columns, message.auth.rows(), empty=empty)


def recipients(message: Message) -> Listing:
    """Every copy: where it was put, and where it is now."""
    columns: Columns = (
        ("Recipient", "mailbox"),
        ("Action", "delivery"),
        ("Delivered to", "text"),
        ("Now in", "text"),
        ("Moved by", "text"),
    )
    names = ("RecipientEmailAddress", "DeliveryAction", "DeliveryLocation", "LocationNow", "MovedBy")
    rows = copies(message.window, [message.id]).select(names).unique(maintain_order=True).rows()
    return Listing(f"Recipients ({len(rows):,})", columns, rows, empty="No recipient is known.")


def _detection(message: Message) -> list[Pair]:
    shown = message.summary
    later = message.post_delivery.filter(pl.col("ThreatTypes") != "")
    return [
        Pair("Threats at delivery", shown.get("ThreatTypes")),
        Pair("Threats found later", ", ".join(later["ThreatTypes"].unique(maintain_order=True))),
        Pair("Threat names", shown.get("ThreatNames")),
        Pair("Detection technology", by_threat(shown.get("DetectionMethods"))),
        Pair("Confidence", by_threat(shown.get("ConfidenceLevel"))),
        Pair("Bulk complaint level", shown.get("BulkComplaintLevel"), "number"),
    ]


def _policy(shown: Mapping[str, object]) -> list[Pair]:
    return [
        Pair("Primary override", override(shown)),
        Pair("Organisation override", joined(shown, "OrgLevelAction", "OrgLevelPolicy")),
        Pair("Recipient's override", joined(shown, "UserLevelAction", "UserLevelPolicy")),
        Pair("Policy", shown.get("EmailActionPolicy")),
        Pair("Policy action", shown.get("EmailAction")),
        Pair("Policy ID", shown.get("EmailActionPolicyGuid"), "id"),
        Pair("Connectors", shown.get("Connectors")),
    ]


def _sides(message: Message) -> list[Pair]:
    shown, facts = message.summary, message.facts or {}
    return [
        Pair("Display name", shown.get("SenderDisplayName")),
        Pair("From", shown.get("SenderFromAddress"), "address", pivot="SenderFromAddress"),
        Pair("Mail-from", shown.get("SenderMailFromAddress"), "address", pivot="SenderMailFromAddress"),
        Pair("Reply-To", facts.get("ReplyToAddress"), "address"),
        Pair("Return path", facts.get("ReturnPathAddress"), "address"),
        *_history(message),
        Pair("Distribution list", shown.get("DistributionList"), "mailbox"),
        Pair("Recipients", len(message.recipients), "number"),
        Pair("Size", facts.get("RawSize"), "bytes"),
        Pair("Mailer", facts.get("Mailer")),
        Pair("List-Unsubscribe", facts.get("ListUnsubscribe"), "url"),
    ]


def _history(message: Message) -> list[Pair]:
    """What was known of the sender before the message came."""
    address, moment = str(message.summary.get("SenderFromAddress") or ""), message.summary.get("Timestamp")
    if not address or not isinstance(moment, datetime):
        return []
    known = sender_history(message.window, address, moment)
    if known is None:
        return [Pair("Known before", NO_HISTORY)]
    return [
        Pair("Known before", f"{known.messages:,} messages" if known.messages else "No: its first message to us"),
        Pair("First seen", known.first_seen, "time"),
        Pair("Earlier with threats", known.threats, "number"),
        Pair("Our messages to it", known.replied_to, "number"),
        Pair("Earlier of its domain", known.of_domain, "number"),
    ]


def _not_evaluated(message: Message) -> list[Section]:
    shown = message.summary
    lacking = [] if message.facts else [NO_RAW]
    if message.facts and not shown.get("DeliveryAction"):
        lacking.append(NO_EXPORT)
    if not message.window.holds("EmailPostDeliveryEvents"):
        lacking.append("Threats found later: no events after delivery are held.")
    return [Note("Not evaluated", " ".join(lacking))] if lacking else []


def _listed(values: object) -> str:
    return ", ".join(map(str, values)) if isinstance(values, Sequence) and not isinstance(values, str) else str(values)
