import pytest

from tests.events.query.conftest import check, value

CASES = [
    ('parse_xml("<e><a>text</a><a>b</a> <c/></e>")', {"e": {"a": ["text", "b"], "c": None}}),
    ("parse_xml('<e name=\"value\">text</e>')", {"e": {"@name": "value", "#text": "text"}}),
    ("parse_xml('<e> text <a>text</a> </e>')", {"e": {"a": "text", "#text": "text"}}),
    ("parse_xml('<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>')", None),
    ("parse_xml('<x')", None),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_xml_becomes_bags_as_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


def test_what_is_too_long_or_too_deep_is_not_read() -> None:
    assert value("parse_xml(t)", t=f"<a>{'x' * 2_000_000}</a>") is None
    assert value("parse_xml(t)", t="<a>" * 5000 + "</a>" * 5000) is None
    assert value("parse_xml(t)", t="<a>" * 90 + "</a>" * 90) is not None
