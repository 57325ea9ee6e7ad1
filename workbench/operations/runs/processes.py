"""Processes as ``/proc`` tells of them: which one it is, what memory it holds, and its end with all that it began."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_GONE = "ZX"
_STATE, _GROUP, _BORN = 0, 2, 19
"""Places in ``/proc/PID/stat`` behind the name in brackets, see proc(5)."""


@dataclass(frozen=True)
class Process:
    """One process for good: numbers are used again, a number with its time of birth is not.

    ``born`` is in clock ticks since the machine's start, ``boot`` names that start.
    """

    pid: int
    born: int
    boot: str

    @property
    def alive(self) -> bool:
        """Whether it still runs; what ended and was not yet collected (a zombie) does not."""
        said = _stat(self.pid)
        return self.boot == _boot() and said is not None and int(said[_BORN]) == self.born and said[_STATE] not in _GONE


NOBODY = Process(0, 0, "")
"""No process at all."""


def process(pid: int | None = None) -> Process | None:
    """The process that has this number now, or this one; None where there is none, or it has ended."""
    said = _stat(os.getpid() if pid is None else pid)
    if said is None or said[_STATE] in _GONE:
        return None
    return Process(os.getpid() if pid is None else pid, int(said[_BORN]), _boot())


def memory(pid: int) -> int:
    """Bytes that a process and all it began hold for themselves: mapped files that can be read again do not count."""
    return sum(_held(each) for each in family(pid))


def mapped(pid: int) -> int:
    """Bytes of addresses that a process has; 0 where it has ended."""
    with suppress(OSError):
        return int((_PROC / str(pid) / "statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def family(pid: int) -> Iterator[int]:
    """A process, and every process that it began and that still has a parent among them."""
    yield pid
    with suppress(OSError):
        for thread in (_PROC / str(pid) / "task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from family(int(child))


def marked(mark: str) -> list[int]:
    """Every process that was begun with this ``NAME=value`` in its environment, its own group or not."""
    wanted = mark.encode()
    return [int(each.name) for each in _PROC.iterdir() if each.name.isdecimal() and wanted in _environment(each)]


def end(started: Process, mark: str) -> None:
    """Kill a process, its group, and all that carry its mark, however far they went away.

    One that was forked a moment ago has neither a group of its own nor a mark yet, so it is killed by its number too.
    """
    if started.alive:
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                kill(started.pid, signal.SIGKILL)
    for pid in marked(mark):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _environment(folder: Path) -> list[bytes]:
    with suppress(OSError):
        return (folder / "environ").read_bytes().split(b"\0")
    return []


def _held(pid: int) -> int:
    with suppress(OSError):
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("RssAnon:", "RssShmem:")))
    return 0


def _stat(pid: int) -> list[str] | None:
    with suppress(OSError):
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return None


def _boot() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
