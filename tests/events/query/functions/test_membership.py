from datetime import timedelta

import pytest

from tests.events.query.conftest import DAY, Frames, answer, column, columns, rows, tables, value
from workbench.base.errors import BadQuery

CASES = [
    ("5 in (dynamic([1e308, 5]))", True),
    ("int(5) in (99999999999, 5)", True),
    ("int(5) in (5.5, real(nan), real(+inf))", False),
    ('"a" in ("a", "b")', True),
    ('"A" in ("a", "b")', False),
    ('"A" in~ ("a", "b")', True),
    ('"c" !in ("a", "b")', True),
    ('"A" !in~ ("a", "b")', False),
    ('"a" in (dynamic(["a", "b"]))', True),
    ('"c" in ("a", dynamic(["b", "c"]))', True),
    ("5 in (1, 5)", True),
    ('5 in ("5", "6")', True),
    ("5 in (5.0, 6.5)", True),
    ("1.5 in (1, 1.5)", True),
    ("datetime(2026-01-08) in (datetime(2026-01-08))", True),
    ('datetime(2026-01-08) in ("2026-01-08")', True),
    ("1h in (60m)", True),
    ("true in (true)", True),
    ("dynamic(5) in (5, 6)", True),
    ('dynamic("x") in ("x")', True),
    ("dynamic(null) in (5)", False),
    ("long(null) in (5)", False),
    ("long(null) !in (5)", True),
    ('"x" in (dynamic([]))', False),
    ('"x" !in (dynamic([]))', True),
    ('"North and South" has_any ("south", "west")', True),
    ('"North and South" has_any ("sou", "west")', False),
    ('"North and South" has_all ("south", "north")', True),
    ('"North and South" has_all ("south", "west")', False),
    ('"North" has_any (dynamic([]))', False),
    ('"North" has_all (dynamic([]))', True),
    ('"x" has_any (dynamic(["x", null]))', True),
    ('dynamic({"k":"word"}) has_any ("word")', True),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_membership_gives_what_the_reference_says(expression: str, expected: bool) -> None:
    assert value(expression) is expected


def test_a_list_in_a_variable() -> None:
    assert column('let ids = dynamic(["m2", "m3"]); Mail | where Id in (ids) | project Id') == ["m2", "m3"]


def test_a_list_from_the_caller() -> None:
    assert column("Mail | where Id in (ids) | project Id", ids=["m2", "m3"]) == ["m2", "m3"]
    assert column("Mail | where Sender has_any (words) | project Id", words=["EVIL"]) == ["m1", "m1", "m3"]


def test_a_table_gives_its_first_column() -> None:
    kql = "let bad = Clicks | where Url has 'evil' | project Id, Account; Mail | where Id in (bad) | project Id"
    assert column(kql) == ["m1", "m1", "m3"]
    assert column("Mail | where Id !in ((Clicks | project Id)) | project Id") == ["m2", "m4"]
    assert column("Mail | where Id in (Clicks | project Id) | distinct Id") == ["m1", "m3"]


def test_a_table_named_plainly() -> None:
    catalog = Frames().add("Ids", {"Id": "string"}, [("m2",)])
    mail = tables()
    mail.kinds |= catalog.kinds
    mail.frames |= catalog.frames
    mail.times |= catalog.times
    assert column("Mail | where Id in (Ids) | project Id", mail) == ["m2"]


def test_words_from_a_table() -> None:
    kql = "let words = Clicks | extend w = tostring(split(Account, '@')[0]) | project w; Mail | where Recipient has_any (words) | project Recipient"
    assert set(column(kql)) == {"kim@corp.example"}


def test_a_table_on_the_right_works_inside_or_and_in_extend() -> None:
    kql = "let seen = Clicks | project Id; Mail | where Id in (seen) or Urls == 0 | project Id"
    assert column(kql) == ["m1", "m1", "m3", "m4"]
    assert rows("Mail | summarize by Id | extend clicked = Id in ((Clicks | project Id))") == [
        ("m1", True),
        ("m2", False),
        ("m3", True),
        ("m4", False),
    ]


def test_times_from_a_table() -> None:
    assert column("Mail | where Timestamp in ((Mail | summarize max(Timestamp))) | project Id") == ["m4"]
    late = DAY + timedelta(days=3)
    assert column("Mail | where Timestamp in (late) | project Id", late=late) == ["m4"]


def test_an_array_in_a_column() -> None:
    kql = 'datatable(s:string, a:dynamic)["x", dynamic(["x"]), "y", dynamic(["x"]), "5", dynamic([5]), "z", dynamic(null)] | project s in (a)'
    assert column(kql) == [True, False, True, False]
    assert column('datatable(s:string)["a", "c"] | extend l = split("A b", " ") | project s in~ (l)') == [True, False]


def test_several_columns_on_the_right() -> None:
    assert column('datatable(a:string, b:string)["x", "X", "y", "z"] | project a in~ (b, "Y")') == [True, True]


def test_words_in_a_column() -> None:
    kql = 'datatable(s:string, w:dynamic)["the cat", dynamic(["CAT", "dog"]), "the cow", dynamic(["cat"]), "", dynamic(null)]'
    assert column(f"{kql} | project s has_any (w)") == [True, False, False]
    assert column(f"{kql} | project s has_all (w)") == [False, False, True]


def test_a_thousand_words_are_looked_for_in_batches() -> None:
    words = [f"word{number}" for number in range(1000)]
    assert column("Mail | where Subject has_any (w) | count", w=[*words, "lunch"]) == [1]


def test_a_long_list_stays_one_set() -> None:
    many = [f"x{number}" for number in range(50_000)]
    assert answer("Mail | where Id in (ids) | count", ids=[*many, "m4"]).frame.item() == 1


def test_a_function_that_gives_a_table() -> None:
    assert column("let f = () { Clicks | project Id }; Mail | where Id in (f()) | distinct Id") == ["m1", "m3"]


def test_what_cannot_be_equal_is_refused() -> None:
    with pytest.raises(BadQuery, match="'in' does not take datetime and long"):
        columns("Every | where t in (5)")
    with pytest.raises(BadQuery, match="'in~' wants a string or dynamic for 'value'"):
        columns("Every | where n in~ ('5')")


def test_another_column_is_compared_row_by_row_and_two_nulls_are_not_equal() -> None:
    text = "datatable(n:long, m:long, s:string)[1, 1, '1', 2, 1, 'x', long(null), long(null), '']"
    assert rows(f"{text} | project n in (m), n !in (m), s in~ (n)") == [
        (True, False, True),
        (False, True, False),
        (False, True, False),
    ]


def test_words_of_any_shape_are_found_together() -> None:
    words = ["evil.com", "@corp", "7z", "é", "-x", "a b"]
    texts = ["x.EVIL.com", "evil.community", "me@corp.example", "7z", "77z", "É!", "és", "y-x", "y-xy", "a b", "aa b"]
    expected = [any(value("t has w", t=text, w=word) for word in words) for text in texts]
    assert expected.count(True) == 6
    assert [value("t has_any (l)", t=text, l=words) for text in texts] == expected
