"""Where what a page asks is done: beside the kernel's own thread, so that a reader can go on, and give it up."""

import logging
import threading
import time
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field

from workbench.apps.session.aside import context_of_kernel
from workbench.apps.session.asking import LIMITS
from workbench.events.query import Errand, GivenUp, Limits, StoreCatalog

log = logging.getLogger(__name__)

AFTER = 1.0
"""Seconds after which a reader is told what is waited for, and how often that is told anew."""
LARGE = 1_000_000
"""Rows of a table from which on a question of it may take longer than a second."""


@dataclass(frozen=True)
class Job:
    """One thing to do. Of several of one ``key`` only the last counts, where it is not empty.

    ``waits`` is told in words what is waited for, and an empty text once that is over; ``left`` is called when a reader
    gave the job up.
    """

    do: Callable[[], object]
    waits: Callable[[str], object]
    left: Callable[[], object]
    key: tuple[object, ...] = ()
    context: Context = field(default_factory=context_of_kernel)


class Desk:
    """Does one job after the other, in the order they came, in a thread that lives as long as there are any.

    A job that is given up ends with the question it is asking: at once where that runs in a process of its own, which
    is so for a catalog with a large table; else when it is answered.
    """

    def __init__(self, catalog: StoreCatalog | None = None, *, large: int = LARGE) -> None:
        self._catalog, self._large = catalog, large
        self._lock = threading.Lock()
        self._waiting: list[Job] = []
        self._running: tuple[Job, Errand] | None = None
        self._thread: threading.Thread | None = None

    def put(self, job: Job) -> None:
        """Do a job after those that wait. An earlier one of its key is given up."""
        with self._lock:
            if job.key:
                self._waiting = [each for each in self._waiting if each.key != job.key]
                if self._running and self._running[0].key == job.key:
                    self._end(self._running[1])
            self._waiting.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
                self._thread.start()

    def give_up(self) -> None:
        """Give up the job that is being done, for a reader who says so."""
        with self._lock:
            if self._running:
                job, errand = self._running
                self._end(errand)
                job.left()

    def _end(self, errand: Errand) -> None:
        errand.give_up()
        if errand.limits.apart and self._catalog:
            self._catalog.give_up()

    def _work(self) -> None:
        try:
            while running := self._next():
                running[0].context.run(self._do, *running)
        finally:
            with self._lock:
                if self._thread is threading.current_thread():  # a job failed: the next one begins another thread
                    self._running = self._thread = None

    def _next(self) -> tuple[Job, Errand] | None:
        """The job that is begun now; without one the thread is over, so that the next job begins another."""
        with self._lock:
            if self._waiting:
                self._running = (self._waiting.pop(0), Errand(self._limits()))
            else:
                self._running = self._thread = None
            return self._running

    def _do(self, job: Job, errand: Errand) -> None:
        done = threading.Event()
        told = threading.Thread(target=_tell, args=(job, errand, done), daemon=True)
        told.start()
        try:
            with errand.sent():
                job.do()
        except GivenUp:
            log.info("given up after %d answers", errand.answered)
        finally:
            done.set()
            told.join()

    def _limits(self) -> Limits:
        """None for a small catalog, whose questions are answered sooner than a process begins."""
        if self._catalog is None:
            return Limits()
        held = self._catalog.store.held().values()
        return LIMITS if max((each.rows for each in held), default=0) >= self._large else Limits()


def _tell(job: Job, errand: Errand, done: threading.Event) -> None:
    """What is waited for, every second, until the job is done."""
    began, said = time.monotonic(), False
    while not done.wait(AFTER):
        said = True
        job.waits(_words(time.monotonic() - began, errand.answered))
    if said:
        job.waits("")


def _words(seconds: float, answered: int) -> str:
    """Such as "Asking, 3 s; 2 questions are answered"."""
    questions = "1 question is" if answered == 1 else f"{answered} questions are"
    return f"Asking, {seconds:.0f} s; {questions} answered"
