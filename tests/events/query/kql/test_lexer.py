from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.errors import BadQuery
from workbench.events.query.kql.lexer import LONGEST_TEXT, MOST_TOKENS, tokens


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(text)[:-1]]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Subject", "name"),
        ("_a1", "name"),
        ("7ZipDll", "name"),
        ("3rdParty", "name"),
        ("5Minutebin", "name"),
        ("$left", "name"),
        ("5", "number"),
        ("0x1F", "number"),
        ("1.5", "number"),
        ("1000.", "number"),
        (".5", "number"),
        ("1e10", "number"),
        ("1.5E-3", "number"),
        ("7d", "timespan"),
        ("1.5h", "timespan"),
        ("10ms", "timespan"),
        ("2minutes", "timespan"),
        ("1tick", "timespan"),
        ('"a b"', "string"),
        ("'a \"b\"'", "string"),
        (r'"a\"b"', "string"),
        ('@"c:\\dir"', "string"),
        ('@"say ""hi"""', "string"),
        ("h'secret'", "string"),
        ('H@"secret"', "string"),
        ("```two\nlines```", "string"),
        ("~~~two\nlines~~~", "string"),
        ("datetime(2026-01-08 10:00)", "typed"),
        ("datetime ( null )", "typed"),
        ("time(1.02:03:04)", "typed"),
        ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "typed"),
        ("real(+inf)", "typed"),
        ("long(-5)", "typed"),
        ("timespan('1h')", "typed"),
        ("!in~", "sign"),
        ("!has_cs", "sign"),
        ("=~", "sign"),
        ("<>", "sign"),
        ("..", "sign"),
        ("|", "sign"),
    ],
)
def test_one_token_is_one_token(text: str, kind: str) -> None:
    assert kinds(text) == [(kind, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1..5", ["1", "..", "5"]),
        ("a.b", ["a", ".", "b"]),
        ("a[0].b", ["a", "[", "0", "]", ".", "b"]),
        ("x in~ (1)", ["x", "in", "~", "(", "1", ")"]),
        ("project-away a", ["project", "-", "away", "a"]),
        ("ago(7d)", ["ago", "(", "7d", ")"]),
        ("datetime(x)", ["datetime", "(", "x", ")"]),
        ("a//comment\nb", ["a", "b"]),
        ("a==b", ["a", "==", "b"]),
        ("2h30m", ["2h30m"]),
        ('"a" "b"', ['"a"', '"b"']),
    ],
)
def test_text_is_cut_where_it_should_be(text: str, expected: list[str]) -> None:
    assert [text for _, text in kinds(text)] == expected


def test_positions_are_offsets_in_the_text() -> None:
    assert [token.at for token in tokens("T | where // x\n a")] == [0, 2, 4, 16, 17]


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ('T | where a == "x', "A string starts here", "line 1, column 16"),
        ("T\n| where a == #", "'#' means nothing here", "line 2, column 14"),
        ("```never closed", "A string starts here", "line 1, column 1"),
        ("'two\nlines'", "A string starts here", "line 1, column 1"),
        ("T | where a has “x”", 'Write " in its place', "line 1, column 17"),
        ("T | where a > 5 – 3", "Write - in its place", "line 1, column 17"),
        ("a $ b", "means nothing here", "line 1, column 3"),
        (r'x + "a\d+"', r"There is no escape \\d", "line 1, column 7"),
        (r"'C:\Users'", r"There is no escape \\U", "line 1, column 4"),
    ],
)
def test_what_is_no_token_is_refused_where_it_stands(text: str, message: str, where: str) -> None:
    with pytest.raises(BadQuery, match=message) as caught:
        tokens(text)
    assert caught.value.where == where


def test_text_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(BadQuery, match="longer than 2048 kB"):
        tokens("x" * (LONGEST_TEXT + 1))
    with pytest.raises(BadQuery, match="longer than 2048 kB"):
        tokens('"' + "é" * (LONGEST_TEXT // 2) + '"')
    assert len(tokens("x" * LONGEST_TEXT)) == 2


def test_text_of_too_many_words_is_refused_where_they_are_too_many() -> None:
    assert len(tokens("a+" * (MOST_TOKENS // 2))) == MOST_TOKENS + 1
    with pytest.raises(BadQuery, match="more than 262,144 words and signs"):
        tokens("a+" * (MOST_TOKENS // 2) + "a")


@given(st.text(max_size=200))
def test_any_text_gives_tokens_or_says_why_not(text: str) -> None:
    try:
        found = tokens(text)
    except BadQuery as error:
        assert error.where
    else:
        assert found[-1].kind == "end"
        assert all(one.at + len(one.text) <= two.at for one, two in pairwise(found))


def test_a_byte_order_mark_and_any_blank_part_tokens() -> None:
    assert [text for _, text in kinds("\ufeffa\u00a0|\r\n\u2003b")] == ["a", "|", "b"]


@pytest.mark.parametrize("blanks", [" " * 200_000, "//" * 100_000 + "\n", "//x\n" * 50_000])
def test_blanks_before_what_is_no_token_are_looked_at_once(blanks: str) -> None:
    with pytest.raises(BadQuery, match="'#' means nothing here"):
        tokens(f"{blanks}#")
