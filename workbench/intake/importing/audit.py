"""Audit records on their way to the store: one record, rows in several tables, one place in the account."""

from dataclasses import dataclass, field

from workbench.base.config import Organisation, shipped
from workbench.intake.activity import Context, Reading, read_record
from workbench.intake.sources import Row

PRIMARY = "CloudAppEvents"
"""The table with one row for every record: committed last, and by it a record counts as new or as a duplicate."""

FRONT_ENDS = "microsoft_365_addresses.txt"


@dataclass
class Audited:
    """Rows of audit records. ``primary`` has one for each whole record, ``beside`` by table those that come with them.

    ``asides`` are records that are not whole, each with the reason; what is left of them stands beside, too.
    """

    primary: list[dict[str, object]] = field(default_factory=list)
    beside: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    asides: list[tuple[Row, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


def audited(rows: list[Row], context: Context) -> Audited:
    """Read audit records, one after another."""
    found = Audited()
    for row in rows:
        reading = read_record(row.values, context)
        found.faults += [(fault.where, fault.reason) for fault in reading.faults]
        if reading.aside:
            found.asides.append((row, reading.aside))
        _add(found, reading)
    return found


def _add(found: Audited, reading: Reading) -> None:
    for name, rows in reading.rows.items():
        if name == PRIMARY and not reading.aside:
            found.primary += rows
        elif name == PRIMARY or not reading.aside:
            found.beside.setdefault(name, []).extend(rows)


def audit_context(organisation: Organisation) -> Context:
    """What readers of audit records are told of the organisation, and of Microsoft's own addresses."""
    lines = (shipped("data") / "lookups" / FRONT_ENDS).read_text("utf-8").splitlines()
    ranges = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return Context(organisation.domains, ranges, tuple(map(str, organisation.egress)))
