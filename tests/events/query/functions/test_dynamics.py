import pytest

from tests.events.query.conftest import check, column, columns, rows, value
from workbench.base.errors import BadQuery

CASES = [
    ("array_length(dynamic([1, 2, 3]))", 3),
    ("array_length(dynamic([]))", 0),
    ("array_length(dynamic({}))", None),
    ("array_length(dynamic(null))", None),
    ('array_length(split("a b", " "))', 2),
    ('array_index_of(dynamic(["this", "is", "an", "example", "an", "example"]), "an")', 2),
    ('array_index_of(dynamic(["this", "is", "an", "example", "an", "example"]), "example", 1, 3)', 3),
    ('array_index_of(dynamic(["this", "is", "an", "example", "an", "example"]), "example", 1, 2)', -1),
    ('array_index_of(dynamic(["this", "is", "an", "example", "an", "example"]), "is", 2, 4)', -1),
    ('array_index_of(dynamic(["this", "is", "an", "example", "an", "example"]), "an", 1, -1, 2)', 4),
    ('array_index_of(dynamic(["this", "is", "an", "example", "an", "example"]), "an", -3)', 4),
    ('array_index_of(dynamic({"a":1}), "a")', None),
    ('set_has_element(dynamic(["this", "is"]), "is")', True),
    ('set_has_element(dynamic(["this", "is"]), "was")', False),
    ("set_has_element(dynamic([1, 2]), 2)", True),
    ('set_has_element(split("a b", " "), "b")', True),
    ("set_has_element(dynamic(null), 2)", None),
    ("set_union(dynamic([1, 2, 1, 4]), dynamic([1, 2]), dynamic([8]))", [1, 2, 4, 8]),
    ('set_union(dynamic(["A4", "A2", "A7", "A2"]), dynamic([]))', ["A4", "A2", "A7"]),
    ("set_intersect(dynamic([1, 2, 1, 4]), dynamic([1, 2]), dynamic([8, 1]))", [1]),
    ("set_intersect(dynamic([1, 2, 3]), dynamic([4, 5]))", []),
    ("set_difference(dynamic([1, 2, 1, 4]), dynamic([1, 2]))", [4]),
    ("set_difference(dynamic([1,2,3]), dynamic([1,2,3]))", []),
    ("set_union(dynamic([1]), dynamic({}))", None),
    ("array_concat(dynamic([1, 2]), dynamic([2, 3]))", [1, 2, 2, 3]),
    ("pack_array(1, 2, 3)", [1, 2, 3]),
    ('pack_array(1, "2", 2s)', [1, "2", "00:00:02"]),
    ("pack_array(dynamic([1]), true)", [[1], True]),
    (
        'bag_pack("Level", "Information", "n", 1234, "Data", dynamic({"url":"x"}))',
        {"Level": "Information", "n": 1234, "Data": {"url": "x"}},
    ),
    ('pack("quo\\"te", long(null), "t", datetime(2026-01-08))', {'quo"te': None, "t": "2026-01-08T00:00:00.0000000Z"}),
    ('bag_keys(dynamic({"a":"b", "c":[{"d":123}]}))', ["a", "c"]),
    ("bag_keys(dynamic({}))", []),
    ("bag_keys(dynamic([]))", None),
    ('bag_merge(dynamic({"A1":12, "B1":2}), dynamic({"A2":81, "A1":1}))', {"A1": 12, "B1": 2, "A2": 81}),
    ("bag_merge(dynamic([]), dynamic(null))", None),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_array_and_bag_functions_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


PATHS = [
    ('dynamic({"a":{"b":"x"}}).a.b', "x"),
    ('dynamic({"a b":1})["a b"]', 1),
    ('dynamic({"it\'s":1})["it\'s"]', 1),
    ('dynamic({"back\\\\slash":1})["back\\\\slash"]', 1),
    ('dynamic({"$..*":1, "a":2})["$..*"]', 1),
    ("dynamic([10, 20, 30])[0]", 10),
    ("dynamic([10, 20, 30])[-1]", 30),
    ("dynamic([10, 20, 30])[3]", None),
    ("dynamic([10, 20, 30])[-4]", None),
    ("dynamic([10, 20, 30]).a", None),
    ('dynamic({"0":"zero"})[0]', None),
    ('dynamic("text").a', None),
    ("dynamic(null).a", None),
    ('dynamic({"a":[{"b":[1,2]}]}).a[0].b[-1]', 2),
    ('split("x@y", "@")[1]', "y"),
    ('split("x@y", "@")[-1]', "y"),
    ('split("x@y", "@")[5]', None),
    ('split("x@y", "@").name', None),
    ('parse_json("broken {").a', None),
]


@pytest.mark.parametrize(("expression", "expected"), PATHS)
def test_paths_lead_into_dynamics_or_to_null(expression: str, expected: object) -> None:
    assert value(expression) == expected
    assert value(f"tostring({expression})") == ("" if expected is None else str(expected))


def test_paths_of_a_column_differ_from_row_to_row() -> None:
    assert rows("Every | project x = d.a.b, y = d[1], z = tostring(d.l)") == [
        ("x", None, "[1,2]"),
        (None, "2", ""),
        (None, None, ""),
    ]


def test_a_key_or_position_may_be_a_column() -> None:
    kql = """datatable(d:dynamic, k:string, n:long)[
        dynamic({"a":1, "b":2}), "b", 0, dynamic([5, 6]), "b", 1, dynamic(null), "a", 0]
        | project byname = d[k], byplace = d[n]"""
    assert rows(kql) == [(2, None), (None, 6), (None, None)]


def test_a_list_the_engine_made_takes_a_column_as_position() -> None:
    assert column('datatable(s:string, n:long)["a b", 1, "a b", 7] | project split(s, " ")[n]') == ["b", None]


def test_text_has_no_members_and_the_message_says_what_to_do() -> None:
    with pytest.raises(BadQuery, match=r"A string has no members .*parse_json"):
        columns("Every | project s.a")


def test_a_dynamic_compares_by_what_it_holds() -> None:
    kql = (
        'datatable(d:dynamic)[dynamic({"n":5}), dynamic({"n":5.5}), dynamic({"n":"5"}), dynamic({})] | project d.n == 5'
    )
    assert column(kql) == [True, False, True, False]


def test_a_huge_whole_number_in_a_document_keeps_its_digits() -> None:
    assert value('dynamic({"id":9007199254740993}).id == 9007199254740993')
    assert not value('dynamic({"id":9007199254740993}).id == 9007199254740992')


def test_a_list_that_aggregates_made_serves_array_functions() -> None:
    kql = (
        "Mail | summarize s = make_set(Recipient) by Id | project n = array_length(s), first = tostring(s[0]) | take 1"
    )
    assert rows(kql) == [(2, "kim@corp.example")]
