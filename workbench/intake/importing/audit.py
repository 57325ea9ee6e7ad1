"""Audit records on their way to the store: one record, rows in several tables, one place in the account."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from workbench.base.config import Organisation
from workbench.events.lookups import Lookups
from workbench.intake.activity import Context, Reading, read_record
from workbench.intake.importing.cells import are_doubtful
from workbench.intake.sources import Sheet

PRIMARY = "CloudAppEvents"
"""The table with one row for every record: committed last, and by it a record counts as new or as a duplicate."""

DOCUMENT = "RawEventData"
"""Its column with the record itself."""

_LONG = b"0" * 19
"""Digits from which a number may be too long for the fast reader of JSON, which then rounds it."""

_DIGITS = bytes.maketrans(b"0123456789", b"0000000000")
_MANY = 200
"""Brackets in a record from which it may nest deeper than is read."""

FRONT_ENDS = "microsoft_365_addresses"


@dataclass
class Audited:
    """Rows of audit records. ``primary`` has one for each whole record, ``beside`` by table those that come with them.

    What is left of records that are not whole stands beside, too. ``documents`` are those of the primary rows, as far
    as they are known; see ``Reading``.
    """

    primary: list[dict[str, object]] = field(default_factory=list)
    documents: list[dict[str, object] | None] = field(default_factory=list)
    beside: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)


def audited(readings: Iterable[Reading]) -> Audited:
    """The rows of audit records that were read."""
    found = Audited()
    for reading in readings:
        found.faults += [(fault.where, fault.reason) for fault in reading.faults]
        _add(found, reading)
    return found


def may_be_rounded(raw: bytes) -> bool:
    """Whether numbers stand in the bytes of records that the fast reader of JSON may have rounded."""
    return _LONG in raw.translate(_DIGITS)


def sheet_read(sheet: Sheet, context: Context, *, rounded: bool) -> list[tuple[int, Reading | None]]:
    """Audit records that were read in bulk, each with its unit; None where only reading it with care can tell."""
    names, found = sheet.names, list[tuple[int, Reading | None]]()
    objects = sheet.objects or [dict(zip(names, row, strict=True)) for row in sheet.rows]
    for record, unit in zip(objects, sheet.units, strict=True):
        if rounded and are_doubtful(record.values()):
            found.append((unit, None))
            continue
        reading = read_record(record, context)
        found.append((unit, None if reading.aside or _is_deep(reading) else reading))
    return found


def _is_deep(reading: Reading) -> bool:
    text = str(reading.rows[PRIMARY][0][DOCUMENT])
    return text.count("{") + text.count("[") > _MANY


def _add(found: Audited, reading: Reading) -> None:
    for name, rows in reading.rows.items():
        if name == PRIMARY and not reading.aside:
            found.primary += rows
            found.documents += [reading.document] * len(rows)
        elif name == PRIMARY or not reading.aside:
            found.beside.setdefault(name, []).extend(rows)


def audit_context(organisation: Organisation, lookups: Lookups) -> Context:
    """What readers of audit records are told of the organisation, and of Microsoft's own addresses."""
    return Context(organisation.domains, lookups.entries(FRONT_ENDS), tuple(map(str, organisation.egress)))
