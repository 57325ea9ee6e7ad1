"""Slow down whoever guesses: by account, by address, and by both."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Clock = Callable[[], float]
_MOST = 10_000
"""Keys that are remembered; the oldest are forgotten first."""
FORGET_SECONDS = 3600.0


@dataclass(frozen=True)
class Limit:
    """After ``free`` failures every further one doubles the wait, from a second up to ``longest``."""

    free: int
    longest: float

    def wait(self, failures: int) -> float:
        """Seconds to wait after so many failures."""
        over = failures - self.free
        return 0.0 if over < 0 else min(2.0 ** min(over, 20), self.longest)


PAIR = Limit(5, 900)
"""One address at one account."""
ADDRESS = Limit(30, 300)
"""One address at any account."""
ACCOUNT = Limit(60, 30)
"""Any address at one account: short, so that a stranger cannot keep somebody out for long."""


@dataclass
class Throttle:
    """Failures that were seen lately. It is kept in memory: a restart forgets, and takes longer than what it saves."""

    clock: Clock = time.monotonic
    _seen: "OrderedDict[tuple[str, str], tuple[int, float]]" = field(default_factory=OrderedDict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def wait(self, account: str, address: str) -> float:
        """Seconds until another attempt is looked at; 0 where it is at once."""
        now = self.clock()
        with self._lock:
            return max(self._left(key, limit, now) for key, limit in _keys(account, address))

    def failed(self, account: str, address: str) -> None:
        """Remember a failure."""
        now = self.clock()
        with self._lock:
            for key, _ in _keys(account, address):
                count, at = self._seen.pop(key, (0, now))
                self._seen[key] = ((count if now - at < FORGET_SECONDS else 0) + 1, now)
            while len(self._seen) > _MOST:
                self._seen.popitem(last=False)

    def succeeded(self, account: str, address: str) -> None:
        """Forget what this address got wrong at this account."""
        with self._lock:
            self._seen.pop((account, address), None)

    def _left(self, key: tuple[str, str], limit: Limit, now: float) -> float:
        count, at = self._seen.get(key, (0, now))
        return max(0.0, at + limit.wait(count) - now)


def _keys(account: str, address: str) -> Iterator[tuple[tuple[str, str], Limit]]:
    yield (account, address), PAIR
    yield ("", address), ADDRESS
    yield (account, ""), ACCOUNT


@dataclass
class Allowance:
    """So many in so many seconds for each key."""

    most: int
    seconds: float
    clock: Clock = time.monotonic
    _used: "OrderedDict[str, tuple[int, float]]" = field(default_factory=OrderedDict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def allows(self, key: str) -> bool:
        """Take one; False where there is none left."""
        now = self.clock()
        with self._lock:
            count, since = self._used.pop(key, (0, now))
            count, since = (count, since) if now - since < self.seconds else (0, now)
            self._used[key] = (count + 1, since)
            while len(self._used) > _MOST:
                self._used.popitem(last=False)
            return count < self.most
