"""Reads hostile mail in a child process that can be killed."""

import threading
from dataclasses import dataclass, field

from workbench.base.errors import LimitReached
from workbench.intake.importing.children import Lost, Pool, outcome
from workbench.intake.mail import Preview, read_preview

SECONDS = 20.0
"""How long reading one message may take."""


@dataclass
class Reader:
    """A child process that reads hostile mail; made when it is first needed."""

    _pool: Pool | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def read(self, raw: bytes) -> Preview:
        """A message for a person.

        Raises:
            LimitReached: reading it took too long or too much.
        """
        with self._lock:
            if self._pool is None:
                self._pool = Pool(1)
            future = self._pool.schedule(read_preview, raw, seconds=SECONDS)
        found = outcome(future, SECONDS)
        if isinstance(found, Lost):
            raise LimitReached(f"The message cannot be shown: {found.reason}", next_step="Download its source instead.")
        return found

    def close(self) -> None:
        """End the child."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.__exit__()
