"""Sample values: documentation page "pivot plugin"."""

import pytest

from tests.events.query.conftest import answer, columns, rows
from workbench.base.errors import BadQuery
from workbench.events.query.plugins import pivot

STORMS = """datatable(EventType:string, State:string, Deaths:long) [
    "Thunderstorm Wind", "ALABAMA", 1, "High Wind", "ALASKA", 2, "High Wind", "ALASKA", 3, "Strong Wind", "ALABAMA", 4
] """


def test_values_become_columns_of_counts() -> None:
    found = answer(f"{STORMS} | project State, EventType | evaluate pivot(State)")
    assert found.columns == (("EventType", "string"), ("ALABAMA", "long"), ("ALASKA", "long"))
    assert found.frame.rows() == [("Thunderstorm Wind", 1, 0), ("High Wind", 0, 2), ("Strong Wind", 1, 0)]


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("pivot(State, sum(Deaths))", [("Thunderstorm Wind", 1, 0), ("High Wind", 0, 5), ("Strong Wind", 4, 0)]),
        ("pivot(State, max(Deaths), EventType)", [("Thunderstorm Wind", 1, None), ("High Wind", None, 3)]),
        ("pivot(State, make_list(Deaths), EventType)", [("Thunderstorm Wind", [1], None), ("High Wind", None, [2, 3])]),
        ("pivot(State, take_any(EventType), Deaths)", [(1, "Thunderstorm Wind", ""), (2, "", "High Wind")]),
    ],
)
def test_other_aggregates_fill_the_cells(call: str, found: list[tuple[object, ...]]) -> None:
    assert rows(f"{STORMS} | evaluate {call}")[: len(found)] == found


def test_a_declared_result_is_exactly_that_and_may_name_values_that_no_row_has() -> None:
    text = f"{STORMS} | evaluate pivot(State, count()) : (EventType:string, ALASKA:real, OHIO:long)"
    assert columns(text) == [("EventType", "string"), ("ALASKA", "real"), ("OHIO", "long")]
    assert set(rows(text)) == {("Thunderstorm Wind", 0.0, 0), ("High Wind", 1.0, 0), ("Strong Wind", 0.0, 0)}


def test_a_value_that_the_query_names_and_no_row_has_counts_nothing() -> None:
    found = answer(f"{STORMS} | evaluate pivot(State, count(), EventType) | where OHIO == 0 and ALASKA > 1")
    assert found.frame.rows() == [("High Wind", 0, 2, 0)]
    assert any("'OHIO' is taken as empty" in note for note in found.notes)
    assert rows(f"{STORMS} | where false | evaluate pivot(State, count(), EventType) | project ALASKA, OHIO") == []


def test_an_empty_value_has_a_made_up_name_and_keys_win_over_values() -> None:
    text = """datatable(k:string, v:string) ["a", "", "b", "k", "b", "Column1"] | evaluate pivot(v)"""
    assert answer(text).frame.columns == ["k", "Column1", "Column11", "k1"]


def test_without_other_columns_there_is_one_row() -> None:
    assert rows("Mail | project Threat | evaluate pivot(Threat)") == [(1, 2, 2)]


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("pivot()", r"does not take 0 arguments .*Write pivot\(pivotColumn, aggregationFunction\?, column\*\)"),
        ("pivot(Nope)", "no column named 'Nope'"),
        ("pivot(State, strlen(EventType))", "pivot wants an aggregate"),
        ("pivot(State, arg_max(Deaths, EventType))", "pivot wants an aggregate"),
    ],
)
def test_what_pivot_does_not_take_is_told(call: str, fault: str) -> None:
    with pytest.raises(BadQuery, match=fault):
        answer(f"{STORMS} | evaluate {call}")


def test_more_values_than_columns_may_be_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pivot, "MOST_COLUMNS", 1)
    with pytest.raises(BadQuery, match=r"'State' has more than 1 different values .*summarize by it"):
        answer(f"{STORMS} | evaluate pivot(State)")
