import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import column, columns, rows, value
from workbench.base.errors import BadQuery

CASES = [
    ('"abc" == "abc"', True),
    ('"abc" == "ABC"', False),
    ('"abc" != "ABC"', True),
    ('"abc" <> "abc"', False),
    ('"abc" =~ "ABC"', True),
    ('"straße" =~ "STRASSE"', False),
    ('"ÀB" =~ "àb"', True),
    ('"a.c" =~ "abc"', False),
    ('"aBc" !~ "xyz"', True),
    ("1 == 1.0", True),
    ("int(5) == 5", True),
    ("1 < 2", True),
    ("2 <= 2", True),
    ("1 > 2.5", False),
    ("datetime(2026-01-08) >= datetime(2026-01-07)", True),
    ("1h < 2h", True),
    ("true == 1", True),
    ('5 == "5"', True),
    ('"5" == 5', True),
    ('"05" == 5', False),
    ('datetime(2026-01-08) == "2026-01-08"', True),
    ('1.5 == "1.5"', True),
    ('guid(74be27de-1e4e-49d9-b579-fe0b331d3642) == "74be27de-1e4e-49d9-b579-fe0b331d3642"', True),
    ('dynamic("x") == "x"', True),
    ("dynamic(5) > 4", True),
    ("dynamic(5) == dynamic(5)", True),
    ("5 between (1 .. 5)", True),
    ("0 between (1 .. 5)", False),
    ("6 !between (1 .. 5)", True),
    ("datetime(2026-01-08) between (datetime(2026-01-07) .. 1d)", True),
    ("datetime(2026-01-08 00:00:01) between (datetime(2026-01-07) .. 1d)", False),
    ("2.5 between (1 .. 3)", True),
    ("around(5, 4, 1)", True),
    ("around(datetime(2021-01-01 01:32), datetime(2021-01-01 01:30), 1min)", False),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_comparisons_give_what_the_reference_says(expression: str, expected: bool) -> None:
    assert value(expression) is expected


NULLS = [
    ("n == n", [True, True, None]),
    ("n != n", [False, False, None]),
    ("n == 1", [True, False, False]),
    ("n != 1", [False, True, True]),
    ("n < 2", [True, False, None]),
    ("n == i", [False, False, None]),
    ("not(n == 1)", [False, True, True]),
    ("d.a.b == 'x'", [True, False, False]),
    ("d.a.b != 'x'", [False, True, True]),
    ("d.a.b == ''", [False, False, False]),
    ("s == ''", [False, False, True]),
    ("b == true", [True, False, False]),
    ("n between (2 .. 15)", [False, True, None]),
    ("n !between (2 .. 15)", [True, False, None]),
    ("g =~ 'X'", [False, False, False]),
]


@pytest.mark.parametrize(("expression", "expected"), NULLS)
def test_nulls_equal_nothing_and_differ_from_everything(expression: str, expected: list[bool | None]) -> None:
    table = 'datatable(i:int, n:long, s:string, b:bool, g:string, d:dynamic)[2, 1, "one", true, "y", dynamic({"a":{"b":"x"}}), 1, 2, "two", false, "", dynamic({}), int(null), long(null), "", bool(null), "", dynamic(null)]'
    assert column(f"{table} | project x = {expression}") == expected


@pytest.mark.parametrize(("expression", "_expected"), NULLS)
def test_where_keeps_exactly_the_rows_for_which_a_condition_is_true(expression: str, _expected: object) -> None:
    table = 'datatable(i:int, n:long, s:string, b:bool, g:string, d:dynamic)[2, 1, "one", true, "y", dynamic({"a":{"b":"x"}}), 1, 2, "two", false, "", dynamic({}), int(null), long(null), "", bool(null), "", dynamic(null)] | serialize k = row_number()'
    wanted = [k for k, held in rows(f"{table} | project k, x = {expression}") if held]
    assert column(f"{table} | where {expression} | project k") == wanted
    others = [k for k, held in rows(f"{table} | project k, x = not({expression})") if held]
    assert column(f"{table} | where not({expression}) | project k") == others


@given(st.text(max_size=8), st.text(max_size=8))
def test_equality_of_text_is_python_s(left: str, right: str) -> None:
    assert value("a == b", a=left, b=right) == (left == right)
    assert value("a =~ a", a=left)


def test_text_has_no_order() -> None:
    with pytest.raises(BadQuery, match="'>' does not take string and string"):
        columns('Every | where s > "a"')


def test_a_moment_has_no_order_with_text_and_the_message_says_what_to_do() -> None:
    with pytest.raises(BadQuery, match=r"todatetime\(\)"):
        columns('Every | where t > "2026-01-01"')


def test_a_moment_does_not_equal_a_number() -> None:
    with pytest.raises(BadQuery, match="'==' does not take datetime and long"):
        columns("Every | where t == 5")


def test_a_text_column_equals_a_number_by_what_it_says() -> None:
    assert column('datatable(s:string)["0", "50125", "x"] | where s == 0 or s != 50125 | project s') == ["0", "x"]


def test_comparing_two_columns_of_different_types() -> None:
    assert column('datatable(s:string, n:long)["7", 7, "8", 7, "x", 7] | project s == n') == [True, False, False]


def test_one_equals_sign_counts_as_two_inside_where() -> None:
    assert column("Mail | where Id = 'm2' | project Id") == ["m2"]


NAN = "datatable(a:real, b:real)[1.0, real(nan), real(nan), real(nan), real(nan), 1.0, 1.0, 1.0]"


def test_nan_equals_nothing_and_has_no_order() -> None:
    assert rows(f"{NAN} | project a == b, a != b, a > b, a >= b, a < b, a > 0, a between (0.0 .. 5.0)") == [
        (False, True, False, False, False, True, True),
        (False, True, False, False, False, False, False),
        (False, True, False, False, False, False, False),
        (True, False, False, True, False, True, True),
    ]
    assert rows("print real(nan) == real(nan), real(nan) > 1, 1 < real(nan), real(nan) !between (0 .. 1)") == [
        (False, False, False, True)
    ]


def test_where_keeps_no_row_for_an_average_of_nothing() -> None:
    assert rows("datatable(a:long)[] | summarize x = avg(a) | where x > 5") == []
    assert rows(f"{NAN} | where a == b") == [(1.0, 1.0)]
    assert rows(f"{NAN} | where a > 0.5 | count") == [(2,)]


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
def test_a_constant_on_the_left_of_what_iff_gives_loses_no_row(sign: str) -> None:
    """Polars compares such a column piece by piece, and with a constant on the left only some of the pieces."""
    mirrored = sign.translate(str.maketrans("<>", "><"))
    either = "iff(n > 2, -1, n)"
    given = "datatable(n: long) [1, 2, 3, 4, 5] | union (datatable(n: long) [6, 7])"
    left, right = (f"{given} | where {said}" for said in (f"2 {sign} {either}", f"{either} {mirrored} 2"))
    assert sorted(rows(left)) == sorted(rows(right))
    told = rows(f"{given} | summarize countif(2 {sign} {either}), count()")
    assert told == [(len(rows(right)), 7)]
