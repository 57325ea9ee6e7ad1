import pytest

from tests.events.query.conftest import check, column, columns, rows, utc, value
from workbench.base.errors import BadQuery

CASES = [
    ('iff(true, "a", "b")', "a"),
    ('iff(false, "a", "b")', "b"),
    ('iff(bool(null), "a", "b")', "b"),
    ("iif(true, 1, 2.5)", 1.0),
    ('iff(true, 1, "a")', 1),
    ('iff(false, 1, "a")', "a"),
    ('iff(true, dynamic("d"), "a")', "d"),
    ("iff(true, dynamic([1]), dynamic([2]))", [1]),
    ("iff(true, long(null), 2)", None),
    ('case(false, "a", true, "b", "c")', "b"),
    ('case(false, "a", bool(null), "b", "c")', "c"),
    ('case(true, "a", true, "b", "c")', "a"),
    ("coalesce(long(null), 5, 6)", 5),
    ('coalesce("", "x")', "x"),
    ('coalesce("", "")', ""),
    ("coalesce(long(null), long(null))", None),
    ("coalesce(tolong(dynamic(null)), 33)", 33),
    ("max_of(10, 1, -3, 17)", 17),
    ("max_of(long(null), 2)", 2),
    ("min_of(1, 2.5)", 1.0),
    ('max_of("b", "a")', "b"),
    ("min_of(datetime(2026-01-08), datetime(2026-01-07))", utc(2026, 1, 7)),
    ("isnull(long(null))", True),
    ("isnull(5)", False),
    ('isnull("")', False),
    ("isnull(dynamic(null))", True),
    ("isnull(dynamic({}))", False),
    ("isnotnull(5)", True),
    ('notnull("")', True),
    ('isempty("")', True),
    ('isempty(" ")', False),
    ("isempty(long(null))", True),
    ('isempty(dynamic(""))', True),
    ("isempty(dynamic([]))", False),
    ('isnotempty("x")', True),
    ("notempty(datetime(null))", False),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_choices_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_missing_members_are_null_and_empty() -> None:
    kql = "Every | project isnull(d.a), isempty(d.a.b), isnotempty(d[0])"
    assert rows(kql) == [(False, False, False), (True, True, True), (True, True, False)]


def test_branches_of_different_forms_meet_as_json() -> None:
    kql = 'Mail | take 2 | extend x = iff(Id == "m1", split(Sender, "@"), parse_json("{}")) | project x'
    assert column(kql) == [["a", "evil.com"], ["a", "evil.com"]]


def test_lists_of_one_form_stay_usable() -> None:
    kql = 'Mail | take 1 | extend x = iff(Threat, split(Sender, "@"), split(Recipient, "@")) | project tostring(x[1])'
    assert column(kql) == ["evil.com"]


def test_the_types_of_branches_widen() -> None:
    assert columns("Every | project a = iff(b, i, n), c = iff(b, n, r), e = case(b, 1, 2.5), f = iff(b, d, s)") == [
        ("a", "long"),
        ("c", "real"),
        ("e", "real"),
        ("f", "string"),
    ]


def test_values_without_a_common_type_are_refused() -> None:
    with pytest.raises(BadQuery, match="'coalesce' does not take long and string together"):
        columns("Every | project coalesce(n, s)")
    with pytest.raises(BadQuery, match="'max_of' does not take"):
        columns("Every | project max_of(d, d)")


def test_case_wants_a_last_value() -> None:
    with pytest.raises(BadQuery, match="'case' does not take"):
        columns('Every | project case(b, "x", b, "y")')


def test_a_condition_is_a_bool() -> None:
    with pytest.raises(BadQuery, match="'iff' wants a bool for 'condition', this is a long"):
        columns("Every | project iff(n, 1, 2)")


def test_a_dynamic_condition_is_read_as_a_bool() -> None:
    assert value('iff(dynamic({"on":true}).on, "yes", "no")') == "yes"


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        ("indexof(s, 'n')", [9, 9, 1, -1]),
        ("indexof(s, s)", [9, 9, 0, 0]),
        ("tolong(strlen(replace_string(s, s, 'ab')))", [9, 9, 2, 0]),
        ("tolong(strlen(strcat_array(d, s)))", [9, 9, 5, 0]),
        ("array_index_of(d, s)", [9, 9, -1, None]),
        ("tolong(s in (d))", [9, 9, 0, 0]),
        ("tolong(d[n])", [9, 9, 2, None]),
    ],
)
def test_a_branch_may_hold_any_function_whatever_the_rows_of_the_other_are(
    branch: str, expected: list[int | None]
) -> None:
    table = """datatable(b:bool, s:string, n:long, d:dynamic)[true, "one", 0, dynamic([1]), true, "", 1, dynamic(null),
        false, "one", 1, dynamic([1, 2]), false, "", 5, dynamic(null)]"""
    assert column(f"{table} | project x = iff(b, 9, {branch})") == expected


def test_a_null_is_in_no_array() -> None:
    text = "datatable(n:long, d:dynamic)[long(null), dynamic(null), long(null), dynamic([null]), 1, dynamic([1])]"
    assert column(f"{text} | project n in (d)") == [False, False, True]
