import pytest

from tests.events.query.conftest import answer, columns, rows
from workbench.base.errors import BadQuery, LimitReached
from workbench.events.query.backend import baskets

PAIRS = """datatable(a:string, b:string, n:long) ["x", "y", 1, "x", "y", 2, "x", "z", 3, "q", "y", 4, "", "", 5] """


def test_patterns_come_with_their_share_the_most_frequent_first() -> None:
    text = f"{PAIRS} | project a, b | evaluate basket(0.3)"
    assert columns(text)[:3] == [("SegmentId", "long"), ("Count", "long"), ("Percent", "real")]
    assert rows(text) == [(0, 3, 60.0, "x", ""), (1, 3, 60.0, "", "y"), (2, 2, 40.0, "x", "y")]


def test_values_that_all_rows_of_a_pattern_have_belong_to_it() -> None:
    assert rows("datatable(a:string, b:string) ['x', 'y', 'x', 'y'] | evaluate basket(0.5, '~', 1)") == [
        (0, 2, 100.0, "x", "y")
    ]


def test_a_weight_says_how_many_rows_a_row_stands_for() -> None:
    assert rows(f"{PAIRS} | evaluate basket(0.34, n)") == [(0, 7, 100 * 7 / 15, "", "y"), (1, 6, 40.0, "x", "")]


def test_no_rows_give_no_pattern_and_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rows("Mail | where false | evaluate basket()") == []
    with pytest.raises(BadQuery, match="lies between"):
        answer("Mail | evaluate basket(0.001)")
    monkeypatch.setattr(baskets, "MOST_PATTERNS", 2)
    with pytest.raises(LimitReached, match="more than 2 patterns"):
        answer(f"{PAIRS} | evaluate basket(0.1)")
