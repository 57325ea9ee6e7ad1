import pytest

from tests.events.query.conftest import NOW, answer, tables
from workbench.apps.ui.asking.answer import CARDS, view
from workbench.apps.ui.widgets.caption import Caption
from workbench.apps.ui.widgets.chart import Chart
from workbench.apps.ui.widgets.grid import Grid
from workbench.events.query import Limits, ask

DAILY = "Mail | summarize n = count() by bin(Timestamp, 1d)"


def parts(kql: str) -> list[object]:
    return list(view(answer(kql)).children)


def test_an_answer_is_a_line_of_facts_and_a_grid() -> None:
    caption, grid = parts("Mail | take 3")
    assert isinstance(caption, Caption)
    assert isinstance(grid, Grid)
    assert (grid.total, grid.selectable) == (3, False)


def test_render_draws_a_chart_over_fewer_rows() -> None:
    _, chart, grid = parts(f"{DAILY} | render timechart with (title='Mail')")
    assert isinstance(chart, Chart)
    assert isinstance(grid, Grid)
    assert (chart.title, chart.kind, chart.axis, len(chart.data["y"])) == ("Mail", "lines", "time", 4)
    assert grid.tall < parts(DAILY)[1].tall  # type: ignore[attr-defined]


def test_a_table_is_no_chart() -> None:
    assert len(parts(f"{DAILY} | render table")) == 2


def test_what_cannot_be_drawn_is_a_table_with_a_note() -> None:
    caption, grid = parts(f"{DAILY} | render treemap")
    assert isinstance(grid, Grid)
    assert "treemap is not drawn here" in caption.notes[0]  # type: ignore[attr-defined]


def test_cards_show_the_numbers_of_the_first_row() -> None:
    _, cards, _ = parts("Mail | summarize Mails = count(), Senders = dcount(Sender) | render card")
    assert [(card.title, card.number["exact"]) for card in cards.children] == [("Mails", "5"), ("Senders", "4")]  # type: ignore[attr-defined]


def test_cards_are_few_and_need_a_number() -> None:
    many = parts(f"print {', '.join(f'c{n} = {n}' for n in range(20))} | render card")
    assert len(many[1].children) == CARDS  # type: ignore[attr-defined]
    caption, grid = parts("print a = 'x' | render card")
    assert isinstance(grid, Grid)
    assert "needs a number" in caption.notes[0]  # type: ignore[attr-defined]


def test_no_rows_say_why() -> None:
    _, grid = parts("Mail | where Id == 'none' | render timechart")
    assert "now() is 2026-09-18 12:00 UTC" in grid.empty  # type: ignore[attr-defined]


def test_a_cut_is_said_in_the_words_of_the_cell() -> None:
    caption = view(ask(tables(), "Mail", now=NOW, limits=Limits(rows=2))).children[0]
    assert "raise --rows" in caption.notes[0]


@pytest.mark.parametrize("kind", ["columnchart", "barchart", "piechart"])
def test_names_of_the_data_reach_the_page_as_visible_text(kind: str) -> None:
    chart = parts(f"print who = 'a\\u202eb', n = 5 | render {kind}")[1]
    assert chart.data["x"] == ["a⟦U+202E⟧b"]  # type: ignore[attr-defined]


def test_names_that_could_become_links_are_defanged_in_the_chart_as_in_the_table() -> None:
    _, chart, grid = parts("print SenderFromDomain = 'evil.example', n = 5 | render piechart")
    assert [entry["label"] for entry in chart.legend] == ["evil[.]example"]  # type: ignore[attr-defined]
    assert grid.page["rows"][0][0][0] == "evil[.]example"  # type: ignore[attr-defined]


def test_all_rows_of_a_page_are_seen_where_the_answer_has_a_page_to_itself() -> None:
    [grid] = view(answer("range n from 1 to 90 step 1"), told=True).children
    assert grid.tall == grid.size == len(grid.page["rows"])
