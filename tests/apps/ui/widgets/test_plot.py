from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.ui.reader import heard, junk, tell, write
from tests.views.charts.specs import DAY, HOSTILE, START, WEEK, over_time
from workbench.apps.ui.widgets.chart import Chart
from workbench.apps.ui.widgets.plot import Plot
from workbench.base.span import Span
from workbench.views.charts.bars import bars
from workbench.views.charts.histogram import histogram
from workbench.views.charts.lines import lines


def plot(series: tuple[str, ...] = ("Delivered", "Junked"), **events: Any) -> Plot:
    widget = Chart(histogram(over_time(series), WEEK, DAY, title="Mail"))
    for event, values in events.items():
        widget.on(event, values.append)
    return widget


def millis(days: float) -> float:
    return (START + timedelta(days=days)).timestamp() * 1000


def test_the_numbers_travel_beside_the_structure_and_the_words_beside_both() -> None:
    widget = plot()
    assert widget.data["y"][:4] == [1, 1, 2, 2]
    assert [entry["label"] for entry in widget.legend] == ["Delivered", "Junked"]
    assert widget.spec["data"] == {"name": "rows"}
    assert "values" not in str(widget.spec)


def test_another_answer_of_the_same_kind_keeps_the_structure() -> None:
    widget = plot()
    before = dict(widget.spec)
    widget.draw(histogram(over_time(HOSTILE), WEEK, DAY, title="Other"))
    assert widget.spec == before


def test_whole_numbers_are_sent_without_a_fraction() -> None:
    assert all(isinstance(each, int) for each in plot().data["y"])
    figure = histogram(over_time().with_columns(pl.col("count") / 2), WEEK, DAY, title="x")
    assert Chart(figure).data["y"][0] == 0.5


def test_a_picked_legend_entry_gives_the_value_of_the_data() -> None:
    widget = plot(HOSTILE)
    values = heard(widget, "pick")
    for entry in widget.legend:
        tell(widget, "pick", code=entry["code"])
    assert sorted(values) == sorted(HOSTILE)


def test_the_rest_cannot_be_picked() -> None:
    widget = plot(tuple(f"s{at}" for at in range(10)))
    values = heard(widget, "pick")
    tell(widget, "pick", code=8)
    assert values == []


def test_a_picked_bar_gives_its_whole_name() -> None:
    name = "x" * 200
    widget = Chart(bars(pl.DataFrame({"name": [name, "b"], "count": [2, 1]}), title="x"))
    values = heard(widget, "pick")
    for place in (0, 1, 2, -1, "0", None):
        tell(widget, "pick", place=place)
    assert values == [name, "b"]


def test_picking_and_marking_are_offered_once_somebody_listens() -> None:
    widget = plot()
    assert (widget.pickable, widget.brushable) == (False, False)
    heard(widget, "pick")
    heard(widget, "brush")
    assert (widget.pickable, widget.brushable) == (True, True)


def test_bars_have_no_time_to_mark() -> None:
    widget = Chart(bars(pl.DataFrame({"name": ["a"], "count": [1]}), title="x"))
    heard(widget, "brush")
    assert not widget.brushable


def test_a_mark_is_cut_to_whole_bins() -> None:
    marks: list[Span | None] = []
    widget = plot(brush=marks)
    tell(widget, "brush", **{"from": millis(2.4), "to": millis(1.7)})
    assert marks == [Span(START + timedelta(days=1), START + timedelta(days=3))]
    assert widget.selection == {"from": millis(1), "to": millis(3)}


def test_a_mark_outside_the_axis_is_cut_to_it() -> None:
    marks: list[Span | None] = []
    widget = plot(brush=marks)
    tell(widget, "brush", **{"from": millis(-900), "to": millis(900)})
    tell(widget, "brush", **{"from": millis(50), "to": millis(60)})
    assert marks == [WEEK, None]


def test_no_ends_take_the_mark_away_and_so_does_another_figure() -> None:
    marks: list[Span | None] = []
    widget = plot(brush=marks)
    tell(widget, "brush", **{"from": millis(1), "to": millis(2)})
    tell(widget, "brush")
    assert marks[-1] is None
    tell(widget, "brush", **{"from": millis(1), "to": millis(2)})
    widget.draw(histogram(over_time(), WEEK, DAY, title="x"))
    assert widget.selection == {}


def test_a_chart_nobody_listens_to_cannot_be_marked() -> None:
    widget = plot()
    tell(widget, "brush", **{"from": millis(1), "to": millis(2)})
    assert widget.selection == {}


@given(st.sampled_from(["pick", "brush"]), st.dictionaries(st.sampled_from(["code", "place", "from", "to"]), junk))
def test_any_message_gives_a_known_value_or_a_window_of_the_axis(kind: str, body: dict[str, object]) -> None:
    widget = plot()
    picked, marks = heard(widget, "pick"), heard(widget, "brush")
    tell(widget, kind, **body)
    assert set(picked) <= {"Delivered", "Junked"}
    assert all(mark is None or WEEK.start <= mark.start < mark.end <= WEEK.end for mark in marks)
    assert widget.fault == ""


def test_an_empty_widget_takes_any_message() -> None:
    widget = Chart()
    values = heard(widget, "pick")
    tell(widget, "pick", code=0)
    tell(widget, "brush", **{"from": 1, "to": 2})
    assert (values, widget.fault) == ([], "")


def test_lines_are_marked_to_the_millisecond() -> None:
    widget = Chart(lines(over_time(), WEEK, title="x"))
    marks = heard(widget, "brush")
    tell(widget, "brush", **{"from": millis(1), "to": millis(2)})
    assert marks == [Span(START + timedelta(days=1), START + timedelta(days=2))]


def test_traits_written_by_the_page_change_nothing() -> None:
    widget = plot()
    before = dict(widget.spec)
    write(widget, spec={"mark": "x"}, data={}, legend=[], selection={"from": 1, "to": 2})
    assert widget.spec == before
    assert widget.selection == {}


@pytest.mark.parametrize("kind", ["histogram", "lines"])
def test_a_large_chart_stays_under_a_hundred_kilobytes(kind: str) -> None:
    import json

    frame = over_time(tuple(f"s{at}" for at in range(8)), bins=90, step=timedelta(hours=1))
    draw = {"histogram": histogram, "lines": lines}[kind]
    widget = Chart(draw(frame, Span(START, START + timedelta(hours=90)), timedelta(hours=1), title="x"))
    assert len(json.dumps([widget.spec, widget.data, widget.legend])) < 100_000
