import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.apps.session.asking import Asked, read, values
from workbench.base.errors import BadInput, UnknownName, WorkbenchError
from workbench.events.query import Limits

USUAL = Limits(seconds=300, memory_mb=4096)


def test_a_cell_is_read_with_its_options() -> None:
    asked = read("-o found -p domain -p who=user --span 7d -q --rows 5 --seconds 9.5 --memory 256", "EmailEvents\n")
    assert asked == Asked(
        "EmailEvents",
        "found",
        {"domain": "domain", "who": "user"},
        "7d",
        quiet=True,
        limits=Limits(rows=5, seconds=9.5, memory_mb=256),
    )


@pytest.mark.parametrize(
    ("line", "cell", "text"),
    [
        ("EmailEvents | take 5", None, "EmailEvents | take 5"),
        ('-o x EmailEvents | where Subject == "a -o b"', None, 'EmailEvents | where Subject == "a -o b"'),
        ("-o x EmailEvents", "| count", "EmailEvents\n| count"),
        ("", "EmailEvents", "EmailEvents"),
        ("--span=7d EmailEvents", None, "EmailEvents"),
        ("-o=x print a = -1", None, "print a = -1"),
    ],
)
def test_the_question_is_what_follows_the_options_as_it_stands(line: str, cell: str | None, text: str) -> None:
    assert read(line, cell).text == text


def test_a_question_is_limited_as_on_the_command_line() -> None:
    assert read("print 1").limits == USUAL


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        ("-z 1 print 1", UnknownName, "no option named '-z'"),
        ("--spn 7d print 1", UnknownName, "Did you mean --span"),
        ("-o", BadInput, "lacks its value. -o takes NAME"),
        ("-o 1x print 1", BadInput, "'1x' is not a name"),
        ("-p a=b-c print 1", BadInput, "'b-c' is not a name"),
        ("--rows many print 1", BadInput, "'many' is not a number"),
        ("--seconds -1 print 1", BadInput, "'-1' is not a number above 0"),
        ("-o x", BadInput, "Nothing is asked"),
    ],
)
def test_what_cannot_be_read_is_said(line: str, error: type[WorkbenchError], says: str) -> None:
    with pytest.raises(error) as caught:
        read(line)
    assert says in str(caught.value)


def test_values_are_those_of_the_variables() -> None:
    assert values({"d": "domain"}, {"domain": "x' | take 1", "_": 0}) == {"d": "x' | take 1"}
    with pytest.raises(UnknownName, match="Did you mean domain"):
        values({"d": "domian"}, {"domain": "x"})


@given(st.text(), st.text())
def test_no_line_is_too_odd(line: str, cell: str) -> None:
    try:
        read(line, cell)
    except WorkbenchError as error:
        assert str(error)
