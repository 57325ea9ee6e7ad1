"""One entity as the sections of a panel: how often it was seen, what was said of it, its rows, and every question."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlencode

import polars as pl

from workbench.analysis.entities import NOT_EVALUATED, Entity, Held, Profile, Said, Verdicts, profile, reference
from workbench.analysis.verdict.brands import LIST as BRANDS
from workbench.analysis.verdict.brands import brands
from workbench.analysis.verdict.lookalike import likeness
from workbench.apps.ui.asking.show import guess
from workbench.apps.ui.widgets.cells import Kind
from workbench.apps.ui.widgets.panel import Block, Facts, Listing, Note, Pair, Section, Way
from workbench.base.config import Organisation
from workbench.base.errors import WorkbenchError
from workbench.base.text.defang import defang
from workbench.events.lookups import Lookups, registered_domain
from workbench.events.lookups.suffixes import is_address
from workbench.ledger.client import page_address

if TYPE_CHECKING:
    from workbench.apps.session import Workbench

OPENED: Mapping[str, str] = MappingProxyType(
    {
        "address": "sender", "device": "device", "domain": "domain", "hash": "file", "ip": "ip_address",
        "mailbox": "mailbox", "url": "url",
    }
)  # fmt: skip
"""The kind of entity that a cell of each kind names."""

RELATED = 50
"""Rows of a pivot that are shown; how many more there are is said."""

SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "AlertEvidence": ("Timestamp", "Title", "Severity", "EntityType", "AccountUpn", "RemoteIP", "RemoteUrl"),
        "CloudAppEvents": ("Timestamp", "ActionType", "Application", "AccountId", "ObjectName", "IPAddress"),
        "DeviceInfo": ("Timestamp", "DeviceName", "OSPlatform", "PublicIP", "ExposureLevel"),
        "DeviceNetworkEvents": ("Timestamp", "DeviceName", "RemoteUrl", "RemoteIP", "InitiatingProcessFileName"),
        "EmailAttachmentInfo": ("Timestamp", "FileName", "FileType", "SHA256", "RecipientEmailAddress", "ThreatTypes"),
        "EmailEvents": (
            "Timestamp", "Subject", "SenderFromAddress", "RecipientEmailAddress", "DeliveryAction", "ThreatTypes",
        ),
        "EmailPostDeliveryEvents": (
            "Timestamp", "ActionType", "RecipientEmailAddress", "ActionResult", "DeliveryLocation",
        ),
        "EmailUrlInfo": ("Timestamp", "Url", "UrlDomain", "UrlLocation", "NetworkMessageId"),
        "EntraIdSignInEvents": ("Timestamp", "AccountUpn", "Application", "IPAddress", "Country", "ErrorCode"),
        "IdentityInfo": ("AccountDisplayName", "AccountUpn", "Department", "JobTitle", "City", "Manager"),
        "IdentityLogonEvents": ("Timestamp", "AccountUpn", "ActionType", "DeviceName", "IPAddress", "FailureReason"),
        "UrlClickEvents": ("Timestamp", "AccountUpn", "ActionType", "IsClickedThrough", "Url", "ThreatTypes"),
        "WorkbenchMailFacts": ("Timestamp", "RawSHA256", "ReceivedFrom", "ReplyToAddress", "Mailer", "Language"),
    }
)  # fmt: skip
"""Columns by which rows of a table are told in a panel; of other tables, and of pivots that list, the first six."""

_FEW = 6
_LINKED = 6_000
"""Characters of an address that a log-in in between still leads on to."""


def sections(entity: Entity, workbench: "Workbench") -> list[Section]:
    """Everything that is known of an entity, most important first."""
    known = profile(entity)
    organisation, lookups = workbench.workspace.organisation, workbench.lookups
    return [
        Facts(entity.kind.title, [*_facts(known, lookups), *_looks(entity, organisation, lookups)]),
        *_missing(known),
        _prevalence(known),
        *map(_verdicts, known.verdicts),
        *_lookups(reference(entity, lookups, datetime.now(UTC).date())),
        *_notes(entity, workbench),
        *(_related(held) for held in known.held if held.rows),
        *_volume(known),
        Block("The questions behind the numbers", _numbers_kql(known)),
        Block("The questions behind the rows", _rows_kql(known)),
    ]


def _facts(known: Profile, lookups: Lookups) -> Iterator[Pair]:
    entity = known.entity
    yield Pair(entity.kind.title, entity.value, cast("Kind", entity.kind.cell))
    yield Pair("First seen", known.first, "time")
    yield Pair("Last seen", known.last, "time")
    host = entity.kind.host(entity.value)
    if host and host != entity.value:
        yield Pair("Host", host, "ip" if is_address(host) else "domain")
    if (registered := registered_domain(host, lookups)) not in ("", host):
        yield Pair("Registered domain", registered, "domain")


def _looks(entity: Entity, organisation: Organisation, lookups: Lookups) -> Iterator[Pair]:
    """Whether a host is ours (missing where nothing of ours is known), or made to be taken for ours or a brand's."""
    host = entity.kind.host(entity.value)
    if not host or is_address(host):
        if host:
            yield Pair("Ours", organisation.is_egress(host) if organisation.egress else None, "bool")
        return
    yield Pair("Ours", organisation.owns(host) if organisation.domains else None, "bool")
    alike = likeness(host, organisation, lookups)
    known = Organisation(brands=tuple(brands(lookups)))
    borrowed = None if alike or organisation.owns(host) else likeness(host, known, lookups)
    if found := alike or borrowed:
        source = "" if alike else f" (list {BRANDS} of {lookups.lookup(BRANDS).about.date})"
        yield Pair("Looks like", f"{found.imitated}: {found.how}{source}")
    else:
        yield Pair("Looks like", "no name of ours and no known brand")


def _missing(known: Profile) -> Iterator[Note]:
    """One sentence for all of them: each says "Not evaluated" by itself."""
    if known.missing:
        yield Note("Not evaluated", " ".join(_sentence(each) for each in known.missing))


def _sentence(missing: str) -> str:
    rest = missing.removeprefix(NOT_EVALUATED)
    return rest[:1].upper() + rest[1:]


def _prevalence(known: Profile) -> Listing:
    rows = [(each.label, "not evaluated" if each.value is None else f"{each.value:,}") for each in known.counts]
    return Listing("Prevalence", (("What", "text"), ("How many", "text")), rows)


def _verdicts(verdicts: Verdicts) -> Listing:
    columns: list[tuple[str, Kind]] = [(name, "text") for name in verdicts.frame.columns[:-1]]
    rows = [
        (*(value if value not in (None, "") else "none" for value in row[:-1]), row[-1])
        for row in verdicts.frame.rows()
    ]
    return Listing(verdicts.title, (*columns, ("Rows", "number")), rows)


def _lookups(said: Sequence[Said]) -> Iterator[Listing]:
    if said:
        rows = [(each.label, _answer(each), each.whence) for each in said]
        yield Listing("Look-ups", (("What", "text"), ("Answer", "text"), ("By", "text")), rows)


def _answer(said: Said) -> str:
    return "not evaluated" if said.value is None else defang(said.value) or "not known"


def _notes(entity: Entity, workbench: "Workbench") -> Iterator[Section]:
    """What analysts wrote about it, as the control service keeps it; nothing for kinds it takes no notes on."""
    if not entity.kind.note:
        return
    try:
        page = workbench.client.notes(entity=entity.kind.note, value=entity.value)
    except WorkbenchError as error:
        yield Note("Notes", f"Not evaluated: {error}")
        yield from _writing(entity, workbench, "Notes")
        return
    rows = [(note.updated_at, note.updated_by, note.text) for note in page.items]
    title = f"Notes ({len(rows)} of {page.total:,})" if page.total > len(rows) else f"Notes ({len(rows)})"
    yield Listing(title, (("When", "time"), ("Who", "text"), ("Note", "text")), rows, empty="Nobody wrote a note.")
    yield from _writing(entity, workbench, "Write, change or remove notes" if rows else "Write a note")


def _writing(entity: Entity, workbench: "Workbench", label: str) -> Iterator[Section]:
    """The way to the page of the control service that notes are written on; nothing where browsers reach none."""
    if not (service := page_address(workbench.workspace)):
        return
    asked = urlencode({"entity": entity.kind.note, "value": entity.value}, quote_via=quote, safe="")
    if len(asked) > _LINKED:
        yield Note(
            "Write a note", "Too long for the address of a page. In a notebook: wb.open().client.write_note(...)"
        )
    else:
        yield Way("", label, f"{service.rstrip('/')}/notes?{asked}")


def _volume(known: Profile) -> Iterator[Listing]:
    if known.charted:
        step = known.step.total_seconds() / 3600
        width = f"{step:.0f} h" if step < 48 else f"{step / 24:.0f} d"
        columns: tuple[tuple[str, Kind], ...] = (("From", "time"), ("What", "text"), ("Rows", "number"))
        yield Listing(f"Over time (bins of {width})", columns, known.volume.sort("Time", "Series").rows())


def _related(held: Held) -> Listing:
    pivot = held.asked.pivot
    frame = held.asked.result(f"| take {RELATED}").frame
    names = SHOWN.get(pivot.table, frame.columns[:_FEW]) if not pivot.then else frame.columns[:_FEW]
    columns = [(name, _kind(name, frame)) for name in names]
    total = held.rows or 0
    more = f"first {frame.height} of {total:,}, {total - frame.height:,} more" if total > frame.height else f"{total:,}"
    return Listing(f"{pivot.title} ({more})", columns, frame.select(names).rows())


def _kind(name: str, frame: pl.DataFrame) -> Kind:
    """As everywhere, but codes are no numbers, and the id of an account is the address of its owner."""
    plain: Kind | None = "text" if name.endswith("Code") else "mailbox" if name == "AccountId" else None
    return plain or guess(name, frame.schema[name])


def _numbers_kql(known: Profile) -> str:
    counts = (f"// {each.label}: {each.value:,}\n{each.kql}" for each in known.counts if each.value is not None)
    verdicts = (f"// {each.title}\n{each.kql}" for each in known.verdicts)
    volume = (f"// Over time: {asked.pivot.title}\n{known.volume_kql(asked)}" for asked in known.charted)
    return "\n\n".join([*counts, *verdicts, *volume])


def _rows_kql(known: Profile) -> str:
    return "\n\n".join(
        f"// {held.asked.pivot.title}: {held.rows:,}\n{held.asked.kql}" for held in known.held if held.rows
    )
