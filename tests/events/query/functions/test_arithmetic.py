from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import column, columns, rows, utc, value
from workbench.base.errors import BadQuery

CASES = [
    ("1h * real(nan)", None),
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 3 - 2", 5),
    ("7 / 2", 3),
    ("-7 / 2", -3),
    ("7 / -2", -3),
    ("7.0 / 2", 3.5),
    ("todouble(7) / 2", 3.5),
    ("7 / 0", None),
    ("7 % 3", 1),
    ("-7 % 3", 2),
    ("7 % -3", 1),
    ("7 % 0", None),
    ("7.5 % 2", 1.5),
    ("int(1) + int(2)", 3),
    ("2 * 1d", timedelta(days=2)),
    ("1d * 1.5", timedelta(hours=36)),
    ("1d / 1h", 24.0),
    ("1d / 2", timedelta(hours=12)),
    ("90m % 1h", timedelta(minutes=30)),
    ("1d - 1h", timedelta(hours=23)),
    ("datetime(2026-01-08) + 1d", utc(2026, 1, 9)),
    ("1d + datetime(2026-01-08)", utc(2026, 1, 9)),
    ("datetime(2026-01-08) - 12h", utc(2026, 1, 7, 12)),
    ("datetime(2026-01-08) - datetime(2026-01-01)", timedelta(days=7)),
    ("-(5)", -5),
    ("-(-5)", 5),
    ("+(5)", 5),
    ("-(1d)", timedelta(days=-1)),
    ("dynamic(5) + 1", 6),
    ("dynamic(5) * 2.0", 10.0),
    ("long(null) + 1", None),
    ("9223372036854775807 + 0", 2**63 - 1),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_arithmetic_gives_what_the_reference_says(expression: str, expected: object) -> None:
    assert value(expression) == expected


def test_arithmetic_over_columns_equals_arithmetic_on_constants() -> None:
    kql = """datatable(a:long, b:long)[7, 2, -7, 2, 7, -2, 7, 0, -8, 3, long(null), 1]
        | project q = a / b, m = a % b, s = a + b, d = a - b, p = a * b"""
    assert rows(kql) == [
        (3, 1, 9, 5, 14),
        (-3, 1, -5, -9, -14),
        (-3, 1, 5, 9, -14),
        (None, None, 7, 7, 0),
        (-2, 1, -5, -11, -24),
        (None, None, None, None, None),
    ]


@given(st.integers(-(10**9), 10**9), st.integers(-(10**6), 10**6).filter(bool))
def test_quotient_and_remainder_law(left: int, right: int) -> None:
    """Division cuts towards zero, and the remainder is never negative."""
    quotient, remainder = value(f"long({left}) / long({right})"), value(f"long({left}) % long({right})")
    assert quotient == int(abs(left) / abs(right)) * (1 if (left < 0) == (right < 0) else -1)
    assert 0 <= remainder < abs(right)


def test_whole_numbers_of_both_sizes_give_a_long() -> None:
    assert columns("Every | project x = i + i, y = i * n, z = i + r, w = p / p, v = t - t, u = t + p") == [
        ("x", "long"),
        ("y", "long"),
        ("z", "real"),
        ("w", "real"),
        ("v", "timespan"),
        ("u", "datetime"),
    ]


def test_small_numbers_do_not_overflow() -> None:
    assert column("datatable(a:int)[2147483647] | project a * a") == [2147483647**2]


@pytest.mark.parametrize("expression", ["t + t", "s + s", "p * p", "t % p", "b + n", "n - t", "p / t"])
def test_what_does_not_go_together_is_refused(expression: str) -> None:
    with pytest.raises(BadQuery, match=r"does not take|wants a"):
        columns(f"Every | project x = {expression}")


def test_the_message_names_both_types_and_a_way_out() -> None:
    with pytest.raises(BadQuery) as caught:
        columns("Every | project x = n - t")
    assert str(caught.value) == (
        "'-' does not take long and datetime together (line 1, column 23). "
        "Convert one of them first, for instance with tostring() or tolong()."
    )


@pytest.mark.parametrize(
    "expression",
    [
        "datetime(0001-01-01) - 1d",
        "datetime(9999-12-31) + 5d",
        "ago(999999d)",
        "now() + 99999999d",
        "startofweek(datetime(0001-01-01))",
        "datetime_add('year', 9000, now())",
        "todatetime(9223372036854775807)",
        "unixtime_seconds_todatetime(1e18)",
    ],
)
def test_a_moment_past_the_ends_of_the_calendar_is_none(expression: str) -> None:
    assert value(expression) is None


def test_moments_of_a_column_past_the_ends_of_the_calendar_are_none() -> None:
    text = "datatable(t:datetime)[datetime(9999-12-31), datetime(0001-01-01)] | project t + 10d, t - 10d"
    assert rows(text) == [(None, utc(9999, 12, 21)), (utc(1, 1, 11), None)]


def test_past_the_range_of_a_long_sums_wrap_around() -> None:
    assert value("9223372036854775807 + 1") == -(2**63)
    assert column("datatable(a:long)[9223372036854775807] | project a * 2") == [-2]


def test_division_by_zero() -> None:
    assert rows("print 1 / 0, 1 % 0, 1.0 / 0, -1.0 / 0, 1d / 0") == [(None, None, float("inf"), float("-inf"), None)]


def test_a_column_is_divided_by_a_constant_as_a_constant_is() -> None:
    numbers = [49.0, -2.5, 98.0, 1e300, 7.0]
    table = f"datatable(r:real, p:timespan)[{', '.join(f'{each}, 49h' for each in numbers)}]"
    assert rows(f"{table} | project r / 49, r / 1.5, r / 49.0 == 1, p / 49h, p / 7") == [
        (each / 49, each / 1.5, each == 49, 1.0, timedelta(hours=7)) for each in numbers
    ]
    assert column("datatable(r:real)[0.6, 49.0] | project bin(r, 0.2), bin(r, 49)")[0] == value("bin(0.6, 0.2)")
    assert column("datatable(r:real)[49.0] | project bin(r, 49.0)") == [49.0]
