"""What brings an audit record: the document itself, or an export's row with the document in a cell.

Carriers cut. A search index keeps 10,000 characters of a row, a spreadsheet 32,767 of a cell: of a document that was
cut the fields that stand whole before the cut are kept, and the row's own columns tell the rest.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import LONGEST_NESTED, sound

DOCUMENTS = ("AuditData", "auditData")
"""Columns that hold the document: of PowerShell and the portal, and of the query interface of the graph."""

_OUTER: Mapping[str, tuple[str, ...]] = {
    "CreationTime": ("CreationDate", "createdDateTime"),
    "Operation": ("Operations", "Operation", "operation"),
    "UserId": ("UserIds", "UserId", "userPrincipalName", "userId"),
    "RecordType": ("RecordType", "auditLogRecordType"),
    "Id": ("Identity", "RecordId", "id"),
}
"""Fields of the document to the columns of the export that repeat them."""

_INDEXED, _TIMES = frozenset({"_raw", "_time"}), frozenset({"Timestamp", "TimeGenerated"})
"""Names that a search index gives each line it keeps; a line of a hunting table has its own time beside them."""

_COMMON = ("CreationTime", "Operation", "Id", "RecordType", "Workload", "UserType", "OrganizationId")
_ENOUGH = 4
_BESIDE = frozenset(name for names in _OUTER.values() for name in names) | {"ResultIndex", "service"}
_MEMBER = re.compile(r'\s*,?\s*"((?:[^"\\]|\\.){0,256})"\s*:\s*', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True)
class Carried:
    """The document, and why it is not whole; ``document`` is empty where there is nothing of one."""

    document: Row
    cut: str = ""


def is_activity_record(names: Iterable[str]) -> bool:
    """Whether something with these names is an audit record: the document itself, or a row that carries one.

    No table of the hunting or workspace schemas has ``CreationTime`` or ``AuditData``.
    """
    held = set(names)
    if not held.isdisjoint(DOCUMENTS):
        return not held.isdisjoint(_BESIDE)
    if held >= _INDEXED and held.isdisjoint(_TIMES):
        return True
    return "CreationTime" in held and len(held.intersection(_COMMON)) >= _ENOUGH


def opened(values: Row) -> Carried:
    """The document that a record is or carries; never raises over what the cell holds."""
    name = next((each for each in DOCUMENTS if each in values), None)
    if name is None:
        return Carried((_whole(values) if "_raw" in values else None) or values)
    cell = values[name]
    if isinstance(cell, str) and cell.strip():
        return _read(cell, values)
    if isinstance(cell, dict) and cell:
        return Carried(_with_outer(cell, values))
    return _without_document(values)


def _read(cell: str, values: Row) -> Carried:
    try:
        found = orjson.loads(cell)
    except (orjson.JSONDecodeError, UnicodeError):
        found = _lenient(cell)
    if isinstance(found, dict):
        return Carried(_with_outer(found, values))
    if found is not None:
        return Carried({}, "AuditData is no JSON object")
    kept = _members(cell)
    reason = f"AuditData is cut after {len(cell):,} characters" if kept else "AuditData is not JSON"
    return Carried(_outer(values) | kept, reason)


def _lenient(cell: str) -> object:
    """What strict JSON refuses and exporters write all the same; None where it is no JSON at all."""
    try:
        return sound(json.loads(cell, strict=False))
    except (ValueError, RecursionError):
        return None


def _whole(values: Row) -> Row | None:
    """The document in the line that a search index keeps, where all of it is there."""
    raw = values.get("_raw")
    begun = _quoted_document(raw) if isinstance(raw, str) else ""
    try:
        found, _ = _DECODER.raw_decode(begun)
    except (ValueError, RecursionError):
        return None
    document = sound(found)
    return document if isinstance(document, dict) and "CreationTime" in document else None


def _without_document(values: Row) -> Carried:
    if whole := _whole(values):
        return Carried(_with_outer(whole, values))
    raw = values.get("_raw")
    held = raw if isinstance(raw, str) else ""
    kept = _members(_quoted_document(held))
    why = f": the carrier cut the record at {len(held):,} characters" if held else ""
    return Carried(_outer(values) | kept, f"AuditData is missing{why}")


def _with_outer(document: Row, values: Row) -> Row:
    """The document; where it lacks what every record has, with what the export's columns say."""
    return document if document.keys() >= _OUTER.keys() else _outer(values) | document


def _outer(values: Row) -> Row:
    """What the export's own columns say, under the names of the document."""
    found = {
        field: next((values[name] for name in names if values.get(name) not in (None, "")), None)
        for field, names in _OUTER.items()
    }
    return {field: value for field, value in found.items() if value is not None}


def _quoted_document(raw: str) -> str:
    """The beginning of a JSON document inside a line of CSV, its doubled quotes undone."""
    doubled = raw.find('{""')
    if doubled >= 0:
        return raw[doubled:].replace('""', '"')
    return raw[max(raw.find('{"'), 0) :]


def _members(cut: str) -> Row:
    """The members of an object that stand whole before the cut."""
    found: Row = {}
    at = cut.find("{") + 1
    if at == 0 or len(cut) > LONGEST_NESTED:
        return found
    while hit := _MEMBER.match(cut, at):
        try:
            value, at = _DECODER.raw_decode(cut, hit.end())
        except (ValueError, RecursionError):
            return found
        if at < len(cut):
            found[hit[1]] = sound(value)
    return found
