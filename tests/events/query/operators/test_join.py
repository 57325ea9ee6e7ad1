import pytest

from tests.events.query.conftest import columns, rows
from workbench.base.errors import BadQuery

LEFT = 'datatable(k:string, v:long)["a", 1, "a", 2, "b", 3, "", 4]'
RIGHT = 'datatable(k:string, w:string)["a", "x", "a", "y", "c", "z", "", "e"]'


def joined(kind: str) -> list[tuple[object, ...]]:
    return rows(f"{LEFT} | join {f'kind={kind} ' if kind else ''}({RIGHT}) on k")


def test_inner_pairs_every_match() -> None:
    assert joined("inner") == [
        (key, value, key, word)
        for key, value, word in [("a", 1, "x"), ("a", 1, "y"), ("a", 2, "x"), ("a", 2, "y"), ("", 4, "e")]
    ]


@pytest.mark.parametrize("kind", ["", "innerunique"])
def test_the_default_keeps_one_left_row_for_each_key(kind: str) -> None:
    found = joined(kind)
    assert sorted((left, word) for left, _, _, word in found) == [("", "e"), ("a", "x"), ("a", "y")]
    assert len({value for left, value, _, _ in found if left == "a"}) == 1


def test_outer_joins_fill_with_null_and_text_with_nothing() -> None:
    assert [row for row in joined("leftouter") if row[0] == "b"] == [("b", 3, "", "")]
    assert [row for row in joined("rightouter") if row[3] == "z"] == [("", None, "c", "z")]
    assert [row for row in joined("fullouter") if row[0] == "b" or row[3] == "z"] == [
        ("b", 3, "", ""),
        ("", None, "c", "z"),
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("leftsemi", [("a", 1), ("a", 2), ("", 4)]),
        ("leftanti", [("b", 3)]),
        ("anti", [("b", 3)]),
        ("leftantisemi", [("b", 3)]),
        ("rightsemi", [("a", "x"), ("a", "y"), ("", "e")]),
        ("rightanti", [("c", "z")]),
        ("rightantisemi", [("c", "z")]),
    ],
)
def test_semi_and_anti_joins_filter_one_side(kind: str, expected: list[tuple[object, ...]]) -> None:
    assert joined(kind) == expected


def test_keys_look_at_case_and_a_null_key_meets_a_null_key() -> None:
    assert rows("datatable(k:string)['A'] | join kind=inner (datatable(k:string)['a']) on k") == []
    assert rows("datatable(k:long)[long(null)] | join kind=inner (datatable(k:long)[long(null)]) on k") == [
        (None, None)
    ]


def test_several_keys_must_all_match_under_their_own_names() -> None:
    text = (
        "Mail | join kind=inner Clicks on Id, $left.Recipient == $right.Account | project Id, Recipient, Account, Url"
    )
    assert rows(text) == [
        ("m1", "kim@corp.example", "kim@corp.example", "https://evil.com/a"),
        ("m3", "kim@corp.example", "kim@corp.example", "https://evil.com/b"),
    ]


def test_a_name_of_both_sides_gets_a_number_that_is_free_on_both() -> None:
    text = "Mail | project k = Id, Url = 1 | join kind=inner (Clicks | project k = Id, Url, Url1 = 2) on k"
    assert [name for name, _ in columns(text)] == ["k", "Url", "k1", "Url2", "Url1"]


def test_keys_of_types_that_cannot_meet_are_refused() -> None:
    with pytest.raises(BadQuery, match="A int is matched with a string"):
        columns("Mail | join (Clicks) on $left.Urls == $right.Id")
    with pytest.raises(BadQuery, match=r"A dynamic cannot be matched.*tostring"):
        columns("Every | join (Every) on d")


def test_a_condition_that_is_no_equality_is_refused() -> None:
    for condition in ("$left.Id != $right.Id", "tolower(Id)", "$left.Id == 'x'", "Id == Id"):
        with pytest.raises(BadQuery, match="A join matches columns"):
            columns(f"Mail | join (Clicks) on {condition}")
