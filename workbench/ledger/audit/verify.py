"""Prove that the trail is whole, or name the first record that is not what it was."""

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from workbench.ledger.audit import faults
from workbench.ledger.audit.anchor import FILE, RESTORED, Book, Line, read_book, read_kept
from workbench.ledger.audit.chain import CHANGE, head_of, signed_text
from workbench.ledger.audit.faults import Fault, Tampering
from workbench.ledger.audit.keys import PUBLIC, Ring, is_signed, read_public, read_ring
from workbench.ledger.audit.walk import COLUMNS, PREV, SEQ, End, after_of, named_key, snapshot, stream, walk
from workbench.ledger.models import AuditRecord, Database


@dataclass(frozen=True)
class Verdict:
    """What was verified, and the first fault, if any."""

    records: int
    """How many records in a row are what they were."""
    mac: str
    """Digest of the last of these."""
    anchored: int
    """The last record that the anchor vouches for."""
    restored: tuple[Line, ...]
    """Places where an old backup was taken up again on purpose: records after them are known to be lost."""
    fault: Fault | None
    keyed: bool
    """Whether the records were held against their digests, or only against the anchor."""
    back: int = 0
    """The first record that says it is older, by more than a minute, than one before it; 0 for none.

    A clock was set back. That is no fault of the trail: records are in the order in which they were written."""


def verify(
    database: Database,
    keys: Path | None,
    anchor: Path,
    *,
    public: Ed25519PublicKey | None = None,
    kept: Path | None = None,
) -> Verdict:
    """Read the whole trail and hold it against its keys and its anchor.

    Others may write meanwhile: the anchor is read before the look at the records begins, and the keys after, so that
    neither lacks nor exceeds what the look holds.

    Args:
        database: whose trail.
        keys: folder of the keys. None verifies numbers, links and what the anchor saw, for which the public key is
            enough.
        anchor: folder of the anchor.
        public: the anchor's public key where it is not that of ``keys``; a copy kept elsewhere proves most.
        kept: a file with lines of the anchor that were kept elsewhere: with them it is seen that trail and anchor
            were both cut, or both turned back.

    Raises:
        LedgerError: a key cannot be read.
        ValueError: neither ``keys`` nor ``public`` is given.
    """
    signer = public or _own_public(keys)
    book = read_book(anchor / FILE, signer)
    lost = _lost(book, read_kept(kept, signer)) if kept else ()
    book = replace(book, lines=book.lines + lost)
    expected = expectations(book.lines)
    restored = tuple(line for line in book.lines if line.kind == RESTORED)
    with snapshot(database) as connection:
        if gone := faults.of_tables(connection):
            return Verdict(0, "", 0, restored, gone, keys is not None)
        head_of(connection)
        ring = read_ring(keys) if keys else None
        with closing(stream(connection)) as records:
            end = walk(records, ring.keys if ring else None, expected)
        fault = _fault(connection, end, book, expected, ring)
        if fault is None and ring is not None:
            fault = _unsigned_key(connection, signer)
        if fault is None and lost:
            fault = faults.of_kept(lost)
    return Verdict(end.seq, end.mac, end.anchored, restored, fault, ring is not None, end.back)


def expectations(lines: tuple[Line, ...]) -> dict[int, str]:
    """Digests by number that the anchor saw, without those that a declared restoration gave up."""
    seen: dict[int, str] = {}
    for line in lines:
        if line.kind == RESTORED:
            seen = {seq: mac for seq, mac in seen.items() if seq <= line.seq}
        seen[line.seq] = line.mac
    return seen


def _lost(book: Book, kept: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines that the anchor does not have any more."""
    there = set(book.lines)
    return tuple(line for line in kept if line not in there)


def _own_public(keys: Path | None) -> Ed25519PublicKey:
    if keys is None:
        raise ValueError("an anchor is checked with a public key")
    return read_public(keys / PUBLIC)


def _fault(connection: Connection, end: End, book: Book, expected: dict[int, str], ring: Ring | None) -> Fault | None:
    anchored = max(expected, default=0)
    if end.against:
        return faults.of_anchor(end, _standing(book.lines, expected), _when(connection, end.against))
    if end.lacks:
        return faults.of_keys(end, dict(ring.keys) if ring else {}, book.lines)
    if end.bad is not None:
        return faults.of_chain(connection, end, dict(ring.keys) if ring else {}, anchored)
    if book.fault or not book.lines:
        return Fault(end.anchored + 1, Tampering.ANCHOR, book.fault or "there is no anchor")
    return faults.of_tail(connection, end, anchored)


def _standing(lines: tuple[Line, ...], expected: dict[int, str]) -> tuple[Line, ...]:
    """The lines that no restoration gave up."""
    return tuple(line for line in lines if expected.get(line.seq) == line.mac)


def _when(connection: Connection, seq: int) -> str:
    return connection.execute(select(AuditRecord.ts).where(AuditRecord.seq == seq)).scalar() or ""


def _unsigned_key(connection: Connection, public: Ed25519PublicKey) -> Fault | None:
    """A change of the chain's key that the anchor's key did not sign."""
    for record in connection.execute(select(*COLUMNS).where(AuditRecord.verb == CHANGE).order_by(AuditRecord.seq)):
        text = signed_text(int(record[SEQ]), str(record[PREV]), named_key(record))
        if not is_signed(public, after_of(record, "signature"), text):
            return Fault(int(record[SEQ]), Tampering.KEY_SWAPPED, "the change of the key is not signed")
    return None
