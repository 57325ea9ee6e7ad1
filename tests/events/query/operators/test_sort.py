import math

import pytest

from tests.events.query.conftest import column, columns, rows
from workbench.base.errors import BadQuery

NUMBERS = "datatable(n:long)[3, long(null), 1]"


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("", [3, 1, None]),
        ("desc", [3, 1, None]),
        ("asc", [None, 1, 3]),
        ("asc nulls last", [1, 3, None]),
        ("asc nulls first", [None, 1, 3]),
        ("desc nulls first", [None, 3, 1]),
        ("nulls first", [None, 3, 1]),
    ],
)
def test_falls_unless_told_otherwise_and_nulls_are_least(way: str, expected: list[int | None]) -> None:
    assert column(f"{NUMBERS} | sort by n {way}") == expected
    assert column(f"{NUMBERS} | order by n {way}") == expected
    assert column(f"{NUMBERS} | top 3 by n {way}") == expected
    assert column(f"{NUMBERS} | top 2 by n {way}") == expected[:2]


@pytest.mark.parametrize(("way", "expected"), [("asc", "0nan13"), ("desc", "31nan0"), ("asc nulls last", "13nan0")])
@pytest.mark.parametrize("kind", ["real", "decimal"])
def test_nan_stands_with_the_nulls(kind: str, way: str, expected: str) -> None:
    text = f"print d = dynamic([3, 1]) | mv-expand n = d to typeof(real) | union (print n = real(nan)), (print n = real(null)) | project n = to{kind}(n)"
    found = column(f"{text} | sort by n {way}")
    assert "".join("0" if each is None else "nan" if math.isnan(each) else str(int(each)) for each in found) == expected


def test_text_is_ordered_by_code_point_and_the_missing_one_is_least() -> None:
    assert column('datatable(s:string)["a", "B", "", "A", "é"] | sort by s asc') == ["", "A", "B", "a", "é"]


def test_equal_rows_keep_their_order_and_later_keys_decide() -> None:
    text = "datatable(a:long, b:string)[1, 'x', 2, 'y', 1, 'w', 2, 'z']"
    assert rows(f"{text} | sort by a asc") == [(1, "x"), (1, "w"), (2, "y"), (2, "z")]
    assert rows(f"{text} | sort by a asc, b asc") == [(1, "w"), (1, "x"), (2, "y"), (2, "z")]


def test_a_key_may_be_an_expression() -> None:
    assert column('datatable(s:string)["b", "A", "c"] | sort by tolower(s) asc') == ["A", "b", "c"]


def test_no_rows_may_be_asked_for() -> None:
    assert column(f"{NUMBERS} | top 0 by n") == []
    assert column(f"{NUMBERS} | take 0") == []


def test_what_has_no_order_is_refused() -> None:
    with pytest.raises(BadQuery, match="A dynamic has no order"):
        columns("Every | sort by d")
