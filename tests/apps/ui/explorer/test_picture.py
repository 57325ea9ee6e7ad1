"""The picture over the lists of an Explorer page, as the page drives it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apps.ui.reader import tell
from tests.apps.ui.stores import mail, opened
from tests.laws import often
from tests.views.explorer.test_conditions import trees
from workbench.apps.session import Workbench
from workbench.apps.ui.explorer.explorer import Explorer
from workbench.apps.ui.explorer.picture import Picture, compared
from workbench.base.config import Workspace
from workbench.views.explorer import crossable, views

VIEW = views()["all_email"]


@pytest.fixture(scope="module")
def sample(northgate: Workspace) -> Workbench:
    return Workbench(northgate)


@pytest.fixture(scope="module")
def used(sample: Workbench) -> Explorer:
    return Explorer(sample, VIEW)


@pytest.fixture
def page(used: Explorer) -> Explorer:
    """The page as it opens, with nothing chosen."""
    tell(used.address, "arrive", state={"view": "all_email", "span": "7d", "by": "DeliveryAction"})
    return used


def drawn(page: Explorer, *, aside: bool = False) -> int:
    return sum(int(entry["total"]) for entry in page.chart.legend if entry["aside"] is aside)


def crossed(page: Explorer) -> int:
    return sum(map(sum, page.picture.cross.counts["lines"]))


def cross(page: Explorer, rows: str, columns: str) -> None:
    tell(page.picture.look, "choose", id="cross")
    tell(page.picture.columns, "choose", id=columns)
    tell(page.picture.rows, "choose", id=rows)


def shown(page: Explorer) -> set[str]:
    held = vars(page.picture).items()
    parts = {
        name: part for name, part in held if name in ("pivot", "bins", "compare", "rows", "columns", "chart", "cross")
    }
    return {name for name, part in parts.items() if part.layout.display != "none"}


@settings(deadline=None, max_examples=often(16))
@given(
    st.lists(trees, min_size=1, max_size=2),
    st.permutations(crossable(VIEW)),
    st.sampled_from(["auto", "6h", "1d", "1w"]),
)
def test_chart_cross_table_list_and_query_count_the_same(
    sample: Workbench, used: Explorer, items: list[Any], names: list[str], bins: str
) -> None:
    plain = replace(used.shape, bins=bins, compare=True, cross=None)
    used.picture.take(plain)
    tell(used.filters, "change", tree={"op": "all", "items": items}, seq=1)
    over_time = drawn(used)
    used.picture.take(replace(plain, cross=(names[0], names[1])))
    used.refresh()
    asked = sample.kql(used.code.more["KQL of the cross table"]).frame["Count"].sum()
    total = int(used.picture.cross.total.replace(",", "") or 0)
    assert {over_time, crossed(used), asked, total} == {used.grid.total}


def test_the_reader_chooses_the_bars_and_the_query_says_so(page: Explorer) -> None:
    whole = drawn(page)
    tell(page.picture.bins, "choose", id="1d")
    assert (page.chart.caption, page.chart.signals["step"]) == ("messages per recipient per day", 86_400_000)
    assert (drawn(page), "bin(Timestamp, 1d)" in page.code.more["KQL of the chart"]) == (whole, True)
    assert page.address.state["bins"] == "1d"


def test_bars_that_would_be_too_many_are_offered_with_the_reason_and_refused(page: Explorer) -> None:
    assert {each["id"]: each["why"] for each in page.picture.bins.options}["5m"] == "2,016 bars, 400 at most"
    tell(page.picture.bins, "choose", id="5m")
    assert "5 min cannot be chosen: 2,016 bars" in page.picture.bins.fault
    tell(page.picture.bins, "choose", id="1h")
    tell(page.bar, "span", text="90d")
    assert (
        page.picture.bins.chosen,
        page.chart.caption.endswith("bars of 1 hour would be 2,160 bars, 400 at most"),
    ) == ("auto", True)
    assert "bins" not in page.address.state


def test_the_time_before_is_counted_beside_and_said_in_words(page: Explorer, sample: Workbench) -> None:
    tell(page.bar, "span", text="2026-09-16..2026-09-18")
    whole = drawn(page)
    tell(page.picture.compare, "choose", id="on")
    before = sample.kql(
        "EmailEvents | where Timestamp >= datetime(2026-09-13) and Timestamp < datetime(2026-09-16) | count"
    ).frame.item()
    assert (drawn(page), drawn(page, aside=True)) == (whole, before)
    assert f"{whole:,} (" in page.chart.caption
    assert page.chart.caption.endswith(f"{before:,} in the time before")
    assert page.address.state["compare"] == "yes"
    tell(page.picture.compare, "choose", id="off")
    assert (drawn(page, aside=True), "compare" in page.address.state) == (0, False)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(1234, 1102, "1,234 (+12%)"), (5, 0, "5 (new)"), (0, 0, "0 (no change)"), (0, 7, "0 (−100%)"), (7, 7, "7 (no change)")],
)  # fmt: skip
def test_a_total_is_put_beside_that_of_the_time_before(now: int, before: int, said: str) -> None:
    assert compared(now, before) == f"{said}, {before:,} in the time before"


def test_a_time_before_that_is_not_held_is_said(tmp_path: Any) -> None:
    held = opened(tmp_path, "now = 'newest'", EmailEvents=[mail(at) for at in range(30)])
    page = Explorer(held, VIEW)
    tell(page.bar, "span", text="24h")
    tell(page.picture.compare, "choose", id="on")
    assert page.chart.caption.endswith("held since 2026-09-17 06:30 only")
    tell(page.bar, "span", text="7d")
    assert page.chart.caption.endswith("nothing is held of the time before")


def test_one_column_by_another_stands_in_place_of_the_chart(page: Explorer) -> None:
    assert shown(page) == {"pivot", "bins", "compare", "chart"}
    tell(page.picture.look, "choose", id="cross")
    assert shown(page) == {"rows", "columns", "cross"}
    cross(page, "SenderFromDomain", "DeliveryAction")
    tell(page.picture.rows, "choose", id="DeliveryAction")
    assert page.shape.cross == ("DeliveryAction", "SenderFromDomain"), "the same for both: they change places"
    assert page.picture.cross.title == "Delivery action by sender domain"
    tell(page.picture.look, "choose", id="chart")
    assert (shown(page), page.shape.cross) == ({"pivot", "bins", "compare", "chart"}, None)


def test_every_view_has_a_cross_table_to_begin_with(sample: Workbench) -> None:
    first = {}
    for name, view in views().items():
        picture = Picture(sample, view)
        tell(picture.look, "choose", id="cross")
        first[name] = picture.chosen["cross"]
    assert first["all_email"] == ("SenderFromDomain", "DeliveryAction")
    assert all(set(pair) <= set(crossable(views()[name])) for name, pair in first.items())


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("UrlCount", "LatestLocation"),
        ("Subject", "DMARC"),
        pytest.param("SenderFromDomain", "DeliveryAction", marks=pytest.mark.slow),
        pytest.param("ThreatTypes", "SenderIPv4", marks=pytest.mark.slow),
    ],
)
def test_a_cell_and_a_head_are_followed_to_their_rows(page: Explorer, rows: str, columns: str) -> None:
    cross(page, rows, columns)
    table = page.picture.cross
    row, column = next(
        (row, column)
        for row, line in enumerate(table.counts["lines"])
        for column, count in enumerate(line)
        if count and not table.rows["rest"][row] and not table.columns["rest"][column]
    )
    expected = table.counts["lines"][row][column], table.rows["totals"][row], table.columns["totals"][column]
    found = []
    for place in ({"row": row, "column": column}, {"row": row, "column": -1}, {"row": -1, "column": column}):
        steps = page.filters.steps["at"]
        tell(table, "pick", **place)
        assert (table.fault, page.filters.steps["at"]) == ("", steps + 1)
        found.append(page.grid.total)
        page.filters.set({"op": "all", "items": []})
    assert tuple(found) == expected


@pytest.mark.parametrize(
    "state",
    [{"bins": "1h", "compare": "yes", "by": "DMARC"}, {"cross": "Subject.UrlCount", "bins": "1d"}, {"cross": "DMARC.SPF"}],
)  # fmt: skip
def test_an_address_leads_to_the_picture(page: Explorer, sample: Workbench, state: Mapping[str, str]) -> None:
    tell(page.address, "arrive", state={"span": "7d", **state})
    assert page.filters.fault == ""
    assert {name: page.address.state.get(name) for name in state} == state


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"bins": "5m", "span": "30d"}, "8,640 bars, 400 at most"),
        ({"bins": "<img src=x>"}, "no bin named"),
        ({"cross": "Sbject.UrlCount"}, "Did you mean Subject"),
        ({"cross": "Subject"}, "no field of a cross table"),
        ({"cross": ".."}, "no field of a cross table"),
    ],
)
def test_an_address_with_a_picture_that_is_none_says_so(page: Explorer, state: dict[str, str], said: str) -> None:
    tell(page.address, "arrive", state=state)
    assert said in page.filters.fault
    assert (page.shape.bins, page.shape.cross) == ("auto", None)
    assert page.grid.total == drawn(page)
