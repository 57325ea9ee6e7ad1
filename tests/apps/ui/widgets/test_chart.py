from tests.views.charts.specs import DAY, WEEK, over_time
from workbench.apps.ui.widgets.chart import Chart
from workbench.views.charts.histogram import histogram


def test_the_title_is_that_of_the_figure() -> None:
    chart = Chart(histogram(over_time(), WEEK, DAY, title="Mail"), empty="Nothing came.")
    assert (chart.title, chart.kind, chart.empty) == ("Mail", "histogram", "Nothing came.")


def test_a_redraw_counts_the_version_up_once() -> None:
    chart = Chart(histogram(over_time(), WEEK, DAY, title="Mail"))
    before = chart.version
    chart.draw(histogram(over_time(bins=3), WEEK, DAY, title="Other"), definition="One a recipient.")
    assert (chart.version, chart.title, chart.definition) == (before + 1, "Other", "One a recipient.")


def test_a_chart_is_described_for_people_who_do_not_see_it() -> None:
    chart = Chart(histogram(over_time(("Delivered", "Junked")), WEEK, DAY, title="Mail"))
    assert chart.described == "Mail: 56 messages in all; Delivered 28, Junked 28."
