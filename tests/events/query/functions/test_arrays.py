"""Sample values are those of the public pages on the functions (Kusto Query Language, scalar functions)."""

import pytest

from tests.events.query.conftest import check, columns, rows, value
from workbench.base.errors import BadQuery

FIVE = "dynamic([1,2,3,4,5])"
CASES = [
    ("array_slice(dynamic([1,2,3]), 1, 2)", [2, 3]),
    (f"array_slice({FIVE}, 2, -1)", [3, 4, 5]),
    (f"array_slice({FIVE}, -3, -2)", [3, 4]),
    (f"array_slice({FIVE}, -30, 0)", [1]),
    (f"array_slice({FIVE}, 3, 100)", [4, 5]),
    (f"array_slice({FIVE}, 3, 1)", []),
    ("array_slice(range(1, 5), -3, -2)", [3, 4]),
    ("array_slice(range(1, 5), -30, 0)", [1]),
    ("array_slice(range(1, 5), 3, 1)", []),
    ("array_slice(dynamic({}), 0, 1)", None),
    (f"array_rotate_left({FIVE}, 2)", [3, 4, 5, 1, 2]),
    (f"array_rotate_left({FIVE}, -2)", [4, 5, 1, 2, 3]),
    (f"array_rotate_right({FIVE}, 2)", [4, 5, 1, 2, 3]),
    ("array_rotate_right(dynamic([]), 2)", []),
    (f"array_shift_left({FIVE}, 2)", [3, 4, 5, None, None]),
    (f"array_shift_left({FIVE}, 2, -1)", [3, 4, 5, -1, -1]),
    (f"array_shift_left({FIVE}, -2, -1)", [-1, -1, 1, 2, 3]),
    (f"array_shift_right({FIVE}, 2, -1)", [-1, -1, 1, 2, 3]),
    ('array_shift_right(dynamic(["a", "b"]), 1)', ["", "a"]),
    ("array_shift_right(dynamic([1, 2]), 100000000000)", [None, None]),
    (f"array_split({FIVE}, 2)", [[1, 2], [3, 4, 5]]),
    (f"array_split({FIVE}, dynamic([1, 3]))", [[1], [2, 3], [4, 5]]),
    (f"array_split({FIVE}, -1)", [[1, 2, 3, 4], [5]]),
    (f'array_split({FIVE}, dynamic(["x"]))', None),
    ("array_iff(dynamic([true,false,true]), dynamic([1,2,3]), dynamic([4,5,6]))", [1, 5, 3]),
    ('array_iff(dynamic([1,0,50]), "yes", "no")', ["yes", "no", "yes"]),
    ('array_iff(dynamic(["some", null]), 1, 0)', [None, None]),
    ("array_iif(dynamic([true,true,true]), dynamic([1,2]), dynamic([3,4]))", [1, 2, None]),
    ("array_sum(dynamic([1,2,3,4]))", 10.0),
    ("array_sum(range(1, 4))", 10.0),
    ('array_sum(dynamic([1,"a"]))', None),
    ('array_reverse(dynamic(["this", "is", "an", "example"]))', ["example", "an", "is", "this"]),
    ("array_reverse(range(1, 3))", [3, 2, 1]),
    ("range(1, 8, 3)", [1, 4, 7]),
    ("range(1, 3)", [1, 2, 3]),
    ("range(5, 1, -2)", [5, 3, 1]),
    ("range(5, 1)", []),
    ("range(1, 5, 0)", None),
    ("range(1.0, 2, 0.25)", [1.0, 1.25, 1.5, 1.75, 2.0]),
    ("range(1h, 3h)", ["01:00:00", "02:00:00", "03:00:00"]),
    (
        "range(datetime(2007-01-01), datetime(2007-01-02), 1d)",
        ["2007-01-01T00:00:00.0000000Z", "2007-01-02T00:00:00.0000000Z"],
    ),
    ("repeat(1, 3)", [1, 1, 1]),
    ('repeat("a", 0)', []),
    ('repeat("a", -1)', None),
    ("repeat(dynamic([1]), 2)", [[1], [1]]),
    ("zip(dynamic([1,3,5]), dynamic([2,4,6]))", [[1, 2], [3, 4], [5, 6]]),
    ('zip(dynamic(["A", 1, 1.5]), dynamic([{}, "B"]))', [["A", {}], [1, "B"], [1.5, None]]),
    ("zip(dynamic([1]), dynamic(1))", None),
    ("jaccard_index(dynamic([1,2,3]), dynamic([1,2,3,4]))", 0.75),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_array_functions_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


SORTED = [
    ('array_sort_asc(dynamic([null,"blue","yellow","green",null]))', ["blue", "green", "yellow", None, None]),
    ('array_sort_asc(dynamic([null,"blue","yellow","green",null]), false)', [None, None, "blue", "green", "yellow"]),
    ("array_sort_desc(dynamic([2, null, 10]))", [10, 2, None]),
    ("array_sort_desc(range(1, 3))", [3, 2, 1]),
    ('array_sort_asc(dynamic(["b", 10, {"a": 1}, 9.5]))', [9.5, 10, "b", {"a": 1}]),
    ('strcat_array(array_sort_asc(split("John,Paul,Jane,Kao", ",")), ",")', "Jane,John,Kao,Paul"),
    ('array_sort_asc(dynamic([1,3,4,5,2]), dynamic(["a","b","c","d","e"]))[1]', ["a", "e", "b", "c", "d"]),
    ("array_sort_asc(dynamic([3, 1]))[1]", 3),
    ("array_sort_asc(dynamic([3, 1]), dynamic([1]))[1]", None),
    ("array_sort_asc(dynamic({}))", None),
]


@pytest.mark.parametrize(("expression", "expected"), SORTED)
def test_arrays_are_sorted_as_the_reference_says(expression: str, expected: object) -> None:
    assert value(expression) == expected


def test_each_sorted_array_is_a_column() -> None:
    kql = "print (a, b) = array_sort_asc(dynamic([2,1]), dynamic(['x','y']))"
    assert rows(kql) == [([1, 2], ["y", "x"])]
    assert columns("Every | project array_sort_asc(d, pack_array(n))") == [
        ("d_sorted", "dynamic"),
        ("array1_sorted", "dynamic"),
    ]


def test_an_array_holds_no_more_than_so_many_values() -> None:
    assert value("array_length(range(1, 1000000000))") == 1_048_576
    assert value("array_length(repeat(0, 1000000000))") == 1_048_576


def test_a_range_over_columns_is_one_of_each_row() -> None:
    assert rows("datatable(a:long, b:long)[1, 2, 5, 4, long(null), 3] | project x = range(a, b)") == [
        ([1, 2],),
        ([],),
        (None,),
    ]


@pytest.mark.parametrize("text", ["range('a', 1)", "range(now(), 5)", "array_sort_asc(1)", "array_slice('a', 1, 2)"])
def test_arguments_of_other_types_are_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        value(text)


def test_where_missing_values_stand_is_the_same_for_all_rows() -> None:
    with pytest.raises(BadQuery, match=r"one value for all rows.*toscalar"):
        rows("range a from 1 to 2 step 1 | project array_sort_asc(dynamic([2, null]), a > 1)")
