"""Sample values are those of the public page on the mv-apply operator."""

import pytest

from tests.events.query.conftest import columns, rows
from workbench.base.errors import BadQuery
from workbench.events.query import parse, text_of

ARRAYS = """datatable(index:int, Arr:dynamic)
    [0, dynamic([1, 5, 3]), 1, dynamic([10, 2, 5, 7]), 2, dynamic([]), 3, dynamic(null)] """


def applied(rest: str) -> list[tuple[object, ...]]:
    return [(row[0], *row[2:]) for row in rows(f"{ARRAYS} | mv-apply {rest}")]


def test_elements_of_each_row_are_expanded() -> None:
    assert applied("a = Arr to typeof(long) on (take 100)") == [
        (0, 1), (0, 5), (0, 3), (1, 10), (1, 2), (1, 5), (1, 7), (3, None),
    ]  # fmt: skip


def test_limits_and_orders_are_those_of_each_row() -> None:
    assert applied("a = Arr to typeof(long) on (top 1 by a)") == [(0, 5), (1, 10), (3, None)]
    assert applied("a = Arr to typeof(long) on (sort by a asc | take 2)") == [(0, 1), (0, 3), (1, 2), (1, 5), (3, None)]
    assert applied("a = Arr to typeof(long) on (top 2 by a | summarize t = make_list(a))") == [
        (0, [5, 3]), (1, [10, 7]), (2, []), (3, []),
    ]  # fmt: skip


def test_an_aggregate_without_keys_gives_each_row_one_also_where_nothing_is_left() -> None:
    found = applied(
        "a = Arr to typeof(long) on (where a > 4 | summarize n = count(), s = sum(a), m = max(a), l = make_list(a))"
    )
    assert found == [(0, 1, 5, 5, [5]), (1, 3, 22, 10, [10, 5, 7]), (2, 0, 0, None, []), (3, 0, 0, None, [])]
    assert applied("a = Arr on (count)") == [(0, 3), (1, 4), (2, 0), (3, 1)]


def test_an_aggregate_with_keys_gives_each_row_its_groups() -> None:
    found = applied("a = Arr to typeof(long) on (summarize n = count() by big = a > 4 | where n > 1)")
    assert found == [(0, False, 2), (1, True, 3)]
    assert applied("a = Arr to typeof(long) on (distinct odd = a % 2)") == [(0, 1), (1, 0), (1, 1), (3, None)]


def test_functions_of_rows_look_at_one_row_of_the_table_only() -> None:
    found = applied(
        "a = Arr to typeof(long) on (sort by a asc | project n = row_number(), p = prev(a), c = row_cumsum(a))"
    )
    assert found == [
        (0, 1, None, 1), (0, 2, 1, 4), (0, 3, 3, 9),
        (1, 1, None, 2), (1, 2, 2, 7), (1, 3, 5, 14), (1, 4, 7, 24), (3, 1, None, 0),
    ]  # fmt: skip


def test_the_place_of_an_element_and_a_limit_on_elements() -> None:
    assert applied("with_itemindex=i a = Arr to typeof(long) on (where i >= 2)") == [(0, 3, 2), (1, 5, 2), (1, 7, 3)]
    assert applied("a = Arr to typeof(long) limit 1 on (project a)") == [(0, 1), (1, 10), (3, None)]


def test_several_arrays_go_in_step() -> None:
    kql = """datatable(Val:int, Arr1:dynamic, Arr2:dynamic)
        [1, dynamic(['A1', 'A2']), dynamic(['B1', 'B2', 'B3']), 5, dynamic(['C1', 'C2']), dynamic(['D1'])]
        | mv-apply T1 = Arr1, T2 = Arr2 on (extend Out = strcat(T1, "_", T2) | summarize Out = make_list(Out))
        | project Val, Out"""
    assert rows(kql) == [(1, ["A1_B1", "A2_B2", "_B3"]), (5, ["C1_D1", "C2_"])]


def test_columns_of_the_row_can_be_named_and_are_kept() -> None:
    assert applied("a = Arr to typeof(long) on (where a > index * 6 | extend b = a + index)") == [
        (0, 1, 1), (0, 5, 5), (0, 3, 3), (1, 10, 11), (1, 7, 8),
    ]  # fmt: skip


def test_what_the_pipeline_gives_stands_in_the_place_of_a_column_of_its_name() -> None:
    kql = f"{ARRAYS} | mv-apply a = Arr to typeof(long) on (top 1 by a | project index = strcat('top ', a))"
    assert columns(kql) == [("index", "string"), ("Arr", "dynamic")]
    assert [row[0] for row in rows(kql)] == ["top 5", "top 10", "top "]
    kql = f"{ARRAYS} | mv-apply Arr to typeof(long) on (summarize sum(Arr))"
    assert columns(kql) == [("index", "int"), ("sum_Arr", "long")]


def test_bags_through_another_expansion_inside() -> None:
    kql = """datatable(Source:string, Target:string, Count:long)
        ['555-1234', '555-1212', 46, '555-2424', '', long(null)]
        | extend Pack = bag_pack('Source', Source, 'Target', Target, 'Count', Count)
        | mv-apply gone = Pack on (mv-expand kind=array Pack | where Pack[1] !startswith '555' | summarize keys = make_set(Pack[0]))
        | project Source, keys"""
    assert rows(kql) == [("555-1234", ["Count"]), ("555-2424", ["Target", "Count"])]


def test_one_inside_the_other() -> None:
    kql = """datatable(id:int, d:dynamic)
        [1, dynamic([{'k':'a','v':[1,2,3]}, {'k':'b','v':[5]}]), 2, dynamic([{'k':'c','v':[]}]), 3, dynamic([])]
        | mv-apply d on (mv-apply v = d.v to typeof(long) on (summarize s = sum(v)) | project k = tostring(d.k), s)"""
    assert rows(kql) == [(1, "a", 6), (1, "b", 5), (2, "c", 0)]
    kql = kql.replace("| project k", "| sort by s asc | extend r = row_number() | project r, k")
    assert rows(kql) == [(1, 1, "b", 5), (1, 2, "a", 6), (2, 1, "c", 0)]


def test_rows_of_another_table_beside_the_elements() -> None:
    kql = """Mail | mv-apply x = pack_array(Id, Subject) to typeof(string) on (
        join kind=inner (Clicks) on $left.x == $right.Id | project Url) | project Id, Recipient, Url"""
    assert rows(kql) == [
        ("m1", "kim@corp.example", "https://evil.com/a"),
        ("m1", "lee@corp.example", "https://evil.com/a"),
        ("m3", "kim@corp.example", "https://evil.com/b"),
    ]


def test_virtual_columns_stay() -> None:
    kql = "Mail | mv-apply x = pack_array(Id) to typeof(string) on (project x) | where Id == 'm2' | project Type, TimeGenerated"
    assert [row[0] for row in rows(kql)] == ["Mail"]


def test_rows_that_are_equal_are_not_one() -> None:
    kql = "datatable(d:dynamic)[dynamic([1]), dynamic([1])] | mv-apply x = d to typeof(long) on (summarize sum(x))"
    assert rows(kql) == [([1], 1), ([1], 1)]


@pytest.mark.parametrize(
    "rest",
    [
        "mv-apply Sender on (take 1)",
        "mv-apply x = pack_array(Id) on (where y == 1)",
        "mv-apply x = pack_array(Id) (take 1)",
        "mv-apply x = pack_array(Id) on ()",
        "mv-apply x = pack_array(Id) on (union Clicks)",
        "mv-apply x = pack_array(Id) on (join kind=rightouter (Clicks) on Id)",
        "mv-apply x = pack_array(Id) on (as P | extend n = toscalar(P | count))",
        "mv-apply x = pack_array(Id) on (project x | where Sender == 'a')",
    ],
)
def test_what_has_no_meaning_for_each_row_is_refused(rest: str) -> None:
    with pytest.raises(BadQuery):
        rows(f"Mail | {rest}")


@pytest.mark.parametrize(
    "text",
    [
        "T\n| mv-apply with_itemindex=i x = d to typeof(long), e limit 5 on (where x > 1 | summarize count() by x)",
        "T\n| mv-apply d on (mv-apply e = d.e on (take 1))",
    ],
)
def test_its_text_is_written_back(text: str) -> None:
    assert text_of(parse(text)) == text
