from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.ui.reader import heard, junk, sent, tell, write
from workbench.apps.explore.rows import Page, Sort
from workbench.apps.ui.widgets.grid import SELECTED, SIZES, WIDTHS, Act, Column, Grid
from workbench.base.errors import LimitReached, UnknownName

COLUMNS = (Column("name", "Name", "subject"), Column("n", "Number", "number"), Column("url", kind="url", visible=False))


def frame(rows: int = 120) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "name": [f"row {at}" for at in range(rows)],
            "n": [at % 7 for at in range(rows)],
            "url": ["http://a.example/"] * rows,
        }
    )


def grid(rows: int = 120, **traits: Any) -> Grid:
    return Grid(frame(rows), COLUMNS, **traits)


def names(widget: Grid) -> list[str]:
    return [row[0] for row in widget.page["rows"]]


def test_the_first_page_holds_the_visible_columns_only() -> None:
    widget = grid()
    assert widget.page["columns"] == ["name", "n"]
    assert widget.page["rows"][8] == ["row 8", "1"]
    assert widget.page["ids"][:2] == ["0", "1"]
    assert (widget.total, widget.offset, widget.size) == (120, 0, 50)


@pytest.mark.parametrize(
    ("asked", "offset"),
    [(50, 50), (60, 50), (119, 100), (120, 100), (10**9, 100), (-5, 0), ("x", 0), (None, 0), (1e300, 0)],
)
def test_an_offset_is_forced_into_the_pages_there_are(asked: object, offset: int) -> None:
    widget = grid()
    tell(widget, "page", offset=asked)
    assert widget.offset == offset
    assert names(widget)[0] == f"row {offset}"


@pytest.mark.parametrize(("asked", "size"), [(25, 25), (200, 200), (10**9, 200), (51, 50), (0, 50), ("all", 50)])
def test_a_page_size_is_one_of_those_offered(asked: object, size: int) -> None:
    widget = grid()
    tell(widget, "page", offset=0, size=asked)
    assert widget.size == size
    assert size in SIZES


def test_sorting_is_done_by_python_over_all_rows() -> None:
    widget = grid()
    tell(widget, "page", offset=100)
    tell(widget, "sort", column="n", descending=True)
    assert widget.offset == 0
    assert widget.sort == {"column": "n", "descending": True}
    assert {row[1] for row in widget.page["rows"][:17]} == {"6"}


@pytest.mark.parametrize("column", ["no such", "__class__", 5, None, ["n"]])
def test_sorting_by_what_is_no_column_changes_nothing(column: object) -> None:
    widget = grid()
    before = widget.version
    tell(widget, "sort", column=column)
    assert (widget.sort, widget.version) == ({}, before)


def test_a_column_that_is_not_sortable_is_not_sorted_by() -> None:
    widget = Grid(frame(), [Column("name"), Column("n", sortable=False)])
    tell(widget, "sort", column="n")
    assert widget.sort == {}


def test_an_empty_column_undoes_sorting() -> None:
    widget = grid()
    tell(widget, "sort", column="n")
    tell(widget, "sort", column="")
    assert widget.sort == {}
    assert names(widget)[:2] == ["row 0", "row 1"]


def test_only_rows_of_the_current_page_can_be_selected() -> None:
    widget = grid()
    values = heard(widget, "select")
    tell(widget, "select", ids=["3", "99", "x", 4], on=True)
    assert widget.selected == ["3"]
    assert values == [("3",)]


def test_selection_lasts_over_pages_sorting_and_deselecting() -> None:
    widget = grid()
    tell(widget, "select", ids=["3", "1"], on=True)
    tell(widget, "page", offset=100)
    tell(widget, "select", ids=["101"], on=True)
    tell(widget, "sort", column="n")
    assert widget.chosen["name"].to_list() == ["row 3", "row 1", "row 101"]
    tell(widget, "page", offset=0)
    tell(widget, "select", ids=list(widget.page["ids"]), on=False)
    tell(widget, "clear")
    assert widget.selected == []
    assert widget.chosen.is_empty()


def test_more_rows_than_can_be_acted_on_are_refused_in_words() -> None:
    widget = grid(SELECTED + 200, size=200, noun="messages")
    for offset in range(0, SELECTED + 200, 200):
        tell(widget, "page", offset=offset)
        tell(widget, "select", ids=list(widget.page["ids"]), on=True)
    assert len(widget.selected) == SELECTED
    assert "1,000 messages are selected" in widget.fault


def test_all_rows_are_selected_without_naming_one() -> None:
    widget = grid()
    tell(widget, "select", ids=["3"], on=True)
    tell(widget, "whole")
    assert (widget.whole, widget.selected, widget.chosen.height) == (True, [], 120)
    tell(widget, "page", offset=50)
    assert widget.whole
    tell(widget, "clear")
    assert (widget.whole, widget.chosen.height) == (False, 0)


def test_a_row_that_is_left_out_of_all_leaves_the_others_of_its_page() -> None:
    widget = grid()
    tell(widget, "whole")
    tell(widget, "select", ids=["7"], on=True)
    assert widget.whole
    tell(widget, "select", ids=["7"], on=False)
    assert (widget.whole, len(widget.selected), "7" in widget.selected) == (False, 49, False)


def test_no_rows_are_not_all_rows() -> None:
    for widget in (grid(0), grid(selectable=False)):
        tell(widget, "whole")
        assert not widget.whole


def test_what_can_be_done_is_done_with_selected_rows_alone() -> None:
    widget = grid(acts=[Act("ids", "Copy IDs", copies=True)])
    asked = heard(widget, "act")
    tell(widget, "act", id="ids")
    tell(widget, "select", ids=["1"], on=True)
    tell(widget, "act", id="format the disk")
    tell(widget, "act", id="ids")
    assert asked == ["ids"]


def test_a_text_is_given_to_the_clipboard_of_the_page() -> None:
    widget = grid()
    with sent(widget) as messages:
        widget.give("a\nb", "2 IDs copied")
    assert [m["content"] for m, _ in messages] == [{"kind": "clip", "text": "a\nb", "said": "2 IDs copied"}]


def test_opening_a_row_gives_all_its_values() -> None:
    widget = grid()
    rows = heard(widget, "open")
    tell(widget, "page", offset=50)
    tell(widget, "open", id="51")
    tell(widget, "open", id="3")
    assert [dict(row) for row in rows] == [{"name": "row 51", "n": 2, "url": "http://a.example/"}]
    assert (widget.opened, widget.place) == ("51", "52 of 120")


def test_stepping_goes_on_over_the_end_of_a_page_and_stops_at_the_ends() -> None:
    widget = grid()
    rows = heard(widget, "open")
    tell(widget, "open", id="49")
    widget.step(1)
    widget.step(-1)
    assert [row["name"] for row in rows] == ["row 49", "row 50", "row 49"]
    tell(widget, "page", offset=100)
    tell(widget, "open", id="119")
    widget.step(1)
    assert widget.opened == "119"


def test_stepping_without_an_open_row_does_nothing() -> None:
    widget = grid()
    rows = heard(widget, "open")
    widget.step(1)
    assert rows == []


def test_the_choice_of_columns_keeps_the_first_and_knows_no_others() -> None:
    widget = grid()
    tell(widget, "columns", visible=["url", "no such", 5])
    assert widget.page["columns"] == ["name", "url"]
    assert widget.page["rows"][0] == ["row 0", ["hxxp://a[.]example/", "http://a.example/"]]


def test_other_rows_start_anew_and_keep_the_sorting() -> None:
    widget = grid()
    tell(widget, "sort", column="n")
    tell(widget, "page", offset=100)
    tell(widget, "select", ids=[widget.page["ids"][0]], on=True)
    widget.show(frame(30))
    assert (widget.offset, widget.selected, widget.total) == (0, [], 30)
    assert widget.sort["column"] == "n"
    widget.show(frame(30), [Column("name")])
    assert widget.sort == {}


def test_a_page_that_is_gone_becomes_the_last_one() -> None:
    class Shrinking:
        rows = 120

        def page(self, offset: int, size: int, _sort: Sort | None) -> Page:
            held = frame(self.rows).slice(offset, size)
            return Page(held, tuple(str(offset + at) for at in range(held.height)), self.rows)

    source = Shrinking()
    widget = Grid(source, COLUMNS)
    tell(widget, "page", offset=100)
    source.rows = 60
    widget.refresh()
    assert (widget.offset, widget.total, names(widget)[-1]) == (50, 60, "row 59")


def test_a_source_that_fails_shows_why_and_keeps_the_page() -> None:
    widget = grid()

    class Failing:
        def page(self, *_: object) -> Page:
            raise LimitReached("The query took longer than 60 seconds", next_step="Narrow the window.")

    widget._source = Failing()
    tell(widget, "page", offset=50)
    assert widget.fault == "The query took longer than 60 seconds. Narrow the window."
    assert (widget.offset, names(widget)[0]) == (0, "row 0")


def test_traits_written_by_the_page_change_nothing() -> None:
    widget = grid()
    write(widget, offset=10**9, size=10**9, sort={"column": "x"}, page={"rows": [["<b>"]]}, columns=[], selected=["1"])
    assert (widget.offset, widget.size, widget.sort, widget.selected) == (0, 50, {}, [])
    assert len(widget.page["rows"]) == 50


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*Grid.MESSAGES]),
            st.dictionaries(st.sampled_from(["offset", "size", "column", "ids", "id", "on", "visible"]), junk),
        ),
        max_size=6,
    )
)
def test_any_messages_leave_a_grid_that_makes_sense(messages: list[tuple[str, dict[str, object]]]) -> None:
    widget = grid(60)
    for kind, body in messages:
        tell(widget, kind, **body)
    assert widget.offset in range(0, 60, widget.size)
    assert widget.size in SIZES
    assert len(widget.page["ids"]) == len(widget.page["rows"]) == min(widget.size, 60 - widget.offset)
    assert widget.columns[0]["visible"]


def test_an_unknown_column_to_sort_by_is_refused_in_python() -> None:
    with pytest.raises(UnknownName, match="Did you mean name"):
        grid().sort_by("nmae")


def test_a_page_turn_is_one_small_message() -> None:
    widget = grid(10_000)
    with sent(widget) as messages:
        tell(widget, "page", offset=5_000)
    (message, _), *rest = messages
    assert rest == []
    assert set(message["state"]) == {"offset", "page", "version"}


def test_a_column_missing_from_the_rows_is_not_drawn() -> None:
    widget = Grid(frame().drop("n"), COLUMNS)
    assert widget.page["columns"] == ["name"]


def test_no_rows_are_a_state_with_words() -> None:
    widget = Grid(frame(0), COLUMNS, empty="Widen the window.")
    assert (widget.total, widget.page["rows"], widget.empty) == (0, [], "Widen the window.")


def test_every_kind_of_column_has_a_width() -> None:
    assert Column("x", kind="hash").wire()["width"] == WIDTHS["hash"]
    assert Column("x", width=33).wire()["width"] == 33
