from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.apps.demo.plan import CLOCKS, END, FULL, Plan, micros, planned
from workbench.base.errors import BadInput


@settings(max_examples=often(30), deadline=None)
@given(st.integers(1_000, 10_000_000), st.integers(1, 40), st.floats(1, 1e6), st.sampled_from(CLOCKS))
def test_what_the_slices_hold_adds_up(mails: int, days: int, total: float, clock: str) -> None:
    plan = Plan(1, mails, days)
    assert sum(plan.count(total, clock, number) for number in range(plan.slices)) == pytest.approx(total, abs=1)


def test_moments_lie_in_their_slice_in_order() -> None:
    plan = planned(3, 200_000, 3)
    for number in (0, plan.slices - 1, plan.slices + 2):
        low, high = map(micros, plan.span(number))
        found = plan.moments("x", "office", number, 500)
        assert low <= found[0] <= found[-1] < high
        assert (np.diff(found) >= 0).all()


def test_slices_follow_each_other_and_end_with_the_build() -> None:
    plan = planned(3, 900_000, 10)
    assert plan.span(0)[0] == plan.begin
    assert plan.span(plan.slices - 1)[1] == plan.end
    assert all(plan.span(number)[1] == plan.span(number + 1)[0] for number in range(plan.slices))


def test_a_slice_does_not_depend_on_those_before_it() -> None:
    plan = planned(3, 50_000, 4)
    late = plan.moments("x", "flat", 3, 100)
    for number in range(4):
        plan.moments("x", "flat", number, 100)
    assert (plan.moments("x", "flat", 3, 100) == late).all()


def test_there_are_as_many_people_as_the_mail_feeds_and_enough_for_the_stories() -> None:
    assert planned(1, 10_000_000, 30).people > 3_000
    assert planned(1, 200_000, 30).people == FULL
    assert planned(1, 200_000, 30).scale == 1
    assert 80 <= planned(1, 1_000, 30).people < FULL
    assert planned(1, 1_000, 30).scale < 1


def test_the_end_is_cut_to_the_hour() -> None:
    given_ = datetime(2026, 3, 4, 5, 6, 7, 8, tzinfo=UTC)
    assert planned(1, 1_000, 1, given_).end == datetime(2026, 3, 4, 5, tzinfo=UTC)
    assert planned(1, 1_000, 1).begin == END - timedelta(days=1)


@pytest.mark.parametrize(
    ("seed", "mails", "days"), [(-1, 1000, 1), (1, 999, 1), (1, 10**9, 30), (1, 1000, 0), (1, 1000, 401)]
)
def test_arguments_out_of_range_are_refused(seed: int, mails: int, days: int) -> None:
    with pytest.raises(BadInput, match="out of range"):
        planned(seed, mails, days)


def test_more_mail_in_a_day_than_memory_holds_is_refused() -> None:
    with pytest.raises(BadInput, match="in a day"):
        planned(1, 50_000_000, 1)


@settings(max_examples=often(40), deadline=None)
@given(st.integers(1_000, 10_000_000), st.integers(1, 40))
def test_parcels_hold_every_slice_once_in_order(mails: int, days: int) -> None:
    plan = Plan(1, mails, days)
    held = [plan.parcel(number) for number in range(1, plan.parcels + 1)]
    assert all(len(each) for each in held)
    assert [number for each in held for number in each] == list(range(plan.slices))


def test_parcels_are_enough_for_all_processes_and_small_enough_for_memory() -> None:
    assert planned(1, 10_000, 9).parcels == 1
    assert planned(1, 200_000, 30).parcels >= 6
    large = planned(1, 10_000_000, 30)
    assert max(large.before(number + 1) - large.before(number) for number in range(1, large.parcels + 1)) < 200_000


def hours(clock: str) -> list[float]:
    """Shares of the hours of working days, in percent."""
    plan = planned(3, 50_000, 28)
    at = np.concatenate(
        [plan.moments("x", clock, number, 400) for number in range(28) if (plan.begin.weekday() + number) % 7 < 5]
    )
    return (np.bincount(at // 3_600_000_000 % 24, minlength=24) / len(at) * 100).tolist()


def test_office_mail_has_a_day_with_a_dip_at_lunch() -> None:
    found = hours("office")
    assert sum(found[6:18]) > 80
    assert found[12] < 0.8 * min(found[9], found[14])


def test_unwanted_mail_comes_by_day_and_night() -> None:
    found = hours("flat")
    assert 2.2 < min(found) < max(found) < 6.0
