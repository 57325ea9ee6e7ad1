from datetime import timedelta
from math import nan

import pytest

from tests.events.query.conftest import check, columns
from workbench.base.errors import BadQuery

CASES = [
    ("round(9223372036854775807)", 9223372036854775807),
    ("round(1.5, 4294967296)", 1.5),
    ("round(1.5, long(-9223372036854775808))", 0.0),
    ("round(9223372036854775807, -1)", None),
    ("format_bytes(1024, real(nan))", "1 KB"),
    ("abs(-5)", 5),
    ("abs(-5.5)", 5.5),
    ("abs(time(-1h))", timedelta(hours=1)),
    ("abs(long(null))", None),
    ("round(2.98765, 3)", 2.988),
    ("round(2.15, 1)", 2.2),
    ("round(2.5)", 3.0),
    ("round(-2.5)", -3.0),
    ("round(-50.55, -2)", -100.0),
    ("round(21.5, -1)", 20.0),
    ("round(27, -1)", 30),
    ("ceiling(1.2)", 2.0),
    ("ceiling(-1.2)", -1.0),
    ("ceiling(3)", 3),
    ("sqrt(16)", 4.0),
    ("sqrt(-1)", None),
    ("exp(0)", 1.0),
    ("log(1)", 0.0),
    ("log(0)", None),
    ("log2(8)", 3.0),
    ("log10(1000)", pytest.approx(3.0)),
    ("pow(2, 10)", 1024.0),
    ("pow(2.0, -1)", 0.5),
    ("isnan(real(nan))", True),
    ("isnan(1.0)", False),
    ("isnan(real(null))", False),
    ("isinf(real(-inf))", True),
    ("isfinite(1.0)", True),
    ("isfinite(real(nan))", False),
    ("isfinite(real(+inf))", False),
    ("1.0 / 0", float("inf")),
    ("real(nan)", nan),
    ("exp2(3)", 8.0),
    ("exp10(2)", 100.0),
    ("asin(2)", None),
    ("atan2(1,1)", pytest.approx(0.7853981633974483)),
    ("sign(-3)", -1.0),
    ("pi()", pytest.approx(3.141592653589793)),
    ("format_bytes(564)", "564 Bytes"),
    ("format_bytes(10332, 1)", "10.1 KB"),
    ("format_bytes(20010332)", "19 MB"),
    ("format_bytes(20010332, 2)", "19.08 MB"),
    ('format_bytes(20010332, 0, "KB")', "19541 KB"),
    ("sin(0)", 0.0),
    ("cos(0)", 1.0),
    ("tan(0)", 0.0),
    ("acos(1)", 0.0),
    ("asin(0)", 0.0),
    ("atan(0)", 0.0),
    ("cot(1.0)", pytest.approx(0.6420926159343306)),
    ("degrees(0)", 0.0),
    ("radians(180)", pytest.approx(3.141592653589793)),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_number_functions_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_whole_numbers_stay_whole() -> None:
    assert columns("Every | project round(n), ceiling(n), abs(i), sqrt(n)") == [
        ("n", "long"),
        ("n1", "long"),
        ("i", "long"),
        ("n2", "real"),
    ]


def test_text_is_no_number() -> None:
    with pytest.raises(BadQuery, match="'sqrt' wants a number"):
        columns("Every | project sqrt(s)")
