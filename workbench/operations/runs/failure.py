"""Why a run ended early, in words, and what to do about it."""

import re
from dataclasses import dataclass

from workbench.operations.runs.client import MOST_MESSAGE
from workbench.operations.runs.engine import Course
from workbench.operations.runs.job import Job, State

LONGEST = 2_000
"""Characters of a cause that are kept."""

_NO_MEMORY = re.compile(r"memory allocation of \d+ bytes failed|out of memory|cannot allocate memory", re.IGNORECASE)
_ADVICE = {
    r"Network is unreachable|name resolution|Name or service not known": (
        "Playbooks have no network. What it needs has to be imported beforehand."
    ),
    r"Read-only file system|open for reading only": (
        "Playbooks only read. What is to be written, import or propose it outside of them."
    ),
}


@dataclass(frozen=True)
class Failure:
    """What a run ended with: a state, why, and what to do."""

    state: State
    cause: str
    next_step: str


def more_memory(memory: int) -> Failure:
    """A run that held more than it may."""
    cause = f"it needed more than its {memory / 1024**3:.3g} GiB of memory"
    return Failure("failed", cause, "Narrow its window, or have it gather in queries; else give it more memory.")


def judged(error: BaseException, job: Job, course: Course) -> Failure:
    """What an error of a run means. An end from outside comes first: all else is what it led to."""
    ended = course.kernel.ended
    if ended:
        return _from_outside(ended.why, ended.state, job)
    if isinstance(error, TimeoutError) and "IOPub" in str(error):
        lost = f"an output was larger than {MOST_MESSAGE // 1024**2} MiB, or was lost"
        return Failure("failed", lost, "Have that step show less: a count, or the first rows.")
    if isinstance(error, TimeoutError):
        took = f"a cell took more than {job.cell_seconds:g} seconds"
        return Failure("timed_out", took, "Narrow its window, or let a cell take longer.")
    name, said = str(getattr(error, "ename", type(error).__name__)), str(getattr(error, "evalue", error))
    if name == "MemoryError" or _NO_MEMORY.search(said) or (not course.kernel.alive and _no_memory(course)):
        return more_memory(job.memory)
    if not course.kernel.alive:
        lost = f"its kernel was lost ({said})"
        return Failure("failed", lost, "Run it again; if it is lost again, look at what that step loads.")
    return Failure("failed", f"{name}: {said}", _advice(said))


def _from_outside(why: str, state: str, job: Job) -> Failure:
    if state == "timed_out":
        return Failure("timed_out", why, "Narrow its window, or let it take longer.")
    if state == "cancelled":
        return Failure("cancelled", why, "Run it again when it is wanted.")
    memory = more_memory(job.memory)
    return memory if why == memory.cause else Failure("failed", why, "Mend the playbook.")


def _no_memory(course: Course) -> bool:
    return _NO_MEMORY.search(course.kernel.said) is not None


def _advice(said: str) -> str:
    known = next((advice for shape, advice in _ADVICE.items() if re.search(shape, said)), "")
    return known or "The executed copy shows how far it came. Mend its parameters or the playbook, and run it again."
