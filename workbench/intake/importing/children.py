"""Parse raw mail in child processes that are stopped when a message takes too long or too much.

A batch that does not come back is parsed again message by message, so that only the one at fault suffers: of that one
the header alone is read, and its faults say why.
"""

import multiprocessing
import resource
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

from pebble import ProcessExpired, ProcessPool

from workbench.base.errors import WorkbenchError
from workbench.intake.mail import Context, Reading, read_message

BATCH = 16
SECONDS_PER_BATCH = 60.0
SECONDS_PER_MESSAGE = 20.0
MEMORY_BYTES = 3 * 2**30

_MODULE = "workbench.intake.mail"
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
    """Why not even the header of a message could be read."""

    reason: str


Outcome = tuple[Mail, Reading | Lost]


class Children:
    """A pool of killable parsers. Use as a context: on leaving it, every child is gone."""

    def __init__(self, context: Context, workers: int) -> None:
        self._context = context
        start = multiprocessing.get_context("forkserver")
        start.set_forkserver_preload([_MODULE])
        self._pool = ProcessPool(max_workers=workers, context=start, initializer=_limit)
        self._ahead = workers * 2
        self._gathered: list[Mail] = []
        self._running: deque[tuple[list[Mail], Future[list[Reading]]]] = deque()

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble types only part of itself
        self._pool.join()

    def send(self, mail: Mail) -> Iterator[Outcome]:
        """Hand over a message; gives back what earlier ones became, in order, so that few wait at any time."""
        self._gathered.append(mail)
        if len(self._gathered) == BATCH:
            self._start()
        while len(self._running) > self._ahead:
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
        future: Future[list[Reading]] = self._pool.schedule(_read, args=[batch, context], timeout=seconds)
        return future

    def _collect(self) -> Iterator[Outcome]:
        batch, future = self._running.popleft()
        try:
            yield from zip(batch, future.result(), strict=True)
        except (Late, ProcessExpired, MemoryError):
            for mail in batch:
                yield mail, self._alone(mail)
        except BrokenProcessPool as error:
            raise WorkbenchError("The processes that read mail cannot be started", next_step=_ADVICE) from error

    def _alone(self, mail: Mail) -> Reading | Lost:
        outcome = self._attempt(mail, self._context)
        if isinstance(outcome, Reading):
            return outcome
        return self._attempt(mail, replace(self._context, body_skipped=outcome.reason))

    def _attempt(self, mail: Mail, context: Context) -> Reading | Lost:
        try:
            return self._schedule([mail], context, SECONDS_PER_MESSAGE).result()[0]
        except Late:
            return Lost(f"reading it took more than {SECONDS_PER_MESSAGE:.0f} seconds")
        except (ProcessExpired, MemoryError):
            return Lost("reading it ended the parser")


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(batch: list[Mail], context: Context) -> list[Reading]:
    return [read_message(mail.raw, _source(mail), context) for mail in batch]


def _source(mail: Mail) -> str:
    return f"{mail.file} {mail.where}".strip()
