from datetime import timedelta

import pytest

from tests.views.charts.specs import DAY, HOSTILE, HOUR, START, WEEK, free_of_data, in_step, over_time, valid
from workbench.base.errors import LimitReached, UnknownName
from workbench.views.charts.histogram import histogram


def test_it_is_valid_and_says_what_it_counts() -> None:
    figure = histogram(over_time(("Delivered", "Junked")), WEEK, DAY, title="Mail")
    valid(figure)
    in_step(figure)
    assert (figure.kind, figure.caption, figure.total) == ("histogram", "messages per day", 56)


def test_hostile_categories_stay_out_of_the_structure() -> None:
    figure = histogram(over_time(HOSTILE), WEEK, DAY, title=HOSTILE[0])
    valid(figure)
    free_of_data(figure, *HOSTILE[:2])
    assert {entry.value for entry in figure.legend} == set(HOSTILE)


def test_the_structure_is_the_same_for_another_answer() -> None:
    first = histogram(over_time(), WEEK, DAY, title="Mail")
    other = histogram(over_time(HOSTILE, bins=3, step=HOUR), WEEK, HOUR, title="Other")
    assert first.spec == other.spec


def test_rows_of_one_bin_and_category_are_summed() -> None:
    frame = over_time()
    figure = histogram(frame.vstack(frame), WEEK, DAY, title="Mail")
    assert figure.y == tuple(2 * (at + 1) for at in range(7))


def test_bins_outside_the_window_are_left_out_of_marks_and_legend() -> None:
    figure = histogram(over_time(bins=9), WEEK, DAY, title="Mail")
    assert len(figure.x) == 7
    assert figure.legend[0].total == sum(range(1, 8))


def test_the_signals_hold_the_window_and_the_bin() -> None:
    figure = histogram(over_time(), WEEK, DAY, title="Mail")
    assert figure.signals["from"] == START.timestamp() * 1000
    assert figure.signals["to"] - figure.signals["from"] == 7 * figure.signals["step"] == 7 * 86_400_000


def test_no_rows_make_an_empty_figure() -> None:
    figure = histogram(over_time().clear(), WEEK, DAY, title="Mail")
    assert (figure.x, figure.total) == ((), 0)


def test_too_many_bins_are_refused() -> None:
    with pytest.raises(LimitReached, match="marks"):
        histogram(over_time(bins=5_001, step=timedelta(minutes=1)), WEEK, timedelta(minutes=1), title="Mail")


def test_a_frame_without_counts_is_refused() -> None:
    with pytest.raises(UnknownName, match="count"):
        histogram(over_time().rename({"count": "counts"}), WEEK, DAY, title="Mail")
