import re

import pytest

from tests.events.query.conftest import NOW, tables
from workbench.apps.ui.asking.underline import as_html, as_text, spot
from workbench.base.errors import BadQuery
from workbench.events.query import ask

SECOND = "Mail\n| where Sbuject has 'x'\n| count"


def fault(text: str) -> BadQuery:
    with pytest.raises(BadQuery) as caught:
        ask(tables(), text, now=NOW)
    return caught.value


def test_the_word_at_fault_is_underlined_and_the_advice_left_to_the_error() -> None:
    assert as_text(SECOND, fault(SECOND)) == ("   2 | | where Sbuject has 'x'\n     |         ^^^^^^^")


@pytest.mark.parametrize(
    ("text", "underlined"),
    [
        ("Mail | whre Id == 1", "whre"),
        ("Mail | where Id = = 1", "="),
        ("Mail | where ", " "),
        ("Mail | where Id == 'open", "'open"),
        ("Mial | count", "Mial"),
        ("Mail | where nosuch(Id)", "nosuch"),
    ],
)
def test_what_is_underlined_is_the_fault(text: str, underlined: str) -> None:
    found = spot(text, fault(text))
    assert found is not None
    assert found.fault == underlined


def test_on_a_page_every_text_is_escaped() -> None:
    text = "Mail | where Id == '<img src=x>' | where Bad\u202e<b>"
    page = as_html(text, BadQuery("x", position=text.index("Bad"), where="line 1", next_step="<script>"))
    assert not re.search(r"<(?!/?(?:div|span)\b)", page)
    assert "&lt;img src=x&gt;" in page
    assert "script" not in page
    assert "⟦U+202E⟧" in page


def test_escape_sequences_and_hidden_characters_do_not_shift_the_carets() -> None:
    text = "Mail | where '\u202e' == Bad"
    lines = as_text(text, BadQuery("x", position=text.index("Bad"), where="line 1")).splitlines()
    assert lines[0].index("Bad") == lines[1].index("^^^")


def test_long_lines_are_cut_around_the_fault() -> None:
    text = f"print {'a' * 300}, Bad, {'b' * 300}"
    line, carets = as_text(text, BadQuery("x", position=text.index("Bad"), where="line 1")).splitlines()
    assert len(line) < 130
    assert line[carets.index("^") :].startswith("Bad")


def test_without_a_place_there_is_nothing_to_underline() -> None:
    assert as_text("Mail", BadQuery("x")) == ""
    assert as_html("Mail", BadQuery("x", position=99, where="line 1")) == ""
