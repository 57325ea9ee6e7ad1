"""search and find. Source of the rules: "search operator", "find operator" and "where operator" of the documentation."""

import pytest

from tests.events.query.conftest import NOW, answer, column, columns, rows, tables
from workbench.base.errors import BadQuery
from workbench.events.query import bind, parse


def test_a_term_is_looked_for_in_every_column_of_every_table() -> None:
    found = rows('search "zoe" or "lunch" | project $table, Subject, Account')
    assert found == [("Mail", "Lunch?", ""), ("Clicks", "", "zoe@corp.example")]
    assert [name for name, _ in columns('search in (Mail, Clicks) "x"')][:3] == ["$table", "Timestamp", "Id"]


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("invoice", ["m1", "m1", "m4"]),
        ("inv", []),
        ("inv*", ["m1", "m1", "m4"]),
        ("*oice", ["m1", "m1", "m4"]),
        ("*voi*", ["m1", "m1", "m4"]),
        ("lun*h", ["m2"]),
        ("INVOICE", ["m1", "m1", "m4"]),
        ("*", ["m1", "m1", "m2", "m3", "m4"]),
    ],
)
def test_stars_in_a_term(term: str, found: list[str]) -> None:
    assert column(f'search in (Mail) Subject:"{term}" | project Id') == found


def test_case_counts_where_asked() -> None:
    assert column('search kind=case_sensitive in (Mail) "Evil" | project Id') == ["m3"]


def test_terms_and_comparisons_go_together() -> None:
    assert column('search in (Mail) "evil" and Urls > 1 | project Id') == ["m3"]
    assert column('search in (Mail, Clicks) "kim" and not("evil") | project Id') == ["m2"]
    assert column('search in (Mail, Clicks) Account == "zoe@corp.example" | project Id') == ["m9"]
    assert rows("search in (Mail, Clicks) TimeGenerated > ago(1d) | project $table") == [("Clicks",)]


def test_whole_numbers_are_looked_through_for_digits_only() -> None:
    assert column('search in (Every) "20" | project n') == [20]
    assert column('search in (Every) "74be27de" | project n') == [10]
    assert column('search in (Every) "2a" | project n') == []


def test_tables_are_named_by_patterns_too_and_each_is_cut_by_its_own_time() -> None:
    catalog = tables()
    assert answer('search in (Ma*) Timestamp > ago(2d) and "invoice" | count', catalog).frame.item() == 1
    (name, span), *rest = catalog.scans
    assert (name, rest) == ("Mail", [])
    assert span is not None


def test_rows_so_far_are_searched_too() -> None:
    assert rows('Mail | where Urls > 0 | search "lee" | project $table, Id') == [("Mail", "m1")]
    assert rows('print a = "x" | search "x"') == [("", "x")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('Mail | search in (Clicks) "x"', "'search in' starts a query"),
        ("search in (Mail) 5", "A search looks for text.*Put it in quotes"),
        ("search in (Mail) Nope == 5", "no column named 'Nope'"),
        ('search in (Nope) "x"', "no table named 'Nope'"),
        ('search in (Nope*) "x"', "No table fits"),
        ("search in (Mail) Id:5", "A term is a constant"),
        ("search in (Mail) not(5)", "A condition is a bool"),
        ('search kind=exact "x"', "no kind of search named 'exact'"),
        ('Mail | where Id:"x"', "met ':'"),
        ('Mail | where * !has "x"', "Write not"),
        ("Mail | where * > 5", "does not go with '>'"),
    ],
)
def test_what_cannot_be_searched_is_said(text: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        bind(parse(text), tables(), now=NOW)


def test_a_star_compares_with_every_column_it_can() -> None:
    assert column('Mail | where * has "lunch" | project Id') == ["m2"]
    assert column('Mail | where not(* has "lunch") and * == "m3" | project Id') == ["m3"]
    assert column("Every | where * == 20 | project n") == [20]


def test_find_shows_what_the_tables_share_and_packs_the_rest() -> None:
    found = rows("find in (Mail, Clicks) where Urls > 1")
    assert columns("find in (Mail, Clicks) where Urls > 1") == [
        ("source_", "string"),
        ("Id", "string"),
        ("Urls", "int"),
        ("pack_", "dynamic"),
    ]
    assert found[0][:3] == ("Mail", "m3", 3)
    assert found[0][3]["Sender"] == "A@Evil.com"


def test_find_gives_the_columns_that_are_named() -> None:
    text = 'find withsource=from_ in (Mail, Clicks) where "zoe" project Url, Urls:string, Missing:long, Timestamp'
    assert columns(text) == [
        ("from_", "string"),
        ("Url", "string"),
        ("Urls", "string"),
        ("Missing", "long"),
        ("Timestamp", "datetime"),
    ]
    assert [row[:4] for row in rows(text)] == [("Clicks", "https://other.net/", "", None)]
    assert [name for name, _ in columns('find "x" project Id, pack(*)')] == ["source_", "Id", "pack_"]
    assert [name for name, _ in columns("find in (Clicks) where Id == 'm1'")][0::2] == ["source_", "Id", "Url"]


def test_find_refuses_a_column_that_no_table_has() -> None:
    with pytest.raises(BadQuery, match="no column named 'Nope'"):
        columns('find in (Mail) where "x" project Nope')
    with pytest.raises(BadQuery, match="Expected 'where'"):
        columns('find in (Mail) "x"')


def test_a_column_that_one_table_lacks_is_empty_there() -> None:
    assert rows("search in (Mail, Clicks) Url has 'b' or Urls == 0 | project $table, Id") == [
        ("Mail", "m4"),
        ("Clicks", "m3"),
    ]
    assert columns("find in (Mail, Clicks) where Id == 'm1' project Url, Urls")[1:] == [
        ("Url", "string"),
        ("Urls", "int"),
    ]
    assert column("find in (Mail, Clicks) where Url has 'evil.com' project Urls, Url") == ["Clicks", "Clicks"]


def test_a_name_like_a_column_of_another_table_is_advised() -> None:
    with pytest.raises(BadQuery, match="Did you mean Account"):
        columns("search in (Mail, Clicks) Acount == 'kim'")
