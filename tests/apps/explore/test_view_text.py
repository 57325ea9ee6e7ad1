"""Views as texts: written, read and restored without loss; whatever else a file holds is refused by name."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apps.ui.reader import tell
from tests.laws import often
from workbench.apps.explore.filters import read_filter
from workbench.apps.explore.rows import Sort
from workbench.apps.explore.view_text import ROWS, Shape, declared, kept, outline, query, read, words, written
from workbench.apps.session import Workbench
from workbench.apps.ui.explorer.explorer import Explorer, explorer
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, WorkbenchError
from workbench.views.explorer import crossable, tabs, views

FILTER = {
    "op": "any",
    "items": [
        {"property": "Subject", "operator": "contains", "values": ["a: b # 'c' \"d\" \u202e <img>", "no", "1.0"]},
        {"op": "none", "items": [{"property": "UrlCount", "operator": "between", "values": [1, 5]}]},
        {"property": "Clicked", "operator": "is", "values": [True]},
    ],
}


@pytest.fixture(scope="module")
def sample(northgate: Workspace) -> Workbench:
    return Workbench(northgate)


@st.composite
def shapes(draw: Any) -> Shape:
    view = views()[draw(st.sampled_from(sorted(views())))]
    chosen = draw(st.sampled_from((ROWS, *view.tabs)))
    columns = [each.field for each in view.columns]
    orders = columns if chosen == ROWS else [each.name for each in tabs()[chosen].columns]
    sort = draw(st.none() | st.builds(Sort, st.sampled_from(orders), st.booleans()))
    shown = tuple(draw(st.lists(st.sampled_from(columns), unique=True))) if chosen == ROWS else ()
    texts = [each.name for each in view.fields if each.kind == "text" and each.group]
    value = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda each: each.strip())
    item = st.fixed_dictionaries(
        {"property": st.sampled_from(texts), "operator": st.just("contains"), "values": st.lists(value, min_size=1)}
    )
    items = st.lists(item, max_size=3)
    tree = draw(st.fixed_dictionaries({"op": st.sampled_from(["all", "any", "none"]), "items": items}))
    span = draw(st.sampled_from(["7d", "24h", "2026-09-11..2026-09-19"]))
    by, compare = draw(st.sampled_from(view.pivots)), draw(st.booleans())
    bins = draw(st.sampled_from(["auto", "1h", "1d", "1w"]))
    cross = draw(st.none() | st.permutations(crossable(view)).map(lambda names: (names[0], names[1])))
    return Shape(view, span, tree, by, chosen, shown, sort, bins, compare, cross)


@given(shapes())
@settings(max_examples=often(40), deadline=None)
def test_what_is_written_is_read_as_it_was(sample: Workbench, shape: Shape) -> None:
    tree = read_filter(shape.tree, words(sample, shape.view).known)
    normal = Shape(**{**vars(shape), "tree": tree})
    text = written(normal, sample)
    again = read(text, sample)
    assert {**vars(again), "tree": 0} == {**vars(normal), "tree": 0}
    assert again.tree == tree or tree["items"] == again.tree["items"] == []
    assert yaml.safe_load(text)["kql"].strip() == query(normal, sample).strip()


def test_the_picture_is_kept_and_an_ordinary_one_takes_no_line(sample: Workbench) -> None:
    text = "view: phish\nspan: 24h\nbins: 15m\ncompare: yes\ncross: {rows: Subject, columns: UrlCount}\n"
    shape = read(text, sample)
    assert (shape.bins, shape.compare, shape.cross) == ("15m", True, ("Subject", "UrlCount"))
    page = Explorer(sample, views()["all_email"])
    page.restore(shape)
    assert page.shape == replace(shape, columns=page.shape.columns)
    assert not {"bins", "compare", "cross"} & set(yaml.safe_load(written(read("view: phish", sample), sample)))


@pytest.mark.parametrize(
    "value", ["0\x850", "a\u2028b", "a\u2029b", "a\u202eb", " a\tb", "'\"\\", "é\U0001f600", "~", "a\x7fb"]
)
def test_a_value_is_read_as_it_was_whatever_stands_in_it(sample: Workbench, value: str) -> None:
    tree = {"op": "all", "items": [{"property": "Subject", "operator": "contains", "values": [value]}]}
    shape = read("view: all_email", sample)
    normal = Shape(**{**vars(shape), "tree": read_filter(tree, words(sample, shape.view).known)})
    assert read(written(normal, sample), sample).tree == normal.tree


def test_a_page_is_taken_away_as_text_and_opened_again_as_it_was(sample: Workbench, tmp_path: Path) -> None:
    page = Explorer(sample, views()["phish"])
    tell(page.bar, "span", text="2026-09-11..2026-09-19")
    tell(page.filters, "change", tree=FILTER, seq=1)
    tell(page.pivot, "choose", id="SenderFromDomain")
    tell(page.grid, "columns", visible=["Subject", "SenderIPv4"])
    tell(page.grid, "sort", column="Subject", descending=False)
    shape = page.shape
    assert shape.columns == ("Timestamp", "Subject", "SenderIPv4")
    other = Explorer(sample, views()["all_email"])
    other.restore(read(written(shape, sample), sample))
    assert other.shape == shape
    assert (other.grid.page, other.chart.legend, other.code.kql) == (page.grid.page, page.chart.legend, page.code.kql)
    (tmp_path / "a.yml").write_text(written(shape, sample))
    assert explorer(sample, file=tmp_path / "a.yml").children


def test_a_list_beside_the_rows_is_kept_too(sample: Workbench) -> None:
    page = Explorer(sample, views()["all_email"])
    tell(page.lists, "choose", id="top_urls")
    tell(page.other, "sort", column="Blocked", descending=True)
    other = Explorer(sample, views()["phish"])
    other.restore(read(written(page.shape, sample), sample))
    assert other.shape == page.shape
    assert other.other.page == page.other.page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("view: phsh", "Did you mean phish"),
        ("vew: phish", "Did you mean view"),
        ("view: phish\nby: SenderFromDomian", "Did you mean SenderFromDomain"),
        ("columns: [Subjekt]", "Did you mean Subject"),
        ("list: top_url", "Did you mean top_urls"),
        ("sort: {column: Sbject}", "Did you mean Subject"),
        ("span: 7 parsecs", "7 parsecs"),
        ("span: 2026-09-19..2026-09-11", "before it starts"),
        ("filter: {op: all, items: [{property: Sbject, operator: contains, values: [a]}]}", "Did you mean Subject"),
        ("filter: {op: all, items: [{property: Subject, operator: like, values: [a]}]}", "cannot be compared"),
        ("filter: 7", "not in a form we know"),
        ("bins: 15min", "Did you mean 15m"),
        ("bins: 5m\nspan: 30d", "8,640 bars, 400 at most"),
        ("bins: [1h]", "no bin named"),
        ("compare: perhaps", "yes or no"),
        ("cross: Subject", "no rows and columns"),
        ("cross: {rows: Subject}", "no rows and columns"),
        ("cross: {rows: Sbject, columns: UrlCount}", "Did you mean Subject"),
        ("cross: {rows: Subject, columns: Subject}", "crossed with itself"),
        ("cross: {rows: Url, columns: Subject}", "no field of a cross table named"),
        ("sort: {column: Subject, descending: upwards}", "yes or no"),
        ("- a", "no text of a view"),
        ("a: &x [*x]", "refers to another place"),
        ("a: " + "[" * 40, "nested deeper"),
        ("view: phish\nview: malware", "stands here again"),
        ("\x00", "no text of a view"),
        ("view: " + "x" * 2_000_000, "is not read"),
        ("", "no text of a view"),
    ],
    ids=range(28),
)
def test_what_does_not_fit_is_said_with_the_nearest(sample: Workbench, text: str, message: str) -> None:
    for reading in (lambda: read(text, sample), lambda: declared(text, sample.now)):
        with pytest.raises(WorkbenchError, match=message):
            reading()


@given(shapes())
@settings(max_examples=often(16), deadline=None)
def test_what_is_kept_by_name_is_one_text_whether_or_not_the_data_are_asked(sample: Workbench, shape: Shape) -> None:
    tree = read_filter(shape.tree, words(sample, shape.view).known)
    text = outline(Shape(**{**vars(shape), "tree": tree}))
    assert outline(declared(text, sample.now)) == outline(read(text, sample)) == text


def test_a_value_that_the_data_do_not_have_may_be_kept(sample: Workbench) -> None:
    text = "filter: {op: all, items: [{property: DeliveryAction, operator: any_of, values: [Vapourised]}]}"
    with pytest.raises(WorkbenchError, match="Vapourised"):
        read(text, sample)
    assert declared(text, sample.now).tree["items"][0]["values"] == ["Vapourised"]


def test_a_file_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        kept(tmp_path / "none.yml")
    (tmp_path / "bytes.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="not UTF-8"):
        kept(tmp_path / "bytes.yml")


def test_nothing_but_the_view_is_needed(sample: Workbench) -> None:
    shape = read("view: malware", sample)
    assert (shape.span, shape.by, shape.list, shape.columns) == ("7d", "ThreatNames", ROWS, ())
    assert sample.kql(query(shape, sample)).frame.columns[:2] == ["Timestamp", "Subject"]
