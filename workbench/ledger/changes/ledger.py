"""The handle of the ledger: the only way to change it."""

import os
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workbench.base.config import Workspace
from workbench.base.errors import BadSetting, LedgerError
from workbench.ledger import audit
from workbench.ledger.audit import Actor, Entry, Sink, open_trail, rotate
from workbench.ledger.changes import outbox, reads
from workbench.ledger.changes.outbox import Change
from workbench.ledger.changes.reads import Search
from workbench.ledger.changes.unit import Unit
from workbench.ledger.changes.writer import PATIENCE, Job, Work, Writer
from workbench.ledger.models import Database, Row, as_it_stands, open_database, standing_of

R = TypeVar("R", bound=Row)
T = TypeVar("T")

PASSWORD_VARIABLE = "WORKBENCH_LEDGER_PASSWORD"  # noqa: S105  # the name of a variable
_GONE = "Nothing was written. Put it back, or restore a backup of the workspace: workbench restore DIR"


class Ledger:
    """An open ledger. All methods may be called from any thread; those that change wait until it is on the disk.

    It owns the database, which is closed with it, and also where it cannot be opened.
    """

    def __init__(self, database: Database, keys: Path, anchor: Path, *, sink: Sink | None = None) -> None:
        self.database, self._keys, self._anchor = database, keys, anchor
        with ExitStack() as on_failure:
            on_failure.callback(database.close)
            self._writer = Writer(database, open_trail(database, keys, anchor, sink=sink))
            on_failure.pop_all()

    def submit(self, by: Actor, work: Work[T], *, patience: float = PATIENCE) -> "Future[T]":
        """Hand over a job that does several things in one transaction, all or nothing; for callers that must not wait.

        ``patience`` is how many seconds to wait for room in the queue: 0 in an event loop.

        Raises:
            LedgerBusy: too many jobs wait.
            LedgerError: the ledger is closed.
        """
        return self._writer.submit(Job(by, work), patience)

    def apply(self, by: Actor, work: Work[T]) -> T:
        """Do several things in one transaction, all or nothing."""
        return self.submit(by, work).result()

    def create(
        self,
        by: Actor,
        kind: type[R],
        values: Mapping[str, object],
        *,
        id_: str = "",
        reason: str = "",
    ) -> R:
        """Make a row; see ``Unit.create``."""
        return self.apply(by, lambda unit: unit.create(kind, values, id_=id_, reason=reason))

    def edit(self, by: Actor, row: R, changes: Mapping[str, object], *, reason: str = "") -> R:
        """Change a row that is still at the version at hand; gives the row as it is then. See ``Unit.edit``."""
        return self.apply(by, lambda unit: unit.edit(type(row), row.id, row.version, changes, reason=reason))

    def remove(self, by: Actor, row: R, *, reason: str = "") -> R:
        """Hide a row behind a tombstone; see ``Unit.remove``."""
        return self.apply(by, lambda unit: unit.remove(type(row), row.id, row.version, reason=reason))

    def restore(self, by: Actor, row: R, *, reason: str = "") -> R:
        """Take a tombstone away; see ``Unit.restore``."""
        return self.apply(by, lambda unit: unit.restore(type(row), row.id, row.version, reason=reason))

    def touch(self, by: Actor, kind: type[Row], id_: str, beats: Mapping[str, object]) -> bool:
        """Write signs of life or progress; see ``Unit.touch``."""
        return self.apply(by, lambda unit: unit.touch(kind, id_, beats))

    def record(
        self,
        by: Actor,
        verb: str,
        thing: tuple[str, str],
        *,
        after: Mapping[str, object] | None = None,
        reason: str = "",
    ) -> None:
        """Tell the audit of a look or a denial; ``thing`` is its kind and id. See ``Unit.record``."""
        self.apply(by, lambda unit: unit.record(verb, *thing, after=after, reason=reason))

    def get(self, kind: type[R], id_: str, *, removed: bool = False) -> R:
        """One row; see ``reads.get``."""
        return reads.get(self.database, kind, id_, removed=removed)

    def find(self, kind: type[R], search: Search | None = None) -> list[R]:
        """A page of rows; see ``Search``."""
        return reads.find(self.database, kind, search or Search())

    def number(self, kind: type[Row], search: Search | None = None) -> int:
        """How many rows there are; see ``Search``."""
        return reads.number(self.database, kind, search or Search())

    def pending(self, limit: int = 1_000) -> list[Change]:
        """Changes on their way to the store; see ``outbox.pending``."""
        return outbox.pending(self.database, limit)

    def settle(self, numbers: Collection[int]) -> int:
        """Let go of changes that are in the store; gives how many there were."""
        return self.apply(audit.SYSTEM, lambda unit: outbox.settle(unit.connection, numbers))

    def unsettled(self) -> int:
        """How many changes wait for the store."""
        return outbox.waiting(self.database)

    def waiting(self) -> int:
        """How many jobs wait to be written."""
        return self._writer.waiting()

    def verify(self, *, public: Ed25519PublicKey | None = None) -> audit.Verdict:
        """Prove that the audit trail is whole; see ``audit.verify``."""
        return audit.verify(self.database, self._keys, self._anchor, public=public)

    def audit(self, selection: audit.Selection) -> list[dict[str, object]]:
        """A page of audit records, newest first."""
        return audit.show(self.database, selection)

    def export_audit(self) -> Iterator[bytes]:
        """The whole audit trail as lines of JSON; see ``audit.export``."""
        return audit.export(self.database)

    def rotate_key(self, by: Actor, *, reason: str = "") -> None:
        """Go on with a new key of the audit trail."""

        def work(unit: Unit) -> None:
            rotate(unit.connection, unit.trail, Entry(by, "", "key", "", reason=reason), unit.at)

        self._writer.submit(Job(by, work, alone=True)).result()

    def close(self) -> None:
        """Do what waits, write the anchor, and let go of the database."""
        self._writer.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_ledger(workspace: Workspace, *, sink: Sink | None = None) -> Ledger:
    """The ledger of a workspace, made where there is none.

    Raises:
        BadSetting: ``ledger`` in ``workbench.toml`` or its password cannot be read.
        LedgerError: the database cannot be reached, is newer, is gone, or is not what its anchor saw.
    """
    return Ledger(ledger_database(workspace), workspace.keys, workspace.anchor, sink=sink)


def ledger_database(workspace: Workspace) -> Database:
    """The database of a workspace's ledger, for those who only read or verify. Raises as ``open_ledger``."""
    ledger_standing(workspace)
    url, password = _where(workspace)
    return open_database(url, password=password)


def ledger_standing(workspace: Workspace) -> str:
    """The migration at which the ledger stands, without changing it; empty where there never was one.

    Raises as ``open_ledger``.
    """
    url, password = _where(workspace)
    standing = standing_of(url, password=password)
    if not standing and (last := audit.last_line(workspace.anchor / audit.ANCHOR)):
        where = "" if workspace.settings.ledger else str(workspace.ledger)
        what = f"The ledger is gone or empty, of which the anchor saw {last.seq:,} record{'s' * (last.seq != 1)}"
        raise LedgerError(what, where=where, next_step=_GONE)
    return standing


def require_ledger(workspace: Workspace) -> None:
    """For who only looks: where there is no ledger none is made.

    Raises as ``open_ledger``, and:
        LedgerError: there is none yet.
    """
    if not ledger_standing(workspace):
        advice = "Make it, and the first administrator with it: workbench init"
        raise LedgerError("There is no ledger yet", where=str(workspace.home), next_step=advice)


def ledger_as_it_stands(workspace: Workspace) -> AbstractContextManager[Database]:
    """The database without migrating it, for who copies or judges it. Raises as ``open_ledger``."""
    url, password = _where(workspace)
    return as_it_stands(url, password=password)


def _where(workspace: Workspace) -> tuple[str | Path, str]:
    """The address of the database, and the password for it."""
    url = workspace.settings.ledger
    return (url, ledger_password(workspace)) if url else (workspace.ledger, "")


def ledger_password(workspace: Workspace) -> str:
    """The password for the ledger's server as the environment or the settings' file has it; empty without one.

    Raises:
        BadSetting: the file cannot be read.
    """
    file = workspace.settings.ledger_password_file
    if os.environ.get(PASSWORD_VARIABLE) or not file:
        return os.environ.get(PASSWORD_VARIABLE, "")
    path = workspace.home / file
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError):
        raise BadSetting("ledger_password_file: the file cannot be read", where=str(path)) from None
