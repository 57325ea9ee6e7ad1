"""The other tabs of a message: what happened to it, what it holds, what is like it, and where it was read."""

import re
from collections.abc import Mapping
from datetime import datetime

import polars as pl

from workbench.analysis.entities import Message, alike_mail, clicks, used_devices
from workbench.analysis.entities.used_devices import RECENT
from workbench.apps.ui.message.analysis import NO_RAW, Columns, by_threat
from workbench.apps.ui.widgets.panel import As, Block, Facts, Listing, Note, Pair, Section, Way
from workbench.base.config import Workspace
from workbench.base.text.wrappers import unwrap
from workbench.ledger import client

MOST_LINKS = 5_000
MOST_HEADERS = 300
SOURCE = "Bodies and raw bytes are not shown here. Whoever has the permission Preview looks at the body at the control "
SOURCE += "service, and each look is recorded."
NOT_RUNNING = "The control service does not run now; it is started by: workbench serve"


def timeline(message: Message) -> list[Section]:
    """What happened to a message, oldest first."""
    told = message.timeline
    columns: Columns = (
        ("Time", "time"),
        ("Source", "text"),
        ("Event", "text"),
        ("Result", "text"),
        ("Threats", "text"),
        ("Recipient", "text"),
        ("Details", "text"),
    )
    rows = [(*row[:5], _whose(row[5]), As(row[6], "url") if row[2] == "Click" else row[6]) for row in told.frame.rows()]
    shown = Listing(f"Timeline ({len(rows):,})", columns, rows, empty="Nothing is known of its delivery.")
    return [shown, *_untold(told.untold), _query(told.kql)]


def attachments(message: Message) -> list[Section]:
    """The files of a message."""
    columns: Columns = (
        ("File", "text"),
        ("Type", "text"),
        ("Size", "bytes"),
        ("Threats", "text"),
        ("Threat names", "text"),
        ("Technology", "text"),
        ("SHA-256", "hash"),
    )
    names = ("FileName", "FileType", "FileSize", "ThreatTypes", "ThreatNames", "DetectionMethods", "SHA256")
    rows = [(*row[:5], by_threat(row[5]), row[6]) for row in message.attachments.select(names).iter_rows()]
    return [Listing(f"Attachments ({len(rows):,})", columns, rows, empty="Nothing is attached.")]


def urls(message: Message) -> list[Section]:
    """The links of a message, click wrappers undone, and who clicked them."""
    found = clicks(message.window, [message.id])
    counted = _counted(found)
    rows = message.urls.select("Url", "UrlDomain", "UrlLocation").head(MOST_LINKS).rows()
    shown = [
        (plain := unwrap(url), domain, place, None if counted is None else counted.get(plain, 0))
        for url, domain, place in rows
    ]
    more = message.urls.height - len(rows)
    title = f"URLs ({len(rows)} of {message.urls.height:,})" if more else f"URLs ({len(rows)})"
    columns: Columns = (("URL", "url"), ("Domain", "domain"), ("In", "text"), ("Clicks", "number"))
    return [Listing(title, columns, shown, empty="No URL was found."), _clicks(found)]


def similar(message: Message) -> list[Section]:
    """Mail like a message, by several keys, with the similarity of the texts."""
    told = alike_mail(message)
    columns: Columns = (
        ("Similarity", "share"),
        ("In common", "text"),
        ("Date", "time"),
        ("Subject", "subject"),
        ("Sender", "address"),
        ("Sender IP", "ip"),
        ("Recipient", "text"),
        ("Override", "text"),
        ("Action", "delivery"),
        ("Now in", "text"),
    )
    names = (
        "Similarity", "Keys", "Timestamp", "Subject", "SenderFromAddress", "SenderIP", "Recipient", "Override",
        "DeliveryAction", "Location",
    )  # fmt: skip
    rows = [(*row[:6], _whose(row[6]), *row[7:]) for row in told.frame.select(names).rows()]
    empty = "None from seven days before it up to now."
    shown = Listing(f"Similar emails ({len(rows):,})", columns, rows, empty=empty)
    return [shown, *_untold(told.untold), _query(told.kql)]


def headers(message: Message) -> list[Section]:
    """The way a message came, and its headers one by one; as they were written they are in the tab Source."""
    if message.facts is None:
        return [Note("Not evaluated", NO_RAW)]
    columns: Columns = (
        ("From", "domain"),
        ("By", "domain"),
        ("Address", "ip"),
        ("Time", "text"),
        ("Delay", "duration"),
    )
    names = ("from", "by", "address", "time", "delay")
    hops = message.hops.select(names).rows() if set(names) <= set(message.hops.columns) else []
    return [
        Listing("Hops, oldest first", columns, hops, empty="No Received header was read."),
        *_headers(message.headers),
    ]


def source(message: Message, workspace: Workspace) -> list[Section]:
    """The headers as they are stored, and where the rest is looked at."""
    if message.facts is None:
        return [Note("Not evaluated", NO_RAW)]
    service = client.page_address(workspace)
    way = [Way("", "Look at the body", f"{service.rstrip('/')}/messages/{message.raw}")] if service else []
    said = SOURCE if service else f"{SOURCE} {NOT_RUNNING}"
    return [Note("Body", said), *way, Block("Source: headers as stored", message.headers)]


def devices(message: Message) -> list[Section]:
    """The devices of the recipients, with the alerts on each."""
    moment = message.summary.get("Timestamp")
    told = used_devices(
        message.window, message.recipients, moment if isinstance(moment, datetime) else message.window.now
    )
    columns: Columns = (
        ("Mailbox", "mailbox"),
        ("Device", "device"),
        ("Alerts", "number"),
        ("Last alert", "time"),
        ("System", "text"),
        ("Seen in", "text"),
        ("Times", "number"),
        ("First seen", "time"),
        ("Last seen", "time"),
    )
    names = (
        "Account", "DeviceName", "Alerts", "LastAlert", "OSPlatform", "Seen", "Times", "FirstSeen", "LastSeen",
    )  # fmt: skip
    rows = told.frame.select(names).rows()
    empty = f"None is known from {RECENT.days} days before it on."
    shown = Listing(f"Devices of its recipients ({len(rows):,})", columns, rows, empty=empty)
    return [shown, *_untold(told.untold), _query(told.kql)]


def _headers(text: str) -> list[Section]:
    """Names and values with folded lines joined."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", text).splitlines()
    named = [line.partition(":") for line in unfolded if line.strip()]
    pairs = [Pair(name, value.strip()) for name, _, value in named[:MOST_HEADERS]]
    more = len(named) - len(pairs)
    cut = [Note("", f"{more:,} more headers are in the tab Source.")] if more > 0 else []
    return [Facts(f"Headers ({len(named):,})", pairs), *cut]


def _counted(found: pl.DataFrame | None) -> Mapping[str, int] | None:
    """Clicks by URL; None where no clicks are held."""
    if found is None:
        return None
    counted: dict[str, int] = {}
    for url in found["Url"]:
        counted[unwrap(url)] = counted.get(unwrap(url), 0) + 1
    return counted


def _clicks(found: pl.DataFrame | None) -> Section:
    if found is None:
        return Note("Clicks", "Not evaluated: no click events are held.")
    columns: Columns = (
        ("When", "time"),
        ("Who", "mailbox"),
        ("Action", "text"),
        ("Got through", "bool"),
        ("Threats", "text"),
        ("From", "ip"),
        ("URL", "url"),
    )
    names = ("Timestamp", "AccountUpn", "ActionType", "IsClickedThrough", "ThreatTypes", "IPAddress", "Url")
    rows = found.select(names).rows()
    return Listing(f"Clicks ({len(rows):,})", columns, rows, empty="Nobody clicked, as far as clicks are recorded.")


def _whose(value: str) -> object:
    """A mailbox, or how many."""
    return As(value, "mailbox") if "@" in value and " " not in value else value


def _untold(text: str) -> list[Section]:
    return [Note("Not evaluated", text)] if text else []


def _query(kql: str) -> Block:
    return Block("Query", kql, folded=True)
