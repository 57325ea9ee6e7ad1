"""The process that kernels are forked from: ``python -P -m workbench.operations.runs.launch``, never called by people.

It imports what playbooks need, once, and asks no question of any table: a fork is safe only while no pool of threads
was begun. For every line on its standard input it forks one kernel and answers with its number.

It ends with its worker, whatever way that goes and whoever else holds its pipe open, and ends all that it began and all
that this left behind. The signal that the operating system sends at a parent's death would not do: it comes when the
*thread* that began a process ends, and threads of workers come and go.
"""

import ctypes
import gc
import json
import os
import re
import select
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from workbench.operations.runs import fence, processes
from workbench.operations.runs.shown import chart, table

CONNECTION, READY, SAID, WORK = "k.json", "ready", "said", "work"
"""What lies in a kernel's folder: how it is reached, the pipe it says on that it is ready, what it said outside of
cells, and its working folder."""

MARK = "WORKBENCH_KERNEL"
NO_MARK = "0" * 16

_POOL = re.compile(r"polars-\d|tokio|async-exec|rayon")
"""Threads that work for others: a fork has none of them, and waits for them for ever."""

_LOOK_SECONDS, _LEAVE_SECONDS = 1.0, 5.0

_SHELL = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell")


@dataclass(frozen=True)
class _Worker:
    """The process that began this one. ``signs`` is a file that can be read once it has ended; none on old machines."""

    pid: int
    signs: tuple[int, ...]

    @property
    def gone(self) -> bool:
        """Whether it has ended: a process without parents is given others."""
        return os.getppid() != self.pid

    def wait(self, *files: int) -> list[int]:
        """Wait until one of these files can be read, or the worker has ended; gives which can."""
        ready: list[int] = []
        while not ready and not self.gone:
            ready = select.select([*files, *self.signs], [], [], None if self.signs else _LOOK_SECONDS)[0]
        return [file for file in ready if file in files]


def main() -> None:
    """Import, then fork for every line that is read."""
    worker = _worker(int(sys.argv[1]))
    fence.adopt()
    with _followed(worker):
        for name in (*sys.argv[2:], *_SHELL):
            _load(name)
    _refuse_threads()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _say({"threads": _threads()})
    try:
        _fork(worker)
    finally:
        _leave()


def _worker(pid: int) -> _Worker:
    try:
        return _Worker(pid, (os.pidfd_open(pid),))
    except OSError:
        return _Worker(pid, ())


@contextmanager
def _followed(worker: _Worker) -> Iterator[None]:
    """End with the worker though this thread is busy; no process is forked meanwhile, and no thread is left."""
    done, over = os.pipe()
    beside = threading.Thread(target=_follow, args=(worker, done))
    beside.start()
    try:
        yield
    finally:
        os.close(over)
        beside.join()
        os.close(done)


def _follow(worker: _Worker, done: int) -> None:
    if not worker.wait(done):
        os._exit(1)


def _fork(worker: _Worker) -> None:
    """One kernel for each order. Whether kernels can be shut in is tried in the folder of the first."""
    fenced: bool | None = None
    for line in _lines(worker):
        orders = json.loads(line) | {"parent": os.getpid()}
        if fenced is None:
            fenced = fence.works(Path(orders["folder"]))
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        child = os.fork()
        if not child:
            _child(orders | {"fenced": fenced})
        _say({"pid": child})


def _lines(worker: _Worker) -> Iterator[bytes]:
    """What is asked for, until the worker has ended or closes its pipe."""
    held = b""
    while worker.wait(0) and (said := os.read(0, 65_536)):
        *lines, held = (held + said).split(b"\n")
        yield from lines


def _leave() -> None:
    """End with all that was begun here, and all that it left behind: whose parent ended came to this process."""
    until = time.monotonic() + _LEAVE_SECONDS
    while (left := list(processes.family(os.getpid()))[1:]) and time.monotonic() < until:
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    os._exit(0)


def _child(orders: dict[str, Any]) -> None:
    """Be the kernel; never returns, whatever happens: what follows is for its parent to do."""
    try:
        _become(orders)
    finally:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)


def _become(orders: dict[str, Any]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = Path(orders["folder"])
    _own_output(folder)
    _own_mark(orders["environment"][MARK])
    os.environ.update(orders["environment"])
    tempfile.tempdir = None
    os.chdir(folder / WORK)
    fence.limit()
    hidden = [Path(each) for each in orders["hidden"]]
    held = fence.shut_in(folder, hidden) if orders["fenced"] else ()
    fence.follow(orders["parent"])
    _serve(folder, held)
    os._exit(0)


def _serve(folder: Path, held: tuple[str, ...]) -> None:
    from ipykernel.kernelapp import IPKernelApp

    quiet = ("--HistoryManager.enabled=False", "--InteractiveShell.colors=NoColor")
    app: Any = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(["-f", str(folder / CONNECTION), *quiet])
    _frames(app.shell.display_formatter)
    with (folder / READY).open("w", encoding="utf-8") as ready:
        ready.write(json.dumps(held))
    app.start()


def _frames(formatter: Any) -> None:
    """Show frames and charts as data beside plain text; nothing else that could be drawn is even made."""
    formatter.active_types = ["text/plain"]
    formatter.mimebundle_formatter.for_type_by_name("polars.dataframe.frame", "DataFrame", table)
    formatter.mimebundle_formatter.for_type_by_name("workbench.views.charts.figure", "Figure", chart)


def _own_output(folder: Path) -> None:
    """What it writes outside of cells goes to a file of its own; the pipes are those of the process it came from."""
    said = os.open(folder / SAID, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for at, instead in enumerate((nothing, said, said)):
        os.dup2(instead, at)
    os.close(said)
    os.close(nothing)


def _own_mark(identity: str) -> None:
    """Write its name where ``/proc/PID/environ`` shows it: a fork shows what the first process was begun with."""
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_void_p
    ctypes.memmove(libc.getenv(MARK.encode()), identity.encode(), len(NO_MARK))


def _load(name: str) -> None:
    """Import a module, and call what stands behind a colon: what is found once stays found in every fork."""
    module, _, maker = name.partition(":")
    loaded = import_module(module)
    if maker:
        getattr(loaded, maker)()


def _refuse_threads() -> None:
    begun = [name for name in _threads() if _POOL.match(name)]
    if begun:
        raise SystemExit(f"an import began threads, so that no kernel can be forked: {', '.join(begun)}")


def _threads() -> list[str]:
    return sorted(path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm"))


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
