import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import column, columns, value
from workbench.base.errors import BadQuery

CASES = [
    ('"North America" has "america"', True),
    ('"North America" has "amer"', False),
    ('"North America" !has "amer"', True),
    ('"North America" has_cs "america"', False),
    ('"North America" !has_cs "america"', True),
    ('"North America" hasprefix "ame"', True),
    ('"North America" hasprefix "mer"', False),
    ('"North America" !hasprefix "mer"', True),
    ('"North America" hasprefix_cs "Ame"', True),
    ('"North America" !hasprefix_cs "CA"', True),
    ('"North America" hassuffix "ica"', True),
    ('"North America" !hassuffix "americ"', True),
    ('"North America" hassuffix_cs "ica"', True),
    ('"North America" !hassuffix_cs "icA"', True),
    ('"FabriKam" contains "BRik"', True),
    ('"Fabrikam" !contains "xyz"', True),
    ('"FabriKam" contains_cs "Kam"', True),
    ('"Fabrikam" !contains_cs "Kam"', True),
    ('"Fabrikam" startswith "fab"', True),
    ('"Fabrikam" !startswith "kam"', True),
    ('"Fabrikam" startswith_cs "fab"', False),
    ('"Fabrikam" !startswith_cs "fab"', True),
    ('"Fabrikam" endswith "Kam"', True),
    ('"Fabrikam" !endswith "brik"', True),
    ('"Fabrikam" endswith_cs "kam"', True),
    ('"Fabrikam" !endswith_cs "Kam"', True),
    ('"Fabrikam" matches regex "b.*k"', True),
    ('"Fabrikam" matches regex "^b"', False),
    ('"Fabrikam" matches regex "(?i)FAB"', True),
    ('"a_b" has "a"', True),
    ('"a1" has "a"', False),
    ('"aé" has "a"', False),
    ('"user@evil.com!" has "evil.com"', True),
    ('"user@evil.community" has "evil.com"', False),
    ('"user@evil.com" has "@evil.com"', True),
    ('"xuser@evil.com" has "r@evil"', False),
    ('"xa b" has "a "', False),
    ('"a b" has "a "', True),
    ('"x ab y" has " a"', False),
    ('"b .b-" has " "', True),
    ('"anything" has ""', True),
    ('"" has "x"', False),
    ('"10.1.2.3" has "10.1"', True),
    ('"x-error" hasprefix "err"', True),
    ('"x-error" hassuffix "err"', False),
    ('"100% [sure]" contains "% [S"', True),
    ('"a\\\\b" contains "A\\\\B"', True),
    ('"line one\\nline two" endswith "two"', True),
    ('"line one\\nline two" startswith "LINE TWO"', False),
    ('"ΑΒΓ" contains "βγ"', True),
    ('dynamic({"k":"North America"}) has "america"', True),
    ('dynamic({"k":"v"}).k contains "V"', True),
    ('dynamic({"k":"v"}).missing contains "v"', False),
    ('dynamic({"k":"v"}).missing !contains "v"', True),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_text_operators_give_what_the_reference_says(expression: str, expected: bool) -> None:
    assert value(expression) is expected


@pytest.mark.parametrize(
    ("expression", "expected"), [case for case in CASES if "regex" not in case[0] and "dynamic" not in case[0]]
)
def test_a_part_in_a_column_is_found_as_a_constant_is(expression: str, expected: bool) -> None:
    found = re.fullmatch(r"(\".*?(?<!\\)\"|\"\") (\S+) (\".*\")", expression)
    assert found
    text, op, part = found.groups()
    assert column(f"datatable(t:string, p:string)[{text}, {part}] | project t {op} p") == [expected]


@given(st.text(alphabet="aBc.-_ é1", max_size=10), st.text(alphabet="aBc.-_ é1", max_size=4))
def test_has_is_its_definition(text: str, part: str) -> None:
    """The part stands in the text, and beside its letters and digits no letter or digit follows on."""
    bounds = [r"(?<![^\W_])" if part[:1].isalnum() else "", r"(?![^\W_])" if part[-1:].isalnum() else ""]
    expected = re.search(f"{bounds[0]}{re.escape(part)}{bounds[1]}", text, re.IGNORECASE) is not None
    assert value("t has p", t=text, p=part) == expected


@given(st.text(max_size=12), st.text(max_size=3))
def test_contains_with_case_is_python_s(text: str, part: str) -> None:
    assert value("t contains_cs p", t=text, p=part) == (part in text)
    assert value("t startswith_cs p", t=text, p=part) == text.startswith(part)
    assert value("t endswith_cs p", t=text, p=part) == text.endswith(part)


@given(st.text(max_size=12))
def test_a_text_contains_itself_whatever_it_holds(text: str) -> None:
    for op in ("contains", "startswith", "endswith", "has", "=~", "hasprefix", "hassuffix"):
        assert value(f"t {op} t", t=text), op


def test_the_old_spellings_are_read() -> None:
    assert column("Mail | where Subject notcontains 'invoice' and Subject !contains '?' | project Id") == ["m3"]
    assert column("Mail | where Subject containscs 'Invoice' | project Id") == ["m1", "m1"]


def test_numbers_are_not_searched() -> None:
    with pytest.raises(BadQuery, match="'has' wants a string or dynamic for 'text', this is a long"):
        columns('Every | where n has "5"')


def test_a_broken_pattern_is_refused_where_it_stands() -> None:
    with pytest.raises(BadQuery, match="no regular expression") as caught:
        columns('Every | where s matches regex "[a"')
    assert caught.value.where == "line 1, column 17"


def test_a_pattern_may_be_a_column() -> None:
    assert column('datatable(s:string, p:string)["abc", "^a", "abc", "^b"] | project s matches regex p') == [
        True,
        False,
    ]
