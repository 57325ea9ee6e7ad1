"""The two ways a record takes to the store: raw mail through the parsers, rows of exports through their types."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl

from workbench.events.store import RAW, Batch, Store, Written
from workbench.events.store.accelerators import rows_with
from workbench.events.store.lease import lease
from workbench.events.store.schema import declared
from workbench.events.tables import Table, table
from workbench.intake.importing import originals
from workbench.intake.importing.children import Children, Lost, Mail, Outcome
from workbench.intake.importing.fit import Place, place, settled
from workbench.intake.importing.frames import typed
from workbench.intake.importing.log import Aside
from workbench.intake.importing.report import Report
from workbench.intake.mail import Reading
from workbench.intake.mail.charset import sound
from workbench.intake.sources import Row

MAIL_TABLES = ("EmailUrlInfo", "EmailAttachmentInfo", "EmailEvents", "WorkbenchMailFacts")
"""Committed in this order: a message counts as imported once its facts are in."""

LOOKED_UP = 512
"""Messages whose SHA-256 is looked up in the store at once."""

AHEAD = timedelta(days=1)
"""An event later than the clock by more than this carries a fault."""


@dataclass(frozen=True)
class Origin:
    """The file a record came from: its SHA-256, the name people know it by, and the table its name tells."""

    file_sha256: str
    file: str
    member: str
    hint: str = ""


@dataclass
class Account:
    """What the lanes share, for one import: the store, the account, and the records set aside since the last commit."""

    store: Store
    report: Report
    run: str
    seen_at: datetime
    asides: list[Aside] = field(default_factory=list)
    aside_of: Counter[str] = field(default_factory=Counter)
    last_file: dict[str, str] = field(default_factory=dict)
    commits: int = 0
    aside_bytes: int = 0

    def aside(self, origin: Origin, where: str, reason: str, raw: bytes) -> None:
        """Set a record aside, counted as quarantined."""
        self.asides.append(Aside(origin.file_sha256, origin.member, where, sound(reason), raw, hint=origin.hint))
        self.aside_of[origin.file_sha256] += 1
        self.aside_bytes += len(raw)
        self.report.quarantined += 1
        self.report.fault(origin.member, where, reason)

    def write(self, name: str, rows: pl.DataFrame, file: str) -> Written:
        """Commit rows of one table; ``file`` is the last that gave some."""
        self.commits += 1
        written = self.store.write(name, rows, Batch(self.run, self.commits))
        if written.kept:
            self.report.by_table[name] += written.kept
            self.last_file[name] = file
        return written


class MailLane:
    """Raw messages: known ones are duplicates, new ones are parsed, their originals kept and their rows committed."""

    def __init__(self, account: Account, children: Children, folder: Path) -> None:
        self._account, self._children, self._folder = account, children, folder
        self._asked: list[tuple[Origin, Mail]] = []
        self._origins: dict[str, Origin] = {}
        self._read: list[tuple[Mail, Reading]] = []
        self.waiting = self.waiting_bytes = 0

    def add(self, origin: Origin, where: str, raw: bytes) -> None:
        """Take in one message."""
        self._asked.append((origin, Mail(origin.member, origin.file_sha256, where, raw, sha256(raw).hexdigest())))
        self.waiting += 1
        self.waiting_bytes += len(raw)
        if len(self._asked) == LOOKED_UP:
            self._look_up()

    def commit(self) -> None:
        """Parse and commit all that was taken in.

        One importer at a time: what another one committed meanwhile is a duplicate, not an update by the same mail.
        """
        self._look_up()
        self._receive(self._children.finish())
        originals.keep(self._folder, (raw for mail, reading in self._read for raw in (mail.raw, *reading.inner)))
        if self._read:
            with lease(self._account.store.root / ".leases" / "mail.lease"):
                self._write()
        self._read, self._origins, self.waiting, self.waiting_bytes = [], {}, 0, 0

    def _write(self) -> None:
        known = _known(self._account.store, [digest for _, reading in self._read for digest in _digests(reading)])
        new = [reading for mail, reading in self._read if mail.digest not in known]
        taken = known | {reading.sha256 for reading in new}
        for name in MAIL_TABLES:
            rows = [row for reading in new for row in _rows_of(reading, name, taken)]
            self._account.write(name, frame_of(table(name), rows), self._read[-1][0].file)
        self._account.report.kept += len(new)
        self._account.report.duplicates += len(self._read) - len(new)

    def _look_up(self) -> None:
        asked, self._asked = self._asked, []
        known = _known(self._account.store, [mail.digest for _, mail in asked])
        for origin, mail in asked:
            if mail.digest in known or mail.digest in self._origins:
                self._account.report.duplicates += 1
                continue
            self._origins[mail.digest] = origin
            self._receive(self._children.send(mail))

    def _receive(self, outcomes: Iterable[Outcome]) -> None:
        for mail, outcome in outcomes:
            origin = self._origins[mail.digest]
            if isinstance(outcome, Lost):
                self._account.aside(origin, mail.where, f"the message cannot be read: {outcome.reason}", mail.raw)
                continue
            self._read.append((mail, outcome))
            for fault in outcome.faults:
                self._account.report.fault(origin.file, fault.where, fault.reason)


class RowLane:
    """Rows of exports: placed by their names, cast, and committed table by table."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._rows: dict[str, list[tuple[Origin, Row]]] = {}
        self.waiting = self.waiting_bytes = 0

    def add(self, origin: Origin, row: Row) -> None:
        """Take in one row; one that fits no table is set aside at once."""
        found = _place(row.table or origin.hint, row.values)
        if found.table is None:
            self._account.aside(origin, row.where, found.reason, row.raw)
            return
        self._rows.setdefault(found.table.name, []).append((origin, row))
        self.waiting += 1
        self.waiting_bytes += len(row.raw)

    def commit(self) -> None:
        """Cast and commit all that was taken in."""
        for name, rows in sorted(self._rows.items()):
            self._commit(table(name), rows)
        self._rows, self.waiting, self.waiting_bytes = {}, 0, 0

    def _commit(self, destination: Table, rows: list[tuple[Origin, Row]]) -> None:
        account = self._account
        cast = typed(destination, [row.values for _, row in rows])
        for at, reason in cast.bad.items():
            account.aside(rows[at][0], rows[at][1].where, reason, rows[at][1].raw)
        for column, count in cast.undeclared.items():
            reason = f"is not declared for {destination.name}; kept with the row"
            account.report.fault(rows[0][0].file, f"column {column}", reason, count)
        good = [origin for at, (origin, _) in enumerate(rows) if at not in cast.bad]
        self._note_future(destination, cast.frame, good)
        written = account.write(destination.name, cast.frame, rows[-1][0].member)
        account.report.kept += written.kept
        account.report.duplicates += written.duplicates

    def _note_future(self, destination: Table, frame: pl.DataFrame, origins: list[Origin]) -> None:
        if not destination.time:
            return
        late = (frame[destination.time] > self._account.seen_at + AHEAD).arg_true()
        for at in late:
            reason = "lies more than a day after the time of import"
            self._account.report.fault(origins[at].file, f"column {destination.time}", reason)


def _place(hint: str, values: dict[str, object]) -> Place:
    kind = values.get("Type")
    known, names = kind if isinstance(kind, str) else "", tuple(values)
    if found := settled(hint, known, names):
        return found
    return place(hint, known, names, frozenset(name for name, value in values.items() if value not in (None, "")))


def _digests(reading: Reading) -> list[str]:
    """The message and those inside it."""
    return [str(row["RawSHA256"]) for row in reading.rows["WorkbenchMailFacts"]]


def _rows_of(reading: Reading, name: str, taken: frozenset[str]) -> list[dict[str, object]]:
    """The rows of a message, with those of messages inside it that are not in the store and not read for themselves."""
    rows = reading.rows.get(name, ())
    return [row for row in rows if row["_Raw"] == reading.sha256 or row["_Raw"] not in taken]


def _known(store: Store, digests: list[str]) -> frozenset[str]:
    facts = rows_with(store, "WorkbenchMailFacts", "RawSHA256", digests).select("RawSHA256")
    return frozenset(facts.collect(engine="streaming")["RawSHA256"]) if digests else frozenset()


def frame_of(destination: Table, rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    """Rows whose values are what the table takes, as a typed frame of the columns that any of them has."""
    listed = list(rows)
    schema = {**declared(destination), RAW: pl.String()}
    held = {name for row in listed for name in row}
    if not held:
        return pl.DataFrame(schema=schema)
    columns = {name: [row.get(name) for row in listed] for name in schema if name in held}
    return pl.DataFrame([_series(name, values, schema[name]) for name, values in columns.items()])


def _series(name: str, values: list[object], kind: pl.DataType) -> pl.Series:
    """A column; the strict way is twice as fast, the other one leaves null what does not fit."""
    try:
        return pl.Series(name, values, kind, strict=True)
    except (TypeError, OverflowError):
        return pl.Series(name, values, kind, strict=False)
