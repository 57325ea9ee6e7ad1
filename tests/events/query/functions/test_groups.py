from datetime import timedelta
from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import DAY, Frames, column, columns, rows
from workbench.base.errors import BadQuery
from workbench.events.query.functions import families
from workbench.events.tables import KqlType

TABLE = """datatable(k:string, n:long, s:string, b:bool, r:real, t:datetime, p:timespan, d:dynamic)[
    "a", 1, "x", true, 1.5, datetime(2026-01-01), 1h, dynamic([1, 2]),
    "a", 3, "y", false, 2.5, datetime(2026-01-03), 3h, dynamic([2, 3]),
    "a", long(null), "", bool(null), real(null), datetime(null), time(null), dynamic(null),
    "b", 5, "x", true, -1.0, datetime(2026-01-05), 5h, dynamic({"k":1})]"""
EMPTY = f"{TABLE} | where false"

CASES = [
    ("count()", [3, 1], 0),
    ("count(b)", [1, 1], 0),
    ("countif(n > 1)", [1, 1], 0),
    ("dcount(s)", [3, 1], 0),
    ("dcount(n)", [2, 1], 0),
    ("dcount(d)", [2, 1], 0),
    ("dcount(n, 4)", [2, 1], 0),
    ("dcountif(s, b)", [1, 1], 0),
    ("sum(n)", [4, 5], 0),
    ("sum(r)", [4.0, -1.0], 0.0),
    ("sum(p)", [timedelta(hours=4), timedelta(hours=5)], timedelta(0)),
    ("sumif(n, b)", [1, 5], 0),
    ("sum(1)", [3, 1], 0),
    ("avg(n)", [2.0, 5.0], nan),
    ("avg(r)", [2.0, -1.0], nan),
    ("avg(p)", [timedelta(hours=2), timedelta(hours=5)], None),
    ("avg(t)", [DAY.replace(month=1, day=2), DAY.replace(month=1, day=5)], None),
    ("avgif(n, b)", [1.0, 5.0], nan),
    ("min(n)", [1, 5], None),
    ("max(n)", [3, 5], None),
    ("max(t)", [DAY.replace(month=1, day=3), DAY.replace(month=1, day=5)], None),
    ("min(s)", ["", "x"], ""),
    ("max(s)", ["y", "x"], ""),
    ("minif(n, n > 1)", [3, 5], None),
    ("maxif(s, s == 'x')", ["x", "x"], ""),
    ("percentile(n, 50)", [1, 5], None),
    ("percentile(r, 99.9)", [2.5, -1.0], None),
    ("percentile(t, 50)", [DAY.replace(month=1, day=1), DAY.replace(month=1, day=5)], None),
    ("make_set(s)", [["x", "y", ""], ["x"]], []),
    ("make_set(n)", [[1, 3], [5]], []),
    ("make_set(d)", [[1, 2, 3], [{"k": 1}]], []),
    ("make_set(s, 1)", [["x"], ["x"]], []),
    ("make_set_if(n, n > 1)", [[3], [5]], []),
    ("make_list(n)", [[1, 3], [5]], []),
    ("make_list(d)", [[[1, 2], [2, 3]], [{"k": 1}]], []),
    (
        "make_list(t)",
        [["2026-01-01T00:00:00.0000000Z", "2026-01-03T00:00:00.0000000Z"], ["2026-01-05T00:00:00.0000000Z"]],
        [],
    ),
    ("make_list_if(s, b)", [["x"], ["x"]], []),
    ("makeset(s)", [["x", "y", ""], ["x"]], []),
    ("makelist(n)", [[1, 3], [5]], []),
    ("take_any(n)", [1, 5], None),
    ("take_any(s)", ["x", "x"], ""),
    ("any(r)", [1.5, -1.0], None),
    ("arg_max(n)", [3, 5], None),
    ("arg_min(n)", [1, 5], None),
    ("argmax(n)", [3, 5], None),
    ("argmin(n)", [1, 5], None),
    ("take_anyif(n, b)", [1, 5], None),
    ("anyif(s, n > 1)", ["y", "x"], ""),
    ("make_list_with_nulls(n)", [[1, 3, None], [5]], []),
    ("count_distinct(s)", [3, 1], 0),
    ("count_distinctif(s, b)", [1, 1], 0),
]


@pytest.mark.parametrize(("call", "expected", "_nothing"), CASES)
def test_aggregates_leave_out_nulls(call: str, expected: list[object], _nothing: object) -> None:
    assert column(f"{TABLE} | summarize x = {call} by k | project x") == expected


@pytest.mark.parametrize(("call", "_expected", "nothing"), CASES)
def test_aggregates_over_no_rows_give_their_defaults(call: str, _expected: object, nothing: object) -> None:
    (found,) = column(f"{EMPTY} | summarize x = {call}")
    assert isnan(found) if isinstance(nothing, float) and isnan(nothing) else found == nothing
    assert column(f"{EMPTY} | summarize x = {call} by k") == []


def test_every_aggregate_of_this_family_has_a_case() -> None:
    tried = {call.partition("(")[0] for call, _, _ in CASES}
    assert {each.name for each in families()["groups"].aggregates} <= tried


def test_the_row_of_the_greatest_value() -> None:
    assert rows(f"{TABLE} | summarize arg_max(n, s, t) by k | project k, n, s, t") == [
        ("a", 3, "y", DAY.replace(month=1, day=3)),
        ("b", 5, "x", DAY.replace(month=1, day=5)),
    ]
    assert rows(f"{TABLE} | summarize arg_min(r, s)") == [(-1.0, "x")]


def test_a_group_of_nulls_still_gives_a_row_of_its_own() -> None:
    kql = 'datatable(k:long, n:long, s:string)[1, long(null), "p", 1, long(null), "q", 2, 7, "r"] | summarize arg_max(n, s) by k'
    assert rows(kql) == [(1, None, "p"), (2, 7, "r")]


def test_a_missing_value_of_the_chosen_row_stays_missing() -> None:
    kql = "datatable(n:long, m:long)[1, 10, 2, long(null)] | summarize arg_max(n, m)"
    assert rows(kql) == [(2, None)]


def test_the_old_forms_name_their_results_after_the_first() -> None:
    assert columns("Every | summarize argmax(n, s), argmin(r, *) by i")[:5] == [
        ("i", "int"),
        ("max_n", "long"),
        ("max_n_s", "string"),
        ("min_r", "real"),
        ("min_r_n", "long"),
    ]
    assert rows(f"{TABLE} | summarize argmax(n, s) by k | project max_n, max_n_s") == [(3, "y"), (5, "x")]


def test_one_value_under_a_condition_keeps_its_name() -> None:
    assert columns("Every | summarize take_anyif(n, b), anyif(s, b), take_anyif(n + 1, b)") == [
        ("n", "long"),
        ("anyif_s", "string"),
        ("Column1", "long"),
    ]


def test_nan_is_never_the_greatest() -> None:
    assert rows('datatable(r:real, s:string)[1.0, "a", real(nan), "b"] | summarize arg_max(r, s)') == [(1.0, "a")]


def test_text_can_be_maximised() -> None:
    assert rows('datatable(s:string, n:long)["a", 1, "b", 2] | summarize arg_max(s, n), arg_min(s, n)') == [
        ("b", 2, "a", 1)
    ]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_the_chosen_row_is_the_first_with_the_greatest_value(data: list[tuple[int, int]]) -> None:
    """With ties everywhere, all columns come from one row, and always from the same."""
    kinds: dict[str, KqlType] = {"k": "long", "n": "long", "r": "real", "s": "string", "at": "long", "at1": "long"}
    table = Frames().add("R", kinds, [(k, n, n / 2, str(n), at, at + 1) for at, (k, n) in enumerate(data)])
    for by in ("n", "r", "s"):
        for k, _, at, after in rows(f"R | summarize arg_max({by}, at, at1) by k", table):
            best = max(n for key, n in data if key == k)
            assert at == min(place for place, pair in enumerate(data) if pair == (k, best))
            assert after == at + 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=40))
def test_wide_rows_are_chosen_like_narrow_ones(data: list[tuple[int, int]]) -> None:
    """From seven columns on, the positions of the rows are found first; the answer must not show it."""
    kinds: dict[str, KqlType] = {"k": "long", "n": "long"} | {f"c{number}": "long" for number in range(8)}
    table = Frames().add("Wide", kinds, [(k, n, *range(10 * at, 10 * at + 8)) for at, (k, n) in enumerate(data)])
    for function in ("arg_max", "arg_min"):
        wide = rows(f"Wide | summarize {function}(n, *) by k | sort by k asc", table)
        narrow = rows(f"Wide | summarize {function}(n, c0) by k | sort by k asc", table)
        assert [row[:3] for row in wide] == narrow
        assert all(row[2:] == tuple(range(row[2], row[2] + 8)) for row in wide)


def test_one_row_of_several_columns_is_one_row() -> None:
    assert rows("Mail | summarize take_any(*) by Id | project Id, Recipient, Subject | take 2") == [
        ("m1", "kim@corp.example", "Invoice 77"),
        ("m2", "kim@corp.example", "Lunch?"),
    ]


def test_the_old_sets_stop_at_128() -> None:
    assert column("range i from 1 to 500 step 1 | summarize array_length(makeset(i))") == [128]
    assert rows("range i from 1 to 500 step 1 | summarize array_length(makelist(i)), array_length(make_list(i))") == [
        (128, 500)
    ]


def test_sets_keep_the_order_of_first_appearance() -> None:
    assert column("datatable(s:string)['b', 'a', 'b', 'c'] | summarize make_set(s)") == [["b", "a", "c"]]


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=50), st.integers(0, 100))
def test_a_percentile_is_the_nearest_rank(values: list[int], rank: int) -> None:
    table = Frames().add("V", {"n": "long"}, [(each,) for each in values])
    place = max(1, -(-len(values) * rank // 100))
    assert column(f"V | summarize percentile(n, {rank})", table) == [sorted(values)[place - 1]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("sum(s)", "'sum' does not take a string"),
        ("avg(b)", "'avg' does not take a bool"),
        ("max(d)", "'max' does not take a dynamic"),
        ("percentile(d, 5)", "'percentile' does not take dynamic and long"),
        ("sum(sum(n))", "is allowed in summarize only"),
        ("countif(n)", "'countif' wants a bool"),
        ("percentile(n, n)", "wants a constant for 'rank'"),
        ("arg_max()", "takes 1 or more arguments, got 0"),
    ],
)
def test_what_cannot_be_aggregated_is_refused(call: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        columns(f"Every | summarize {call}")


def test_a_percentile_is_a_value_that_occurs_however_large() -> None:
    text = "range x from 1 to 100 step 1 | summarize percentile(x, 50), percentile(x, 0), percentile(x, 100), percentile(x, 99.9)"
    assert rows(text) == [(50, 1, 100, 100)]
    assert rows("datatable(x:long)[9223372036854775807] | summarize percentile(x, 50)") == [(2**63 - 1,)]


def test_text_of_no_row_is_empty_not_null() -> None:
    text = "datatable(t:datetime, s:string, n:long)[] | summarize arg_max(t, s), take_any(s, n)"
    assert rows(text) == [(None, "", "", None)]


def test_what_looks_at_no_column_counts_once_for_each_row() -> None:
    constant = "tostring(split('a b', ' ')[0])"
    text = f"summarize countif({constant} == 'a'), make_list({constant}), sum(strlen({constant}))"
    assert rows(f"range x from 1 to 3 step 1 | {text}") == [(3, ["a", "a", "a"], 3)]
    assert rows(f"range x from 1 to 0 step 1 | {text}") == [(0, [], 0)]
