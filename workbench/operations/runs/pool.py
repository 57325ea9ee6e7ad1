"""Kernels that wait for runs, so that a run does not wait for a kernel."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from workbench.base.config import Workspace
from workbench.base.errors import NoKernel
from workbench.operations.runs.kernel import Kernel
from workbench.operations.runs.nursery import Nursery

MOST_FAILURES = 3
"""Starts that may fail one after another before the pool stops trying."""

BACK_OFF_SECONDS = 0.5
"""How long it waits after a failed start; twice as long after the next."""

TAKE_SECONDS = 60.0


@dataclass(frozen=True)
class PoolState:
    """How a pool is. ``stopped`` says why it starts no kernels any more; empty while it does."""

    ready: int
    starting: int
    out: int
    failures: int
    stopped: str


class Pool:
    """Keeps kernels ready for a workspace. Each is taken for one run and discarded in the background afterwards.

    ``slots`` is how many runs go on at once: as many threads start kernels, and as many kernels are kept ready unless
    ``spare`` says otherwise. After three failed starts in a row it stops, and says so, until ``resume``.
    """

    def __init__(
        self,
        workspace: Workspace,
        slots: int,
        *,
        spare: int = 0,
        nursery: Nursery | None = None,
        hidden: Sequence[Path] = (),
    ) -> None:
        self._workspace, self._hidden, self._size = workspace, tuple(hidden), spare or slots
        self._nursery, self._owned = nursery or Nursery(), nursery is None
        self._turn = threading.Condition()
        self._ready: deque[Kernel] = deque()
        self._starting = self._out = self._failures = 0
        self._why, self._retry_at = "", 0.0
        self._closed = threading.Event()
        self._gone: SimpleQueue[Kernel | None] = SimpleQueue()
        refill = [threading.Thread(target=self._refill, name=f"kernels-{at}", daemon=True) for at in range(slots)]
        self._threads = [*refill, threading.Thread(target=self._clear, name="kernels-gone", daemon=True)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self.close()

    @property
    def state(self) -> PoolState:
        """How it is now."""
        with self._turn:
            return PoolState(len(self._ready), self._starting, self._out, self._failures, self._why)

    def take(self, patience: float = TAKE_SECONDS) -> Kernel:
        """A kernel for one run; give it back with ``discard``.

        Raises:
            NoKernel: the pool stopped or was closed, or no kernel was ready in time.
        """
        until = time.monotonic() + patience
        while True:
            kernel = self._next(until)
            if kernel.alive:
                return kernel
            self.discard(kernel)

    def discard(self, kernel: Kernel) -> None:
        """Have a kernel that was taken cleared away; returns at once, unless the pool was closed in the meantime."""
        with self._turn:
            self._out -= 1
            self._turn.notify_all()
        if self._closed.is_set():
            kernel.discard()
        else:
            self._gone.put(kernel)

    def resume(self) -> None:
        """Try again after it stopped."""
        with self._turn:
            self._failures, self._why, self._retry_at = 0, "", 0.0
            self._turn.notify_all()

    def close(self) -> None:
        """End all kernels: those that are out too where the nursery is its own, so let runs come to their end first."""
        self._closed.set()
        with self._turn:
            self._why = self._why or "it was closed"
            self._turn.notify_all()
        for thread in self._threads[:-1]:
            thread.join()
        while self._ready:
            self._gone.put(self._ready.popleft())
        self._gone.put(None)
        self._threads[-1].join()
        if self._owned:
            self._nursery.close()

    def _next(self, until: float) -> Kernel:
        with self._turn:
            while not self._ready:
                if self._why:
                    raise NoKernel(f"No kernels are started any more: {self._why}", next_step="Mend that, and resume.")
                if not self._turn.wait(until - time.monotonic()):
                    raise NoKernel("No kernel was ready in time", next_step="Run fewer playbooks at once.")
            self._out += 1
            self._turn.notify_all()
            return self._ready.popleft()

    def _refill(self) -> None:
        while self._is_wanted():
            try:
                kernel = self._nursery.start(self._workspace, hidden=self._hidden, stop=self._closed)
            except (NoKernel, OSError) as error:
                self._failed(error)
            else:
                self._born(kernel)

    def _is_wanted(self) -> bool:
        """Wait until a kernel is wanted, and count it as being started; false where none ever will be."""
        with self._turn:
            while not self._closed.is_set():
                wait = self._retry_at - time.monotonic()
                if not self._why and wait <= 0 and len(self._ready) + self._starting < self._size:
                    self._starting += 1
                    return True
                self._turn.wait(wait if wait > 0 and not self._why else None)
        return False

    def _born(self, kernel: Kernel) -> None:
        with self._turn:
            self._starting -= 1
            self._failures, self._retry_at = 0, 0.0
            self._ready.append(kernel)
            self._turn.notify_all()

    def _failed(self, error: Exception) -> None:
        with self._turn:
            self._starting -= 1
            self._failures += 1
            self._retry_at = time.monotonic() + BACK_OFF_SECONDS * 2 ** (self._failures - 1)
            if self._failures >= MOST_FAILURES:
                self._why = f"{self._failures} starts failed in a row. {error}"
            self._turn.notify_all()

    def _clear(self) -> None:
        while (kernel := self._gone.get()) is not None:
            kernel.discard()
