"""The way of audit records to the store: one record, rows in several tables, one place in the account."""

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.base.config import Organisation, shipped
from workbench.events.tables import table
from workbench.intake.activity import Context, Reading, read_record
from workbench.intake.importing.lanes import Account, Origin, frame_of
from workbench.intake.sources import Row

PRIMARY = "CloudAppEvents"
"""The table with one row for every record: committed last, and by it a record counts as new or as a duplicate."""

FRONT_ENDS = "microsoft_365_addresses.txt"


@dataclass(frozen=True)
class _Read:
    """A record's reading, with the file it came from."""

    origin: Origin
    reading: Reading


class AuditLane:
    """Audit records: read one by one, and committed table by table."""

    def __init__(self, account: Account, context: Context) -> None:
        self._account, self._context = account, context
        self._read: list[_Read] = []
        self.waiting = self.waiting_bytes = 0

    def add(self, origin: Origin, row: Row) -> None:
        """Take in one record; one that is not whole is set aside, and what is left of it kept as a row all the same."""
        reading = read_record(row.values, self._context)
        for fault in reading.faults:
            self._account.report.fault(origin.member, fault.where, fault.reason)
        if reading.aside:
            self._account.aside(origin, row.where, reading.aside, row.raw)
        self._read.append(_Read(origin, reading))
        self.waiting += 1
        self.waiting_bytes += len(row.raw)

    def commit(self) -> None:
        """Commit all that was taken in."""
        read, self._read, self.waiting, self.waiting_bytes = self._read, [], 0, 0
        whole = [each.reading for each in read if not each.reading.aside]
        left = [each.reading for each in read if each.reading.aside]
        file = read[-1].origin.member if read else ""
        self._write(PRIMARY, left, file)
        for name in sorted({name for reading in whole for name in reading.rows} - {PRIMARY}):
            self._write(name, whole, file)
        kept, duplicates = self._write(PRIMARY, whole, file)
        self._account.report.kept += kept
        self._account.report.duplicates += duplicates

    def _write(self, name: str, readings: Iterable[Reading], file: str) -> tuple[int, int]:
        rows = [row for reading in readings for row in reading.rows.get(name, ())]
        if not rows:
            return 0, 0
        written = self._account.write(name, frame_of(table(name), rows), file)
        return written.kept, written.duplicates


def audit_context(organisation: Organisation) -> Context:
    """What readers of audit records are told of the organisation, and of Microsoft's own addresses."""
    lines = (shipped("data") / "lookups" / FRONT_ENDS).read_text("utf-8").splitlines()
    ranges = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return Context(organisation.domains, ranges, tuple(map(str, organisation.egress)))
