"""What opening a file may cost: shown in real children, which are ended for it."""

import resource
import signal
from collections.abc import Iterator

import pytest

from workbench.intake.importing.children import Lost, Pool, outcome
from workbench.intake.mail.bounds import bounded

MEBIBYTE = 2**20


def spins() -> str:
    """Takes processor time for ever, in a library that never comes back to Python's own loop of instructions."""
    with bounded(0.3, 512 * MEBIBYTE):
        return str(sum(iter(int, 1)))


def takes() -> str:
    with bounded(30, 64 * MEBIBYTE):
        try:
            return f"{len(bytearray(512 * MEBIBYTE))} bytes taken"
        except MemoryError:
            return "refused"


def goes_on() -> int:
    """Afterwards nothing is left of the bounds."""
    with bounded(30, 64 * MEBIBYTE):
        pass
    return len(bytearray(512 * MEBIBYTE)) + int(signal.getitimer(signal.ITIMER_PROF)[0])


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as pool:
        yield pool


def test_row_8_a_child_that_takes_too_long_is_ended(pool: Pool) -> None:
    assert outcome(pool.schedule(spins, seconds=100), 100) == Lost("reading it ended the parser")


def test_row_8_a_child_gets_no_more_memory_than_the_bound(pool: Pool) -> None:
    assert outcome(pool.schedule(takes, seconds=100), 100) == "refused"


def test_afterwards_the_child_may_do_what_it_could_before(pool: Pool) -> None:
    assert outcome(pool.schedule(goes_on, seconds=100), 100) == 512 * MEBIBYTE


def test_bounds_are_lifted_where_the_work_fails() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(ValueError, match="damaged"), bounded(30, 512 * MEBIBYTE):
        raise ValueError("damaged")
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
