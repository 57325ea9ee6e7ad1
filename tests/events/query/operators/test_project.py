"""The project family, extend and distinct: which columns, in which order."""

import pytest

from tests.events.query.conftest import columns, rows
from workbench.base.errors import BadQuery


def names(text: str) -> list[str]:
    return [name for name, _ in columns(text)]


def test_project_gives_exactly_these_in_this_order() -> None:
    assert names("Mail | project Urls, x = 1, Id") == ["Urls", "x", "Id"]


def test_away_keep_and_reorder_take_patterns() -> None:
    assert names("Mail | project-away S*, Th*t") == ["Timestamp", "Id", "Recipient", "Urls"]
    assert names("Mail | project-keep Urls, S*") == ["Sender", "Subject", "Urls"]
    assert names("Mail | project-keep Id, Urls, Threat | project-reorder U*, *") == ["Urls", "Id", "Threat"]
    assert names("Mail | project-keep Id, Urls, Threat | project-reorder Threat") == ["Threat", "Id", "Urls"]


def test_reorder_sorts_what_fits_a_pattern() -> None:
    text = "print b10 = 1, b9 = 1, b1 = 1, a = 1 | project-reorder b* "
    assert names(f"{text} asc") == ["b1", "b10", "b9", "a"]
    assert names(f"{text} desc") == ["b9", "b10", "b1", "a"]
    assert names(f"{text} granny-asc") == ["b1", "b9", "b10", "a"]


def test_rename_keeps_places() -> None:
    assert names("Mail | project-keep Id, Urls | project-rename Links = Urls") == ["Id", "Links"]
    with pytest.raises(BadQuery, match="'Urls' is there already"):
        columns("Mail | project-keep Id, Urls | project-rename Urls = Id")


@pytest.mark.parametrize("word", ["project-away", "project-keep", "project-reorder"])
def test_a_column_that_is_not_there_is_refused(word: str) -> None:
    with pytest.raises(BadQuery, match=r"no column named 'Subjet'.*Did you mean Subject"):
        columns(f"Mail | {word} Subjet")


def test_extend_replaces_in_place_and_adds_at_the_end() -> None:
    assert columns("Mail | project Id, Urls | extend Id = strlen(Id), x = Urls") == [
        ("Id", "long"),
        ("Urls", "int"),
        ("x", "int"),
    ]


def test_items_of_one_step_do_not_see_each_other() -> None:
    assert rows("print a = 1 | extend a = 2, b = a") == [(2, 1)]


def test_distinct_gives_each_combination_once_in_the_order_of_first_sight() -> None:
    assert rows("Mail | distinct Recipient, Threat") == [
        ("kim@corp.example", True),
        ("lee@corp.example", True),
        ("kim@corp.example", False),
        ("kim@corp.example", None),
        ("lee@corp.example", False),
    ]
    assert names("Mail | project Id, Urls, Threat | distinct Threat, *") == ["Threat", "Id", "Urls"]
    assert rows('datatable(s:string)["a", "A", "a"] | distinct s') == [("a",), ("A",)]


def test_a_missing_column_falls_back_where_asked() -> None:
    assert columns("Mail | project column_ifexists('Id', ''), column_ifexists('Nope', 5)") == [
        ("Id", "string"),
        ("Column1", "long"),
    ]
