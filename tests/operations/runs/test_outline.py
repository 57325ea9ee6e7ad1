import re
import time
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from tests.operations.runs.test_incoming import ANYTHING
from workbench.operations.runs.outline import (
    MOST_PARTS,
    Chart,
    Code,
    Heading,
    Output,
    Problem,
    Prose,
    Summary,
    Table,
    outline,
)
from workbench.operations.runs.page import page
from workbench.operations.runs.shown import CHART, MOST_ROWS, TABLE, chart, table
from workbench.views.charts.bars import bars
from workbench.views.charts.figure import Figure

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> https://evil.example/ \u202e\"'`{{7*7}}"


def code(*outputs: dict[str, Any], source: str = "1", **said: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {"papermill": said}, "outputs": list(outputs)}


def shown(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def parts(*cells: dict[str, Any]) -> list[Any]:
    return outline({"cells": list(cells)})


def test_a_notebook_becomes_headings_prose_code_and_what_the_cells_put_out() -> None:
    found = parts(
        {"cell_type": "raw", "source": "malicious"},
        {"cell_type": "markdown", "source": ["# Title\n", "Why.\n", "\n", "## Step\n", "#no heading\n"]},
        code({"output_type": "stream", "name": "stderr", "text": ["a\n", "b"]}, source="x = 1", status="completed", duration=1.5),
        code({"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": ["at", "line"]}, status="failed"),
    )  # fmt: skip
    assert found == [
        Summary("malicious"), Heading(1, "Title"), Prose("Why."), Heading(2, "Step"), Prose("#no heading"),
        Code("x = 1", "completed", 1.5), Output("a\nb", "stderr"),
        Code("1", "failed", 0.0), Problem("KeyError", "'x'", "at\nline"),
    ]  # fmt: skip


def test_findings_that_stand_on_top_do_not_stand_in_their_cell_again() -> None:
    found = parts(
        {"cell_type": "raw", "source": "malicious\n +40  it lies"},
        code(shown(**{"text/plain": "malicious\n +40  it lies"})),
        code(shown(**{"text/plain": "malicious"})),
        code({"output_type": "stream", "name": "stdout", "text": "malicious\n +40  it lies"}),
    )
    told = [each.text for each in found if isinstance(each, Output)]
    assert told == ["The findings, as they stand on top.", "malicious", "malicious\n +40  it lies"]


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("`span` cuts (`7d`, or\n`FROM..TO`)", "<code>span</code> cuts (<code>7d</code>, or\n<code>FROM..TO</code>)"),
        ("a ` alone", "a ` alone"),
        ("`over\ntwo` lines", "`over\ntwo` lines"),
        ("`<b>` <i>", "<code>&lt;b&gt;</code> &lt;i&gt;"),
        ("``", "``"),
    ],
)
def test_words_of_code_in_prose_and_headings_are_drawn_as_code(said: str, drawn: str) -> None:
    assert page([Prose(said)]) == f'<p class="wb-prose">{drawn}</p>'
    line = said.partition("\n")[0]
    assert page([Heading(2, line)]).startswith("<h2>")
    assert page([Heading(2, line)]).count("<code>") == line.count("`") // 2 * ("<code>" in drawn)


def test_a_frame_becomes_a_table_with_its_number_of_rows() -> None:
    frame = pl.DataFrame({"Subject": ["a|b", None], "n": [1, 2], "to": [["x", "y"], []]})
    (_, found) = parts(code(shown(**table(frame))))
    assert found == Table(("Subject", "n", "to"), (("a|b", "1", "['x', 'y']"), ("", "2", "[]")), 2)


def test_a_long_frame_is_cut_and_says_so() -> None:
    (_, found) = parts(code(shown(**table(pl.DataFrame({"n": range(5_000)})))))
    assert (len(found.rows), found.total) == (MOST_ROWS, 5_000)
    assert "The first 200 of 5,000 rows" in page([found])


def test_marks_run_in_time_whatever_the_order_of_the_rows() -> None:
    figure = Figure("lines", "t", {}, x=(30, 10, 20, 5), y=(3.0, 1.0, 2.0, 0.5), code=(0, 0, 0, 1))
    said = chart(figure)[CHART]
    assert (said["x"], said["y"], said["code"]) == (["5", "10", "20", "30"], [0.5, 1.0, 2.0, 3.0], [1, 0, 0, 0])
    words = Figure("bars", "t", {}, x=("b", "a"), y=(1.0, 2.0), code=(0, 0))
    assert chart(words)[CHART]["x"] == ["b", "a"], "words stay in the order of the question"


def test_a_chart_of_ours_is_drawn_from_its_numbers() -> None:
    figure = bars(pl.DataFrame({"name": ["a", "b"], "count": [3, 1]}), title="Senders", unit="messages")
    (_, found) = parts(code(shown(**chart(figure))))
    assert isinstance(found, Chart)
    drawn = page([found])
    assert drawn.count("<rect") == 2
    assert "Senders" in drawn


@pytest.mark.parametrize(
    "forged",
    [
        {TABLE: {"columns": ["a"], "rows": [["1", "2"], ["3"]], "total": "many"}}, {TABLE: "<table>"}, {TABLE: {"columns": [], "rows": [], "total": 0}},
        {TABLE: {"columns": ["a", "b"], "rows": [["1"]], "total": 1}}, {CHART: {"svg": "<svg onload=alert(1)>"}}, {CHART: None},
        {CHART: {"kind": "bars", "title": "", "described": "", "x": ["a"], "y": ["nan"], "code": [0], "legend": []}},
        {CHART: {"kind": "bars", "title": "", "described": "", "x": ["a"], "y": [1, 2], "code": [0], "legend": []}},
        {"text/html": "<b>x</b>"}, {"image/svg+xml": "<svg/>"}, {"application/javascript": "alert(1)"},
    ],
)  # fmt: skip
def test_what_only_claims_to_be_a_table_or_chart_is_its_plain_text(forged: dict[str, Any]) -> None:
    (_, found) = parts(code(shown(**forged, **{"text/plain": "plain"})))
    assert found == Output("plain")


def everywhere(text: str) -> list[dict[str, Any]]:
    """A notebook with this text wherever a stranger could put it."""
    numbers = {"x": [text], "y": [1.0], "code": [0], "legend": [text]}
    words = {"kind": text, "title": text, "described": text}
    return [
        {"cell_type": "raw", "source": text}, {"cell_type": "markdown", "source": f"# {text}\n{text}"},
        code(
            {"output_type": "stream", "name": text, "text": text}, {"output_type": "error", "ename": text, "evalue": text, "traceback": [text]},
            shown(**{TABLE: {"columns": [text], "rows": [[text]], "total": 9}}), shown(**{CHART: {**numbers, **words}}),
            shown(**{"text/plain": text, "text/html": text}), source=text, status=text,
        ),
    ]  # fmt: skip


def test_hostile_text_is_inert_wherever_it_stands() -> None:
    drawn = page(parts(*everywhere(HOSTILE)))
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "https:" not in drawn
    assert "\u202e" not in drawn
    assert drawn.count("&lt;script&gt;") > 10


@settings(deadline=None)
@given(st.text())
def test_any_text_leaves_only_elements_of_ours(text: str) -> None:
    from selectolax.lexbor import LexborHTMLParser

    ours = {
        "html", "head", "body", "pre", "h1", "p", "details", "summary", "section", "table", "caption", "thead", "tbody", "tr", "th", "td",
        "figure", "figcaption", "svg", "rect", "polyline", "ul", "li", "-text",
    }  # fmt: skip
    found = LexborHTMLParser(page(parts(*everywhere(text)))).root
    assert found is not None
    for node in found.traverse(include_text=True):
        assert node.tag in ours
        assert set(node.attributes) <= {
            "class",
            "viewBox",
            "role",
            "aria-label",
            "x",
            "y",
            "width",
            "height",
            "fill",
            "points",
        }


CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | ANYTHING, "source": ANYTHING, "metadata": ANYTHING,
        "outputs": ANYTHING | st.lists(st.fixed_dictionaries({}, optional={
            "output_type": st.sampled_from(["stream", "error", "display_data"]), "name": ANYTHING, "text": ANYTHING, "traceback": ANYTHING,
            "ename": ANYTHING, "data": st.dictionaries(st.sampled_from([TABLE, CHART, "text/plain"]), ANYTHING | st.fixed_dictionaries({}, optional=dict.fromkeys(
                ("columns", "rows", "total", "x", "y", "code", "legend", "kind", "title", "described"), ANYTHING))),
        }), max_size=2),
    },
)  # fmt: skip


@settings(deadline=None, max_examples=often(30))
@given(ANYTHING | st.fixed_dictionaries({"cells": ANYTHING | st.lists(CELLS, max_size=3)}))
def test_any_json_is_drawn_or_left_out(executed: Any) -> None:
    assert isinstance(page(outline(executed)), str)


def megabytes(parts_: list[Any]) -> float:
    return len(page(parts_).encode()) / 1024**2


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": "<b>\u202e\"" * 10_000_000},
        pytest.param({"output_type": "stream", "name": "stdout", "text": "\n" * 30_000_000}, marks=pytest.mark.slow),
        pytest.param({"output_type": "stream", "name": "stdout", "text": ("\u202e\"&" * 1_000 + "\n") * 10_000}, marks=pytest.mark.slow),
        pytest.param({"output_type": "error", "ename": "\x00" * 5_000_000, "evalue": "<" * 5_000_000, "traceback": ["\x1b" * 4_000] * 5_000}, marks=pytest.mark.slow),
        shown(**{TABLE: {"columns": ["\u202e" * 4_000] * 100, "rows": [["\u202e" * 4_000] * 100] * 200, "total": 10**300}}),
        shown(**{CHART: {"kind": "lines", "title": "", "described": "", "x": ["a"] * 100_000, "y": [1e308] * 100_000, "code": list(range(100_000)), "legend": ["b"] * 9_000}}),
        shown(**{CHART: {"kind": "bars", "title": "", "described": "", "x": [str(at) for at in range(9_000)], "y": [1e308] * 9_000, "code": [], "legend": []}}),
    ],
    ids=["one line", "many lines", "both", "error", "table", "lines", "bars"],
)  # fmt: skip
def test_what_is_too_large_to_read_is_cut_and_soon(output: dict[str, Any]) -> None:
    began = time.process_time()
    assert megabytes(parts(code(output))) < 16
    assert time.process_time() - began < 10


def test_a_notebook_that_is_too_large_for_a_page_is_cut_and_says_so() -> None:
    found = parts(*[code({"output_type": "stream", "name": "stdout", "text": ("&" * 1_000 + "\n") * 400})] * 30)
    assert isinstance(found[-1], Prose)
    assert "the executed copy holds it" in found[-1].text
    assert megabytes(found) < 40
    many = parts({"cell_type": "markdown", "source": "# x\n" * 100_000})
    assert len(many) == MOST_PARTS + 1


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "[x](javascript:alert(1))", "![x](data:image/svg+xml;base64,PHN2Zz4=)", "<svg onload=alert(1)>", "&lt;script&gt;",
        "</pre></details><script>", "\x1b]8;;https://evil.example/\x07click\x1b]8;;\x07", "\u2066\u202e\u2069", "<!--", "]]>", "<style>*{display:none}", "{{7*7}}",
        "data:text/html,<script>", "_https://evil.example", "xwww.evil.example", "ms-word://x", "&#x3C;script&#x3E;", "\x00<\x00script>",
    ],
)  # fmt: skip
def test_nothing_a_stranger_writes_becomes_an_element_a_link_or_hides(text: str) -> None:
    from selectolax.lexbor import LexborHTMLParser

    drawn = page(parts(*everywhere(text)))
    assert not re.search(r"(?i)https?:|www\.|data:\S|\w://(?<!hxxps://)(?<!hxxp://)", drawn)
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", drawn)
    found = LexborHTMLParser(drawn)
    assert not found.css("script, style, a, img, iframe, [href], [src], [style], [onload], [onerror]")
    assert found.css_first("pre.wb-outcome").text()
