import csv
import io
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from workbench.base.render import LONGEST, csv_cell, html, markdown, terminal, visible

NASTY = st.text(
    alphabet=st.sampled_from("<>&\"'`=+-@|\t\r\n\x00\x1b\u202e\u200b\u2028{}[]()!#*_~$\\/:aZ1\uff1d"), max_size=60
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.met: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append(tag)

    def handle_comment(self, data: str) -> None:
        self.met.append("comment")


@given(NASTY)
def test_no_markup_survives_in_html(text: str) -> None:
    reader = _Tags()
    reader.feed(f'<p title="{html(text)}">{html(text)}</p>')
    reader.close()
    assert reader.met == ["p"]


@given(NASTY)
def test_no_spreadsheet_formula_survives_and_csv_reads_back(text: str) -> None:
    cell = csv_cell(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([cell, "next"])
    assert next(csv.reader(io.StringIO(buffer.getvalue(), newline="")))[1] == "next"
    assert cell.removeprefix("'") == text or cell == text


@given(NASTY)
def test_nothing_that_moves_the_cursor_reaches_a_terminal(text: str) -> None:
    assert all(char.isprintable() for char in terminal(text))


@given(NASTY)
def test_hidden_characters_become_visible(text: str) -> None:
    shown = visible(text)
    assert not set(shown) & set("\x00\x1b\u202e\u200b\u2028\r\n\t")


def test_direction_override_is_named() -> None:
    assert visible("invoice\u202efdp.exe") == "invoice⟦U+202E⟧fdp.exe"


def test_escape_sequences_are_removed_but_unfinished_ones_hide_nothing() -> None:
    assert terminal("\x1b[31mred\x1b[0m \x1b]0;title\x07end") == "red end"
    assert "still here" in terminal("\x1b]0;still here")


def test_long_values_are_cut_and_the_cut_is_marked() -> None:
    assert visible("a" * (LONGEST + 1)) == "a" * LONGEST + "…"


def test_markdown_makes_no_link_and_no_html() -> None:
    shown = markdown("[x](javascript:alert(1)) <b> http://evil.example")
    assert "\\[x\\]\\(javascript\\:" in shown
    assert "\\<b\\>" in shown
    assert "http\\:\\/\\/" in shown


def test_nothing_is_empty() -> None:
    assert html(None) == csv_cell(None) == terminal(None) == ""
