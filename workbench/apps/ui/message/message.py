"""One message as a panel: what stays in sight of it, and tabs that are looked up when they are opened."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from workbench.analysis.entities import Message, copies
from workbench.apps.ui.message.analysis import analysis, by_threat, override
from workbench.apps.ui.message.tabs import attachments, devices, headers, similar, source, timeline, urls
from workbench.apps.ui.widgets.panel import Block, Facts, Note, Pair, Section, Tab
from workbench.base.config import DEFAULT_HOME, Workspace

MOST_SHOWN = 3
"""Values of one fact that are named; of more their number is said."""


def sections(message: Message, home: Path = Path(DEFAULT_HOME)) -> list[Section]:
    """What stays in sight of a message whichever tab is open; ``home`` is the folder of its workspace."""
    return [
        *_notes(message),
        Facts("Delivery", _held(_delivery(message, Workspace(home)))),
        Facts("Message", _held(_summary(message))),
    ]


def tabs(message: Message, home: Path = Path(DEFAULT_HOME)) -> tuple[Tab, ...]:
    """The tabs of a message, in the order of the original; what each holds is asked for when it is opened."""
    return (
        Tab("timeline", "Timeline", lambda: timeline(message)),
        Tab("analysis", "Analysis", lambda: [*analysis(message), Block("Triage it", triage_command(message, home))]),
        Tab("attachments", "Attachments", lambda: attachments(message), message.attachments.height),
        Tab("urls", "URL", lambda: urls(message), message.urls.height),
        Tab("similar", "Similar emails", lambda: similar(message)),
        Tab("headers", "Headers", lambda: headers(message)),
        Tab("source", "Source", lambda: source(message, Workspace(home))),
        Tab("devices", "Devices", lambda: devices(message)),
    )


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


def _held(pairs: list[Pair]) -> list[Pair]:
    """What is known, so that the tabs below stay near."""
    return [pair for pair in pairs if pair.value not in (None, "", ())]


def _delivery(message: Message, workspace: Workspace) -> list[Pair]:
    shown = message.summary
    return [
        Pair("Tags", _tags(message, workspace)),
        Pair("Delivery action", shown.get("DeliveryAction"), "delivery"),
        Pair("Original location", shown.get("DeliveryLocation")),
        Pair("Latest location", _latest(message)),
        Pair("Original threats", shown.get("ThreatTypes")),
        Pair("Latest threats", _few(message.post_delivery["ThreatTypes"].to_list()[-1:])),
        Pair("Detection technology", by_threat(shown.get("DetectionMethods"))),
        Pair("Primary override", override(shown)),
    ]


def _latest(message: Message) -> str:
    """Where the copies lie now; all places where they differ."""
    return _few(copies(message.window, [message.id])["LocationNow"].to_list())


def _tags(message: Message, workspace: Workspace) -> str:
    tagged = workspace.organisation.tagged
    return _few([tag for address in message.recipients for tag in tagged.get(address.lower(), ())])


def _few(values: list[object]) -> str:
    found = [str(value) for value in dict.fromkeys(values) if value]
    more = len(found) - MOST_SHOWN
    return ", ".join(found[:MOST_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _summary(message: Message) -> list[Pair]:
    shown = message.summary
    return [
        Pair("Received", shown.get("Timestamp"), "time"),
        Pair("Subject", shown.get("Subject"), "subject"),
        Pair("Sender", shown.get("SenderFromAddress"), "address", pivot="SenderFromAddress"),
        Pair("Display name", shown.get("SenderDisplayName")),
        Pair("Sender domain", shown.get("SenderFromDomain"), "domain", pivot="SenderFromDomain"),
        sender_ip(shown),
        _recipient(message),
        Pair("Direction", shown.get("EmailDirection")),
        Pair("Language", shown.get("EmailLanguage") or (message.facts or {}).get("Language")),
        Pair("Cluster ID", _cluster(shown), "id"),
        Pair("Network message ID", message.id, "id", pivot="NetworkMessageId"),
        Pair("Internet message ID", shown.get("InternetMessageId"), "id", pivot="InternetMessageId"),
        Pair("SHA-256", message.raw, "id"),
    ]


def sender_ip(shown: Mapping[str, object]) -> Pair:
    """The address that handed a message over, of whichever version it is."""
    name = "SenderIPv4" if shown.get("SenderIPv4") else "SenderIPv6"
    return Pair("Sender IP", shown.get(name), "ip", pivot=name)


def _recipient(message: Message) -> Pair:
    who = message.recipients
    return Pair("Recipient", who[0], "mailbox") if len(who) == 1 else Pair("Recipients", f"{len(who):,} mailboxes")


def _cluster(shown: Mapping[str, object]) -> str:
    value = shown.get("EmailClusterId")
    return str(value) if value else ""
