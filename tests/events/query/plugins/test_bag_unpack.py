"""Sample values: documentation page "bag_unpack plugin"."""

import pytest

from tests.events.query.conftest import answer, columns, rows
from workbench.base.errors import BadQuery
from workbench.events.query.plugins import bag_unpack

PEOPLE = """datatable(d:dynamic) [
    dynamic({"Name": "John", "Age": 20}), dynamic({"Name": "Dave", "Age": 40}), dynamic({"Name": "Jasmine", "Age": 30})
] """
OLD = """datatable(Name:string, d:dynamic) ["Old", dynamic({"Name": "John", "Age": 20})] """


def test_keys_become_columns_of_the_type_of_their_values() -> None:
    found = answer(f"{PEOPLE} | evaluate bag_unpack(d)")
    assert found.columns == (("Age", "long"), ("Name", "string"))
    assert found.frame.rows() == [(20, "John"), (40, "Dave"), (30, "Jasmine")]
    assert found.notes == ()


def test_a_prefix_stands_before_each_name() -> None:
    assert answer(f"{PEOPLE} | evaluate bag_unpack(d, 'Property_')").frame.columns == ["Property_Age", "Property_Name"]


def test_values_of_several_types_stay_dynamic_and_what_is_no_bag_gives_nothing() -> None:
    mixed = """datatable(n:long, d:dynamic) [
        1, dynamic({"a": 1, "b": true, "c": 1.5}), 2, dynamic({"a": "x", "c": null, "e": [1]}), 3, dynamic([1]),
        4, dynamic(null), 5, dynamic("text")
    ] | evaluate bag_unpack(d)"""
    kinds = [("n", "long"), ("a", "dynamic"), ("b", "bool"), ("c", "real"), ("e", "dynamic")]
    assert list(answer(mixed).columns) == kinds
    assert rows(mixed)[:3] == [(1, 1, True, 1.5, None), (2, "x", None, None, [1]), (3, None, None, None, None)]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("columnsConflict='replace_source'", {"Name": "John", "Age": 20}),
        ("columnsConflict='keep_source'", {"Name": "Old", "Age": 20}),
        ("'', 'keep_source', dynamic(['Age'])", {"Name": "Old"}),
        ("ignoredProperties=dynamic(['Name'])", {"Name": "Old", "Age": 20}),
    ],
)
def test_a_name_that_is_there_already_is_settled_as_the_query_says(options: str, found: dict[str, object]) -> None:
    assert answer(f"{OLD} | evaluate bag_unpack(d, {options})").frame.to_dicts() == [found]


def test_a_name_that_is_there_already_is_an_error_without_a_word_about_it() -> None:
    with pytest.raises(BadQuery, match=r"'Name' is there already .*columnsConflict='replace_source'"):
        answer(f"{OLD} | evaluate bag_unpack(d)")
    with pytest.raises(BadQuery, match="one of error, replace_source, keep_source"):
        answer(f"{OLD} | evaluate bag_unpack(d, columnsConflict='mine')")


def test_a_declared_result_is_exactly_that() -> None:
    declared = f"{OLD} | evaluate bag_unpack(d) : (Name:string, Age:string, Nothing:long)"
    assert columns(declared) == [("Name", "string"), ("Age", "string"), ("Nothing", "long")]
    assert rows(declared) == [("Old", "20", None)]
    starred = f"{OLD} | evaluate bag_unpack(d) : (*, Age:long)"
    assert columns(starred) == [("Name", "string"), ("Age", "long")]


def test_columns_that_only_data_could_have_are_empty_and_told() -> None:
    found = answer("Every | evaluate bag_unpack(d) | where Port == 443 or isempty(Port) | project i, Port, a.b")
    assert found.columns == (("i", "int"), ("Port", "dynamic"), ("a_b", "dynamic"))
    assert found.frame["Port"].null_count() == 3
    assert [note for note in found.notes if "'Port' is taken as empty" in note]


def test_an_empty_table_still_answers_by_the_names_the_query_uses() -> None:
    assert rows("Every | where false | evaluate bag_unpack(d) | summarize n=count() by User | where User == 'x'") == []
    assert rows("Every | where false | project d | evaluate bag_unpack(d) | count") == [(0,)]
    assert rows("Every | where false | evaluate bag_unpack(d) | project-rename Who = User | project Who") == []


def test_without_a_look_the_known_columns_are_there_and_a_note_says_so() -> None:
    assert columns("Every | project i, d | evaluate bag_unpack(d)") == [("i", "int")]
    assert columns("Every | project i, d | evaluate bag_unpack(d) | where l has '1'") == [
        ("i", "int"),
        ("l", "dynamic"),
    ]


def test_text_is_read_as_json_first_and_expressions_are_refused() -> None:
    assert rows("""print s = '{"a": 1}' | evaluate bag_unpack(s)""") == [(1,)]
    with pytest.raises(BadQuery, match="takes the name of a column here"):
        answer("Every | evaluate bag_unpack(parse_json(s))")


def test_a_column_that_is_missing_before_the_plugin_stays_an_error() -> None:
    with pytest.raises(BadQuery, match="no column named 'Nope'"):
        answer("Every | where Nope == 2 | evaluate bag_unpack(d)")


def test_more_keys_than_columns_may_be_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bag_unpack, "MOST_COLUMNS", 1)
    with pytest.raises(BadQuery, match=r"more than 1 different keys .*Declare those you want"):
        answer(f"{PEOPLE} | evaluate bag_unpack(d)")
