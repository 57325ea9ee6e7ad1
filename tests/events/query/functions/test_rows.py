import pytest

from tests.events.query.conftest import column, columns, rows
from workbench.base.errors import BadQuery


def test_rows_are_numbered_in_their_order() -> None:
    assert rows("range a from 1 to 4 step 1 | sort by a desc | extend rn = row_number()") == [
        (4, 1),
        (3, 2),
        (2, 3),
        (1, 4),
    ]
    assert column("range a from 1 to 3 step 1 | project rn = row_number(7)") == [7, 8, 9]


def test_numbering_begins_anew_where_asked() -> None:
    kql = """datatable (Airport:string, Airline:string, Departures:long)
        ["TLV", "LH", 1, "TLV", "LY", 100, "SEA", "LH", 1, "SEA", "BA", 2, "SEA", "LY", 0]
        | sort by Airport asc, Departures desc
        | extend Rank = row_number(1, prev(Airport) != Airport)
        | project Airline, Rank"""
    assert rows(kql) == [("BA", 1), ("LH", 2), ("LY", 3), ("LY", 1), ("LH", 2)]


def test_neighbours_are_reached_both_ways() -> None:
    kql = "range a from 1 to 3 step 1 | project p = prev(a), n = next(a), p2 = prev(a, 2, 0), n2 = next(a, 2, -1)"
    assert rows(kql) == [(None, 2, 0, 3), (1, 3, 0, -1), (2, None, 1, -1)]


def test_a_missing_neighbour_of_text_is_empty() -> None:
    assert column("Mail | serialize p = prev(Id) | project p") == ["", "m1", "m1", "m2", "m3"]


def test_a_neighbour_that_is_null_is_not_the_default() -> None:
    kql = "datatable(a:long)[1, long(null), 3] | serialize p = prev(a, 1, -1) | project p"
    assert column(kql) == [-1, 1, None]


@pytest.mark.parametrize("call", ["row_number()", "prev(Id)", "next(Id)"])
def test_places_need_an_order(call: str) -> None:
    with pytest.raises(BadQuery, match=r"needs rows in an order.*serialize"):
        columns(f"Mail | extend x = {call}")


@pytest.mark.parametrize(
    "steps", ["sort by Id", "serialize", "top 3 by Id", "order by Id | where Urls > 0 | extend y = 1"]
)
def test_steps_that_give_an_order(steps: str) -> None:
    assert columns(f"Mail | {steps} | extend x = row_number()")[-1] == ("x", "long")


def test_grouping_loses_the_order() -> None:
    with pytest.raises(BadQuery, match=r"needs rows in an order"):
        columns("Mail | sort by Id | summarize count() by Id | extend x = row_number()")
