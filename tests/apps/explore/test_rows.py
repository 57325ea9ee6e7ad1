import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.apps.explore.rows import ORDERS, FrameSource, Sort

values = st.lists(st.none() | st.integers(0, 5), max_size=30)


def source(numbers: list[int | None]) -> FrameSource:
    return FrameSource(pl.DataFrame({"n": numbers, "at": range(len(numbers))}, schema={"n": pl.Int64, "at": pl.Int64}))


@given(values, st.integers(0, 40), st.integers(1, 10), st.sampled_from([None, Sort("n"), Sort("n", descending=True)]))
def test_pages_laid_end_to_end_are_the_whole_frame(
    numbers: list[int | None], offset: int, size: int, sort: Sort | None
) -> None:
    rows = source(numbers)
    pages = [rows.page(at, size, sort) for at in range(0, max(len(numbers), 1), size)]
    assert sorted(each for page in pages for each in page.ids) == sorted(str(at) for at in range(len(numbers)))
    assert {page.total for page in pages} == {len(numbers)}
    assert rows.page(offset, size, sort).rows.height == max(0, min(size, len(numbers) - offset))


@given(values, st.booleans())
def test_sorting_keeps_the_order_of_equals_and_puts_missing_last(numbers: list[int | None], descending: bool) -> None:
    page = source(numbers).page(0, 100, Sort("n", descending))
    known = [(number, at) for at, number in enumerate(numbers) if number is not None]
    wanted = sorted(known, key=lambda pair: -pair[0] if descending else pair[0])
    missing = [(None, at) for at, number in enumerate(numbers) if number is None]
    assert [(row["n"], row["at"]) for row in page.rows.iter_rows(named=True)] == [*wanted, *missing]


@given(values)
def test_an_id_names_the_same_row_in_every_order(numbers: list[int | None]) -> None:
    page = source(numbers).page(0, 100, Sort("n", descending=True))
    assert page.ids == tuple(str(at) for at in page.rows["at"])


def test_an_unknown_sort_column_leaves_the_order_of_the_frame() -> None:
    assert source([3, 1]).page(0, 9, Sort("gone")).rows["n"].to_list() == [3, 1]


def test_an_order_is_computed_once_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = FrameSource(pl.DataFrame({f"c{at}": [2, 1] for at in range(ORDERS + 2)}))
    computed: list[Sort] = []
    real = FrameSource._sorted
    monkeypatch.setattr(FrameSource, "_sorted", lambda self, sort: computed.append(sort) or real(self, sort))
    for at in (0, 0, 1, 2, 3, 4, 5, 0):
        rows.page(0, 1, Sort(f"c{at}"))
    assert len(computed) == 7
    assert len(rows._orders) == ORDERS


@pytest.mark.parametrize("column", [[["b"], ["a"], None], [{"x": 1}, {"x": 0}, None], [[2], [1], None]])
def test_lists_and_structures_can_be_sorted_by(column: list[object]) -> None:
    page = FrameSource(pl.DataFrame({"c": column})).page(0, 9, Sort("c"))
    assert sorted(page.ids) == ["0", "1", "2"]
