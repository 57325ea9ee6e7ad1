from datetime import timedelta

import polars as pl
import pytest

from tests.views.charts.specs import DAY, HOSTILE, HOUR, START, WEEK, free_of_data, in_step, over_time, valid
from workbench.base.errors import LimitReached, UnknownName
from workbench.views.charts.histogram import BEFORE, histogram


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


def compared(now: int, before: int) -> pl.DataFrame:
    """Delivered mail of a week, ``now`` in each bin, and of the time before ``before`` in the second one alone."""
    frame = over_time().with_columns(count=pl.lit(now), before=pl.lit(value=False)).cast({"count": pl.Int64})
    past = frame[1:2].with_columns(count=pl.lit(before, pl.Int64), series=pl.lit(""), before=pl.lit(value=True))
    return pl.concat([frame.head(7 if now else 0), past])


def test_the_time_before_is_an_outline_over_every_bin_and_no_part_of_the_whole() -> None:
    figure = histogram(compared(3, 5), WEEK, DAY, title="Mail")
    valid(figure)
    in_step(figure)
    outline = [(x, y) for x, y, code in zip(figure.x, figure.y, figure.code, strict=True) if code == BEFORE]
    assert [y for _, y in outline] == [0, 5, 0, 0, 0, 0, 0]
    assert (figure.total, figure.legend[-1].total, figure.legend[-1].rest) == (21, 5, True)
    assert figure.describe() == "Mail: 21 messages in all; Delivered 21; Time before 5."


def test_a_time_before_alone_is_drawn_and_none_is_no_outline() -> None:
    alone = histogram(compared(0, 4), WEEK, DAY, title="Mail")
    assert (alone.total, sum(alone.y), len(alone.x)) == (0, 4, 7)
    none = histogram(compared(2, 4).filter(~pl.col("before")), WEEK, DAY, title="Mail")
    assert (len(none.x), none.legend[-1].label, none.legend[-1].total) == (7, "Time before", 0)
