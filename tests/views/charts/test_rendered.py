from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.views.charts.specs import HOSTILE, free_of_data, in_step, in_tune, valid
from workbench.events.query.operators.render import CHARTS
from workbench.events.tables import KqlType
from workbench.views.charts.figure import MARKS
from workbench.views.charts.rendered import KINDS, NAMED, UNBROKEN, Drawing, rendered

DAY = datetime(2026, 9, 14, tzinfo=UTC)
MAIL: dict[str, KqlType] = {"t": "datetime", "who": "string", "n": "long"}


def over_time(rows: int = 48, names: tuple[str, ...] = ("a", "b")) -> pl.DataFrame:
    times = [DAY + timedelta(hours=at) for at in range(rows)]
    return pl.DataFrame(
        {
            "t": [time for time in times for _ in names],
            "who": list(names) * rows,
            "n": [at + len(name) for at in range(rows) for name in names],
        },
        schema={"t": pl.Datetime("us", "UTC"), "who": pl.String, "n": pl.Int64},
    )


def drawn(kind: str, frame: pl.DataFrame | None = None, kinds: Any = MAIL, **given: str) -> Drawing:
    return rendered(over_time() if frame is None else frame, kinds, kind, given)


def named(count: int) -> pl.DataFrame:
    return pl.DataFrame({"who": [f"name {at}" for at in range(count)], "n": list(range(count))})


def drawings(kind: str, stacking: str) -> Iterator[Drawing]:
    """The chart over time, over numbers and over names."""
    for columns in (["t", "who", "n"], ["n", "t"], ["who", "n"]):
        kinds: dict[str, KqlType] = {**{name: MAIL[name] for name in columns}, "m": "long"}
        yield rendered(over_time().select(columns).with_columns(m="n"), kinds, kind, {"kind": stacking})


@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_is_drawn_over_time_numbers_and_names(kind: str) -> None:
    figures = [drawing.figure for drawing in drawings(kind, "stacked") if not _needs(drawing)]
    assert figures
    for figure in figures:
        assert figure is not None
        in_tune(figure)
        if kind != "piechart":
            in_step(figure)


def _needs(drawing: Drawing) -> bool:
    """Whether it says that the rows lack what the chart needs."""
    return drawing.figure is None and "needs" in drawing.notes[0]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stacking", ["", "stacked", "unstacked", "stacked100"])
def test_every_chart_is_vega_lite(kind: str, stacking: str) -> None:
    for drawing in drawings(kind, stacking):
        if drawing.figure:
            valid(drawing.figure)


@pytest.mark.parametrize("kind", sorted(set(CHARTS) - set(KINDS) - {"table", "card"}))
def test_what_is_not_drawn_becomes_a_table_and_says_so(kind: str) -> None:
    drawing = drawn(kind)
    assert drawing.figure is None
    assert kind in drawing.notes[0]


def test_rows_that_cannot_be_drawn_become_a_table_and_say_why() -> None:
    drawing = drawn("timechart", pl.DataFrame({"who": ["a"]}), {"who": "string"})
    assert drawing == Drawing(
        None, ("A timechart needs a column of times and one of numbers; the rows are shown as a table.",)
    )


def test_no_rows_are_no_chart_and_no_note() -> None:
    assert drawn("timechart", over_time().clear()) == Drawing(None)


@pytest.mark.parametrize(
    ("kind", "shape", "axis"),
    [
        ("timechart", "lines", "time"), ("linechart", "lines", "time"), ("areachart", "areas", "time"),
        ("columnchart", "histogram", "time"), ("barchart", "bars", "name"), ("piechart", "pie", "name"),
        ("scatterchart", "points", "time"),
    ],
)  # fmt: skip
def test_a_chart_has_the_shape_of_its_kind(kind: str, shape: str, axis: str) -> None:
    figure = drawn(kind).figure
    assert figure is not None
    assert (figure.kind, figure.axis) == (shape, axis)


def test_words_of_the_question_are_beside_the_structure() -> None:
    for hostile in HOSTILE:
        figure = drawn("timechart", over_time(names=(hostile,)), title=hostile, xtitle=hostile, ytitle=hostile).figure
        assert figure is not None
        free_of_data(figure, hostile)
        assert "\u202e" not in figure.title + figure.caption


def test_title_and_axes_are_said() -> None:
    figure = drawn("timechart", title="Mail", ytitle="mails", xtitle="hour").figure
    assert figure is not None
    assert (figure.title, figure.caption) == ("Mail", "mails by hour")
    plain = drawn("timechart").figure
    assert plain is not None
    assert (plain.title, plain.caption) == ("n by t", "")


def test_too_many_points_are_thinned_to_their_highest() -> None:
    frame = over_time(MARKS * 3, ("a",)).with_columns(n=pl.when(pl.col("n") == 777).then(10**6).otherwise(1))
    drawing = drawn("linechart", frame)
    assert drawing.figure is not None
    assert len(drawing.figure.x) <= MARKS
    assert max(drawing.figure.y) == 10**6
    assert "15,000 points" in drawing.notes[0]


def test_too_many_names_and_series_are_cut_and_it_is_said() -> None:
    bars = drawn("barchart", named(80), {"who": "string", "n": "long"})
    assert bars.figure is not None
    assert len(bars.figure.x) == NAMED
    assert bars.notes == ("The first 50 of 80 names are drawn.",)
    lines = drawn("timechart", over_time(2, tuple("abcdefghij")))
    assert lines.figure is not None
    assert len(lines.figure.legend) == 8
    assert lines.notes == ("8 of 10 series are drawn, those with the greatest sums.",)


def test_a_pie_sums_the_rest_and_says_how_much() -> None:
    figure = drawn("piechart", named(12), {"who": "string", "n": "long"}).figure
    assert figure is not None
    assert len(figure.legend) == 9
    assert sum(entry.total or 0 for entry in figure.legend) == sum(range(12))


def test_sums_of_lines_mean_nothing_and_are_not_shown() -> None:
    figure = drawn("timechart").figure
    assert figure is not None
    assert {entry.total for entry in figure.legend} == {None}
    assert "b" in figure.describe()


def test_names_on_the_axis_of_a_line_become_columns() -> None:
    drawing = drawn("linechart", named(3), {"who": "string", "n": "long"})
    assert drawing.figure is not None
    assert drawing.figure.kind == "columns"
    assert drawing.notes == ("Names have no order, so columns are drawn.",)


def test_the_legend_can_be_hidden_and_values_summed_up() -> None:
    hidden = drawn("timechart", legend="hidden").figure
    assert hidden is not None
    assert hidden.legend == ()
    summed = drawn("timechart", over_time(3, ("a",)), accumulate="true").figure
    assert summed is not None
    assert summed.y == (1, 3, 6)


def test_anomalies_are_points_over_their_line() -> None:
    frame = over_time(4, ("a",)).drop("who").with_columns(ad_flag=pl.Series([0, 1, 0, -1]))
    figure = rendered(
        frame, {"t": "datetime", "n": "long", "ad_flag": "long"}, "anomalychart", {"anomalycolumns": "ad_flag"}
    ).figure
    assert figure is not None
    assert [(y, code) for y, code in zip(figure.y, figure.code, strict=True) if code >= 100] == [(2, 100), (4, 100)]
    assert figure.legend[-1].label == "Anomaly (2)"


def test_panels_are_refused_in_words() -> None:
    assert drawn("timechart", ysplit="panels").notes == ("Panels are not drawn: all series share one axis.",)


@pytest.mark.parametrize(
    ("hours", "gap"),
    [((0, 1, 2, 3, 90, 91), 1.5), ((0, 1, 2.5, 90), None), ((0, 7, 13, 90, 91), None), ((0, 24, 48), 36), ((0,), None)],
)
def test_a_line_over_steps_breaks_where_rows_are_missing_and_no_other_line_does(
    hours: tuple[float, ...], gap: float | None
) -> None:
    frame = pl.DataFrame({"t": [DAY + timedelta(hours=at) for at in hours], "who": "a", "n": 1})
    figure = drawn("timechart", frame).figure
    assert figure is not None
    assert figure.signals["gap"] == (UNBROKEN if gap is None else gap * 3_600_000)
    assert [each["name"] for each in figure.spec["params"]][-1] == "gap"


def test_sums_and_thinned_lines_go_on_over_gaps() -> None:
    holed = over_time().filter(pl.col("t").dt.day() != 15)
    for frame, given in ((holed, {"accumulate": "true"}), (over_time(MARKS, ("a", "b")), {})):
        figure = drawn("timechart", frame, **given).figure
        assert figure is not None
        assert figure.signals["gap"] == UNBROKEN
