"""Import files and folders: one account, whole batches, nothing lost between reading and the store."""

import os
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from uuid import uuid4

from workbench.base.config import Workspace
from workbench.base.errors import NotFound
from workbench.events.store import Store, settle_if_crowded
from workbench.intake.activity import is_activity_record
from workbench.intake.importing.audit_lane import AuditLane, audit_context
from workbench.intake.importing.children import Children
from workbench.intake.importing.context import context_of
from workbench.intake.importing.fit import columns_fit, table_named
from workbench.intake.importing.lanes import Account, MailLane, Origin, RowLane
from workbench.intake.importing.log import Import, IntakeLog, KnownFile, ReadFile, now, whoami
from workbench.intake.importing.report import Report
from workbench.intake.mail.charset import sound
from workbench.intake.sources import (
    HEAD_BYTES,
    Item,
    Kind,
    Message,
    Passed,
    Record,
    Refused,
    Row,
    Unreadable,
    files_below,
    is_document,
    items_in,
    kind_of,
    kinds,
    unpacked_name,
)

ROWS_PER_COMMIT = 50_000
ROW_BYTES_PER_COMMIT = 128 * 2**20
ASIDES_PER_COMMIT = 10_000
ASIDE_BYTES_PER_COMMIT = 32 * 2**20
MAIL_BYTES_PER_COMMIT = 64 * 2**20
MAILS_PER_COMMIT = 4_000

_NAMED_PATHS = 20

DAMAGED = (Refused, OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error)
"""What reading on in a damaged file or member raises."""


@dataclass(frozen=True)
class Progress:
    """How far an import is: bytes of the files given, records so far, and the file at hand."""

    file: str
    done_bytes: int
    all_bytes: int
    records: int


Tell = Callable[[Progress], None]


def import_paths(
    workspace: Workspace,
    paths: list[Path],
    tell: Tell = lambda _: None,
    *,
    again: bool = False,
    what: str = "import",
) -> Report:
    """Read every file at and below the paths into the store.

    A file that was read to its end before is not read again: its records count as duplicates, unless ``again`` is set.
    ``what`` is what the import log calls it.

    Raises:
        NotFound: a path does not exist; nothing was read.
    """
    for path in paths:
        if not path.exists():
            raise NotFound(f"There is no file or folder {path}")
    started = time.monotonic()
    workers = max(1, len(os.sched_getaffinity(0)))
    seen_at = datetime.now(UTC)
    with Children(context_of(workspace.organisation, seen_at), workers) as children:
        importer = _Importer(workspace, children, seen_at, tell)
        importer.begin(what, paths)
        importer.read(list(files_below(paths)), again=again)
    importer.report.seconds = time.monotonic() - started
    return importer.report


def is_read(known: KnownFile, name: str) -> bool:
    """Whether bytes that were read before need no reading under this name.

    They do if some of them were refused under another name, or if the names tell other tables or kinds of file.
    """
    return known.name == name or not (known.quarantined or _meaning(known.name) != _meaning(name))


@dataclass(frozen=True)
class _Read:
    """A file that was read to its end: its name, bytes and records."""

    name: str
    size: int
    records: int


class _Importer:
    """One import under way."""

    def __init__(self, workspace: Workspace, children: Children, seen_at: datetime, tell: Tell) -> None:
        self.report = Report()
        self._log = IntakeLog(workspace.intake)
        self._account = Account(Store(workspace.store), self.report, f"import-{uuid4().hex}", seen_at)
        self._mails = MailLane(self._account, children, workspace.originals)
        self._rows = RowLane(self._account)
        self._audit = AuditLane(self._account, audit_context(workspace.organisation))
        self._tell = tell
        self._since_commit = 0
        self._read_to_end: dict[str, _Read] = {}
        self._records = 0
        self._folder_of_mail: tuple[str, str] | None = None
        self._done_bytes = self._all_bytes = 0

    def begin(self, what: str, paths: list[Path]) -> None:
        """Name the import for the log."""
        given = ", ".join(sound(path.name if what == "standard input" else str(path)) for path in paths[:_NAMED_PATHS])
        self._noted = Import(self._account.run, what, given, whoami(), now())

    def read(self, found: list[Path | Unreadable | Passed], *, again: bool) -> None:
        """Read files one after another and commit what they held."""
        with self._log.held():
            self._all(found, again=again)
            self._note(now())

    def _note(self, ended_at: str = "") -> None:
        report = self.report
        tables = {name: (count, self._account.last_file[name]) for name, count in report.by_table.items()}
        self._log.note(self._noted.so_far(report, ended_at), tables)

    def _all(self, found: list[Path | Unreadable | Passed], *, again: bool) -> None:
        sizes = {each: _stamp(each)[0] for each in found if isinstance(each, Path)}
        self._all_bytes = sum(sizes.values())
        for each in found:
            if isinstance(each, Passed):
                self.report.skipped.append(sound(each.name))
            elif isinstance(each, Unreadable):
                self.report.files += 1
                name = sound(each.name)
                self._set_aside(Origin("", name, name), "", each.reason, b"")
            else:
                self._file(each, again=again)
                self._done_bytes += sizes[each]
                self._tell_progress(each.name)
        self._commit()
        for name in self.report.by_table:
            settle_if_crowded(self._account.store, name)

    def _file(self, path: Path, *, again: bool) -> None:
        if is_document(path):
            self.report.skipped.append(sound(path.name))
            return
        self.report.files += 1
        stamp = _stamp(path)
        digest = _digest(path)
        if digest in self._read_to_end:
            self._commit()
        known = None if again or not digest else self._log.known(digest)
        if known and is_read(known, sound(path.name)):
            self.report.rows_in += known.records
            self.report.duplicates += known.records - known.quarantined
            self.report.quarantined += known.quarantined
            return
        self._records, self._account.aside_of[digest] = 0, 0
        self._contents(path, digest)
        if not self._records:
            self.report.fault(path.name, "", "holds no record")
        if not digest:
            return
        if _stamp(path) != stamp:
            self.report.fault(path.name, "", "changed while it was read; import it again")
        else:
            self._read_to_end[digest] = _Read(sound(path.name), stamp[0], self._records)

    def _contents(self, path: Path, digest: str) -> None:
        for item in items_in(path):
            origin = Origin(digest, sound(path.name), sound(item.name), table_named(item.name))
            if isinstance(item, Unreadable):
                self._set_aside(origin, "", item.reason, b"")
                continue
            try:
                self._item(path, origin, item)
            except DAMAGED as error:
                self._set_aside(origin, "from here on", f"cannot be read: {error}", b"")

    def _item(self, path: Path, origin: Origin, item: Item) -> None:
        folder = _folder(path, item.name)
        kind = _kind(item, among_mail=folder == self._folder_of_mail)
        if kind is None:
            self._set_aside(origin, "", "is not a kind of file that can be read", item.stream.read(HEAD_BYTES))
            return
        if kind.name == "raw_mail":
            self._folder_of_mail = folder
        for record in kind.records(item.stream):
            self._record(origin, record)

    def _record(self, origin: Origin, record: Record) -> None:
        if isinstance(record, Message):
            self._mails.add(origin, record.where, record.raw)
        elif isinstance(record, Row) and is_activity_record(record.values):
            self._audit.add(origin, record)
        elif isinstance(record, Row):
            self._rows.add(origin, record)
        else:
            self._account.aside(origin, record.where, record.reason, record.raw)
        self._count(origin)

    def _set_aside(self, origin: Origin, where: str, reason: str, raw: bytes) -> None:
        self._account.aside(origin, where, reason, raw)
        self._count(origin)

    def _count(self, origin: Origin) -> None:
        self.report.rows_in += 1
        self._records += 1
        self._since_commit += 1
        if self._since_commit % 1000 == 0:
            self._tell_progress(origin.file)
        if self._is_full():
            self._commit()

    def _is_full(self) -> bool:
        rows, audit, mails, account = self._rows, self._audit, self._mails, self._account
        return (
            rows.waiting + audit.waiting >= ROWS_PER_COMMIT
            or rows.waiting_bytes + audit.waiting_bytes >= ROW_BYTES_PER_COMMIT
            or mails.waiting >= MAILS_PER_COMMIT
            or mails.waiting_bytes >= MAIL_BYTES_PER_COMMIT
            or len(account.asides) >= ASIDES_PER_COMMIT
            or account.aside_bytes >= ASIDE_BYTES_PER_COMMIT
        )

    def _commit(self) -> None:
        self._mails.commit()
        self._rows.commit()
        self._audit.commit()
        self._log.set_aside(self._account.asides)
        self._log.finish(
            ReadFile(digest, read.name, read.size, read.records, self._account.aside_of[digest])
            for digest, read in self._read_to_end.items()
        )
        self._note()
        self._account.asides, self._account.aside_bytes = [], 0
        self._read_to_end, self._since_commit = {}, 0

    def _tell_progress(self, name: str) -> None:
        self._tell(Progress(name, self._done_bytes, self._all_bytes, self.report.rows_in))


def _meaning(name: str) -> tuple[str, str]:
    """What a name tells of the content: the table and the kind of file."""
    return table_named(name), unpacked_name(name).rpartition(".")[2].lower()


def _folder(path: Path, name: str) -> tuple[str, str]:
    """Where an item lies: the folder of a file, or the archive and the folder in it."""
    return (str(path), name.rpartition("/")[0]) if "!" in name else (str(path.parent), "")


def _stamp(path: Path) -> tuple[int, int]:
    """Bytes and time of the last change; nothing where the file is gone."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _digest(path: Path) -> str:
    """SHA-256 of a file; empty where it cannot be opened, which reading it will tell."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _kind(item: Item, *, among_mail: bool) -> Kind | None:
    """The kind of a file; among messages of one folder, what is no export is a message too, however damaged."""
    head = item.stream.peek(HEAD_BYTES)[:HEAD_BYTES]  # type: ignore[attr-defined]  # items can be looked into
    kind = kind_of(item.name, head)
    if among_mail and (kind is None or not (kind.sure or kind.name == "mbox" or _is_export(item, kind, head))):
        return kinds()["raw_mail"]
    return kind


def _is_export(item: Item, kind: Kind, head: bytes) -> bool:
    """Whether a file that could be rows is: it names a table, its columns fit one, or it is JSON with names in it."""
    names = kind.names(head)
    fits = bool(table_named(item.name)) or columns_fit(names) or is_activity_record(names)
    return bool(names) and (kind.name == "json_rows" or fits)
