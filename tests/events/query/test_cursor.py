import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.events.query.cursor import find, word_of
from workbench.events.query.kql.lexer import tokens


@pytest.mark.parametrize(
    ("text", "rows", "word"),
    [
        ("", "", ""),
        ("Mail ", "", "Mail"),
        ("Mail | where ", "Mail ", "where"),
        ("Mail | mv-expand ", "Mail ", "mv-expand"),
        ("Mail | join (Clicks | where ", "Clicks ", "where"),
        ("Mail | join (Clicks | where x) on ", "Mail ", "join"),
        ("let a = Mail | where ", " Mail ", "where"),
        ("let a = 1; Mail | where iff(", " Mail ", "where"),
        ("let f = () { Mail | take ", " Mail ", "take"),
    ],
)
def test_the_pipeline_and_its_step_are_found(text: str, rows: str, word: str) -> None:
    place = find(text)
    assert place is not None
    assert (place.rows, place.word) == (rows, word)


def test_statements_before_are_kept_whole() -> None:
    place = find("let a = 1;\nlet f = (x:string) { print x; };\nMail | ")
    assert place is not None
    assert place.lets == (("a", "let a = 1;"), ("f", "let f = (x:string) { print x; };"))


def test_the_word_before_an_open_bracket_is_known() -> None:
    place = find("Mail | extend x = iff(a, strcat(")
    assert place is not None
    assert place.call == "strcat"


@pytest.mark.parametrize("text", ["Mail | where x == 'a", 'print "', "Mail // ab", "Mail | where x // | "])
def test_inside_a_string_or_a_comment_is_no_place(text: str) -> None:
    assert find(text) is None


def test_an_operator_is_read_with_its_hyphens() -> None:
    assert word_of(tokens("project-away x")[:-1]) == "project-away"
    assert word_of(tokens("a - b")[:-1]) == "a"


@given(
    st.lists(st.sampled_from([*"()[]{}|;,=", "let", "a", "join", "on", "in", "union", "mv-apply", "'x'"]), max_size=25)
)
def test_no_text_is_too_broken(parts: list[str]) -> None:
    place = find(" ".join(parts))
    assert place is None or place.text == " ".join(parts)
