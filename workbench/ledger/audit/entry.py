"""What one audit record says, and the digest that binds it to the one before."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from workbench.ledger.models import canonical, moment
from workbench.ledger.models.words import ActorKind

FIELDS = (
    *("seq", "ts", "actor", "actor_kind", "roles", "session", "address", "verb"),
    *("object_kind", "object_id", "before", "after", "reason", "request"),
)
"""What a digest covers, in the order of the table."""

START = "0" * 64
"""The digest before the first record."""


@dataclass(frozen=True)
class Actor:
    """Who does something, as known at the time."""

    name: str
    kind: ActorKind = ActorKind.USER
    roles: tuple[str, ...] = ()
    session: str = ""
    """Id of the session or token."""
    address: str = ""
    """Network address of the client."""
    request: str = ""
    """Id of the request, which stands in the logs too."""


SYSTEM = Actor("system", ActorKind.SYSTEM)
"""The product itself."""


@dataclass(frozen=True)
class Entry:
    """One thing that was done, before it has a place in the trail."""

    actor: Actor
    verb: str
    """Such as ``note.edit``, ``message.look``, ``denied``."""
    object_kind: str
    object_id: str
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class Head:
    """The newest record: its number (0 for none), its digest, and the key of the next one."""

    seq: int
    mac: str
    key: str


def values(entry: Entry, seq: int, at: datetime) -> tuple[object, ...]:
    """A record without its digests, in the order of ``FIELDS``."""
    who = entry.actor
    return (
        *(seq, moment(at), who.name, who.kind.value, canonical(list(who.roles)), who.session, who.address),
        *(entry.verb, entry.object_kind, entry.object_id, _document(entry.before), _document(entry.after)),
        *(entry.reason, who.request),
    )


def digest(key: bytes, prev: str, fields: Sequence[object]) -> str:
    """HMAC-SHA-256 of the digest before and the record's fields as JSON, in hexadecimal."""
    return hmac.digest(key, prev.encode() + orjson.dumps(dict(zip(FIELDS, fields, strict=True))), "sha256").hex()


def _document(changed: Mapping[str, object]) -> str:
    return canonical(dict(changed)) if changed else ""
