"""Child processes that parse, and are stopped when a message or record takes too long or too much.

Mail comes in batches, rows in blocks. What does not come back is read again in parts, so that only the message or
record at fault suffers; such a message is read without opening its PDFs and pictures, and where that is not enough,
its header alone; its faults say why.
"""

import gc
import multiprocessing
import os
import resource
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import resource_tracker
from multiprocessing.forkserver import ensure_running
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from workbench.base.errors import WorkbenchError
from workbench.intake.activity import Context as AuditContext
from workbench.intake.importing.origin import Origin
from workbench.intake.importing.taking import Taken, Task, given_up, in_parts, take
from workbench.intake.mail import Context, Reading, read_message

Result = TypeVar("Result")

BATCH = 16
SECONDS_PER_BATCH = 60.0
SECONDS_PER_MESSAGE = 20.0
MEMORY_BYTES = 3 * 2**30

SECONDS_PER_TASK = 120.0
SECONDS_PER_PART = 30.0
AHEAD = 2
"""Further blocks that may wait or run, so that the children have work while rows are committed."""

PARTS = 16
"""Parts in which a block that did not come back is read again, and so on down to single records."""

_MODULES = ["workbench.intake.mail", "workbench.intake.importing.taking"]
_SHOWN = 200
_ADVICE = 'In a script, import below: if __name__ == "__main__":'


@dataclass(frozen=True)
class Mail:
    """A raw message with the file it came from and its place in it."""

    file: str
    file_sha256: str
    where: str
    raw: bytes
    digest: str


@dataclass(frozen=True)
class Lost:
    """Why nothing of a message or a block could be read."""

    reason: str


Outcome = tuple[Mail, Reading | Lost]

Asked = tuple[Origin, Task]


class Pool:
    """Killable child processes. Use as a context: on leaving it, every child is gone."""

    def __init__(self, workers: int) -> None:
        start = multiprocessing.get_context("forkserver")
        start.set_forkserver_preload(_MODULES)
        self._pool = ProcessPool(max_workers=workers, context=start, initializer=_limit)
        self.ahead = workers * 2
        """Calls that may wait or run at once, so that no child is idle and little is held."""

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble types only part of itself
        self._pool.join()

    def prepare(self) -> None:
        """Begin to load what children need, so that it is there once they have work; again it does nothing."""
        with _deaf():
            ensure_running()

    def schedule(self, call: Callable[..., Result], *args: object, seconds: float) -> "Future[Result]":
        """Run a function of a module in a child that is killed after so many seconds."""
        self.prepare()
        future: Future[Result] = self._pool.schedule(call, args=args, timeout=seconds)
        return future


@contextmanager
def _deaf() -> Iterator[None]:
    """Within, what is started does not hear a request to end (SIGTERM) that goes to all processes of a group.

    The server that children are forked from goes on, so that what is at hand can be read; it ends with this process.
    """
    resource_tracker.ensure_running()  # it lets the signal through again, so it comes first
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def outcome(future: "Future[Result]", seconds: float) -> "Result | Lost":
    """What a call gave, or why it gave nothing.

    Raises:
        WorkbenchError: no child can be started.
    """
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BrokenProcessPool):
        raise WorkbenchError("The processes that read mail and rows cannot be started", next_step=_ADVICE) from error
    if isinstance(error, Late):
        return Lost(f"reading it took more than {seconds:.0f} seconds")
    if isinstance(error, (ProcessExpired, MemoryError)):
        return Lost("reading it ended the parser")
    return Lost(f"reading it failed ({type(error).__name__}: {str(error)[:_SHOWN]})")


class MailChildren:
    """Messages on their way through the children."""

    def __init__(self, pool: Pool, context: Context) -> None:
        self._pool, self._context = pool, replace(context, expendable=True)
        self._gathered: list[Mail] = []
        self._running: deque[tuple[list[Mail], Future[list[Reading]]]] = deque()

    def send(self, mail: Mail) -> Iterator[Outcome]:
        """Hand over a message; gives back what earlier ones became, in order, so that few wait at any time."""
        self._gathered.append(mail)
        if len(self._gathered) == BATCH:
            self._start()
        while len(self._running) > self._pool.ahead:
            yield from self._collect()

    def finish(self) -> Iterator[Outcome]:
        """What all messages became that were handed over and not given back yet."""
        if self._gathered:
            self._start()
        while self._running:
            yield from self._collect()

    def _start(self) -> None:
        batch, self._gathered = self._gathered, []
        self._running.append((batch, self._schedule(batch, self._context, SECONDS_PER_BATCH)))

    def _schedule(self, batch: list[Mail], context: Context, seconds: float) -> Future[list[Reading]]:
        return self._pool.schedule(_read, batch, context, seconds=seconds)

    def _collect(self) -> Iterator[Outcome]:
        batch, future = self._running.popleft()
        readings = outcome(future, SECONDS_PER_BATCH)
        if isinstance(readings, Lost):
            yield from ((mail, self._alone(mail)) for mail in batch)
        else:
            yield from zip(batch, readings, strict=True)

    def _alone(self, mail: Mail) -> Reading | Lost:
        outcome = self._attempt(mail, self._context)
        if isinstance(outcome, Reading):
            return outcome
        outcome = self._attempt(mail, replace(self._context, files_skipped=outcome.reason))
        if isinstance(outcome, Reading):
            return outcome
        return self._attempt(mail, replace(self._context, body_skipped=outcome.reason))

    def _attempt(self, mail: Mail, context: Context) -> Reading | Lost:
        found = outcome(self._schedule([mail], context, SECONDS_PER_MESSAGE), SECONDS_PER_MESSAGE)
        return found if isinstance(found, Lost) else found[0]


class RowChildren:
    """Tasks of rows on their way through the children, each with what it belongs to."""

    def __init__(self, pool: Pool, seen_at: datetime, audit: AuditContext) -> None:
        self._pool, self._seen_at, self._audit = pool, seen_at, audit
        self._running: deque[tuple[list[Asked], Future[list[Taken]]]] = deque()

    def send(self, asked: list[Asked]) -> Iterator[tuple[Asked, Taken]]:
        """Hand over tasks; gives back what earlier ones became, in order, so that few wait at any time."""
        self._running.append((asked, self._schedule(asked, SECONDS_PER_TASK)))
        while len(self._running) > self._pool.ahead + AHEAD:
            yield from self._collect()

    @property
    def busy(self) -> bool:
        """Whether tasks were handed over that are not given back yet."""
        return bool(self._running)

    def next(self) -> Iterator[tuple[Asked, Taken]]:
        """What the oldest tasks became that were not given back yet, once they are read."""
        if self._running:
            yield from self._collect()

    def _schedule(self, asked: list[Asked], seconds: float) -> Future[list[Taken]]:
        tasks = [task.bare() for _, task in asked]
        return self._pool.schedule(take, tasks, self._seen_at, self._audit, seconds=seconds)

    def _collect(self) -> Iterator[tuple[Asked, Taken]]:
        asked, future = self._running.popleft()
        found = outcome(future, SECONDS_PER_TASK)
        if not isinstance(found, Lost):
            yield from zip(asked, found, strict=True)
            return
        for each in asked:
            for taken in self._in_parts(each, found):
                yield each, taken

    def _in_parts(self, asked: Asked, lost: Lost) -> Iterator[Taken]:
        """Read a task again in parts, and those that do not come back in parts of their own."""
        parts = in_parts(asked[1], PARTS)
        if len(parts) == 1:
            yield given_up(asked[1], lost.reason)
            return
        for part in parts:
            found = outcome(self._schedule([(asked[0], part)], SECONDS_PER_PART), SECONDS_PER_PART)
            if isinstance(found, Lost):
                yield from self._in_parts((asked[0], part), found)
            else:
                yield from found


def _limit() -> None:
    """What every child begins with. It makes millions of small objects and hardly a cycle, so it looks rarely."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    os.environ["POLARS_MAX_THREADS"] = "1"
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(batch: list[Mail], context: Context) -> list[Reading]:
    return [read_message(mail.raw, _source(mail), context) for mail in batch]


def _source(mail: Mail) -> str:
    return f"{mail.file} {mail.where}".strip()
