"""Read records for people and other programs."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

import orjson
from sqlalchemy import Select, select

from workbench.ledger.audit.entry import FIELDS, START
from workbench.ledger.audit.walk import COLUMNS, MAC, Record, number_of, snapshot, stream
from workbench.ledger.models import AuditRecord, Database

_NAMES = (*FIELDS, "prev_mac", "mac")
_DOCUMENTS = ("roles", "before", "after")
LARGEST_PAGE = 1000


@dataclass(frozen=True)
class Selection:
    """Which records: those that have every value given, newest first, older than ``below``."""

    actor: str = ""
    verb: str = ""
    object_kind: str = ""
    object_id: str = ""
    below: int = 0
    """Only numbers below this one; 0 for the newest."""
    limit: int = 100


def show(database: Database, selection: Selection) -> list[dict[str, object]]:
    """A page of records as ``readable`` has them; ``seq`` of the last is ``below`` of the next page."""
    with snapshot(database) as connection:
        return [readable(tuple(row)) for row in connection.execute(_select(selection))]


def export(database: Database) -> Iterator[bytes]:
    """The whole trail, a line of JSON a record; the last line has the head, and the SHA-256 of all bytes before it."""
    seen, seq, mac = hashlib.sha256(), 0, START
    with snapshot(database) as connection, closing(stream(connection)) as records:
        for record in records:
            line = orjson.dumps(readable(record)) + b"\n"
            seen.update(line)
            seq, mac = number_of(record), _text(record[MAC])
            yield line
    yield orjson.dumps({"head": {"seq": seq, "mac": mac}, "sha256": seen.hexdigest()}) + b"\n"


def readable(record: Record) -> dict[str, object]:
    """A record with its documents read; what somebody put in the place of a number or a text is shown as text."""
    told = {name: _read(name, value) for name, value in zip(_NAMES, record, strict=True)}
    return told | {"seq": number_of(record)}


def _read(name: str, value: object) -> object:
    """A document that was tampered with is shown as the text it is."""
    text = _text(value)
    if name not in _DOCUMENTS:
        return text
    try:
        return orjson.loads(text or "null")
    except ValueError:
        return text


def _text(value: object) -> str:
    """Text that can be written anywhere."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    text = "" if value is None else str(value)
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _select(asked: Selection) -> Select[tuple[object, ...]]:
    wanted: Mapping[str, str] = {
        name: getattr(asked, name) for name in ("actor", "verb", "object_kind", "object_id") if getattr(asked, name)
    }
    query = select(*COLUMNS).where(*(getattr(AuditRecord, name) == value for name, value in wanted.items()))
    if asked.below:
        query = query.where(AuditRecord.seq < asked.below)
    return query.order_by(AuditRecord.seq.desc()).limit(min(max(asked.limit, 1), LARGEST_PAGE))
