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


def test_neighbours_beyond_all_rows_and_defaults_of_another_type_are_missing() -> None:
    kql = "range a from 1 to 2 step 1 | serialize | project next(a, long(-9223372036854775808)), prev(a, 1, 'none'), prev(a, 1, '7')"
    assert rows(kql) == [(None, None, 7), (None, 1, 1)]
    kql = "print a = 1d, t = 'x' | serialize | project next(a, 1, now()), next(t, 1, 1d), next(t, 1, true), next(a, 1, 'x')"
    assert rows(kql) == [(None, "1.00:00:00", "True", None)]


def test_a_session_without_a_length_ends_by_its_gap_alone() -> None:
    kql = """datatable(t:datetime) [datetime(2026-01-01), datetime(2026-01-01 00:10), datetime(2026-01-01 02:00)]
        | serialize | project begun = row_window_session(t, time(null), 1h) | summarize dcount(begun)"""
    assert rows(kql) == [(2,)]


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


AIRLINES = """datatable(Airport:string, Airline:string, Departures:long)
    ["SEA", "LH", 3, "SEA", "LY", 100, "SEA", "UA", 3, "SEA", "BA", 2, "SEA", "EL", 3, "AMS", "EL", 1, "AMS", "BA", 1]
    | sort by Airport desc, Departures asc """


def test_ranks_as_published() -> None:
    kql = (
        AIRLINES
        + "| project row_rank_dense(Departures, prev(Airport) != Airport), row_rank_min(Departures, prev(Airport) != Airport)"
    )
    assert rows(kql) == [(1, 1), (2, 2), (2, 2), (2, 2), (3, 5), (1, 1), (1, 1)]
    kql = AIRLINES + "| project row_rank_dense(Departures), row_rank_min(Departures)"
    assert rows(kql) == [(1, 1), (2, 2), (2, 2), (2, 2), (3, 5), (4, 6), (4, 6)]


def test_sums_so_far_begin_anew_where_asked() -> None:
    kql = AIRLINES + "| project row_cumsum(Departures), row_cumsum(Departures, prev(Airport) != Airport)"
    assert rows(kql) == [(2, 2), (5, 5), (8, 8), (11, 11), (111, 111), (112, 1), (113, 2)]
    assert column("datatable(r:real)[0.5, real(null), 1.5] | serialize s = row_cumsum(r) | project s") == [
        0.5,
        0.5,
        2.0,
    ]


def test_sessions_as_published() -> None:
    kql = """datatable(ID:string, t:datetime)
        ["1", datetime(2024-04-11 10:00), "2", datetime(2024-04-11 10:18), "1", datetime(2024-04-11 11:00),
         "3", datetime(2024-04-11 11:30), "2", datetime(2024-04-11 13:30), "2", datetime(2024-04-11 10:16)]
        | sort by ID asc, t asc
        | project ID, s = format_datetime(row_window_session(t, 1h, 5m, ID != prev(ID)), "HH:mm")"""
    assert rows(kql) == [("1", "10:00"), ("1", "11:00"), ("2", "10:16"), ("2", "10:16"), ("2", "13:30"), ("3", "11:30")]


def test_a_session_ends_when_it_is_too_long_and_at_a_missing_moment() -> None:
    kql = """datatable(t:datetime)[datetime(2026-01-01 00:00), datetime(2026-01-01 00:40), datetime(2026-01-01 01:00),
        datetime(null), datetime(2026-01-01 01:10)]
        | serialize | project s = format_datetime(row_window_session(t, 1h, 50m), "HH:mm")"""
    assert column(kql) == ["00:00", "00:00", "01:00", "", "01:10"]
