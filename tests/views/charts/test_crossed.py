import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.errors import UnknownName
from workbench.views.charts.crossed import REST, SHADES, Crossed, crossed

counts = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "Other", REST]), st.sampled_from(["x", "y", REST])), st.integers(1, 10**9)
)


def frame(held: dict[tuple[str, str], int]) -> pl.DataFrame:
    rows = [{"Row": row, "Column": column, "Count": count} for (row, column), count in held.items()]
    return pl.DataFrame(rows, schema={"Row": pl.String, "Column": pl.String, "Count": pl.Int64})


def test_the_greatest_stand_first_and_the_rest_last() -> None:
    table = crossed(frame({("a", "x"): 1, ("b", "x"): 5, (REST, "y"): 90, ("b", REST): 2}))
    assert (table.rows, table.columns) == (("b", "a", REST), ("y", "x", REST))
    assert table.counts == ((0, 5, 2), (0, 1, 0), (90, 0, 0))
    assert (table.row_totals, table.column_totals, table.total) == ((7, 1, 90), (90, 6, 2), 98)


def test_shades_are_of_named_cells_alone_and_each_says_its_counts() -> None:
    table = crossed(frame({("a", "x"): 1000, ("a", "y"): 1, ("b", "x"): 30, (REST, "x"): 5000}))
    assert [table.shade(row, column) for row, column in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0))] == [5, 1, 3, 0, 0]
    assert table.shades() == ((1, 2), (3, 14), (15, 62), (63, 250), (251, 1000))


@given(counts)
def test_sums_add_up_and_every_shade_is_the_one_that_names_the_count(held: dict[tuple[str, str], int]) -> None:
    table = crossed(frame(held))
    assert table.total == sum(table.column_totals) == sum(held.values())
    for row, line in enumerate(table.counts):
        for column, count in enumerate(line):
            if shade := table.shade(row, column):
                low, high = table.shades()[shade - 1]
                assert 1 <= shade <= SHADES
                assert low <= count <= high


def test_nothing_is_an_empty_table() -> None:
    assert crossed(frame({})) == Crossed()
    assert (Crossed().total, Crossed().most) == (0, 0)


def test_a_frame_without_counts_is_refused() -> None:
    with pytest.raises(UnknownName, match="Count"):
        crossed(frame({}).drop("Count"))
