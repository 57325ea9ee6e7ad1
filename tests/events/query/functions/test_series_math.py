"""Sample values are those of the public pages on the series functions."""

from math import pi

import pytest

from tests.events.query.conftest import check, rows, value
from workbench.base.errors import LimitReached

ONE, OTHER = "dynamic([1,2,4])", "dynamic([4,2,1])"
GAPS = "dynamic([null, 111, null, 36, 41, null, null, 16, 61, 33, null, null])"
CASES = [
    (f"series_add({ONE}, {OTHER})", [5, 4, 5]),
    (f"series_subtract({ONE}, {OTHER})", [-3, 0, 3]),
    (f"series_multiply({ONE}, {OTHER})", [4, 4, 4]),
    (f"series_divide({ONE}, {OTHER})", [0.25, 1, 4]),
    (f"series_add({ONE}, 1)", [2, 3, 5]),
    (f'series_add({ONE}, dynamic([1, "x"]))', [2, None, None]),
    (f"series_add({ONE}, dynamic({{}}))", None),
    ("series_pow(dynamic([1, 2, 3, 4]), dynamic([1, 2, 3, 0.5]))", [1, 4, 27, 2]),
    (f"series_equals({ONE}, {OTHER})", [False, True, False]),
    (f"series_not_equals({ONE}, {OTHER})", [True, False, True]),
    (f"series_greater({ONE}, {OTHER})", [False, False, True]),
    (f"series_greater_equals({ONE}, {OTHER})", [False, True, True]),
    (f"series_less({ONE}, {OTHER})", [True, False, False]),
    (f"series_less_equals({ONE}, dynamic([4, 2]))", [True, True, None]),
    ("series_sign(dynamic([-6, 0, 8]))", [-1, 0, 1]),
    ("series_abs(dynamic([-6, 0, 8]))", [6, 0, 8]),
    ("series_floor(dynamic([-1.5, 2.5, null]))", [-2, 2, None]),
    ("series_ceiling(dynamic([-1.5, 2.5]))", [-1, 3]),
    ("series_exp(dynamic([0]))", [1]),
    ("series_log(dynamic([1, 0]))", [0, None]),
    ("series_sin(dynamic([0, 1]))", [0, 0.8414709848078965]),
    ("series_cos(dynamic([0, 1]))", [1, 0.5403023058681398]),
    ("series_tan(dynamic([0, 1]))", [0, 1.5574077246549023]),
    ("series_asin(dynamic([0, 1]))", [0, pi / 2]),
    ("series_acos(dynamic([1, 0]))", [0, pi / 2]),
    ("series_acos(dynamic([1, 2]))", [0, None]),
    ("series_atan(dynamic([0, 1]))", [0, pi / 4]),
    ("series_fill_const(dynamic([111, null, 36]), -1)", [111, -1, 36]),
    ("series_fill_const(dynamic([111, 0, 36]), 5, 0)", [111, 5, 36]),
    (f"series_fill_forward({GAPS})", [None, 111, 111, 36, 41, 41, 41, 16, 61, 33, 33, 33]),
    (f"series_fill_backward({GAPS})", [111, 111, 36, 36, 41, 16, 16, 16, 61, 33, None, None]),
    (
        f"series_fill_linear({GAPS}, real(null), false)",
        [None, 111, 73, 36, 41, 32, 24, 16, 61, 33, None, None],
    ),
    ("series_fill_linear(dynamic([null, null]))", [0, 0]),
    ("series_fill_linear(dynamic([null, null]), real(null), true, 3.14159)", [3.14159, 3.14159]),
    ("series_iir(range(1.0, 4), dynamic([1]), dynamic([1, -1]))", [1, 3, 6, 10]),
    ("series_iir(dynamic([1]), dynamic([1]), dynamic([0]))", None),
    ("series_fir(dynamic([0, 0, 2, 2, 3, 3]), dynamic([1, -1]), false, false)", [0, 0, 2, 0, 1, 0]),
    ("series_fir(dynamic([0, 0, 2, 2, 3, 3]), dynamic([1, -1]))", [0, 0, 2, 0, 1, 0]),
    ("series_fir(dynamic([0, 0, 10, 0, 0]), dynamic([1, 1]))", [0, 0, 5, 5, 0]),
    ("series_fir(dynamic([0, 0, 9, 0, 0]), dynamic([1, 1, 1]), true, true)", [0, 3, 3, 3, 0]),
    ("series_fir(dynamic([1]), dynamic([1, -1]), true)", None),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_series_are_worked_on_place_by_place(expression: str, expected: object) -> None:
    found = value(expression)
    assert found == (pytest.approx(expected) if isinstance(expected, list) and None not in expected else expected)


@pytest.mark.parametrize("expression", [f"series_add({ONE}, {OTHER})", f"series_greater({ONE}, {OTHER})"])
def test_they_are_the_same_over_columns(expression: str) -> None:
    check(expression, value(expression))


def test_lines_between_whole_numbers_have_whole_numbers() -> None:
    kql = "datatable(n:long)[111, 36, 41] | summarize a = make_list(n) | project series_fill_linear(array_concat(a, a))"
    assert rows(kql) == [([111, 36, 41, 111, 36, 41],)]
    assert value(f"series_fill_linear({GAPS})") == [111, 111, 73, 36, 41, 32, 24, 16, 61, 33, 33, 33]


def test_a_transform_and_back_is_the_series() -> None:
    kql = "print (re, im) = series_fft(dynamic([1, 2, 3])) | project (a, b) = series_ifft(re, im)"
    assert rows(kql) == [(pytest.approx([1, 2, 3]), pytest.approx([0, 0, 0]))]


def test_a_filter_that_would_not_end_is_refused() -> None:
    with pytest.raises(LimitReached):
        value("series_fir(range(1, 100000), range(1, 100000))")
