import pytest

from tests.events.query.conftest import check, column, rows

CASES = [
    ('bag_has_key(dynamic({"a":1}), "a")', True),
    ('bag_has_key(dynamic({"key1":123,"key2":{"prop1":"abc"}}), "$.key2.prop1")', True),
    (
        "bag_remove_keys(dynamic({'key1': 123, 'key2': {'prop1' : 'abc', 'prop2': 'xyz'}, 'key3': [100, 200]}), dynamic(['$.key2.prop1', 'key3']))",
        {"key1": 123, "key2": {"prop2": "xyz"}},
    ),
    ("bag_set_key(dynamic({'key1': 123}), '$.key2.prop1', 'abc')", {"key1": 123, "key2": {"prop1": "abc"}}),
    ("bag_set_key(dynamic({'key1': 1, 'key2': 2}), 'key3', 3)", {"key1": 1, "key2": 2, "key3": 3}),
    ("bag_zip(dynamic(['a', 'b', 'c']), dynamic([1, '2']))", {"a": 1, "b": "2", "c": None}),
    (
        'treepath(parse_json(\'{"listProperty":[100,200,300,"abcde",{"x":"y"}]}\'))',
        ["['listProperty']", "['listProperty'][0]", "['listProperty'][0]['x']"],
    ),
    ('dynamic_to_json(dynamic({"b":1,"a":[2,{"d":1,"c":2}]}))', '{"a":[2,{"c":2,"d":1}],"b":1}'),
    ('bag_has_key(dynamic([1]), "a")', None),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_bags_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_columns_are_packed_into_a_bag() -> None:
    text = 'datatable(a:string, b:string, n:long)["x", "", 1, "", "y", long(null)] | project p = pack_all('
    assert column(f"{text})") == [{"a": "x", "b": "", "n": 1}, {"a": "", "b": "y", "n": None}]
    assert column(f"{text}true)") == [{"a": "x", "n": 1}, {"b": "y"}]
    assert column("Mail | take 1 | project bag_pack_columns(Id, Urls)") == [{"Id": "m1", "Urls": 1}]
    assert column("Every | take 1 | project estimate_data_size(s, n)") == [11]


def test_bags_of_a_group_become_one() -> None:
    text = 'datatable(k:long, d:dynamic)[1, dynamic({"a":1}), 1, dynamic({"a":2,"b":3}), 1, dynamic([4]), 2, dynamic(null)]'
    assert rows(f"{text} | summarize make_bag(d), make_bag(d, 1), make_bag_if(d, k > 5) by k") == [
        (1, {"a": 1, "b": 3}, {"a": 1}, {}),
        (2, {}, {}, {}),
    ]
    assert rows(f"{text} | where false | summarize make_bag(d)") == [({},)]


def test_the_least_schema_of_all_values() -> None:
    text = """datatable(value:dynamic)[dynamic({"x":1, "y":3.5}), dynamic({"x":"somevalue", "z":[1, 2, 3]}),
        dynamic({"y":{"w":"zzz"}, "t":["aa", "bb"], "z":["foo"]})] | summarize buildschema(value)"""
    assert column(text) == [
        {
            "x": ["long", "string"],
            "y": ["double", {"w": "string"}],
            "z": {"`indexer`": ["long", "string"]},
            "t": {"`indexer`": "string"},
        }
    ]
