"""Read the trail in order and hold every record against the one before."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import methodcaller
from typing import Any

import orjson
from sqlalchemy import Connection, select

from workbench.ledger.audit.chain import BEGIN, CHANGE
from workbench.ledger.audit.entry import FIELDS, START, digest
from workbench.ledger.models import AuditRecord, Database
from workbench.ledger.models.database import told

AT_ONCE = 5_000
COLUMNS = tuple(getattr(AuditRecord, name) for name in (*FIELDS, "prev_mac", "mac"))
SEQ, TS, VERB, AFTER = (FIELDS.index(name) for name in ("seq", "ts", "verb", "after"))
PREV, MAC = len(FIELDS), len(FIELDS) + 1

LEEWAY = timedelta(minutes=1)
"""How far the clocks of those who write one trail may differ."""

Record = Sequence[object]
"""A row of the trail, in the order of ``COLUMNS``; of any type where somebody changed it in an SQLite file."""

_lenient = methodcaller("decode", "utf-8", "surrogateescape")


@dataclass(frozen=True)
class End:
    """How far the chain holds: the last good record, and what came next where that is no good one."""

    seq: int
    mac: str
    ts: str
    key: str
    """Fingerprint of the key that the next record is digested with."""
    bad: Record | None = None
    lacks: str = ""
    """Fingerprint of a key that is not in the ring; nothing after can be checked."""
    anchored: int = 0
    """The last number at which the anchor agrees."""
    against: int = 0
    """The first number at which the anchor disagrees; 0 where it does nowhere."""
    back: int = 0
    """The first number whose time is before that of an earlier record by more than ``LEEWAY``; 0 for none."""


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """One look at the trail, which later records do not disturb."""
    with told(database.engine), database.engine.connect() as plain:
        if not database.is_sqlite:
            yield plain.execution_options(isolation_level="REPEATABLE READ")
            return
        with _any_bytes(plain):
            yield plain


@contextmanager
def _any_bytes(connection: Connection) -> Iterator[None]:
    """An SQLite file holds whatever somebody put there: text that is none is read all the same, and told as changed."""
    driver: Any = connection.connection.driver_connection
    driver.text_factory = _lenient
    try:
        yield
    finally:
        driver.text_factory = str


def stream(connection: Connection) -> Generator[Record, None, None]:
    """Records in the order of their numbers, a few thousand in memory; to be closed by who does not read to the end."""
    asked = select(*COLUMNS).order_by(AuditRecord.seq).execution_options(stream_results=True, yield_per=AT_ONCE)
    with connection.execute(asked) as result:
        for part in result.partitions(AT_ONCE):
            yield from part


def walk(records: Iterable[Record], keys: Mapping[str, bytes] | None, anchored: Mapping[int, str]) -> End:
    """Follow the chain to its end or to the first record that is no good.

    Without keys only numbers, links and the anchor are held against the records.
    """
    seq, mac, ts, key, agreed, against, back, latest = 0, START, "", next(iter(keys or ()), ""), 0, 0, 0, ""
    for record in records:
        if record[SEQ] == 1 and record[VERB] == BEGIN:
            key = named_key(record)
        if keys is not None and key not in keys:
            return End(seq, mac, ts, key, record, key or "none", agreed, against, back)
        if not _follows(record, seq, mac, keys[key] if keys is not None else None):
            return End(seq, mac, ts, key, record, "", agreed, against, back)
        seq, mac, ts = seq + 1, str(record[MAC]), str(record[TS])
        back = back or seq * is_set_back(latest, ts)
        latest = max(latest, ts)
        if record[VERB] == CHANGE:
            key = named_key(record)
        if seq in anchored and not against:
            agreed, against = (seq, 0) if anchored[seq] == mac else (agreed, seq)
    return End(seq, mac, ts, key, None, "", agreed, against, back)


def is_set_back(latest: str, ts: str) -> bool:
    """Whether a time is further behind another one than clocks differ."""
    if ts >= latest:
        return False
    try:
        return datetime.fromisoformat(latest) - datetime.fromisoformat(ts) > LEEWAY
    except ValueError:
        return True


def is_genuine(record: Record, seq: int, prev: str, key: bytes | None) -> bool:
    """Whether this would be the record of that number after that digest."""
    return key is not None and _has_digest(key, prev, (seq, *record[1:PREV]), record[MAC])


def number_of(record: Record) -> int:
    """A record's number; 0 where somebody put something else in its place."""
    found = record[SEQ]
    return found if isinstance(found, int) else 0


def named_key(record: Record) -> str:
    """The fingerprint that a record of a key names; empty where it cannot be read."""
    return after_of(record, "key")


def after_of(record: Record, name: str) -> str:
    """A text of what a record says is so since then; empty where it cannot be read."""
    try:
        return str(orjson.loads(str(record[AFTER]))[name])
    except (ValueError, KeyError, TypeError):
        return ""


def _follows(record: Record, seq: int, mac: str, key: bytes | None) -> bool:
    linked = record[SEQ] == seq + 1 and record[PREV] == mac
    return linked and (key is None or _has_digest(key, mac, record[:PREV], record[MAC]))


def _has_digest(key: bytes, prev: str, fields: Sequence[object], mac: object) -> bool:
    """Whether a digest is that of these fields; what cannot be written as JSON has none."""
    try:
        return digest(key, prev, fields) == mac
    except TypeError:
        return False
