"""Faults are kept in order, once each and only so many; the guard turns every exception into one."""

import pytest

from workbench.intake.mail.faults import Fault, Faults, guarded
from workbench.intake.mail.limits import LONGEST_SAMPLE, MOST_FAULTS


def test_faults_are_kept_in_the_order_they_were_met() -> None:
    faults = Faults()
    faults.add("header To", "no address could be read")
    faults.add("body", "boundary is not in the body")
    assert faults.kept() == (
        Fault("header To", "no address could be read"),
        Fault("body", "boundary is not in the body"),
    )


def test_the_same_fault_is_kept_and_counted_once() -> None:
    faults = Faults()
    for _ in range(3):
        faults.add("header To", "is missing")
    assert faults.kept() == (Fault("header To", "is missing"),)
    assert faults.count == 1


def test_more_faults_than_the_limit_are_counted_and_the_cut_says_so() -> None:
    faults = Faults()
    for number in range(MOST_FAULTS + 50):
        faults.add("body", f"reason {number}")
    assert faults.count == MOST_FAULTS + 50
    assert len(faults.kept()) == MOST_FAULTS
    assert faults.kept()[-1] == Fault("message", "51 more faults are not listed")


def test_a_long_place_is_cut() -> None:
    faults = Faults()
    faults.add("header " + "x" * 500, "is odd")
    assert len(faults.kept()[0].where) == LONGEST_SAMPLE


@pytest.mark.parametrize(
    "error", [ValueError("a" * 500), RecursionError(), MemoryError(), KeyError("x"), LookupError()]
)
def test_the_guard_turns_any_exception_into_a_fault(error: Exception) -> None:
    faults = Faults()

    def broken() -> int:
        raise error

    assert guarded(faults, "part 2", broken, 7) == 7
    assert faults.kept()[0].where == "part 2"
    assert type(error).__name__ in faults.kept()[0].reason
    assert len(faults.kept()[0].reason) < 200


def test_the_guard_lets_a_result_through_and_does_not_hold_an_interrupt() -> None:
    faults = Faults()
    assert guarded(faults, "body", lambda: "read", "") == "read"
    assert faults.count == 0

    def interrupted() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guarded(faults, "body", interrupted, "")
