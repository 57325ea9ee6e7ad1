import pytest

from tests.events.query.conftest import answer
from workbench.base.errors import BadQuery
from workbench.events.query import parse, text_of
from workbench.events.query.plugins import ELSEWHERE, plugins


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Mail | evaluate bag_unpck(d)", "no plugin named 'bag_unpck' .*Did you mean bag_unpack"),
        ("Mail | evaluate autocluster()", r"'autocluster' is not supported .*The nearest is basket\(\)"),
        ("evaluate bag_unpack(d)", "works on rows"),
        ("Mail | evaluate narrow(1)", r"does not take 1 arguments .*Write narrow\(\)"),
        ("Mail | evaluate narrow() : (a:long)", "cannot be declared"),
        ("Mail | evaluate pivot(Id) : (a:long, a:long)", "same name"),
        ("Mail | evaluate bag_unpack", "Expected '\\(' after the name of the plugin"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_by_name(text: str, fault: str) -> None:
    with pytest.raises(BadQuery, match=fault):
        answer(text)


def test_the_text_comes_back() -> None:
    text = "Mail\n| evaluate bag_unpack(d, columnsConflict = 'x') : (*, ['a b']:long)"
    written = text_of(parse(text))
    assert "evaluate bag_unpack(d, columnsConflict = " in written
    assert parse(written) == parse(text)
    assert parse("T | evaluate hint.distribution=single pivot(a) : (*)") == parse("T | evaluate pivot(a) : (*)")


def test_no_plugin_is_both_there_and_refused() -> None:
    assert not plugins().keys() & ELSEWHERE.keys()
