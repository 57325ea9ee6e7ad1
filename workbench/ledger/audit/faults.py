"""Tell what was done to a trail that does not hold, and where."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, inspect, select

from workbench.ledger.audit.anchor import Line
from workbench.ledger.audit.chain import head_of
from workbench.ledger.audit.walk import COLUMNS, MAC, PREV, SEQ, End, Record, is_genuine, number_of
from workbench.ledger.models import AuditRecord, moment
from workbench.ledger.models.every import ROWS
from workbench.ledger.models.trail import ChainHead
from workbench.ledger.models.upgrade import absent


class Tampering(StrEnum):
    """What was done to the trail."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    RESTORED = "old backup restored"
    KEY_SWAPPED = "key swapped"
    ANCHOR = "anchor damaged"
    GONE = "trail gone"


@dataclass(frozen=True)
class Fault:
    """The first record that is not what it was, and why."""

    seq: int
    kind: Tampering
    what: str


def of_tables(connection: Connection) -> Fault | None:
    """A database without the trail: it was dropped, or this is another database, or there is none any more."""
    gone = absent(connection, (AuditRecord.__tablename__, ChainHead.__tablename__))
    return Fault(1, Tampering.GONE, f"the ledger lacks {', '.join(gone[:5])}") if gone else None


def of_keys(end: End, keys: dict[str, bytes], lines: tuple[Line, ...]) -> Fault:
    """The next record's key is not in the key file: is the file another one, or does the first record lie?"""
    if end.seq == 0 and lines and lines[0].key in keys:
        return Fault(1, Tampering.EDITED, "it names another key than the anchor, as that of another ledger does")
    return Fault(end.seq + 1, Tampering.KEY_SWAPPED, f"the key file has no key {end.lacks}")


def of_chain(connection: Connection, end: End, keys: dict[str, bytes], anchored: int) -> Fault:
    """Where the chain breaks: by what the record there is, and where the one that belongs there went."""
    bad, seq, key = end.bad or (), end.seq + 1, keys.get(end.key)
    if not isinstance(bad[SEQ], int):
        return _without_a_number(connection, bad, seq, keys)
    if bad[SEQ] != seq:
        return _where_one_is_missing(connection, end, bad, key)
    after = _chained_on(connection, end.mac)
    if any(other[SEQ] == seq for other in after):
        return _where_one_is_changed(connection, end, anchored, key)
    if is_genuine(bad, seq, end.mac, key):
        return Fault(seq, Tampering.EDITED, "its link to the record before was changed")
    home = next((other for other in after if is_genuine(other, seq, end.mac, key)), None)
    if home is not None:
        return _where_another_stands(connection, seq, bad, home)
    follower = _record(connection, seq + 1)
    if follower is not None and is_genuine(follower, seq + 1, str(bad[MAC]), key):
        return Fault(seq, Tampering.EDITED, "record and link were changed")
    if _is_past_the_end(connection, seq, anchored):
        return Fault(seq, Tampering.INSERTED, "it stands after the end of the trail")
    return Fault(seq, Tampering.DELETED, "it is gone, and the records after it were renumbered")


def _is_past_the_end(connection: Connection, seq: int, anchored: int) -> bool:
    """Whether neither the anchor nor the database's own note knows of so many records."""
    head = head_of(connection)
    return seq > anchored and head is not None and seq > head.seq


def _without_a_number(connection: Connection, bad: Record, seq: int, keys: dict[str, bytes]) -> Fault:
    """Somebody took a record's number away: it is that after the record that it links to, if it is a true one."""
    before = select(AuditRecord.seq).where(AuditRecord.mac == str(bad[PREV])).order_by(AuditRecord.seq)
    found = connection.execute(before).scalar() or 0
    if any(is_genuine(bad, found + 1, str(bad[PREV]), key) for key in keys.values()):
        return Fault(found + 1, Tampering.EDITED, "its number was taken away")
    return Fault(seq, Tampering.INSERTED, "a record without a number, which nobody who has the key wrote")


def _where_one_is_missing(connection: Connection, end: End, bad: Record, key: bytes | None) -> Fault:
    """The next number is not there."""
    seq, number = end.seq + 1, number_of(bad)
    if number < seq:
        what = "its number stands twice" if number > 0 else f"a record with the number {number}"
        return Fault(max(number, 1), Tampering.INSERTED, what)
    home = next((each for each in _chained_on(connection, end.mac) if is_genuine(each, seq, end.mac, key)), None)
    if home is None:
        return Fault(seq, Tampering.DELETED, f"it is gone; record {bad[SEQ]} comes next")
    if home[SEQ] == bad[SEQ] or not isinstance(home[SEQ], int):
        return Fault(seq, Tampering.EDITED, f"its number was changed to {str(home[SEQ])[:40]}")
    return Fault(seq, Tampering.REORDERED, f"it stands at {home[SEQ]}")


def _where_one_is_changed(connection: Connection, end: End, anchored: int, key: bytes | None) -> Fault:
    """The record chains on the one before but is not what its digest says."""
    seq = end.seq + 1
    others = [each for each in _chained_on(connection, end.mac) if tuple(each) != tuple(end.bad or ())]
    if any(is_genuine(each, seq, end.mac, key) for each in others):
        return Fault(seq, Tampering.INSERTED, "nobody who has the key wrote it, and the true one stands elsewhere")
    if _is_past_the_end(connection, seq, anchored):
        return Fault(seq, Tampering.INSERTED, "it stands after the end of the trail")
    return Fault(seq, Tampering.EDITED, "it is not what its digest says")


def _where_another_stands(connection: Connection, seq: int, bad: Record, home: Record) -> Fault:
    """The true record stands elsewhere: was this one moved here, or made up?"""
    alike = connection.execute(select(func.count()).where(AuditRecord.mac == bad[MAC])).scalar()
    head = head_of(connection)
    known = bool(_chained_on(connection, str(bad[MAC]))) or (head is not None and head.mac == bad[MAC])
    if known and alike == 1:
        return Fault(seq, Tampering.REORDERED, f"another record stands here; the true one stands at {home[SEQ]}")
    return Fault(seq, Tampering.INSERTED, "nobody who has the key wrote it; the records after it were renumbered")


def of_tail(connection: Connection, end: End, anchored: int) -> Fault | None:
    """A chain that holds and yet is not all there."""
    head = head_of(connection)
    wanted = max(anchored, head.seq if head else 0)
    if end.seq < wanted:
        return _shorter(connection, end, wanted, head.seq if head else 0)
    if head is None or (head.seq, head.mac) != (end.seq, end.mac):
        at = min(head.seq + 1, end.seq) if head else end.seq
        return Fault(at, Tampering.INSERTED, "the database's own note of the end of the trail says otherwise")
    return None


def _shorter(connection: Connection, end: End, wanted: int, noted: int) -> Fault:
    """Was the tail cut, or is everything else of the database as old as the trail?"""
    if noted > end.seq or _later_change(connection) > end.ts:
        return Fault(end.seq + 1, Tampering.TRUNCATED, f"all records up to {wanted} are gone")
    return Fault(end.seq + 1, Tampering.RESTORED, f"the database is as it was then; records up to {wanted} are gone")


def of_kept(lost: tuple[Line, ...]) -> Fault:
    """A chain that holds, and an anchor that lacks lines of which somebody elsewhere has a signed copy."""
    first = lost[0]
    return Fault(
        first.seq, Tampering.ANCHOR, f"it lacks {len(lost)} lines that were kept elsewhere, the first of {first.at}"
    )


def of_anchor(end: End, lines: tuple[Line, ...], ts: str) -> Fault:
    """A chain that holds and is not the one that the anchor saw; ``ts`` is when the record at odds says it was made."""
    line = next(each for each in lines if each.seq == end.against)
    seq, what = end.anchored + 1, f"the anchor saw another record {end.against} at {line.at}"
    if line.key != end.key and not _names(lines, end.key):
        return Fault(seq, Tampering.KEY_SWAPPED, f"{what}, digested with the key {line.key}")
    if ts > line.at:
        return Fault(seq, Tampering.RESTORED, f"{what}; the trail was written on from an old state")
    return Fault(seq, Tampering.EDITED, f"{what}; who wrote the records anew had the key")


def _names(lines: tuple[Line, ...], key: str) -> bool:
    return any(line.key == key for line in lines)


def _later_change(connection: Connection) -> str:
    """When any row was last changed; a table whose times cannot be read tells nothing."""
    found: list[datetime] = []
    held = set(inspect(connection).get_table_names())
    for kind in (each for each in ROWS if each.__tablename__ in held):
        try:
            when = connection.execute(select(func.max(kind.updated_at))).scalar()
        except (ValueError, TypeError):
            continue
        found += [when] if when else []
    return moment(max(found)) if found else ""


def _chained_on(connection: Connection, mac: str) -> list[Record]:
    asked = select(*COLUMNS).where(AuditRecord.prev_mac == mac).order_by(AuditRecord.seq).limit(10)
    return [tuple(row) for row in connection.execute(asked)]


def _record(connection: Connection, seq: int) -> Record | None:
    row = connection.execute(select(*COLUMNS).where(AuditRecord.seq == seq)).first()
    return tuple(row) if row else None
