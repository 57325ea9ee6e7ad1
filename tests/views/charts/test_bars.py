import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.views.charts.specs import HOSTILE, free_of_data, in_step, valid
from workbench.base.errors import LimitReached
from workbench.views.charts.bars import ROW, bars, labels


def named(**names: int) -> pl.DataFrame:
    return pl.DataFrame({"name": list(names), "count": list(names.values())})


def test_it_is_valid_and_keeps_the_greatest_first() -> None:
    figure = bars(named(a=1, b=5, c=3), title="Senders", top=2)
    valid(figure)
    in_step(figure)
    assert (figure.x, figure.y, figure.height) == (("b", "c"), (5, 3), 2 * ROW)


def test_equal_counts_are_ordered_by_name() -> None:
    assert bars(named(b=1, a=1), title="x").x == ("a", "b")


def test_bars_are_cut_by_series() -> None:
    frame = pl.DataFrame({"name": ["a", "a", "b"], "series": ["Junked", "Delivered", "Delivered"], "count": [1, 2, 1]})
    figure = bars(frame, title="x")
    assert list(zip(figure.x, figure.code, figure.y, strict=True)) == [("a", 0, 2), ("a", 1, 1), ("b", 0, 1)]


def test_hostile_names_stay_out_of_the_structure() -> None:
    figure = bars(pl.DataFrame({"name": HOSTILE, "count": range(1, 6)}), title=HOSTILE[0])
    valid(figure)
    free_of_data(figure, *HOSTILE[:2])


def test_a_missing_name_is_shown_as_empty() -> None:
    assert labels(
        bars(pl.DataFrame({"name": [None], "count": [1]}, schema={"name": pl.String, "count": pl.Int64}), title="x").x
    ) == ("(empty)",)


def test_names_that_look_alike_are_numbered() -> None:
    twin = "x" * 100
    assert labels((f"{twin}1", f"{twin}2", f"{twin}1")) == (f"{'x' * 80}…", f"{'x' * 80}… (2)", f"{'x' * 80}…")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=90), max_size=20))
def test_different_names_have_different_labels(names: list[str]) -> None:
    shown = labels(tuple(names))
    assert len(set(shown)) == len(set(names))


def test_the_axis_leaves_room_for_the_number_behind_the_longest_bar() -> None:
    assert bars(named(a=100), title="x").signals["top"] > 100


def test_no_rows_make_an_empty_figure() -> None:
    figure = bars(named(a=1).clear(), title="x")
    assert (figure.x, figure.height) == ((), ROW)


def test_too_many_bars_are_refused() -> None:
    with pytest.raises(LimitReached):
        bars(pl.DataFrame({"name": range(5_001), "count": [1] * 5_001}), title="x", top=6_000)
