"""What every audit record says, read once: kind, time, operation, who, from where."""

import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from workbench.intake.activity.addresses import address
from workbench.intake.activity.kinds import USER_TYPES, named, record_name, record_type
from workbench.intake.activity.reading import LONGEST_SAMPLE, Context, Faults, Row
from workbench.intake.activity.values import account, bag, first, guid, items, moment, operation, pairs, text, with_text

NOBODY = frozenset({"", "Not Available"})
_NAME, _UPN = 1, 5
_SERVICES = frozenset({"DcAdmin", "System", "Application", "ServicePrincipal", "CustomPolicy", "SystemPolicy"})
_OBJECT = re.compile(r"(?:User|ServicePrincipal)_([0-9a-fA-F-]{36})")
_GUEST = "#ext#"
_USERS, _WORKLOADS = ("UserId", "UserUpn"), ("Workload", "service")
_ADDRESSES = ("ClientIP", "ClientIPAddress", "ActorIpAddress", "UserIp", "ClientIp")


class Event(NamedTuple):
    """The common part of one record. ``time`` is None where none can be read; ``raw`` is the document as JSON text.

    ``user`` is an address in lower case or the name of a service; ``address`` has neither port nor brackets.
    """

    document: Row
    raw: str
    context: Context
    faults: Faults
    kind: int | None
    kind_name: str
    id: str
    time: datetime | None
    operation: str
    workload: str
    user: str
    user_type: str
    address: str

    @property
    def object_id(self) -> str:
        """The actor's id in the directory, where the record has one."""
        document = self.document
        named_by = guid(document.get("TokenObjectId")) or guid(document.get("UserKey"))
        return named_by or (_actor_guid(document["Actor"]) if "Actor" in document else "")

    @property
    def actor_name(self) -> str:
        """The name of an application that acted, where the directory tells it."""
        return _claim(self.document, _NAME) if self.user.startswith("ServicePrincipal_") else ""

    @property
    def is_external(self) -> bool | None:
        """Whether the actor is a stranger or a guest; None for services and where it cannot be told."""
        if _GUEST in self.user or self.user_type == "Guest":
            return True
        if self.user_type in _SERVICES:
            return None
        domain = self.user.rpartition("@")[2] if "@" in self.user else ""
        if "." not in domain or not self.context.own_domains:
            return None
        return not is_own(domain, self.context.own_domains)


def common(document: Row, context: Context, faults: Faults) -> Event:
    """Read what every record has; what is missing is a fault, and empty."""
    document, raw = with_text(document)
    get = document.get
    written = get("RecordType", get("auditLogRecordType"))
    kind = record_type(written)
    event = Event(
        document,
        raw,
        context,
        faults,
        kind,
        record_name(kind, written),
        text(get("Id")).strip(),
        moment(get("CreationTime")),
        operation(text(get("Operation"))),
        first(document, *_WORKLOADS),
        _user(document),
        named(get("UserType"), USER_TYPES),
        _address(document),
    )
    _complain(event)
    return event


@lru_cache(maxsize=65_536)
def is_own(domain: str, own: tuple[str, ...]) -> bool:
    """Whether a domain in lower case is one of ours or lies below one."""
    names = (each.strip().lstrip("@.").rstrip(".").lower() for each in own)
    return any(domain == each or domain.endswith(f".{each}") for each in names if each)


def extended(document: Row) -> Row:
    """The name and value pairs of a directory record."""
    return pairs(document.get("ExtendedProperties"))


def data_of(event: Event) -> Row:
    """The document inside the text field Data; a fault where there is text that cannot be opened."""
    written = event.document.get("Data")
    found = bag(written)
    if written and not found and written != "{}":
        event.faults.add("Data", "is no JSON document, or too long a one, and is not opened")
    return found


def _user(document: Row) -> str:
    """The actor; where the record names only an id, the address among the actor's identifiers."""
    written = first(document, *_USERS).strip()
    if "@" in written or not (written in NOBODY or guid(written)):
        return account(written)
    return account(_claim(document, _UPN) or written)


def _claim(document: Row, kind: int) -> str:
    """What the actor is called by one kind of identifier."""
    claims = (each for each in items(document.get("Actor")) if isinstance(each, dict))
    return next((text(each.get("ID")) for each in claims if each.get("Type") == kind), "")


def _address(document: Row) -> str:
    for name in _ADDRESSES:
        value = document.get(name)
        if value and isinstance(value, str) and (found := address(value)):
            return found
    return ""


def _actor_guid(actors: object) -> str:
    """The object id among an actor's identifiers: the one that is marked as such, else the first."""
    written = [text(each.get("ID")) for each in items(actors) if isinstance(each, dict)]
    marked = next((hit[1].lower() for each in written if (hit := _OBJECT.fullmatch(each))), "")
    return marked or next((found for each in written if (found := guid(each))), "")


def _complain(event: Event) -> None:
    for field, value in (("Id", event.id), ("Operation", event.operation), ("RecordType", event.kind_name)):
        if not value:
            event.faults.add(field, "is missing")
    if event.time is None:
        written = text(event.document.get("CreationTime"))[:LONGEST_SAMPLE]
        event.faults.add("CreationTime", f"is no instant: {written!r}" if written else "is missing")
