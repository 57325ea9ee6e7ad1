"""The Explorer as a browser drives it: messages to its widgets, states and files back."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apps.ui.reader import junk, sent, tell, texts
from tests.apps.ui.stores import NEWEST, beside, mail, opened, put, wire
from tests.laws import often
from tests.views.explorer.test_conditions import trees
from workbench.apps.explore.export import HERE, Listed, ListExport
from workbench.apps.session import Workbench
from workbench.apps.session.encoded import Form
from workbench.apps.ui.explorer.explorer import Explorer, explorer
from workbench.apps.ui.message.entity import OPENED
from workbench.apps.ui.message.opened import NOT_HELD, field_of
from workbench.base.config import Workspace
from workbench.base.errors import UnknownName
from workbench.base.text.defang import defang
from workbench.events.query import Limits
from workbench.events.store import Store
from workbench.events.store.schema import declared
from workbench.events.store.write import Batch
from workbench.events.tables import table
from workbench.views.explorer import EMPTY, views

VIEW = views()["all_email"]
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=cmd|' /C calc'!A0")


@pytest.fixture(scope="module")
def sample(northgate: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(beside(northgate, tmp_path_factory.mktemp("explorer")))


@pytest.fixture
def page(sample: Workbench) -> Explorer:
    return Explorer(sample, VIEW)


def condition(name: str, operator: str, *values: object) -> dict[str, Any]:
    return {"op": "all", "items": [{"property": name, "operator": operator, "values": list(values)}]}


def matches(page: Explorer) -> tuple[int, int]:
    return page.filters.answer["matches"], page.filters.answer["total"]


def drawn(page: Explorer) -> int:
    return sum(entry["total"] for entry in page.chart.legend)


def seen(page: Explorer, name: str) -> list[Any]:
    at = page.grid.page["columns"].index(name)
    return [row[at] for row in page.grid.page["rows"]]


def exported(page: Explorer, form: str) -> tuple[str, bytes]:
    line = page.reply.line
    with sent(line) as messages:
        tell(page.bar, "export", id=form)
    files = [(m["content"]["name"], b[0]) for m, b in messages if m.get("method") == "custom"]
    assert (page.bar.fault, line.state) == ("", "done")
    return files[0]


def faults(page: Explorer) -> list[str]:
    parts = (page.address, page.bar, page.filters, page.pivot, page.chart, page.grid, page.panel, page.code)
    return [part.fault for part in parts if part.fault]


def test_it_opens_on_the_last_days_with_their_rows_counted_once(page: Explorer, sample: Workbench) -> None:
    week = sample["EmailEvents"].filter(pl.col("Timestamp") >= page.span.start, pl.col("Timestamp") < page.span.end)
    rows = week.select(pl.len()).collect().item()
    assert matches(page) == (rows, rows)
    assert page.grid.total == rows == drawn(page) > 500
    assert page.bar.span["label"] == "Last 7 days"
    assert faults(page) == []


def test_the_newest_row_is_in_the_window_and_first_in_the_list(page: Explorer, sample: Workbench) -> None:
    newest = sample["EmailEvents"].select(pl.col("Timestamp").max()).collect().item()
    assert page.span.holds(newest)
    assert seen(page, "Timestamp")[0][0] == f"{newest:%Y-%m-%d %H:%M:%S}"


def test_rows_that_are_years_old_are_opened_on_and_their_window_is_said(tmp_path: Path) -> None:
    page = Explorer(opened(tmp_path, "now = 2031-01-01T00:00:00Z", EmailEvents=[mail(at) for at in range(5)]), VIEW)
    assert matches(page) == (5, 5)
    assert page.span.holds(NEWEST)
    assert page.bar.span["label"] == "2026-09-11 11:31 – 2026-09-18 11:31"
    assert page.bar.newest == NEWEST.timestamp() * 1000
    assert page.bar.live is False


def test_a_row_of_the_future_does_not_move_the_window(tmp_path: Path) -> None:
    rows = [mail(0), mail(1, Timestamp=datetime(2099, 1, 1, tzinfo=UTC))]
    page = Explorer(opened(tmp_path, "now = 2026-09-18T12:00:00Z", EmailEvents=rows), VIEW)
    assert matches(page) == (1, 1)


def test_an_empty_store_says_that_nothing_is_held_and_how_to_import(tmp_path: Path) -> None:
    page = Explorer(opened(tmp_path), VIEW)
    assert matches(page) == (0, 0)
    assert "workbench import" in page.grid.empty
    assert "workbench import" in page.chart.empty
    tell(page.filters, "change", tree=condition("LatestLocation", "any_of", "Quarantine"), seq=1)
    tell(page.bar, "export", id="csv")
    tell(page.pivot, "choose", id="DetectionMethods")
    assert faults(page) == []


def test_mail_without_any_other_table_can_be_asked_all_questions(tmp_path: Path) -> None:
    page = Explorer(opened(tmp_path, "now = 'newest'", EmailEvents=[mail(at) for at in range(3)]), VIEW)
    for name, operator, value in (
        ("Clicked", "is", False),
        ("UrlDomain", "none_of", "x"),
        ("LatestLocation", "any_of", EMPTY),
    ):
        tell(page.filters, "change", tree=condition(name, operator, value), seq=1)
        assert (matches(page), faults(page)) == ((3, 3), [])
    page.page()
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    for name, title, told in (("urls", "Clicks", "no click events"), ("timeline", "Not evaluated", "UrlClickEvents")):
        tell(page.panel, "tab", id=name)
        assert told in next(each["text"] for each in page.panel.inside if each["title"] == title)
    assert faults(page) == []


def test_a_window_without_rows_says_where_the_newest_is(page: Explorer) -> None:
    tell(page.bar, "span", text="1999-01-01..1999-01-02")
    assert "the newest is of 2026-09-18 11:28 UTC" in page.grid.empty
    assert (page.grid.total, page.grid.page["rows"]) == (0, [])


def test_a_filter_that_matches_nothing_says_what_was_asked(page: Explorer) -> None:
    tell(page.filters, "change", tree=condition("Subject", "any_of", "no such subject"), seq=1)
    assert matches(page)[0] == 0
    assert "Subject is any of no such subject" in page.grid.empty


def test_a_preview_counts_and_changes_nothing_else(page: Explorer) -> None:
    before = (page.grid.total, page.grid.version, page.chart.version, page.code.version)
    tell(page.filters, "preview", tree=condition("ThreatTypes", "any_of", "Phish"), seq=7)
    assert page.filters.answer == {"seq": 7, "matches": 16, "total": page.grid.total}
    assert (page.grid.total, page.grid.version, page.chart.version, page.code.version) == before


@pytest.mark.parametrize(
    ("tree", "test"),
    [
        (condition("ThreatTypes", "any_of", "Phish"), pl.col("ThreatTypes") == "Phish"),
        (condition("DeliveryAction", "none_of", "Delivered"), pl.col("DeliveryAction") != "Delivered"),
        (condition("UrlCount", "above", 3), pl.col("UrlCount") > 3),
        (
            condition("SenderFromDomain", "any_of", "northgate[.]example"),
            pl.col("SenderFromDomain") == "northgate.example",
        ),
    ],
)
def test_a_filter_changes_chart_list_count_and_query_alike(
    page: Explorer, sample: Workbench, tree: dict[str, Any], test: pl.Expr
) -> None:
    inside = pl.col("Timestamp").is_between(pl.lit(page.span.start), pl.lit(page.span.end), closed="left")
    expected = sample["EmailEvents"].filter(inside, test).select(pl.len()).collect().item()
    tell(page.filters, "change", tree=tree, seq=1)
    assert matches(page)[0] == page.grid.total == drawn(page) == expected > 0
    assert sample.kql(page.code.kql).frame.height == expected


def test_show_query_gives_exactly_the_listed_rows(page: Explorer, sample: Workbench) -> None:
    tell(page.filters, "change", tree=condition("LatestLocation", "any_of", "Quarantine", "Deleted items"), seq=1)
    rows = sample.kql(page.code.kql).frame
    assert rows.height == page.grid.total > 5
    assert seen(page, "Subject") == [each or None for each in rows["Subject"].to_list()][: page.grid.size]
    assert [value if isinstance(value, str) else value[1] for value in seen(page, "RecipientEmailAddress")] == rows[
        "RecipientEmailAddress"
    ].to_list()


@pytest.fixture(scope="module")
def filtered(sample: Workbench) -> Explorer:
    return Explorer(sample, VIEW)


@settings(deadline=None, max_examples=often(20))
@given(st.sampled_from(["all", "any", "none"]), st.lists(trees, min_size=1, max_size=2))
def test_chart_list_export_and_shown_query_count_the_same(
    sample: Workbench, filtered: Explorer, op: str, items: list[Any]
) -> None:
    page = filtered
    tell(page.filters, "change", tree={"op": op, "items": items}, seq=1)
    assert all("There is no value of Delivery action" in fault for fault in faults(page))
    rows = csv.reader(io.StringIO(exported(page, "csv")[1].decode("utf-8-sig")))
    asked = sample.kql(page.code.kql, limits=Limits(rows=100_000)).frame.height
    sliced = ListExport(sample, Listed(page.question, page.shape, page.grid.total), most=50, limits=HERE)
    counts = {page.grid.total, drawn(page), asked, len(list(rows)) - 1, sliced.write(sliced.target(Form.parquet)).rows}
    assert counts == {matches(page)[0]}


@pytest.mark.parametrize(
    "pivot", [*VIEW.pivots[:3], *(pytest.param(each, marks=pytest.mark.slow) for each in VIEW.pivots[3:])]
)
def test_what_is_picked_out_of_any_chart_is_filtered_by(page: Explorer, pivot: str) -> None:
    tell(page.pivot, "choose", id=pivot)
    assert drawn(page) == page.grid.total
    entries = [entry for entry in page.chart.legend if not entry["rest"]]
    for entry in entries[:3]:
        page.filters.set({"op": "all", "items": []})
        tell(page.chart, "pick", code=entry["code"])
        assert (page.chart.fault, page.grid.total) == ("", entry["total"])


def test_a_missing_value_can_be_picked_too(page: Explorer, sample: Workbench) -> None:
    tell(page.pivot, "choose", id="DetectionMethods")
    entry = next(entry for entry in page.chart.legend if entry["label"] == EMPTY)
    tell(page.chart, "pick", code=entry["code"])
    assert page.grid.total == entry["total"]
    assert "isempty(DetectionMethods)" in page.code.kql


def test_what_stands_for_many_is_not_picked(page: Explorer) -> None:
    tell(page.pivot, "choose", id="SenderFromDomain")
    rest = next(entry for entry in page.chart.legend if entry["rest"] or entry["label"] == "Other")
    before = page.filters.tree
    tell(page.chart, "pick", code=rest["code"])
    assert page.filters.tree == before


def test_picking_narrows_a_filter_and_can_be_undone(page: Explorer) -> None:
    either = {
        "op": "any",
        "items": condition("UrlCount", "above", 0)["items"] + condition("UrlCount", "equals", 0)["items"],
    }
    tell(page.filters, "change", tree=either, seq=1)
    whole = page.grid.total
    entry = page.chart.legend[0]
    tell(page.chart, "pick", code=entry["code"])
    assert page.filters.tree["op"] == "all"
    assert page.filters.tree["items"][0] == either
    assert page.grid.total == entry["total"]
    tell(page.filters, "step", at=page.filters.steps["at"] - 1)
    assert (page.filters.tree, page.grid.total) == (either, whole)


def test_a_value_of_a_list_that_came_after_the_page_was_opened_can_be_typed(tmp_path: Path) -> None:
    workbench = opened(tmp_path, "now = 'newest'", EmailEvents=[mail(at) for at in range(3)])
    page = Explorer(workbench, VIEW)
    put(workbench, "later", EmailEvents=[mail(7, DeliveryAction="Redirected")])
    tell(page.filters, "change", tree=condition("DeliveryAction", "any_of", "redirected"), seq=1)
    assert page.filters.sentence == "Delivery action is any of Redirected"
    assert (matches(page)[0], faults(page)) == (1, [])
    tell(page.filters, "change", tree=condition("DeliveryAction", "any_of", "Deliverd"), seq=2)
    assert "Did you mean Delivered" in page.filters.fault
    assert matches(page)[0] == 1


def test_a_pasted_report_is_one_filter_that_keeps_what_has_one_of_its_indicators(
    page: Explorer, sample: Workbench
) -> None:
    mails = sample["EmailEvents"].filter(pl.col("Timestamp") >= page.span.start, pl.col("Timestamp") < page.span.end)
    held = mails.select("SenderFromDomain", "SenderFromAddress", "NetworkMessageId").collect()
    domain, address, number = held["SenderFromDomain"][0], held["SenderFromAddress"][50], held["NetworkMessageId"][99]
    tell(page.filters, "paste", seq=1, text=f"seen: {defang(domain)}, <{address}>; {number} payload.exe")
    assert page.filters.pasted["said"].endswith("1 not read: payload.exe; 1 other word passed over")
    tell(page.filters, "change", seq=2, tree={"op": "all", "items": [page.filters.pasted["group"]]})
    at_least = held.filter(
        (pl.col("SenderFromDomain") == domain)
        | (pl.col("SenderFromAddress") == address)
        | (pl.col("NetworkMessageId") == number)
    ).height
    assert matches(page)[0] >= at_least > 0
    assert (page.grid.total, drawn(page), faults(page)) == (matches(page)[0], matches(page)[0], [])


def test_ten_thousand_hashes_are_asked_for_and_shown_in_the_query(page: Explorer) -> None:
    hashes = [f"{at:064x}" for at in range(10_000)]
    tell(page.filters, "change", seq=1, tree=condition("AttachmentSHA256", "none_of", *hashes))
    assert (faults(page), page.filters.fault) == ([], "")
    assert matches(page)[0] == matches(page)[1]
    assert page.code.kql.count(hashes[-1]) == 1
    assert "filter" not in page.address.state


def test_a_brush_sets_the_window(page: Explorer) -> None:
    start, day = page.span.start, timedelta(days=1)
    ends = {"from": (start + day).timestamp() * 1000, "to": (start + 2 * day).timestamp() * 1000}
    tell(page.chart, "brush", **ends)
    assert page.span.start <= start + day
    assert page.span.length < 2 * day
    assert page.grid.total == drawn(page) == matches(page)[1]
    assert page.bar.span["from"] == page.span.start.timestamp() * 1000
    tell(page.chart, "brush")
    assert page.chart.fault == ""


def test_every_page_of_the_list_is_reached_and_none_twice(page: Explorer) -> None:
    ids: list[Any] = []
    for offset in range(0, page.grid.total, 200):
        tell(page.grid, "page", offset=offset, size=200)
        rows = page.grid._page.rows
        ids += rows.select("NetworkMessageId", "RecipientEmailAddress").rows()
    assert len(ids) == len(set(ids)) == page.grid.total


def test_the_list_is_sorted_by_any_column(page: Explorer) -> None:
    for column in (shown.field for shown in VIEW.columns):
        tell(page.grid, "sort", column=column, descending=True)
        assert page.grid.fault == ""
        values = [value for value in page.grid._page.rows[column].to_list() if value is not None]
        assert values == sorted(values, reverse=True), column


def test_the_pivot_and_the_window_outlast_each_other(page: Explorer) -> None:
    tell(page.pivot, "choose", id="EmailDirection")
    tell(page.bar, "span", text="2026-09-16..2026-09-16")
    assert page.pivot.chosen == "EmailDirection"
    assert {entry["label"] for entry in page.chart.legend} <= {"Inbound", "Outbound", "Intra-org", "Unknown"}
    assert page.span.length == timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01..2026-13-02", "2026-09-18..2026-09-01", "999999d", "7d\x00"]
)
def test_a_window_that_is_none_is_refused_in_words_and_leaves_the_page(page: Explorer, text: str) -> None:
    before = (page.span, page.grid.total)
    tell(page.bar, "span", text=text)
    assert page.bar.fault
    assert (page.span, page.grid.total) == before


def test_a_csv_holds_all_filtered_rows_and_not_the_page(page: Explorer, sample: Workbench) -> None:
    name, data = exported(page, "csv")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == page.grid.total > page.grid.size
    assert [row["NetworkMessageId"] for row in rows] == sample.kql(page.code.kql).frame["NetworkMessageId"].to_list()
    assert name.startswith("all_email_20260911_20260918")


def test_a_csv_holds_the_chosen_columns_of_the_filtered_rows(page: Explorer) -> None:
    tell(page.filters, "change", tree=condition("ThreatTypes", "any_of", "Malware"), seq=1)
    tell(page.grid, "columns", visible=["Subject", "DMARC"])
    _, data = exported(page, "csv")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert list(rows[0])[:3] == ["Timestamp", "Subject", "DMARC"]
    assert len(rows) == page.grid.total == 2


def test_parquet_holds_the_same_rows_without_loss(page: Explorer, sample: Workbench) -> None:
    tell(page.filters, "change", tree=condition("ThreatTypes", "any_of", "Phish"), seq=1)
    name, data = exported(page, "parquet")
    frame = pl.read_parquet(io.BytesIO(data))
    assert frame.equals(sample.kql(page.code.kql).frame)
    assert name.endswith(".parquet")


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    rows = [mail(at, Subject=text, SenderFromAddress=text) for at, text in enumerate(FORMULAS)]
    page = Explorer(opened(tmp_path, "now = 'newest'", EmailEvents=rows), VIEW)
    _, data = exported(page, "csv")
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    assert len(cells) > len(FORMULAS) * 8
    assert [
        cell for cell in cells if cell.lstrip("\ufeff \u200b").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    ] == []
    assert sum("1+1" in cell for cell in cells) == 4


def test_an_unknown_format_is_passed_over(page: Explorer) -> None:
    with sent(page.bar) as messages:
        tell(page.bar, "export", id="exe")
    assert [m for m, _ in messages if m.get("method") == "custom"] == []


def test_what_the_page_shows_stands_in_its_address_and_an_address_restores_it(
    page: Explorer, sample: Workbench
) -> None:
    tell(page.bar, "span", text="30d")
    tell(page.filters, "change", tree=condition("ThreatTypes", "any_of", "Phish"), seq=1)
    tell(page.pivot, "choose", id="DMARC")
    other = Explorer(sample, VIEW)
    tell(other.address, "arrive", state=dict(page.address.state))
    assert (other.span, other.filters.tree, other.pivot.chosen) == (page.span, page.filters.tree, "DMARC")
    assert (other.grid.total, other.code.kql) == (page.grid.total, page.code.kql)
    assert other.address.state == page.address.state


def test_an_address_without_a_filter_has_none(page: Explorer) -> None:
    whole = page.grid.total
    tell(page.filters, "change", tree=condition("ThreatTypes", "any_of", "Phish"), seq=1)
    tell(page.address, "arrive", state={"span": "7d"})
    assert (page.filters.tree["items"], page.grid.total) == ([], whole)


@pytest.mark.parametrize(
    "state",
    [
        {"span": "30d", "filter": "{"},
        {"span": "30d", "filter": "[]"},
        {"span": "30d", "filter": json.dumps(condition("Nothing", "any_of", "x"))},
        {"span": "30d", "filter": json.dumps(condition("Subject", "above", 1))},
        {"span": "30d", "filter": json.dumps(condition("DeliveryAction", "any_of", "<script>"))},
        {"span": "rubbish", "filter": json.dumps(condition("ThreatTypes", "any_of", "Phish"))},
    ],
)
def test_an_address_that_cannot_be_read_says_so_where_it_is_seen_and_the_page_agrees_with_itself(
    page: Explorer, state: dict[str, str]
) -> None:
    tell(page.address, "arrive", state={**state, "by": "no such"})
    assert page.filters.fault
    assert page.pivot.chosen in VIEW.pivots
    assert page.bar.span["from"] == page.span.start.timestamp() * 1000
    assert page.grid.total == drawn(page) == matches(page)[0]
    assert page.address.state["span"] == page.bar.span["text"]


@pytest.mark.parametrize(
    "state",
    [
        {"filter": json.dumps(condition("Subject", "matches", "("))},
        {"view": "phish", "span": "-5d"},
        {"view": "phish", "filter": json.dumps(condition("Nothing", "any_of", "x"))},
        {"span": "0001-01-01..9999-12-31"},
        {"span": "9999-12-30..9999-12-31"},
        {"span": "0001-01-01..0001-01-02", "compare": "1"},
    ],
)
def test_what_an_address_asks_in_vain_changes_nothing_and_is_forgotten_with_the_next(
    page: Explorer, state: dict[str, str]
) -> None:
    page.filters.set(condition("ThreatTypes", "any_of", "Phish"))
    before, rows = page.shape, page.grid.page["ids"]
    tell(page.address, "arrive", state=state)
    assert page.filters.fault
    assert (page.shape, page.grid.page["ids"]) == (before, rows)
    assert page.grid.total == drawn(page) == matches(page)[0]
    tell(page.address, "arrive", state={"view": "all_email"})
    assert not page.filters.fault


@settings(deadline=None, max_examples=often(8))
@given(st.dictionaries(st.sampled_from(["span", "filter", "by", "x"]), texts | junk, max_size=4))
def test_any_address_leaves_a_page_that_makes_sense(sample: Workbench, state: dict[str, Any]) -> None:
    page = Explorer(sample, VIEW)
    tell(page.address, "arrive", state=state)
    assert page.grid.total == drawn(page) == matches(page)[0]


def test_a_row_opens_its_message_beside_the_list(page: Explorer) -> None:
    tell(page.filters, "change", tree=condition("Subject", "starts_with", "Your mailbox is 98% full"), seq=1)
    page.page()
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    assert page.panel.opened
    assert page.panel.place == f"1 of {page.grid.total}"
    assert page.panel.title.startswith("Your mailbox is 98% full")
    tell(page.panel, "step", by=1)
    assert page.panel.place == f"2 of {page.grid.total}"


def test_a_fact_of_a_message_is_followed_into_the_filter(page: Explorer) -> None:
    tell(page.filters, "change", tree=condition("Subject", "contains", "98% full: 14"), seq=1)
    page.page()
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    section, facts = next((at, each) for at, each in enumerate(page.panel.sections) if each["title"] == "Message")
    pair = next(at for at, each in enumerate(facts["pairs"]) if each["pivot"] == "SenderFromDomain")
    tell(page.panel, "pivot", section=section, pair=pair)
    assert page.filters.tree["items"][-1]["values"] == ["postbox-care.example"]
    assert page.panel.opened is False


def test_a_row_whose_message_is_gone_is_said(tmp_path: Path) -> None:
    page = Explorer(opened(tmp_path, "now = 'newest'", EmailEvents=[mail(0, NetworkMessageId="")]), VIEW)
    page.page()
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    assert [(each["title"], each.get("text")) for each in page.panel.sections][1:] == [("Message", NOT_HELD)]
    labels = {pair["label"] for pair in page.panel.sections[0]["pairs"]}
    assert {"Date", "Subject", "Sender address", "Recipient"} <= labels


def test_hostile_values_reach_the_browser_as_text_with_their_tricks_shown(tmp_path: Path) -> None:
    rows = [mail(0, Subject="<img src=x onerror=alert(1)>\u202egpj.exe", SenderFromDomain="evil\u200b.example")]
    page = Explorer(opened(tmp_path, "now = 'newest'", EmailEvents=rows), VIEW)
    tell(page.pivot, "choose", id="SenderFromDomain")
    tell(page.chart, "pick", code=page.chart.legend[0]["code"])
    assert page.grid.total == 1
    cell = seen(page, "Subject")[0]
    assert "\u202e" not in (cell if isinstance(cell, str) else cell[0])
    assert "\u200b" not in page.chart.legend[0]["label"]


def test_spellings_of_the_data_are_filtered_by_as_one(tmp_path: Path) -> None:
    actions = ("Delivered", "delivered", "DELIVERED", "Blocked", "")
    rows = [mail(at, DeliveryAction=action, DeliveryLocation=place) for at, (action, place) in
            enumerate(zip(actions, ("JunkFolder", "Junk folder", "junk-folder", "", "Attic"), strict=True))]  # fmt: skip
    page = Explorer(opened(tmp_path, "now = 'newest'", EmailEvents=rows), VIEW)
    assert {entry["label"]: entry["total"] for entry in page.chart.legend} == {"Delivered": 3, "Blocked": 1, EMPTY: 1}
    tell(page.pivot, "choose", id="LatestLocation")
    labels = {entry["label"]: entry for entry in page.chart.legend}
    assert {label: entry["total"] for label, entry in labels.items()} == {"Junk folder": 3, "Attic": 1, EMPTY: 1}
    for label in labels:
        page.filters.set({"op": "all", "items": []})
        entry = next(each for each in page.chart.legend if each["label"] == label)
        tell(page.chart, "pick", code=entry["code"])
        assert (page.chart.fault, page.grid.total) == ("", entry["total"])


def test_an_unknown_view_is_answered_with_the_nearest(sample: Workbench) -> None:
    with pytest.raises(UnknownName, match="Did you mean all_email"):
        explorer(sample, "all_emails")


def test_no_widget_is_told_more_than_a_page(page: Explorer) -> None:
    assert len(wire(page.grid)) < 100_000
    assert len(wire(page.chart)) < 100_000


def test_refreshing_an_open_page_shows_what_came_meanwhile(tmp_path: Path) -> None:
    workbench = opened(tmp_path, 'now = "newest"', EmailEvents=[mail(1)])
    page = Explorer(workbench, views()["all_email"])
    before = page.bar.newest
    opened(tmp_path, 'now = "newest"', EmailEvents=[mail(-3)])
    tell(page.bar, "refresh")
    assert page.grid.total == 2
    assert page.bar.newest == before + 4 * 3_600_000
    assert page.bar.span["text"] == "7d"


def test_the_list_writes_our_own_senders_as_they_are_and_strangers_defanged(tmp_path: Path) -> None:
    rows = [
        mail(0, SenderFromAddress="eva.o@northgate.example"),
        mail(1, SenderFromAddress="eva@northgate.example.out.example"),
    ]
    (tmp_path / "organisation.yml").write_text("domains: [northgate.example]\n")
    page = Explorer(opened(tmp_path, "now = 'newest'", EmailEvents=rows), VIEW)
    ours, theirs = seen(page, "SenderFromAddress")
    assert ours == "eva.o@northgate.example"
    assert theirs[0] == "eva@northgate[.]example[.]out[.]example"


def test_the_box_answers_in_place_of_the_view_and_its_question_stays_in_the_address(page: Explorer) -> None:
    page.box.limits = Limits(rows=100)
    total = page.grid.total
    tell(page.box, "run", text="EmailEvents | summarize n = count() by bin(Timestamp, 1d) | render timechart")
    assert page.address.state["kql"].startswith("EmailEvents | summarize")
    assert page.grid.total == total
    assert shown(page) == ["reply.head", "reply.answer"]
    tell(page.box, "view")
    assert page.box.text == page.code.kql
    tell(page.reply.head, "action", id="back")
    assert "kql" not in page.address.state
    assert shown(page) == ["bar", "shown"]
    arrived = {"kql": "print n = 7", "by": "DeliveryAction"}
    tell(page.address, "arrive", state=arrived)
    assert (page.box.text, page.box.facts[0]) == ("print n = 7", "1 row")
    tell(page.address, "arrive", state={"by": "DeliveryAction"})
    assert shown(page) == ["bar", "shown"]


def shown(page: Explorer) -> list[str]:
    """The parts under one another that can be seen."""
    parts = {"bar": page.bar, "reply.head": page.reply.head, "reply.answer": page.reply.answer, "shown": page.shown}
    return [name for name, part in parts.items() if part.layout.display != "none"]


@pytest.mark.parametrize("name", views())
def test_every_view_counts_its_rows_alike_in_chart_list_query_and_export(sample: Workbench, name: str) -> None:
    page = Explorer(sample, views()[name])
    tell(page.bar, "span", text="2020-01-01..2027-01-01")
    rows = sample.kql(page.code.kql).frame.height
    assert (matches(page), page.grid.total, drawn(page)) == ((rows, rows), rows, rows)
    _, data = exported(page, "parquet")
    assert pl.read_parquet(io.BytesIO(data)).height == rows
    assert faults(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", views())
def test_every_chart_of_every_view_counts_all_rows(sample: Workbench, name: str) -> None:
    page = Explorer(sample, views()[name])
    tell(page.bar, "span", text="2020-01-01..2027-01-01")
    for pivot in page.view.pivots:
        tell(page.pivot, "choose", id=pivot)
        assert (drawn(page), page.pivot.fault) == (page.grid.total, "")


def test_another_view_is_chosen_and_keeps_the_window(page: Explorer) -> None:
    tell(page.bar, "span", text="2026-09-15..2026-09-17")
    tell(page.filters, "change", tree=condition("Subject", "contains", "a"), seq=1)
    tell(page.views, "choose", id="url_clicks")
    assert (page.view.name, page.bar.title, page.bar.span["text"]) == (
        "url_clicks",
        "URL clicks",
        "2026-09-15..2026-09-17",
    )
    assert page.filters.tree["items"] == []
    assert page.address.state["view"] == "url_clicks"
    assert "UrlClickEvents" in page.code.kql
    tell(page.views, "choose", id="all_email")
    assert page.view is VIEW


def test_the_parts_of_the_view_before_are_gone(page: Explorer) -> None:
    before = [page.filters, page.grid, page.chart, page.panel, page.other]
    page.page()
    tell(page.views, "choose", id="phish")
    assert [each.comm for each in before] == [None] * len(before)
    assert page.grid.comm is not None


def test_malware_and_phish_hold_what_was_called_so_then_or_later(sample: Workbench) -> None:
    for name, threat in (("malware", "Malware"), ("phish", "Phish")):
        page = Explorer(sample, views()[name])
        tell(page.bar, "span", text="2020-01-01..2027-01-01")
        told = pl.col("ThreatTypes").str.contains(threat)
        later = sample["EmailPostDeliveryEvents"].filter(told | pl.col("ActionType").str.contains(threat))
        ids = later.select("NetworkMessageId").collect()["NetworkMessageId"].implode()
        rows = sample["EmailEvents"].filter(told | pl.col("NetworkMessageId").is_in(ids)).collect()
        assert page.grid.total == rows.height > 0


def listed(page: Explorer) -> list[list[Any]]:
    return [[each[1] if isinstance(each, list) else each for each in row] for row in page.other.page["rows"]]


def test_the_urls_of_the_matching_messages_are_listed_with_what_became_of_them(
    sample: Workbench, page: Explorer
) -> None:
    tell(page.filters, "change", tree=condition("ThreatTypes", "any_of", "Phish"), seq=1)
    tell(page.lists, "choose", id="top_urls")
    inside = (pl.col("Timestamp") >= page.span.start) & (pl.col("Timestamp") < page.span.end)
    mails = sample["EmailEvents"].filter(inside, pl.col("ThreatTypes") == "Phish")
    urls = sample["EmailUrlInfo"].select("NetworkMessageId", "Url").unique()
    both = mails.join(urls, on="NetworkMessageId")
    action = pl.col("DeliveryAction")
    counts = [(action == name).sum().alias(name) for name in ("Blocked", "Junked", "Delivered", "Replaced")]
    expected = both.group_by("Url").agg(pl.len().alias("Messages"), *counts).collect()
    found = {row[0]: tuple(int(str(each).replace(",", "")) for each in row[1:]) for row in listed(page)}
    assert found == {row[0]: row[1:] for row in expected.rows()}
    assert page.other.total == expected.height > 3
    assert "EmailUrlInfo" in page.code.kql


def test_an_entry_of_a_list_is_followed_to_its_rows(page: Explorer) -> None:
    tell(page.lists, "choose", id="targeted_people")
    first = listed(page)[0]
    page.page()
    tell(page.other, "open", id=page.other.page["ids"][0])
    assert page.lists.chosen == "rows"
    assert page.filters.tree == condition("RecipientEmailAddress", "any_of", first[0])
    assert page.grid.total >= int(first[1])


def test_a_country_on_the_map_of_origins_is_followed_to_its_rows(page: Explorer) -> None:
    tell(page.lists, "choose", id="origins")
    shown = page.parts.map(print)
    assert shown in page.parts._listed.children
    assert "Made up for the demo" in shown.caption
    counted = {row[0]: row[1] for row in listed(page)}
    assert {each["label"]: f"{each['count']:,}" for each in shown.countries} == {
        name: count for name, count in counted.items() if name != "(none)"
    }
    first = shown.countries[0]
    tell(shown, "pick", code=first["code"])
    assert page.lists.chosen == "rows"
    assert page.filters.tree == condition("SenderCountry", "any_of", first["label"])
    assert page.grid.total >= first["count"]
    assert shown not in page.parts._listed.children


def test_every_list_of_every_view_shows_its_rows_and_its_query_gives_them(sample: Workbench) -> None:
    for view in views().values():
        page = Explorer(sample, view)
        tell(page.bar, "span", text="2020-01-01..2027-01-01")
        for name in view.tabs:
            tell(page.lists, "choose", id=name)
            assert sample.kql(page.code.kql).frame.height == page.other.total, name
            assert (page.other.page["rows"] == []) is (page.other.total == 0)
            assert page.lists.fault == ""
        assert faults(page) == []


@pytest.mark.slow
def test_every_list_is_sorted_by_each_of_its_columns(sample: Workbench) -> None:
    for view in views().values():
        page = Explorer(sample, view)
        for name in view.tabs:
            tell(page.lists, "choose", id=name)
            for heading in page.other.columns:
                tell(page.other, "sort", column=heading["name"], descending=True)
                assert page.other.fault == ""


def test_a_list_without_rows_says_why(page: Explorer) -> None:
    tell(page.views, "choose", id="malware")
    tell(page.bar, "span", text="1999-01-01..1999-01-02")
    tell(page.lists, "choose", id="malware_families")
    assert (page.other.total, "the newest is of" in page.other.empty) == (0, True)


def test_an_address_leads_to_view_and_list(page: Explorer, sample: Workbench) -> None:
    tell(page.views, "choose", id="phish")
    tell(page.bar, "span", text="2026-09-11..2026-09-19")
    tell(page.lists, "choose", id="top_urls")
    other = Explorer(sample, VIEW)
    tell(other.address, "arrive", state=dict(page.address.state))
    assert (other.view.name, other.lists.chosen, other.span) == ("phish", "top_urls", page.span)
    assert other.other.page == page.other.page


@pytest.mark.parametrize(("name", "near"), [("phsh", "phish"), ("<img src=x>", "no view named")])
def test_an_address_with_an_unknown_view_is_answered_with_the_nearest(page: Explorer, name: str, near: str) -> None:
    tell(page.address, "arrive", state={"view": name, "filter": "x"})
    assert page.view is VIEW
    assert near in page.filters.fault


def test_a_row_that_is_no_message_is_shown_by_its_labels(sample: Workbench) -> None:
    page = Explorer(sample, views()["audit_events"])
    tell(page.bar, "span", text="2020-01-01..2027-01-01")
    page.page()
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    facts, *blocks = page.panel.sections
    assert ("Raw record", '{\n "') in [(each["title"], each["text"][:4]) for each in blocks]
    labels = [pair["label"] for pair in facts["pairs"]]
    assert labels[:2] == ["Date", "Action"]
    action = labels.index("Action")
    tell(page.panel, "pivot", section=0, pair=action)
    assert page.filters.tree["items"][0]["property"] == "ActionType"


def test_a_click_opens_the_message_it_was_made_in(sample: Workbench) -> None:
    page = Explorer(sample, views()["url_clicks"])
    tell(page.bar, "span", text="2020-01-01..2027-01-01")
    page.page()
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    titles = [section["title"] for section in page.panel.sections]
    assert titles[0] == "Row"
    assert "Delivery" in titles


def test_the_query_shown_follows_order_and_columns(page: Explorer, sample: Workbench) -> None:
    tell(page.grid, "sort", column="Subject", descending=False)
    tell(page.grid, "columns", visible=["Subject"])
    frame = sample.kql(page.code.kql).frame
    assert frame["Subject"].to_list() == sorted(frame["Subject"])
    assert "SenderFromAddress" not in frame.columns
    tell(page.lists, "choose", id="top_urls")
    tell(page.other, "sort", column="Url", descending=True)
    assert "sort by Url desc" in page.code.kql


def arrives(workbench: Workbench, number: int) -> None:
    schema = declared(table("EmailEvents"))
    row = mail(
        0, NetworkMessageId=f"new{number}", Timestamp=NEWEST + timedelta(minutes=number), Subject=f"new {number}"
    )
    frame = pl.DataFrame([{**dict.fromkeys(schema), **row}], schema=schema, orient="row")
    Store(workbench.workspace.store).write("EmailEvents", frame, Batch("test", 100 + number))


def test_a_followed_page_shows_what_arrives_newest_first(tmp_path: Path) -> None:
    workbench = opened(tmp_path, "now = 'newest'", EmailEvents=[mail(at) for at in range(3)])
    page = Explorer(workbench, VIEW)
    arrives(workbench, 1)
    tell(page.bar, "tick")
    assert page.grid.total == 3
    tell(page.bar, "follow", on=True)
    before = page.grid.version
    tell(page.bar, "tick")
    assert (page.grid.total, page.bar.newest) == (4, (NEWEST + timedelta(minutes=1)).timestamp() * 1000)
    assert seen(page, "Subject")[0] == "new 1"
    last = page.grid.version
    tell(page.bar, "tick")
    assert before < page.grid.version == last, "nothing new: nothing is asked"
    tell(page.bar, "follow", on=False)
    arrives(workbench, 2)
    tell(page.bar, "tick")
    assert page.grid.total == 4


def test_a_followed_page_sees_what_its_filters_ask_of_other_tables(tmp_path: Path) -> None:
    workbench = opened(tmp_path, "now = 'newest'", EmailEvents=[mail(at) for at in range(3)])
    page = Explorer(workbench, VIEW)
    page.filters.set(condition("ClickAction", "is_not_empty"))
    tell(page.bar, "follow", on=True)
    click = {"Timestamp": NEWEST, "NetworkMessageId": "m1", "ActionType": "ClickAllowed", "Url": "http://a.test/"}
    put(workbench, "later", UrlClickEvents=[click])
    tell(page.bar, "tick")
    assert page.grid.total == 1


def test_a_list_that_somebody_reads_stays_while_the_count_goes_on(tmp_path: Path) -> None:
    workbench = opened(tmp_path, "now = 'newest'", EmailEvents=[mail(at) for at in range(3)])
    page = Explorer(workbench, VIEW)
    page.page()
    tell(page.bar, "follow", on=True)
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    arrives(workbench, 1)
    tell(page.bar, "tick")
    assert (page.panel.opened, page.grid.total, matches(page)) == (True, 3, (4, 4))
    tell(page.bar, "tick")
    assert page.grid.total == 3
    tell(page.panel, "close")
    tell(page.bar, "tick")
    assert page.grid.total == 4, "once nobody is at it the list follows, though nothing more came"


def opens(page: Explorer, kind: str) -> None:
    """Follow the first value of a kind in the facts that stay."""
    for at, section in enumerate(page.panel.sections):
        for row, pair in enumerate(section.get("pairs", ())):
            if pair["kind"] == kind and pair["cell"]:
                tell(page.panel, "open", section=at, row=row, column=0)
                return
    raise AssertionError(f"no {kind} among the facts")


@pytest.mark.parametrize(("kind", "title"), [("address", "Sender"), ("domain", "Domain"), ("ip", "IP address")])
def test_a_value_of_a_message_leads_to_what_is_known_of_it_and_back(page: Explorer, kind: str, title: str) -> None:
    page.page()
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    before = page.panel.title, page.panel.sections, page.panel.tabs
    opens(page, kind)
    assert (page.panel.subtitle.casefold(), page.panel.fault) == (title.casefold(), "")
    assert "Prevalence" in [section["title"] for section in page.panel.sections]
    opens(page, kind)
    for _ in range(2):
        tell(page.panel, "action", id="back")
    assert (page.panel.title, page.panel.sections, page.panel.tabs) == before
    tell(page.panel, "action", id="back")
    assert page.panel.title == before[0]


def test_the_list_is_filtered_by_an_entity(page: Explorer) -> None:
    page.page()
    tell(page.grid, "open", id=page.grid.page["ids"][0])
    opens(page, "address")
    tell(page.panel, "action", id="filter")
    [item] = page.filters.tree["items"]
    assert (item["property"], page.grid.total > 0) == ("SenderFromAddress", True)


@pytest.mark.parametrize("name", views())
def test_values_of_every_view_have_a_field_to_filter_by(name: str) -> None:
    view = views()[name]
    for kind in {shown.kind for shown in view.columns} & set(OPENED):
        assert view.field(field_of(view, kind)).group
