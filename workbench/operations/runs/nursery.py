"""Where kernels come from: one process with all imports done, of which each kernel is a fork."""

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Self
from uuid import uuid4

from workbench.base.config import HOME_VARIABLE, READ_ONLY_VARIABLE, Workspace
from workbench.base.errors import NoKernel
from workbench.operations.runs import processes
from workbench.operations.runs.kernel import Kernel, record
from workbench.operations.runs.launch import CONNECTION, MARK, NO_MARK, READY, WORK
from workbench.operations.runs.processes import NOBODY

PRELOAD = (
    "workbench.apps.session",
    "workbench.operations.investigations",
    "workbench.events.tables:tables",
    "workbench.events.tables:views",
    "workbench.events.query.functions:functions",
    "workbench.events.query.functions:aggregates",
    "workbench.events.query.operators:kinds",
    "workbench.events.query.operators:leading",
    "workbench.events.query.kql.expressions:infixes",
    "workbench.analysis.verdict:groups",
    "polars._utils.udfs",
    "encodings.punycode",
    "importlib.resources.readers",
    "importlib.readers",
)
"""What is imported, and called behind a colon, before any kernel is asked for anything: by name, since the rooms of
playbooks stand above this one."""

START_SECONDS = 60.0
_LOOK_SECONDS, _LEAVE_SECONDS = 0.1, 0.5

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "PYTHONPATH", "JUPYTER_PATH", "USER")
_TABLES = {
    "POLARS_TABLE_WIDTH": "160",
    "POLARS_FMT_STR_LEN": "520",
    "POLARS_FMT_MAX_ROWS": "40",
    "POLARS_FMT_TABLE_FORMATTING": "ASCII_MARKDOWN",
    "POLARS_FMT_TABLE_HIDE_COLUMN_DATA_TYPES": "1",
    "POLARS_FMT_TABLE_HIDE_DATAFRAME_SHAPE_INFORMATION": "1",
}
"""How frames read in an executed copy."""


class Nursery:
    """The process that kernels are forked from, begun when the first kernel is asked for; of many threads at once."""

    def __init__(self, preload: Sequence[str] = PRELOAD) -> None:
        self.preload = tuple(preload)
        self._one = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self.close()

    def start(
        self,
        workspace: Workspace,
        *,
        hidden: Sequence[Path] = (),
        stop: threading.Event | None = None,
        patience: float = START_SECONDS,
    ) -> Kernel:
        """Begin a kernel for a workspace and wait until it can be used; ``stop`` gives it up in between.

        ``hidden`` are files and folders that it cannot see, where the machine allows that, besides the ledger and the
        keys of the workspace. What is made later is seen: open the ledger first.

        Raises:
            NoKernel: it ended, took longer than ``patience`` seconds, or was given up; nothing of it is left.
        """
        given_up, until = stop or threading.Event(), time.monotonic() + patience
        kernel = self._born(workspace, hidden, given_up, until)
        try:
            kernel.barriers = _barriers(kernel, given_up, until)
        except BaseException:
            kernel.discard()
            raise
        return kernel

    def close(self) -> None:
        """End the process, and with it all kernels that are still there."""
        with self._one:
            self._end()

    def _born(self, workspace: Workspace, hidden: Sequence[Path], stop: threading.Event, until: float) -> Kernel:
        """A kernel that was begun. It is written down before anything of it is there, so that nothing can be lost."""
        identity = uuid4().hex[:16]
        kernel = Kernel(identity, workspace, Path(tempfile.gettempdir()) / f"wb-{identity}", NOBODY)
        _write_down(kernel)
        try:
            _furnish(kernel.folder)
            with self._one:
                pid = self._forked(_orders(kernel, hidden), stop, until)
            kernel.process = processes.process(pid) or processes.Process(pid, 0, "")
            _write_down(kernel)
        except BaseException:
            kernel.discard()
            raise
        return kernel

    def _forked(self, orders: dict[str, Any], stop: threading.Event, until: float) -> int:
        """Have one forked; where that is broken off all is ended, since a late answer would be taken for the next."""
        try:
            return self._asked(orders, stop, until)
        except BaseException:
            self._end()
            raise

    def _asked(self, orders: dict[str, Any], stop: threading.Event, until: float) -> int:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._begin()
            self._answer(stop, until)
        assert self._process is not None and self._process.stdin is not None  # noqa: S101, PT018  begun just now
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(orders) + "\n")
            self._process.stdin.flush()
        return int(self._answer(threading.Event(), until)["pid"])

    def _begin(self) -> None:
        self._said = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115  as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "workbench.operations.runs.launch", str(os.getpid()), *self.preload],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True, bufsize=1,
            env=_environment(), start_new_session=True,
        )  # fmt: skip

    def _answer(self, stop: threading.Event, until: float) -> dict[str, Any]:
        """The next line it says.

        Raises:
            NoKernel: it said nothing in time.
        """
        assert self._process is not None and self._process.stdout is not None  # noqa: S101, PT018
        while time.monotonic() < until and not stop.is_set():
            if select.select([self._process.stdout], [], [], _LOOK_SECONDS)[0]:
                line = self._process.stdout.readline()
                if line:
                    return dict(json.loads(line))
                break
        raise no_kernel(self._last_words())

    def _last_words(self) -> str:
        if self._said is None:
            return ""
        self._said.seek(0)
        return self._said.read().strip().rpartition("\n")[2]

    def _end(self) -> None:
        """Close its pipe, at which it ends all that it began; kill it where it does not see that."""
        if self._process is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()  # type: ignore[union-attr]
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_LEAVE_SECONDS)
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()  # type: ignore[union-attr]
        if self._said is not None:
            self._said.close()
        self._process = self._said = None


def _orders(kernel: Kernel, hidden: Sequence[Path]) -> dict[str, Any]:
    """What the process that kernels are forked from has to know of one."""
    own = {"IPYTHONDIR": str(kernel.folder / "ipython"), "TMPDIR": str(kernel.folder / WORK), MARK: kernel.id}
    return {
        "folder": str(kernel.folder),
        "hidden": [str(each) for each in (*_kept_from_all(kernel.workspace), *hidden)],
        "environment": own | {HOME_VARIABLE: str(kernel.workspace.home)},
    }


def _furnish(folder: Path) -> None:
    """Make a kernel's folder, which only its user may enter."""
    folder.mkdir(0o700)
    (folder / WORK).mkdir()
    _connection(folder)
    os.mkfifo(folder / READY, 0o600)


def _kept_from_all(workspace: Workspace) -> list[Path]:
    """What no playbook has to read: the ledger, its password, the keys of its trail."""
    ledger = [workspace.ledger.with_name(f"{workspace.ledger.name}{more}") for more in ("", "-wal", "-shm", "-journal")]
    password = workspace.settings.ledger_password_file
    return [*ledger, workspace.keys, *([workspace.home / password] if password else [])]


def no_kernel(why: str) -> NoKernel:
    """What is raised where a kernel could not be started."""
    advice = "Is ipykernel installed, and is there memory left? Try: python -m ipykernel_launcher --help"
    return NoKernel(f"A kernel could not be started{f': {why}' if why else ''}", next_step=advice)


def _barriers(kernel: Kernel, stop: threading.Event, until: float) -> tuple[str, ...]:
    """Wait for its word that it is ready, and what holds it."""
    ready = os.open(kernel.folder / READY, os.O_RDONLY | os.O_NONBLOCK)
    try:
        while time.monotonic() < until and not stop.is_set() and kernel.alive:
            if select.select([ready], [], [], _LOOK_SECONDS)[0] and (word := os.read(ready, 4_096)):
                return tuple(json.loads(word))
    finally:
        os.close(ready)
    raise no_kernel(kernel.said.strip().rpartition("\n")[2])


def _connection(folder: Path) -> None:
    """How it is reached: by local sockets in its folder, which only its user may enter."""
    ports = {f"{name}_port": at for at, name in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1)}
    signed = {"key": uuid4().hex, "signature_scheme": "hmac-sha256"}
    path = folder / CONNECTION
    path.write_text(json.dumps({"transport": "ipc", "ip": str(folder / "k"), **ports, **signed}), "utf-8")


def _write_down(kernel: Kernel) -> None:
    """A file for whoever clears up after this worker, should it be killed."""
    worker = processes.process()
    told = {
        "kernel": asdict(kernel.process) if kernel.process.pid else None,
        "worker": asdict(worker) if worker else None,
        "folder": str(kernel.folder),
    }
    path = record(kernel.workspace, kernel.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(told), "utf-8")
    partial.replace(path)


def _environment() -> dict[str, str]:
    """What playbooks may know of their surroundings: no token or credential is passed on."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    own = {READ_ONLY_VARIABLE: "1", MARK: NO_MARK, "OPENBLAS_NUM_THREADS": "1"}
    return {**passed, **_TABLES, **own}
