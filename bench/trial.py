"""Ask one query after another in a process of its own, so that none of them can stop the rest.

``python -m bench.trial ours [HOME]`` and ``python -m bench.trial anchor`` read one query (JSON text) a line and write
one trial a line. ``Asked`` is the other end: it kills the process when a query takes too long or too much memory.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from select import select
from typing import Any

from workbench.base.errors import WorkbenchError

STAGES = ("parse", "bind", "run", "done")
SECONDS, MEMORY_MB = 20.0, 3000.0
_PATIENCE = 10
_NOW = datetime(2026, 9, 18, 12, tzinfo=UTC)
_ROWS = 1000


@dataclass(frozen=True)
class Trial:
    """How far a query came, why not further, the columns it bound to, and processor milliseconds of both parts."""

    stage: str
    error: str = ""
    columns: tuple[tuple[str, str], ...] | None = None
    read_ms: float = 0.0
    run_ms: float = 0.0

    def reached(self, stage: str) -> bool:
        """Whether the query got past a stage."""
        return STAGES.index(self.stage) > STAGES.index(stage)


class Asked:
    """A child process that answers queries, started anew when it had to be killed."""

    def __init__(self, *arguments: str) -> None:
        self._command = [sys.executable, "-m", "bench.trial", *arguments]
        self._child: subprocess.Popen[bytes] | None = None

    def ask(self, query: str) -> Trial:
        """What became of one query."""
        child = self._started()
        child.stdin.write(json.dumps(query).encode() + b"\n")  # type: ignore[union-attr]
        child.stdin.flush()  # type: ignore[union-attr]
        fault = self._waited(child, SECONDS)
        line = b"" if fault else child.stdout.readline()  # type: ignore[union-attr]
        if line:
            said = json.loads(line)
            return Trial(**{**said, "columns": said["columns"] and tuple(map(tuple, said["columns"]))})
        self.close()
        return Trial("run", fault or "The process has died")

    def close(self) -> None:
        """End the process."""
        if self._child:
            self._child.kill()
            with contextlib.suppress(BrokenPipeError), self._child:
                self._child.wait()
            self._child = None

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._child is None:
            self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._waited(self._child, 10 * SECONDS)
            self._child.stdout.readline()  # type: ignore[union-attr]
        return self._child

    def _waited(self, child: "subprocess.Popen[bytes]", seconds: float) -> str:
        """Wait for a line; what is wrong, where it took too much of a processor, or of memory, or did not move."""
        end, taken = time.monotonic() + _PATIENCE * seconds, _processor(child.pid)
        while not select([child.stdout], [], [], 0.05)[0]:
            if _processor(child.pid) > taken + seconds or time.monotonic() > end:
                return f"Killed: longer than {seconds:.0f} s of a processor"
            with contextlib.suppress(OSError, IndexError):
                pages = int(Path(f"/proc/{child.pid}/statm").read_text("ascii").split()[1])
                if pages * os.sysconf("SC_PAGE_SIZE") / 2**20 > MEMORY_MB:
                    return f"Killed: more than {MEMORY_MB:.0f} MB"
        return ""


def _processor(pid: int) -> float:
    """Seconds of a processor that a process has taken; none where it is gone."""
    with contextlib.suppress(OSError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def ours(home: str = "") -> Callable[[str], Trial]:
    """This engine: over a workspace, or over empty tables."""
    from bench.language_service import Shown  # noqa: PLC0415  each child loads what it needs
    from workbench.apps.session import open_workbench  # noqa: PLC0415
    from workbench.events.lookups.feeds import Feeds  # noqa: PLC0415
    from workbench.events.query import StoreCatalog  # noqa: PLC0415
    from workbench.events.store import Store  # noqa: PLC0415

    class Nothing(Feeds):
        """Every address is pinned, and its file is empty: the engine is measured, not who pinned what."""

        def read(self, address: str) -> bytes:
            """No bytes."""
            return address.encode()[:0]

    shown = None if home else Shown()
    opened = open_workbench(home) if home else None
    catalog = opened.catalog if opened else StoreCatalog(Store(Path("nowhere")))
    catalog.feeds = Nothing()
    now = opened.now if opened else _NOW
    return lambda query: _ours(query, catalog, shown, now)


def _ours(query: str, catalog: Any, shown: Any, now: datetime) -> Trial:
    from workbench.events.query import Limits, bind, parse, run  # noqa: PLC0415

    stage, columns, started = "parse", None, time.process_time()
    read = ran = 0.0
    try:
        tree = parse(query)
        stage = "bind"
        plan = bind(tree, catalog, now=now)
        read = time.process_time() - started
        columns = bind(tree, shown, now=now).columns if shown else None
        stage, started = "run", time.process_time()
        run(plan, catalog, limits=Limits(rows=_ROWS))
        ran = time.process_time() - started
    except WorkbenchError as error:
        return Trial(stage, str(error).splitlines()[0], columns, 1000 * read)
    except BaseException as error:  # noqa: BLE001  a crash is a figure here
        return Trial(stage, f"CRASH {type(error).__name__}: {str(error)[:200]}", columns, 1000 * read)
    return Trial("done", "", columns, 1000 * read, 1000 * ran)


def anchor() -> Callable[[str], Trial]:
    """duckdb-kql over empty tables of the same names and columns, without files and network.

    Its columns know no case: of two that differ in case alone, it has the first.
    """
    import duckdb_kql  # noqa: PLC0415  tools of tests and measurements, no dependencies of the product

    from bench.language_service import schemas  # noqa: PLC0415

    connection = duckdb_kql.connect(config={"enable_external_access": "false"})
    for name, columns in schemas().items():
        first = {column.lower(): (column, kind) for column, kind in reversed(columns.items())}
        listed = ", ".join(
            f'"{column}" {_DUCK[kind]}' for column, kind in columns.items() if first[column.lower()][0] == column
        )
        connection.execute(f'CREATE TABLE "{name}" ({listed})')
    return lambda query: _anchor(query, connection)


_DUCK = {
    "string": "VARCHAR", "datetime": "TIMESTAMP", "int": "INTEGER", "long": "BIGINT", "real": "DOUBLE",
    "bool": "BOOLEAN", "guid": "UUID", "dynamic": "JSON", "timespan": "INTERVAL", "decimal": "DECIMAL(34, 17)",
}  # fmt: skip


def _anchor(query: str, connection: Any) -> Trial:
    import duckdb_kql  # noqa: PLC0415

    stage, started, read = "parse", time.process_time(), 0.0
    try:
        if not duckdb_kql.parse(query).ok:
            return Trial("parse", "not read")
        stage = "bind"
        asked = duckdb_kql.kql(connection, query, allow_write=False)
        read, stage = time.process_time() - started, "run"
        started = time.process_time()
        asked.limit(_ROWS).fetchall()
    except BaseException as error:  # noqa: BLE001  whatever it raises
        return Trial(stage, f"{type(error).__name__}: {str(error)[:200]}", None, 1000 * read)
    return Trial("done", "", None, 1000 * read, 1000 * (time.process_time() - started))


def main() -> None:
    """Answer until the input ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    answer = {"ours": ours, "anchor": anchor}[sys.argv[1]](*sys.argv[2:])
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        print(json.dumps(asdict(answer(json.loads(line)))), file=out, flush=True)


if __name__ == "__main__":
    main()
