"""Add records to the chain, in the transaction of the change they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, func, insert, select, update

from workbench.base.errors import LedgerError
from workbench.ledger.audit.anchor import FILE, Anchor, Sink, last_line
from workbench.ledger.audit.entry import FIELDS, START, SYSTEM, Entry, Head, digest, values
from workbench.ledger.audit.keys import Ring, add_key, make_keys, read_ring, read_signer
from workbench.ledger.models import AuditRecord, ChainHead, Database, Outgoing

BEGIN, CHANGE = "key.begin", "key.change"
"""Verbs of the records that name the key of the records after them."""

_VERIFY = "Run: workbench audit verify"
_BACK = "Put it back from a backup of the workspace."


@dataclass
class Trail:
    """What is needed to write the trail: the keys, and the anchor."""

    folder: Path
    """Of the keys."""
    ring: Ring
    signer: Ed25519PrivateKey
    anchor: Anchor = field(repr=False)

    def key(self, name: str) -> bytes:
        """A secret of the chain by its fingerprint; read again where another process made it.

        Raises:
            LedgerError: it is not in the key file.
        """
        if name not in self.ring.keys:
            self.ring = read_ring(self.folder)
        if name not in self.ring.keys:
            raise LedgerError(
                "The key file does not hold the key that the audit trail was written with",
                where=str(self.folder),
                next_step=f"Put the right file back, or: {_VERIFY}",
            )
        return self.ring.keys[name]


def open_trail(database: Database, keys: Path, anchor: Path, *, sink: Sink | None = None) -> Trail:
    """The trail of a database: begun where there is none, else held against its anchor before anything is added.

    Raises:
        LedgerError: keys are missing, or the database is not the one that the anchor saw last.
    """
    with database.writing() as connection:
        head = head_of(connection)
        if head is None and not _newest(connection):
            make_keys(keys)
        signer = read_signer(keys)
        trail = Trail(keys, read_ring(keys), signer, Anchor(anchor / FILE, signer, sink))
        if head is None:
            head = _begin(connection, trail)
        trail.key(head.key)
        _same_as(connection, head, trail.anchor.path)
    trail.anchor.note(head)
    return trail


def declare_restored(database: Database, keys: Path, anchor: Path, *, reason: str) -> Head:
    """Say in the anchor that an old backup was restored on purpose: records after its end are known to be lost.

    ``verify`` tells of it ever after.

    Raises:
        LedgerError: a key cannot be read, or the database has no trail.
    """
    with database.writing() as connection:
        head = head_of(connection)
        if head is None:
            raise LedgerError("The audit trail has no head", next_step=_VERIFY)
        Anchor(anchor / FILE, read_signer(keys)).restore(head, reason)
    return head


def seal(connection: Connection, trail: Trail, entries: Sequence[Entry], at: datetime) -> Head:
    """Add records; the head after them."""
    head = head_of(connection)
    if head is None:
        raise LedgerError("The audit trail has no head", next_step=_VERIFY)
    rows, after = sealed(entries, head, trail.key(head.key), at)
    if rows:
        connection.execute(insert(AuditRecord), rows)
        connection.execute(insert(Outgoing), [_outgoing(row, at) for row in rows])
        connection.execute(update(ChainHead).where(ChainHead.id == 1).values(seq=after.seq, mac=after.mac))
    return after


def sealed(entries: Sequence[Entry], head: Head, key: bytes, at: datetime) -> tuple[list[dict[str, object]], Head]:
    """The rows of records after a head, and the head after them."""
    rows, mac = [], head.mac
    for seq, entry in enumerate(entries, head.seq + 1):
        fields = values(entry, seq, at)
        prev, mac = mac, digest(key, mac, fields)
        rows.append(dict(zip(FIELDS, fields, strict=True)) | {"prev_mac": prev, "mac": mac})
    return rows, Head(head.seq + len(rows), mac, head.key)


def _outgoing(row: dict[str, object], at: datetime) -> dict[str, object]:
    return {"kind": "audit", "object_id": str(row["seq"]), "version": 1, "row": row, "at": at}


def rotate(connection: Connection, trail: Trail, entry: Entry, at: datetime) -> Head:
    """Go on with a new key: a record digested with the old one names it, signed with the anchor's key.

    The new secret is in the key file before any record needs it; a transaction that fails leaves it there, unused.
    """
    trail.ring = add_key(trail.folder)
    head, new = head_of(connection), trail.ring.newest
    if head is None:
        raise LedgerError("The audit trail has no head", next_step=_VERIFY)
    signature = trail.signer.sign(signed_text(head.seq + 1, head.mac, new)).hex()
    told = Entry(entry.actor, CHANGE, "key", new, {"key": head.key}, {"key": new, "signature": signature}, entry.reason)
    after = seal(connection, trail, [told], at)
    connection.execute(update(ChainHead).where(ChainHead.id == 1).values(key=new))
    return Head(after.seq, after.mac, new)


def signed_text(seq: int, prev: str, key: str) -> bytes:
    """What the anchor's key signs when the chain's key changes."""
    return f"{seq}:{prev}:{key}".encode()


def head_of(connection: Connection) -> Head | None:
    """The head as the database has it; None for a ledger without a trail."""
    row = connection.execute(select(ChainHead.seq, ChainHead.mac, ChainHead.key).where(ChainHead.id == 1)).first()
    return Head(*row) if row else None


def _newest(connection: Connection) -> int:
    return connection.execute(select(func.max(AuditRecord.seq))).scalar() or 0


def _begin(connection: Connection, trail: Trail) -> Head:
    if _newest(connection):
        raise LedgerError("The audit trail has records and no head", next_step=_VERIFY)
    key = trail.ring.newest
    connection.execute(insert(ChainHead).values(id=1, seq=0, mac=START, key=key))
    return seal(connection, trail, [Entry(SYSTEM, BEGIN, "key", key, after={"key": key})], datetime.now(UTC))


def _same_as(connection: Connection, head: Head, anchor: Path) -> None:
    """Nothing is added to a trail whose end is not what the anchor saw: it would hide that records are missing."""
    last = last_line(anchor)
    if last is None and head.seq > 1:
        raise LedgerError("The anchor of the audit trail is missing", where=str(anchor), next_step=_BACK)
    if last is None:
        return
    found = connection.execute(select(AuditRecord.mac).where(AuditRecord.seq == last.seq)).scalar()
    if found != last.mac or head.seq != _newest(connection):
        raise LedgerError(
            f"The ledger is not the one that its anchor saw last (record {last.seq:,}): it was changed from outside, "
            "or an old backup was restored",
            where=str(anchor),
            next_step=f"{_VERIFY}. After restoring a backup on purpose: workbench restore says so in the anchor.",
        )
