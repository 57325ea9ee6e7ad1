import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import check, value
from workbench.events.query.backend.patterns import holds_term

CASES = [
    ('strcmp("a","b")', -1),
    ("strrep('ABC', 2)", "ABCABC"),
    ("strrep(123,3,'.')", "123.123.123"),
    ("strrep(3s,2,' ')", "00:00:03 00:00:03"),
    ('string_size("hé")', 3),
    ('translate("abc", "x", "abc")', "xxx"),
    ('translate("abc", "", "ab")', ""),
    ('translate("krasp", "otsku", "spark")', "kusto"),
    (
        "replace_strings(\"This is an example of using replace_strings()\", dynamic(['is','This']), dynamic(['was','This']))",
        "Thwas was an example of using replace_strings()",
    ),
    ("replace_strings(\"This is an example\", dynamic(['This','is']), dynamic(['This','was']))", "This was an example"),
    ('unicode_codepoints_from_string("str")', [115, 116, 114]),
    ('to_utf8("hé")', [104, 233]),
    ("unicode_codepoints_to_string(75, 117, 115, 116, 111)", "Kusto"),
    ("make_string(dynamic([75, 117]), 115, dynamic([116,111]))", "Kusto"),
    ('regex_quote("(so$me.Te^xt)")', "\\(so\\$me\\.Te\\^xt\\)"),
    ('indexof_regex("abcabc", @"a.c")', 0),
    ('indexof_regex("abcabcdefg", @"a.c", 0, 9, 2)', 3),
    ('indexof_regex("abcabc", @"a.c", 1, -1, 2)', -1),
    ('indexof_regex("ababaa", @"a.a", 0, -1, 2)', -1),
    ('indexof_regex("abcabc", @"a|ab", -1)', None),
    ("has_any_index(\"this is an example\", dynamic(['this', 'example']))", 0),
    ("has_any_index(\"this is an example\", dynamic(['not', 'example']))", 1),
    ("has_any_index(\"this is an example\", dynamic(['not', 'exam']))", -1),
    ('has_any_index("Example number 2", dynamic([1,2,3]))', 1),
    ('has_any_index("Example number 2", range(1, 3, 1))', 1),
    ('has_any_index("this is an example", dynamic([]))', -1),
    ('isascii("añ")', False),
    ('isutf8("añ")', True),
    ("punycode_from_string('académie-française')", "acadmie-franaise-npb1a"),
    ("punycode_to_string('acadmie-franaise-npb1a')", "académie-française"),
    ('punycode_domain_from_string("艺术.com")', "xn--cqv902d.com"),
    ('punycode_domain_to_string("xn--cpqy30b.com")', "张伟.com"),
    ('isascii("abc")', True),
    ("unicode_codepoints_to_string(dynamic(null))", ""),
    ('strrep("ab", -1)', ""),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_functions_of_characters_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


@given(st.text("aAbB1 _.-", max_size=20), st.text("aAbB1 _.-", max_size=3))
def test_terms_are_found_in_python_as_the_engine_finds_them(text: str, needle: str) -> None:
    has = value("t has n", t=text, n=needle) if needle else True
    assert holds_term(text, needle) == has


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_numbers_of_characters_give_the_text_back(text: str) -> None:
    assert value("unicode_codepoints_to_string(unicode_codepoints_from_string(t))", t=text) == text
    assert value("punycode_to_string(punycode_from_string(t))", t=text) == text
