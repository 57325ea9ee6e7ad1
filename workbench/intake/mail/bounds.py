"""What opening a file may cost a process that may be ended: processor seconds and memory, from here on."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MAPPED = Path("/proc/self/statm")


@contextmanager
def bounded(seconds: float, memory: int) -> Iterator[None]:
    """Within, this process is ended after so many of its own seconds, and gets so many bytes more at the most.

    More memory is refused (``MemoryError``). The seconds are the processor's, so that a busy machine does not count,
    and end the process whatever library holds it: only for one whose end costs nothing but a new attempt. Where the
    system does not say how much memory is mapped, memory is left as it is.
    """
    before, most = resource.getrlimit(resource.RLIMIT_AS)
    if _MAPPED.exists():
        resource.setrlimit(resource.RLIMIT_AS, (_least(_mapped() + memory, before), most))
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (before, most))


def _mapped() -> int:
    return int(_MAPPED.read_text().split()[0]) * resource.getpagesize()


def _least(wanted: int, limit: int) -> int:
    return wanted if limit == resource.RLIM_INFINITY else min(wanted, limit)
