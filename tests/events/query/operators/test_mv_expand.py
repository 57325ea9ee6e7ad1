from datetime import timedelta

import pytest

from tests.events.query.conftest import column, columns, rows, utc
from workbench.base.errors import BadQuery


def expanded(values: str, rest: str = "") -> list[object]:
    return column(f"datatable(d:dynamic)[{values}] | mv-expand d{rest}")


def test_arrays_give_their_elements_bags_a_bag_for_each_key_and_the_rest_itself() -> None:
    assert expanded('dynamic([1,"x",null]), dynamic({"a":1,"b":[2]}), dynamic("t"), dynamic(5)') == [
        1, "x", None, {"a": 1}, {"b": [2]}, "t", 5,
    ]  # fmt: skip


def test_a_null_keeps_its_row_and_an_empty_array_loses_it() -> None:
    assert rows("datatable(i:long, d:dynamic)[1, dynamic(null), 2, dynamic([]), 3, dynamic({})] | mv-expand d") == [
        (1, None)
    ]


def test_bags_as_arrays_of_key_and_value() -> None:
    for word in ("kind", "bagexpansion"):
        text = f'datatable(d:dynamic)[dynamic({{"a":1,"b":"x"}})] | mv-expand {word}=array d'
        assert column(text) == [["a", 1], ["b", "x"]]


def test_columns_go_in_step_and_short_ones_are_filled() -> None:
    text = """datatable(d:dynamic, e:dynamic)[dynamic([1,2,3]), dynamic(["a"]), dynamic([]), dynamic(["b"]),
        dynamic(null), dynamic(["c","d"]), dynamic([]), dynamic([]), dynamic(null), dynamic(null)] | mv-expand d, e"""
    assert rows(text) == [(1, "a"), (2, None), (3, None), (None, "b"), (None, "c"), (None, "d"), (None, None)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("long", [1, None, None, 2, None, None]),
        ("string", ["1", "2", "x", "2.5", "", "true"]),
        ("datetime", [None] * 6),
    ],
)
def test_a_type_casts_what_fits_and_the_rest_is_null(kind: str, expected: list[object]) -> None:
    found = expanded('dynamic([1,"2","x",2.5,null,true])', f" to typeof({kind})")
    assert found == expected


def test_times_are_cast_from_their_text() -> None:
    assert expanded('dynamic(["2026-01-01","x"])', " to typeof(datetime)") == [utc(2026, 1, 1), None]
    assert expanded('dynamic(["01:00:00"])', " to typeof(timespan)") == [timedelta(hours=1)]


def test_a_limit_counts_for_each_row_and_the_old_word_has_one() -> None:
    assert expanded("dynamic([1,2,3]), dynamic([4,5,6])", " limit 2") == [1, 2, 4, 5]
    assert expanded("dynamic([1])", " limit 0") == []
    many = ",".join(map(str, range(200)))
    assert len(expanded(f"dynamic([{many}])")) == 200
    assert len(column(f"datatable(d:dynamic)[dynamic([{many}])] | mvexpand d")) == 128


def test_the_index_counts_from_zero() -> None:
    assert rows("datatable(d:dynamic)[dynamic(['a','b']), dynamic(['c'])] | mv-expand with_itemindex=i d") == [
        ("a", 0),
        ("b", 1),
        ("c", 0),
    ]


def test_a_new_name_leaves_the_array_and_the_same_name_replaces_it() -> None:
    assert columns("Every | project d, n | mv-expand x = d") == [("d", "dynamic"), ("n", "long"), ("x", "dynamic")]
    assert columns("Every | project d, n | mv-expand d.l") == [("d", "dynamic"), ("n", "long"), ("d_l", "dynamic")]


def test_what_is_no_dynamic_is_refused_with_the_way_out() -> None:
    with pytest.raises(BadQuery, match=r"this is a string.*mv-expand Id = parse_json\(Id\)"):
        columns("Mail | mv-expand Id")
    with pytest.raises(BadQuery, match="this is a int"):
        columns("Mail | mv-expand Urls")


def test_the_parts_of_a_split_are_expanded() -> None:
    text = "datatable(s:string)['a,b', ''] | mv-expand s = split(s, ',') to typeof(string) | summarize n = count() by s"
    assert rows(text) == [("a", 1), ("b", 1), ("", 1)]
