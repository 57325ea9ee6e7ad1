import polars as pl

from tests.apps.ui.reader import tell
from workbench.apps.ui.widgets.card import Card
from workbench.apps.ui.widgets.grid import Column, Grid
from workbench.apps.ui.widgets.layout import beside, cards, page, row
from workbench.apps.ui.widgets.panel import Facts, Pair, Panel


def test_a_page_holds_its_parts_in_order_over_the_whole_width() -> None:
    parts = [Card("a"), Card("b")]
    box = page(*parts)
    assert list(box.children) == parts
    assert (box.layout.width, box.layout.flex_flow) == ("100%", "column nowrap")


def test_cards_wrap_when_there_is_no_room() -> None:
    template = cards(*(Card(name) for name in "abcdef"), narrowest=186).layout.grid_template_columns
    assert template == (
        "repeat(auto-fit, minmax(min(clamp(186px, (1176px - 100%) * 9999, calc((100% - 24px) / 3)), 100%), 1fr))"
    ), "six in a row, else three: no card stands alone"


def test_a_row_shares_its_width() -> None:
    assert row(Card("a"), Card("b")).layout.grid_template_columns == "minmax(0, 1fr) minmax(0, 1fr)"
    assert row(Card("a"), Card("b"), shares=(2, 1)).layout.grid_template_columns == "minmax(0, 2fr) minmax(0, 1fr)"


def listed() -> tuple[Grid, Panel, object]:
    grid = Grid(pl.DataFrame({"name": [f"row {at}" for at in range(60)]}), [Column("name")])
    panel = Panel()
    return (
        grid,
        panel,
        beside(grid, panel, lambda values: panel.show(values["name"], [Facts("x", [Pair("n", values["name"])])])),
    )


def test_an_opened_row_fills_the_panel_and_says_where_it_stands() -> None:
    grid, panel, box = listed()
    assert box.layout.grid_template_columns.endswith(" 0")
    tell(grid, "open", id="4")
    assert (panel.title, panel.place, panel.opened) == ("row 4", "5 of 60", True)
    assert "38%" in box.layout.grid_template_columns


def test_the_panel_steps_through_the_grid_over_the_end_of_a_page() -> None:
    grid, panel, _ = listed()
    tell(grid, "open", id="49")
    tell(panel, "step", by=1)
    assert (panel.title, panel.place, grid.offset) == ("row 50", "51 of 60", 50)


def test_closing_the_panel_gives_its_room_back_and_no_row_is_open() -> None:
    grid, panel, box = listed()
    tell(grid, "open", id="4")
    tell(panel, "close")
    assert (grid.opened, panel.opened) == ("", False)
    assert box.layout.grid_template_columns.endswith(" 0")


def test_a_panel_that_was_given_more_room_keeps_it_for_the_next_row() -> None:
    grid, panel, box = listed()
    tell(grid, "open", id="4")
    tell(panel, "widen")
    assert "24%" in box.layout.grid_template_columns
    tell(panel, "close")
    assert box.layout.grid_template_columns.endswith(" 0")
    tell(grid, "open", id="5")
    assert "24%" in box.layout.grid_template_columns
    tell(panel, "widen")
    assert "38%" in box.layout.grid_template_columns
