"""The audit trail on the wire."""

from typing import Annotated, Any

from pydantic import Field

from workbench.ledger.api.wire import Asked, Message, Short


class AuditAsked(Asked):
    """Which records. Numbers come in the address, as texts."""

    actor: Short = ""
    verb: Short = ""
    object_kind: Short = ""
    object_id: Annotated[str, Field(max_length=500)] = ""
    below: Annotated[int, Field(ge=0, le=2**63 - 1, strict=False)] = 0
    """Only numbers below this one; 0 for the newest."""
    limit: Annotated[int, Field(ge=1, le=1000, strict=False)] = 100


class AuditHeld(Message):
    """One record."""

    seq: int
    ts: str
    actor: str
    actor_kind: str
    roles: Any
    session: str
    address: str
    verb: str
    object_kind: str
    object_id: str
    before: Any
    after: Any
    reason: str
    request: str
    prev_mac: str
    mac: str


class AuditFault(Message):
    """The first record that is not what it was."""

    seq: int
    kind: str
    what: str


class OutboxHeld(Message):
    """Changes on their way to the event store."""

    waiting: int
    oldest: str
    """When the oldest of them was made; empty where none waits."""


class Ready(Message):
    """Whether each part of the service can do its work, and what is wrong where it cannot."""

    ready: bool
    parts: dict[str, str]


class AuditVerdict(Message):
    """What was proved."""

    records: int
    anchored: int
    keyed: bool
    restored: list[int]
    """Records after which an old backup was taken up again on purpose."""
    fault: AuditFault | None
    back: int = 0
    """The first record before which a clock was set back; 0 for none."""
