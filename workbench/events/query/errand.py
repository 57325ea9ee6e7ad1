"""Work that asks several questions for somebody who waits, and may be given up between or in the middle of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from workbench.events.query.limits import Limits

_NOTHING = Limits()


class GivenUp(BaseException):
    """The work was given up. As with KeyboardInterrupt, only who began it may catch it."""


class Errand:
    """What questions asked inside ``sent`` have in common: least limits, a count, and whether they were given up."""

    def __init__(self, limits: Limits = _NOTHING) -> None:
        self.limits = limits
        self.answered = 0
        self._over = threading.Event()

    def give_up(self) -> None:
        """Have the next question, and the one under way once it ends, raise GivenUp. From any thread."""
        self._over.set()

    def check(self) -> None:
        """Go no further when it was given up.

        Raises:
            GivenUp: it was.
        """
        if self._over.is_set():
            raise GivenUp

    @contextmanager
    def sent(self) -> Iterator[None]:
        """Everything asked inside the block, in this thread, is part of the errand."""
        before = _ERRAND.set(self)
        try:
            yield
        finally:
            _ERRAND.reset(before)


_ERRAND: ContextVar[Errand | None] = ContextVar("errand", default=None)


def within(limits: Limits) -> Limits:
    """The limits of a question: its own, else those of the errand that it is part of.

    Raises:
        GivenUp: the errand was given up.
    """
    errand = _ERRAND.get()
    if errand is None:
        return limits
    errand.check()
    seconds = errand.limits.seconds if limits.seconds is None else limits.seconds
    memory = errand.limits.memory_mb if limits.memory_mb is None else limits.memory_mb
    return Limits(limits.rows, seconds, memory)


@contextmanager
def counted() -> Iterator[None]:
    """The block answers a question: it is counted when it does, and its fault is that of a question nobody waits for.

    Raises:
        GivenUp: the errand was given up meanwhile, whatever the block raised.
    """
    errand = _ERRAND.get()
    try:
        yield
    finally:
        if errand is not None:
            errand.check()
    if errand is not None:
        errand.answered += 1
