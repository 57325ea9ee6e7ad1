import math

import pytest

from tests.events.query.conftest import columns, rows
from workbench.base.errors import BadQuery

NOTHING = "datatable(n:long, s:string, r:real, t:datetime, b:bool, d:dynamic)[]"


def test_no_rows_and_no_keys_give_one_row_of_defaults() -> None:
    text = """summarize count(), countif(b), dcount(s), sum(n), stdev(r), make_set(s), make_list(n), min(n), max(t),
        min(s), take_any(n), take_any(s, n), percentile(n, 50)"""
    assert rows(f"{NOTHING} | {text}") == [(0, 0, 0, 0, 0.0, [], [], None, None, "", None, "", None, None)]
    assert math.isnan(rows(f"{NOTHING} | summarize avg(n)")[0][0])
    assert rows(f"{NOTHING} | summarize arg_max(t, *)") == [(None, None, "", None, None, None)]


def test_no_rows_with_keys_give_no_row() -> None:
    assert rows(f"{NOTHING} | summarize count(), arg_max(t, *) by s") == []
    assert rows(f"{NOTHING} | summarize by s") == []


def test_nulls_are_left_out() -> None:
    text = 'datatable(n:long, s:string)[long(null), "", 1, "a", 1, "a"]'
    aggregates = "count(), dcount(n), dcount(s), make_set(n), make_set(s), make_list(n), min(n), max(n), avg(n), sum(n)"
    assert rows(f"{text} | summarize {aggregates}") == [(3, 1, 2, [1], ["", "a"], [1, 1], 1, 1, 1.0, 2)]


def test_a_null_is_a_key_like_any_other() -> None:
    assert rows("datatable(n:long)[1, long(null), long(null)] | summarize count() by n") == [(1, 1), (None, 2)]


def test_whole_rows_by_the_greatest_value() -> None:
    text = """datatable(k:string, t:datetime, v:string)["a", datetime(null), "x", "a", datetime(null), "y",
        "b", datetime(2026-01-01), "z", "b", datetime(2026-01-01), "w", "b", datetime(null), "q"]"""
    found = rows(f"{text} | summarize arg_max(t, *) by k")
    assert [(key, value) for key, _, value in found] == [("a", "x"), ("b", "z")]
    assert found[0][1] is None


def test_ties_of_the_greatest_value_give_one_row() -> None:
    assert rows("Mail | summarize arg_max(Urls, Recipient) by Id | where Id == 'm1'") == [("m1", 1, "kim@corp.example")]


def test_keys_come_first_then_the_rank_then_the_rest() -> None:
    assert [name for name, _ in columns("Mail | summarize arg_max(Timestamp, *) by Id")] == [
        "Id", "Timestamp", "Sender", "Recipient", "Subject", "Urls", "Threat",
    ]  # fmt: skip


def test_expressions_over_aggregates_and_keys() -> None:
    text = "Mail | summarize share = 100.0 * countif(Threat) / count(), spread = max(Urls) - min(Urls) by Day = bin(Timestamp, 1d) | project share, spread"
    assert rows(text) == [(100.0, 0), (0.0, None), (0.0, 0), (0.0, 0)]


def test_a_column_outside_an_aggregate_is_refused() -> None:
    with pytest.raises(BadQuery, match=r"stands outside an aggregate.*take_any"):
        columns("Mail | summarize Urls + 1")


def test_a_dynamic_is_no_key() -> None:
    with pytest.raises(BadQuery, match=r"cannot be a key.*tostring"):
        columns("Every | summarize count() by d")


def test_old_spellings_stop_at_128_elements() -> None:
    text = "range x from 1 to 200 step 1 | summarize a = array_length(make_set(x)), b = array_length(makeset(x)), c = array_length(makelist(x)), d = array_length(make_list(x, 3))"
    assert rows(text) == [(200, 128, 128, 3)]


def test_groups_come_in_the_order_in_which_they_first_occur() -> None:
    assert rows("Mail | summarize count() by Recipient") == [("kim@corp.example", 3), ("lee@corp.example", 2)]
