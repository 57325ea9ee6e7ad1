import pytest

from workbench.base.errors import BadQuery
from workbench.events.query.kql.parser import DEEPEST, Parser


def test_a_position_moves_on_as_tokens_are_taken() -> None:
    p = Parser("a, b")
    assert p.sees("a")
    assert p.take().text == "a"
    assert p.found(",")
    assert not p.found(",")
    assert p.ahead().kind == "end"
    assert p.take().text == "b"
    assert p.take().kind == "end"
    assert p.take().kind == "end"


def test_a_quoted_word_is_not_seen_as_a_word() -> None:
    assert not Parser('"by"').sees("by")
    assert Parser("by").sees("by")


@pytest.mark.parametrize(
    ("text", "name"), [("a", "a"), ("['a b']", "a b"), ('["a\\"b"]', 'a"b'), ("[@'c:\\x']", "c:\\x")]
)
def test_names_are_plain_or_bracketed(text: str, name: str) -> None:
    p = Parser(text)
    assert p.named()
    assert p.name() == name


def test_what_is_no_name_is_said() -> None:
    with pytest.raises(BadQuery, match="Expected a name, met '5'"):
        Parser("5").name()


@pytest.mark.parametrize(
    ("text", "word"),
    [("project-away a", "project-away"), ("mv-expand", "mv-expand"), ("a - b", "a"), ("a -b", "a"), ("a- b", "a")],
)
def test_words_with_hyphens_are_one_only_without_blanks(text: str, word: str) -> None:
    assert Parser(text).hyphenated().text == word


def test_lists_may_end_with_a_comma() -> None:
    p = Parser("a, b, )")
    assert p.within(Parser.name, ")") == ("a", "b")
    assert Parser(")").within(Parser.name, ")") == ()


def test_types_have_several_spellings() -> None:
    assert [Parser(word).type() for word in ("double", "date", "time", "boolean")] == [
        "real",
        "datetime",
        "timespan",
        "bool",
    ]
    with pytest.raises(BadQuery, match="Did you mean string"):
        Parser("strng").type()


def test_nesting_is_counted() -> None:
    p = Parser("x")
    p.depth = DEEPEST - 1
    with p.deeper():
        with pytest.raises(BadQuery, match="deeper than"), p.deeper():
            pass
        p.depth -= 1
    assert p.depth == DEEPEST - 1


def test_the_message_names_what_was_met() -> None:
    assert str(Parser("a").error("a number")) == "Expected a number, met 'a' (line 1, column 1)."
    assert str(Parser(" ").error("a number")) == "Expected a number, met the end of the query (line 1, column 2)."
