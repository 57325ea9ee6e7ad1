"""One workspace for a ledger on a server: who runs a copy of the workspace must not make the runs of the first.

Each process of a workspace holds a shared advisory lock, named by its folder, on a connection of its own, and lets no
other name be beside it. The server lets go of it when the process, its machine or the way to it is gone.
"""

import logging
import platform
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from sqlalchemy import Connection, text

from workbench.base.config import Workspace
from workbench.base.errors import LedgerError, Refused
from workbench.ledger.changes.ledger import ledger_as_it_stands
from workbench.ledger.models import Database
from workbench.ledger.models.database import told

_LOG = logging.getLogger("workbench.service")
CLASS = 0x7762666F
"""The first half of the locks' names ("wbfo"); the second is the folder's."""
PATIENCE = 3.0
"""Seconds to wait for one that is just ending."""
LOOK_SECONDS = 5.0
_KEEPALIVES = ("idle = 10", "interval = 5", "count = 3")
"""After how many seconds the server takes a machine that is silent for gone."""
_HOME = 38
"""Characters of a path that are shown of a holder: names of connections are short."""
_OTHERS = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory'"
    " AND l.objsubid = 2 AND l.granted AND l.classid::bigint = :class AND l.objid::bigint <> :folder"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1"
)


@contextmanager
def sole(workspace: Workspace) -> Iterator[None]:
    """Have the ledger for this workspace's folder as long as this lasts; of a ledger in a file that is so anyhow.

    Raises:
        Refused: processes of another folder have it.
        LedgerError: its server cannot be reached.
    """
    if not workspace.settings.ledger:
        yield
        return
    with ledger_as_it_stands(workspace) as database:
        hold = _Hold(database, workspace)
        hold.take(PATIENCE)
        thread = threading.Thread(target=hold.keep, name="ledger-hold", daemon=True)
        thread.start()
        try:
            yield
        finally:
            hold.closing.set()
            thread.join()
            hold.drop()


def folder(workspace: Workspace) -> int:
    """The name of a workspace's folder, the same on all machines that share it, and another for each copy of it."""
    lock = workspace.service.with_suffix(".lock")
    lock.touch()
    numbers = f"{workspace.home.stat().st_ino} {lock.stat().st_ino}"
    return int.from_bytes(sha256(numbers.encode()).digest()[:4]) >> 1


class _Hold:
    """The lock, and the connection that has it."""

    def __init__(self, database: Database, workspace: Workspace) -> None:
        self._database, self._folder = database, folder(workspace)
        home = str(workspace.home)
        self._name = f"{platform.node()[:20]}:{home if len(home) <= _HOME else f'...{home[3 - _HOME :]}'}"
        self._connection: Connection | None = None
        self.closing = threading.Event()

    def take(self, patience: float = 0.0) -> None:
        """Take it. Raises as ``sole``."""
        until = time.monotonic() + patience
        while other := self._other():
            if time.monotonic() > until:
                advice = "Stop that one, or give this workspace a ledger of its own (ledger in workbench.toml)."
                raise Refused(f"The ledger is in use by another workspace: {other}", next_step=advice)
            time.sleep(0.2)

    def keep(self) -> None:
        """Take it again where the server was away."""
        while not self.closing.wait(LOOK_SECONDS):
            try:
                self._still()
            except Refused as error:
                _LOG.error("ledger: %s", error)
            except LedgerError as error:
                _LOG.warning("ledger: the hold of it is lost for now: %s", error)

    def drop(self) -> None:
        """Let go of it."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _still(self) -> None:
        try:
            if self._connection:
                with told(self._database.engine):
                    self._connection.exec_driver_sql("SELECT 1")
                return
        except LedgerError:
            self.drop()
        self.take()

    def _other(self) -> str:
        """Take the lock; where somebody has one of another name drop it again, and give whose that is."""
        with told(self._database.engine):
            connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()
            self._connection = connection
            for each in _KEEPALIVES:
                connection.exec_driver_sql(f"SET tcp_keepalives_{each}")
            connection.execute(text("SELECT set_config('application_name', :name, false)"), {"name": self._name})
            names = {"class": CLASS, "folder": self._folder}
            connection.execute(text("SELECT pg_advisory_lock_shared(:class, :folder)"), names)
            other = connection.execute(_OTHERS, names).first()
        if other is None:
            return ""
        self.drop()
        return str(other[0] or "one without a name")
