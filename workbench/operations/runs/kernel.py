"""One kernel for one run: limited, ended with all it began, cleared away."""

import resource
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from workbench.base.config import Workspace
from workbench.operations.runs import processes
from workbench.operations.runs.launch import MARK, SAID
from workbench.operations.runs.processes import Process

KERNELS = ".kernels"
"""Where below ``runs/`` a file tells of every kernel that was begun and not yet cleared away."""

MAPPED = 4 * 1024**3
"""Bytes of addresses beyond its memory limit that a kernel may ask for: event files are mapped, not held."""

_GONE_SECONDS = 10.0


@dataclass(frozen=True)
class Ended:
    """Why a kernel was ended from outside, and what that makes of its run: a state of ``Outcome``."""

    why: str
    state: str


@dataclass
class Kernel:
    """A kernel that is ready, of one workspace. It is used for one run and then discarded, whatever became of the run.

    ``barriers`` says what of ``fence`` holds it on this machine.
    """

    id: str
    workspace: Workspace
    folder: Path
    process: Process
    barriers: tuple[str, ...] = ()
    ended: Ended | None = field(default=None, init=False)
    allowed: int = field(default=0, init=False)
    """Bytes that it and all it began may hold for themselves; 0 before there is a limit."""
    _first: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self.process.alive

    @property
    def said(self) -> str:
        """The last that it wrote outside of any cell: what libraries say when they give up."""
        with suppress(OSError):
            return (self.folder / SAID).read_bytes()[-4_000:].decode("utf-8", "replace")
        return ""

    def end(self, why: str, state: str = "cancelled") -> None:
        """End it at once, from any thread; its run then ends within a second or two. The first reason stays."""
        with self._first:
            self.ended = self.ended or Ended(why, state)
        processes.end(self.process, f"{MARK}={self.id}")

    def limit(self, memory: int) -> None:
        """Let it hold so many bytes more than now, and ask for addresses of event files besides."""
        self.allowed = processes.memory(self.process.pid) + memory
        most = processes.mapped(self.process.pid) + memory + MAPPED
        with suppress(ProcessLookupError):
            resource.prlimit(self.process.pid, resource.RLIMIT_AS, (most, most))

    def discard(self) -> None:
        """End it and remove what it leaves: processes, folder, file."""
        processes.end(self.process, f"{MARK}={self.id}")
        until = time.monotonic() + _GONE_SECONDS
        while self.alive and time.monotonic() < until:
            time.sleep(0.01)
        shutil.rmtree(self.folder, ignore_errors=True)
        record(self.workspace, self.id).unlink(missing_ok=True)


def record(workspace: Workspace, identity: str) -> Path:
    """The file that tells of a kernel."""
    return workspace.runs / KERNELS / f"{identity}.json"
