"""The process that kernels are forked from: ``python -P -m workbench.operations.runs.launch``, never called by people.

It imports what playbooks need, once, and asks no question of any table: a fork is safe only while no pool of threads
was begun. For every line on its standard input it forks one kernel and answers with its number. It ends with its input,
that is with its worker, and its kernels see that and end too.
"""

import ctypes
import gc
import json
import os
import re
import signal
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from workbench.operations.runs import fence
from workbench.operations.runs.shown import chart, table

CONNECTION, READY, SAID, WORK = "k.json", "ready", "said", "work"
"""What lies in a kernel's folder: how it is reached, the pipe it says on that it is ready, what it said outside of
cells, and its working folder."""

MARK = "WORKBENCH_KERNEL"
NO_MARK = "0" * 16

_POOL = re.compile(r"polars-\d|tokio|async-exec|rayon")
"""Threads that work for others: a fork has none of them, and waits for them for ever."""

_SHELL = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell")


def main() -> None:
    """Import, then fork for every line that is read."""
    for name in (*sys.argv[1:], *_SHELL):
        _load(name)
    _refuse_threads()
    gc.collect()
    gc.freeze()
    fenced = fence.works()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _say({"threads": _threads()})
    for line in sys.stdin:
        orders = json.loads(line) | {"parent": os.getpid(), "fenced": fenced}
        child = os.fork()
        if not child:
            _become(orders)
        _say({"pid": child})


def _become(orders: dict[str, Any]) -> None:
    """Be the kernel; never returns."""
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
