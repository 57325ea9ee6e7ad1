import pytest

from tests.events.query.conftest import answer, columns, rows
from workbench.base.errors import BadQuery

LEFT, RIGHT = "(datatable(a:string, n:long)['x', 1])", "(datatable(b:string, n:long)['y', 2])"


def test_all_columns_stay_and_missing_ones_are_filled() -> None:
    assert columns(f"union {LEFT}, {RIGHT}") == [("a", "string"), ("n", "long"), ("b", "string")]
    assert rows(f"union {LEFT}, {RIGHT}") == [("x", 1, ""), ("", 2, "y")]


def test_inner_keeps_what_all_have() -> None:
    assert rows(f"union kind=inner {LEFT}, {RIGHT}") == [(1,), (2,)]


def test_one_name_with_two_types_becomes_two_columns() -> None:
    text = "union (print a = 'x'), (print a = 5)"
    assert columns(text) == [("a_string", "string"), ("a_long", "long")]
    assert rows(text) == [("x", None), ("", 5)]


def test_the_source_is_named_first() -> None:
    text = "union withsource=Table Mail, Clicks, (print 1) | summarize n = count() by Table"
    assert rows(text) == [("Mail", 5), ("Clicks", 3), ("union_arg2", 1)]


def test_rows_before_it_count_as_its_first_table() -> None:
    assert rows("Mail | take 1 | union withsource=T (Clicks | take 1) | project T, Id") == [
        ("union_arg0", "m1"),
        ("union_arg1", "m1"),
    ]


def test_patterns_name_tables() -> None:
    assert rows("union M*, Cl* | count") == [(8,)]
    with pytest.raises(BadQuery, match=r"No table fits 'Zz\*'"):
        columns("union Zz*")


def test_a_missing_table_is_passed_over_with_a_note_where_the_union_is_fuzzy() -> None:
    found = answer("union isfuzzy=true Mail, Mial | count")
    assert found.frame.rows() == [(5,)]
    assert found.notes == ("The union leaves out Mial, which is not known. Did you mean Mail?",)
    with pytest.raises(BadQuery, match="Did you mean Mail"):
        columns("union Mail, Mial")
    with pytest.raises(BadQuery, match="There is no column named 'Nope'"):
        columns("union isfuzzy=true Mail, (Mail | where Nope)")
    with pytest.raises(BadQuery, match="None of the tables is there"):
        columns("union isfuzzy=true Mial")


@pytest.mark.parametrize(
    ("leg", "name"),
    [
        ("(View_3 | where x > 0)", "View_3"),
        ("((View_3) | where x > 0 | join Nowhere on x)", "View_3"),
        ("(table('View_3') | extend y = 1)", "View_3"),
        ("(_Im_Dns(starttime=ago(1d)) | extend y = 1)", "_Im_Dns"),
        ("View_3(1)", "View_3"),
    ],
)
def test_a_fuzzy_union_passes_over_a_pipeline_whose_table_is_missing(leg: str, name: str) -> None:
    """The sample of the page union operator: View_3 is not there, and the count is 2."""
    views = "let View_1 = view () { print x = 1 }; let View_2 = view () { print x = 1 };"
    found = answer(
        f"{views} union isfuzzy=true (View_1 | where x > 0), (materialize(View_2) | where x > 0), {leg} | count"
    )
    assert found.frame.rows() == [(2,)]
    (note,) = found.notes
    assert note.startswith(f"The union leaves out {name}, which is not known.")
