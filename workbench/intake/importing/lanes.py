"""The two ways a record takes to the store: raw mail through the parsers, rows of exports through their types."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from workbench.events.store import Batch, Store, Written
from workbench.events.store.accelerators import rows_with
from workbench.events.store.lease import lease
from workbench.events.tables import table
from workbench.intake.importing import originals
from workbench.intake.importing.children import Asked, Lost, Mail, MailChildren, Outcome, RowChildren
from workbench.intake.importing.frames import frame_of
from workbench.intake.importing.log import Aside
from workbench.intake.importing.origin import Origin
from workbench.intake.importing.report import Report
from workbench.intake.importing.taking import Refusal, Taken, Task
from workbench.intake.importing.writer import Load, Parcel
from workbench.intake.mail import STANDINGS, Reading
from workbench.intake.mail.charset import sound
from workbench.intake.sources import Block, Broken, Kind, Record, kinds

MAIL_TABLES = ("EmailUrlInfo", "EmailAttachmentInfo", "EmailEvents", "WorkbenchMailFacts")
"""Committed in this order: a message counts as imported once its facts are in."""

TASK_BYTES = 2 * 2**20
"""Bytes of records that are handed to a child at once, at least ..."""

TASKS_AT_ONCE = 256
"""... unless they are so many small files."""

LOOKED_UP = 512
"""Messages whose SHA-256 is looked up in the store at once."""


@dataclass
class Account:
    """What the lanes share, for one import: the store, the account, and the records set aside since the last commit."""

    store: Store
    report: Report
    run: str
    seen_at: datetime
    asides: list[Aside] = field(default_factory=list)
    aside_of: Counter[str] = field(default_factory=Counter)
    records_of: Counter[str] = field(default_factory=Counter)
    last_file: dict[str, str] = field(default_factory=dict)
    commits: int = 0
    aside_bytes: int = 0

    def count(self, origin: Origin, records: int = 1) -> None:
        """Count records that were read, wherever they end up."""
        self.report.rows_in += records
        self.records_of[origin.file_sha256] += records

    def aside(self, origin: Origin, refusal: Refusal, kind: str = "") -> None:
        """Set a record aside, counted as quarantined."""
        hint, reason = refusal.hint or origin.hint, sound(refusal.reason)
        self.asides.append(
            Aside(
                origin.file_sha256,
                origin.member,
                refusal.where,
                reason,
                refusal.raw,
                kind=kind,
                hint=hint,
                context=refusal.context,
            )
        )
        self.aside_of[origin.file_sha256] += 1
        self.aside_bytes += len(refusal.raw)
        self.report.quarantined += 1
        self.report.fault(origin.member, refusal.where, reason)

    def write(self, name: str, rows: pl.DataFrame, file: str, instead_of: Sequence[str] = ()) -> Written:
        """Commit rows of one table; ``file`` is the last that gave some, ``instead_of`` the mails read better now."""
        written = self.store.write(name, rows, self.batch(), instead_of=instead_of)
        self.wrote(name, written, file)
        return written

    def batch(self) -> Batch:
        """The name of the next commit."""
        self.commits += 1
        return Batch(self.run, self.commits)

    def wrote(self, name: str, written: Written, file: str) -> None:
        """Count rows of one table that were committed."""
        if written.kept:
            self.report.by_table[name] += written.kept
            self.last_file[name] = file

    def settle(self, load: Load, written: Written) -> None:
        """Count what became of rows that were written beside the reading."""
        self.wrote(load.table, written, load.file)
        if load.counts:
            self.report.kept += written.kept
            self.report.duplicates += written.duplicates


class MailLane:
    """Raw messages: known ones are duplicates, new ones are parsed, their originals kept and their rows committed."""

    def __init__(self, account: Account, children: MailChildren, folder: Path, *, at_once: int = LOOKED_UP) -> None:
        self._account, self._children, self._folder, self._at_once = account, children, folder, at_once
        self._asked: list[tuple[Origin, Mail]] = []
        self._origins: dict[str, Origin] = {}
        self._read: list[tuple[Mail, Reading]] = []
        self.waiting = self.waiting_bytes = 0

    def add(self, origin: Origin, where: str, raw: bytes) -> None:
        """Take in one message."""
        self._asked.append((origin, Mail(origin.member, origin.file_sha256, where, raw, sha256(raw).hexdigest())))
        self.waiting += 1
        self.waiting_bytes += len(raw)
        if len(self._asked) >= self._at_once:
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
        readings = [reading for _, reading in self._read]
        known = _known(self._account.store, [digest for reading in readings for digest in _standings(reading)])
        best = _best(readings, known)
        for name in MAIL_TABLES:
            rows = [
                row
                for number, reading in enumerate(readings)
                for row in reading.rows.get(name, ())
                if best.get(str(row["_Raw"])) == number
            ]
            again = sorted(best.keys() & known.keys())
            self._account.write(name, frame_of(table(name), rows), self._read[-1][0].file, again)
        kept = sum(best.get(reading.sha256) == number for number, reading in enumerate(readings))
        self._account.report.kept += kept
        self._account.report.duplicates += len(readings) - kept

    def _look_up(self) -> None:
        asked, self._asked = self._asked, []
        known = _known(self._account.store, [mail.digest for _, mail in asked])
        for origin, mail in asked:
            if known.get(mail.digest) == len(STANDINGS) - 1 or mail.digest in self._origins:
                self._account.report.duplicates += 1
                continue
            self._origins[mail.digest] = origin
            self._receive(self._children.send(mail))

    def _receive(self, outcomes: Iterable[Outcome]) -> None:
        for mail, outcome in outcomes:
            origin = self._origins[mail.digest]
            if isinstance(outcome, Lost):
                reason = f"the message cannot be read: {outcome.reason}"
                self._account.aside(origin, Refusal(mail.where, reason, mail.raw), "raw_mail")
                continue
            self._read.append((mail, outcome))
            for fault in outcome.faults:
                self._account.report.fault(origin.file, fault.where, fault.reason)


class RowLane:
    """Rows of exports: read in children block by block, and gathered by table for the writer."""

    def __init__(self, account: Account, children: RowChildren) -> None:
        self._account, self._children = account, children
        self._asked: list[tuple[Origin, Task]] = []
        self._asked_bytes = 0
        self._frames: dict[str, list[pl.DataFrame]] = {}
        self._beside: dict[str, list[pl.DataFrame]] = {}
        self._last_file: dict[str, str] = {}
        self.on_their_way: Counter[str] = Counter()
        """Tasks of each file, by its SHA-256, that are not back yet."""
        self.waiting = self.waiting_bytes = 0

    def add(self, origin: Origin, kind: Kind, piece: Block | Record) -> None:
        """Take in a block or a record that was cut out by itself; one that cannot be read is set aside at once."""
        if isinstance(piece, Broken):
            self._account.count(origin)
            refusal = Refusal(piece.where, piece.reason, piece.raw, context=piece.context)
            self._account.aside(origin, refusal, kind.kept_as or kind.name)
            return
        block, record = ((piece,), ()) if isinstance(piece, Block) else ((), (piece,))
        self._ask(origin, Task(kind.name, origin.hint, block, record), len(piece.raw))
        if self._asked_bytes >= TASK_BYTES or len(self._asked) == TASKS_AT_ONCE:
            self._send()

    def drain(self, between: Callable[[], None]) -> None:
        """Wait until everything taken in is read; ``between`` is called whenever some of it is."""
        while self._asked or self._children.busy:
            if self._asked:
                self._send()
            self._receive(self._children.next())
            between()

    def parcel(self) -> Parcel:
        """Hand out all that is read; rows that only come with a record first, so that it is known once they all are."""
        loads = [
            Load(name, frames, self._last_file[name], self._account.batch(), counts)
            for held, counts in ((self._beside, False), (self._frames, True))
            for name, frames in sorted(held.items())
        ]
        self._beside, self._frames, self.waiting, self.waiting_bytes = {}, {}, 0, 0
        return loads

    def _ask(self, origin: Origin, task: Task, size: int) -> None:
        self._asked.append((origin, task))
        self._asked_bytes += size
        self.on_their_way[origin.file_sha256] += 1

    def _send(self) -> None:
        asked, self._asked, self._asked_bytes = self._asked, [], 0
        self._receive(self._children.send(asked))

    def _receive(self, outcomes: Iterable[tuple[Asked, Taken]]) -> None:
        for (origin, task), taken in outcomes:
            self._take(origin, kinds()[task.kind], taken)
            self._account.count(origin, taken.records)
            if taken.more is not None:
                self._ask(origin, Task(task.kind, task.hint, (taken.more,)), 0)

    def _take(self, origin: Origin, kind: Kind, taken: Taken) -> None:
        self.on_their_way[origin.file_sha256] -= 1
        for held, frames in ((self._frames, taken.frames), (self._beside, taken.beside)):
            for name, rows, packed in frames:
                frame = pl.read_ipc_stream(packed)
                held.setdefault(name, []).append(frame)
                self._last_file[name] = origin.member
                self.waiting += rows
                self.waiting_bytes += int(frame.estimated_size())
        for refusal in taken.refusals:
            self._account.aside(origin, refusal, kind.kept_as or kind.name)
        for (where, reason), count in taken.faults.items():
            self._account.report.fault(origin.file, where, reason, count)


def _standings(reading: Reading) -> dict[str, int]:
    """The message and those inside it, each with how far it is to be believed: its place in ``STANDINGS``."""
    return {str(row["RawSHA256"]): _place(row["Standing"]) for row in reading.rows["WorkbenchMailFacts"]}


def _best(readings: Sequence[Reading], known: Mapping[str, int]) -> dict[str, int]:
    """For each message that is better known than before, the number of the reading that knows it best."""
    found: dict[str, tuple[int, int]] = {}
    for number, reading in enumerate(readings):
        for digest, place in _standings(reading).items():
            if place > max(known.get(digest, -1), found.get(digest, (-1, 0))[0]):
                found[digest] = place, number
    return {digest: number for digest, (_, number) in found.items()}


def _known(store: Store, digests: list[str]) -> dict[str, int]:
    """Messages of the store with their place in ``STANDINGS``."""
    if not digests:
        return {}
    facts = rows_with(store, "WorkbenchMailFacts", "RawSHA256", digests).select("RawSHA256", "Standing")
    return {digest: _place(standing) for digest, standing in facts.collect(engine="streaming").iter_rows()}


def _place(standing: object) -> int:
    """Rows of stores that were made before there was a standing count as received."""
    return STANDINGS.index(str(standing)) if standing in STANDINGS else len(STANDINGS) - 1
