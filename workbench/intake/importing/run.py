"""Import files and folders: one account, whole batches, nothing lost between reading and the store."""

import os
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from uuid import uuid4

from workbench.base.config import Workspace
from workbench.base.errors import NotFound
from workbench.events.lookups import Lookups
from workbench.events.store import Store, settle_if_crowded
from workbench.intake.activity import is_activity_record
from workbench.intake.importing.audit import audit_context
from workbench.intake.importing.children import MailChildren, Pool, RowChildren
from workbench.intake.importing.context import context_of
from workbench.intake.importing.fit import columns_fit, table_named
from workbench.intake.importing.lanes import LOOKED_UP, Account, MailLane, RowLane
from workbench.intake.importing.log import Aside, Import, IntakeLog, KnownFile, ReadFile, now, whoami
from workbench.intake.importing.origin import Origin
from workbench.intake.importing.pieces import DAMAGED, pieces
from workbench.intake.importing.report import Report
from workbench.intake.importing.shadow import shadow
from workbench.intake.importing.taking import Refusal
from workbench.intake.importing.writer import Writer
from workbench.intake.mail.charset import sound
from workbench.intake.sources import (
    HEAD_BYTES,
    Block,
    Item,
    Kind,
    Message,
    Passed,
    Record,
    Unreadable,
    files_below,
    is_document,
    items_in,
    kind_of,
    kinds,
    unpacked_name,
)

ROWS_PER_COMMIT = 40_000
ROW_BYTES_PER_COMMIT = 24 * 2**20
ASIDES_PER_COMMIT = 10_000
ASIDE_BYTES_PER_COMMIT = 32 * 2**20
MAIL_BYTES_PER_COMMIT = 64 * 2**20
MAILS_PER_COMMIT = 4_000
FEW_MAILS = 16
"""Mails that wait for their reading in an import that may be asked to stop."""

_NAMED_PATHS = 20

TOLD_BYTES = 2**20
"""Bytes of a file after which progress is told again."""


@dataclass(frozen=True)
class Progress:
    """How far an import is: bytes of the files given, records so far, and the file at hand."""

    file: str
    done_bytes: int
    all_bytes: int
    records: int


Tell = Callable[[Progress], None]
"""Is told how far an import is; from a thread of its own, that it waits for somebody."""


def import_paths(
    workspace: Workspace,
    paths: list[Path],
    tell: Tell = lambda _: None,
    *,
    again: bool = False,
    dry_run: bool = False,
    what: str = "import",
) -> Report:
    """Read every file at and below the paths into the store.

    A file that was read to its end before is not read again: its records count as duplicates, unless ``again`` is set.
    With ``dry_run`` everything is done in a shadow of the workspace, which is thrown away: the account is the same, and
    nothing is written. ``what`` is what the import log calls it.

    Raises:
        NotFound: a path does not exist; nothing was read.
    """
    for path in paths:
        if not path.exists():
            raise NotFound(f"There is no file or folder {path}")
    if dry_run:
        with shadow(workspace) as other:
            return import_paths(other, paths, tell, again=again, what=what)
    return _import(workspace, paths, tell, again=again, what=what)


def import_until(workspace: Workspace, paths: list[Path], stopped: Callable[[], bool], *, what: str) -> Report:
    """The same, but between two files it is asked whether to stop; what was read until then is committed."""
    return _import(workspace, paths, lambda _: None, what=what, stopped=stopped)


def _import(
    workspace: Workspace,
    paths: list[Path],
    tell: Tell,
    *,
    what: str,
    again: bool = False,
    stopped: Callable[[], bool] | None = None,
) -> Report:
    started = time.monotonic()
    seen_at = datetime.now(UTC)
    with Pool(max(1, len(os.sched_getaffinity(0)))) as pool:
        importer = _Importer(workspace, pool, seen_at, tell, stopped)
        importer.begin(what, paths)
        importer.read(list(files_below(paths)), again=again)
    importer.report.seconds = time.monotonic() - started
    return importer.report


def is_read(known: KnownFile, name: str) -> bool:
    """Whether bytes that were read before need no reading under this name.

    They do if some of them were refused under another name, or if the names tell other tables or kinds of file.
    """
    return known.name == name or not (known.quarantined or _meaning(known.name) != _meaning(name))


@dataclass
class _Given:
    """A file that is read, and whether its end was reached."""

    name: str
    size: int
    ended: bool = False


@dataclass(frozen=True)
class _Settling:
    """What is noted once a commit that is under way is done: records set aside, and files that are read with it."""

    asides: list[Aside] = field(default_factory=list)
    files: dict[str, _Given] = field(default_factory=dict)


class _Importer:
    """One import under way."""

    def __init__(
        self, workspace: Workspace, pool: Pool, seen_at: datetime, tell: Tell, stopped: Callable[[], bool] | None
    ) -> None:
        self.report = Report()
        self._pool = pool
        self._log = IntakeLog(workspace.intake)
        self._account = Account(Store(workspace.store, self._waits), self.report, f"import-{uuid4().hex}", seen_at)
        lookups = Lookups(workspace.lookups)
        mails = MailChildren(pool, context_of(workspace.organisation, lookups, seen_at))
        self._mails = MailLane(self._account, mails, workspace.originals, at_once=FEW_MAILS if stopped else LOOKED_UP)
        rows = RowChildren(pool, seen_at, audit_context(workspace.organisation, lookups))
        self._rows = RowLane(self._account, rows)
        self._writer = Writer(Store(workspace.store, self._waits))
        self._settling = _Settling()
        self._tell, self._stopped = tell, stopped
        self._given: dict[str, _Given] = {}
        self._folder_of_mail: tuple[str, str] | None = None
        self._done_bytes = self._all_bytes = self._told = 0

    def begin(self, what: str, paths: list[Path]) -> None:
        """Name the import for the log."""
        given = ", ".join(sound(path.name if what == "standard input" else str(path)) for path in paths[:_NAMED_PATHS])
        self._noted = Import(self._account.run, what, given, whoami(), now())

    def read(self, found: list[Path | Unreadable | Passed], *, again: bool) -> None:
        """Read files one after another and commit what they held."""
        with self._log.held(), closing(self._writer):
            try:
                self._all(found, again=again)
            finally:
                self._settle()
            self._note(now())

    def _note(self, ended_at: str = "") -> None:
        """Tell the log how far the import is; what is set aside counts once its bytes are kept."""
        report = replace(self.report, quarantined=self.report.quarantined - len(self._account.asides))
        tables = {name: (count, self._account.last_file[name]) for name, count in report.by_table.items()}
        self._log.note(self._noted.so_far(report, ended_at), tables)

    def _all(self, found: list[Path | Unreadable | Passed], *, again: bool) -> None:
        sizes = {each: _stamp(each)[0] for each in found if isinstance(each, Path)}
        self._all_bytes = sum(sizes.values())
        for each in found:
            if self._stopped and self._stopped():
                break
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
        self._finish()
        for name in self.report.by_table:
            settle_if_crowded(self._account.store, name)

    def _file(self, path: Path, *, again: bool) -> None:
        if is_document(path):
            self.report.skipped.append(sound(path.name))
            return
        self.report.files += 1
        stamp, digest, name = _stamp(path), _digest(path), sound(path.name)
        if digest and digest in self._given:
            self._finish()
        known = None if again or not digest else self._log.known(digest)
        if known and is_read(known, name):
            self.report.rows_in += known.records
            self.report.duplicates += known.records - known.quarantined
            self.report.quarantined += known.quarantined
            for member, place, reason, count in self._log.reasons(digest) if known.quarantined else ():
                self.report.fault(member, place, reason, count)
            return
        self._pool.prepare()
        given = self._given[digest] = _Given(name, stamp[0])
        self._account.records_of[digest] = self._account.aside_of[digest] = 0
        self._contents(path, digest)
        given.ended = bool(digest) and _stamp(path) == stamp
        if digest and not given.ended:
            self.report.fault(name, "", "changed while it was read; import it again")
        if self._is_full():
            self._commit()

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
            head = item.stream.read(HEAD_BYTES)
            cut, unread = item.damage.taken().cut, "is not a kind of file that can be read" if head else "is empty"
            self._set_aside(origin, "", f"cannot be unpacked: {cut}" if cut else unread, head)
            return
        if kind.name == "raw_mail":
            self._folder_of_mail = folder
        self._told = -TOLD_BYTES
        for piece in pieces(kind, item):
            self._piece(origin, kind, piece)
            self._step(origin, item.place())
        for fault in item.damage.taken().faults:
            self.report.fault(origin.member, "", fault)

    def _piece(self, origin: Origin, kind: Kind, piece: Block | Record) -> None:
        if isinstance(piece, Message):
            self._mails.add(origin, piece.where, piece.raw)
            self._account.count(origin)
            return
        self._rows.add(origin, kind, piece)
        if isinstance(piece, Block) and piece.path:
            self._rows.drain(self._commit_if_full)

    def _set_aside(self, origin: Origin, where: str, reason: str, raw: bytes) -> None:
        self._account.aside(origin, Refusal(where, reason, raw))
        self._account.count(origin)
        self._commit_if_full()

    def _step(self, origin: Origin, place: int) -> None:
        if abs(place - self._told) >= TOLD_BYTES:
            self._told = place
            self._tell_progress(origin.file, place)
        self._commit_if_full()

    def _commit_if_full(self) -> None:
        if self._writer.is_done:
            self._settle()
        if self._is_full():
            self._commit()

    def _is_full(self) -> bool:
        rows, mails, account = self._rows, self._mails, self._account
        return (
            rows.waiting >= ROWS_PER_COMMIT
            or rows.waiting_bytes >= ROW_BYTES_PER_COMMIT
            or mails.waiting >= MAILS_PER_COMMIT
            or mails.waiting_bytes >= MAIL_BYTES_PER_COMMIT
            or len(account.asides) >= ASIDES_PER_COMMIT
            or account.aside_bytes >= ASIDE_BYTES_PER_COMMIT
        )

    def _finish(self) -> None:
        """Read and commit everything that was begun."""
        self._rows.drain(self._commit_if_full)
        self._commit()
        self._settle()

    def _commit(self) -> None:
        """Commit what is read, rows of exports beside the reading of what follows."""
        self._settle()
        self._mails.commit()
        account, away = self._account, self._rows.on_their_way
        done = {digest: given for digest, given in self._given.items() if given.ended and not away[digest]}
        for digest, given in done.items():
            if not account.records_of[digest]:
                self.report.fault(given.name, "", "holds no record")
        self._settling = _Settling(account.asides, done)
        account.asides, account.aside_bytes = [], 0
        self._writer.begin(self._rows.parcel())

    def _settle(self) -> None:
        """Wait until what is being committed is; files of which everything is committed then are noted as read."""
        if not self._writer.is_busy:
            return
        account = self._account
        for load, written in self._writer.collect():
            account.settle(load, written)
        settled, self._settling = self._settling, _Settling()
        self._log.set_aside(settled.asides)
        self._log.finish(
            ReadFile(digest, given.name, given.size, account.records_of[digest], account.aside_of[digest])
            for digest, given in settled.files.items()
        )
        self._given = {digest: given for digest, given in self._given.items() if digest not in settled.files}
        self._note()

    def _waits(self, what: str) -> None:
        self._tell_progress(f"waiting for {what}")

    def _tell_progress(self, name: str, place: int = 0) -> None:
        self._tell(Progress(name, self._done_bytes + place, self._all_bytes, self.report.rows_in))


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
