"""The shipped notebooks over the sample organisation, as a reader and an analyst see them."""

import csv
import io
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import open_to_all, source
from tests.browser.conftest import Visitor, redrawn
from tests.browser.test_lab import choose_theme, run
from tests.browser.whole import whole
from workbench.apps.session import open_workbench
from workbench.base.config import Workspace
from workbench.views.explorer import tabs, views
from workbench.views.publish.serve import apps

pytestmark = pytest.mark.browser

BODY_PHRASES = ("Your mailbox has reached", "keep your messages")
HOSTILE = "hostile.example"


@pytest.fixture(scope="module")
def home(northgate: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the sample workspace, since serving it writes copies of the notebooks into it."""
    there = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(northgate.home, there, symlinks=True)
    return Workspace(there)


@pytest.fixture(scope="module")
def addresses(
    home: Workspace, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Mapping[str, str]]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp("jupyter") / name.lower()))
        with apps(home, lab=pytestconfig.getoption("--all")) as served:
            yield served


@pytest.fixture
def reader(chromium: Browser, addresses: Mapping[str, str]) -> Iterator[Visitor]:
    held = Visitor(chromium, addresses)
    yield held
    held.close()


@pytest.fixture(scope="module")
def explorer(chromium: Browser, addresses: Mapping[str, str]) -> Iterator[Page]:
    """The Explorer over the sample, opened once: each test leaves it as it found it."""
    held = Visitor(chromium, addresses)
    try:
        page = held.open("Explorer")
        yield page
        held.seen.nothing(page)
    finally:
        held.close()


@pytest.fixture(scope="module")
def dashboard(chromium: Browser, addresses: Mapping[str, str]) -> Iterator[Page]:
    """The Dashboard over the sample, opened once for the tests that only look."""
    held = Visitor(chromium, addresses)
    try:
        page = held.open("Dashboard", page=held.new(viewport={"width": 1280, "height": 800}))
        yield page
        held.seen.nothing(page)
    finally:
        held.close()


def rows_of(home: Workspace, text: str) -> pl.DataFrame:
    return open_workbench(home.home).kql(text).frame


def counted(page: Page) -> int:
    return int(page.locator(".wb-grid-count").inner_text().split()[0].replace(",", ""))


TABS = {
    "Timeline": "Original delivery",
    "Analysis": "playbook run phish_triage -p message=",
    "Attachments": "Nothing is attached.",
    "URL": "Clicks",
    "Similar emails": "similar text",
    "Headers": "Hops, oldest first",
    "Source": "each look is recorded",
    "Devices": "Devices of its recipients",
}
"""The tabs of a message of the campaign, and something that each tells of it."""


def opened_tab(page: Page, name: str) -> str:
    """The text of a tab of the message that is open."""
    page.locator(".wb-panel-tabs").get_by_role("tab", name=name).click()
    page.wait_for_function("document.querySelector('.wb-panel-inside').getAttribute('aria-busy') === 'false'")
    return page.locator(".wb-panel-inside").inner_text()


def add_filter(page: Page, name: str, values: str) -> None:
    """Make a filter by keyboard and wait for the list to follow."""
    page.get_by_role("button", name="Add filter").click()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.locator(".wb-popup textarea, .wb-popup input[type=text]").last.fill(values)
    redrawn(page, page.get_by_role("button", name="Apply").click)


@pytest.mark.slow
def test_the_explorer_opens_on_rows_and_says_of_which_days(explorer: Page, home: Workspace) -> None:
    page = explorer
    window = rows_of(home, "EmailEvents | where Timestamp > datetime(2026-09-11 11:29) | count").item()
    assert counted(page) == window > 500
    assert page.locator(".wb-grid tbody tr").first.is_visible()
    assert page.locator(".wb-chart svg.marks").count() == 1
    expect(page.locator(".wb-bar").first).to_contain_text("Data through 2026-09-18")


def test_a_legend_entry_filters_the_list_and_the_query_says_so(explorer: Page, home: Workspace) -> None:
    page = explorer
    redrawn(page, page.locator(".wb-chart .wb-key", has_text="Junked").click)
    asked = "EmailEvents | where Timestamp > datetime(2026-09-11 11:29) and DeliveryAction =~ 'Junked' | count"
    assert counted(page) == rows_of(home, asked).item()
    page.get_by_text("Show query").click()
    text = page.locator(".wb-code pre").first.inner_text()
    assert "DeliveryAction" in text
    assert rows_of(home, text).height == counted(page)
    page.get_by_text("Show query").click()
    redrawn(page, page.get_by_role("button", name="Clear all").click)


@pytest.mark.slow
def test_the_window_and_filter_stand_in_the_address(reader: Visitor, explorer: Page) -> None:
    page = explorer
    redrawn(page, page.locator(".wb-chart .wb-key", has_text="Junked").click)
    page.wait_for_function("location.hash.includes('filter')")
    there, before = page.evaluate("location.hash"), counted(page)
    again = reader.open("Explorer", there)
    expect(again.locator(".wb-filter-bar, .wb-filter_bar").first).to_contain_text("Junked")
    again.wait_for_function(f"parseInt(document.querySelector('.wb-grid-count').textContent) === {before}")
    redrawn(page, page.get_by_role("button", name="Clear all").click)


def test_one_column_by_another_is_read_and_filtered_by_keys(explorer: Page) -> None:
    page = explorer
    redrawn(page, page.get_by_role("radio", name="Cross table").click, ".wb-cross")
    assert page.locator(".wb-chart").is_hidden()
    page.locator(".wb-cross thead button").first.focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    cell = page.locator(".wb-cross td:focus")
    count = int(cell.inner_text().replace(",", ""))
    assert cell.evaluate("each => getComputedStyle(each).backgroundColor") != "rgb(255, 255, 255)"
    redrawn(page, lambda: page.keyboard.press("Enter"))
    assert counted(page) == count > 0
    assert page.locator(".wb-chip-values").count() == 2
    page.locator(".wb-cross").get_by_role("button", name="Copy").click()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[-1].split("\t") == ["Total", str(count), str(count)]
    redrawn(page, page.get_by_role("button", name="Clear all").click)
    redrawn(page, page.get_by_role("radio", name="Over time").click, ".wb-chart")
    assert page.locator(".wb-cross").is_hidden()


@pytest.mark.slow
def test_bars_are_chosen_and_the_time_before_is_an_outline(explorer: Page) -> None:
    page = explorer
    bars = page.get_by_label("Bars")
    assert bars.locator("option[disabled]").first.inner_text() == "5 min (2,016 bars, 400 at most)"
    redrawn(page, lambda: bars.select_option("1d"), ".wb-chart")
    toggle = page.get_by_role("button", name="Compare with the time before")
    redrawn(page, toggle.click, ".wb-chart")
    expect(page.locator(".wb-chart .wb-caption")).to_contain_text("per day · ")
    expect(page.locator(".wb-chart .wb-key").last).to_contain_text("Time before")
    two_days = "location.hash = '#span=2026-09-16..2026-09-17&compare=yes&bins=6h'"
    redrawn(page, lambda: page.evaluate(two_days), ".wb-chart")
    expect(page.locator(".wb-chart svg.marks .mark-line path")).to_have_count(1)
    assert (bars.input_value(), toggle.get_attribute("aria-pressed")) == ("6h", "true")
    redrawn(page, lambda: page.evaluate("location.hash = '#view=all_email&span=7d&by=DeliveryAction'"), ".wb-chart")
    expect(page.locator(".wb-chart svg.marks .mark-line path")).to_have_count(0)


def test_a_message_opens_beside_the_list_with_links_defanged_and_no_body(reader: Visitor) -> None:
    page = reader.open(
        "Explorer",
        '#filter={"op":"all","items":[{"property":"SenderFromDomain","operator":"any_of","values":["mailbox-upkeep.example","mail-upkeep.example"]}]}',
    )
    redrawn(page, page.locator(".wb-open").first.click, ".wb-panel")
    panel = page.locator(".wb-panel")
    assert panel.locator(".wb-panel-fixed h3").all_inner_texts() == ["Delivery", "Message"]
    read = {name: opened_tab(page, name) for name in TABS}
    for name, told in TABS.items():
        assert told in read[name], name
    assert "hxxp" in read["URL"]
    assert panel.locator("a[href]").count() == 0
    assert not [phrase for phrase in BODY_PHRASES if phrase in page.content()]
    reader.seen.nothing(page)


def test_the_explorer_with_a_message_open_is_open_to_all(explorer: Page) -> None:
    """Every other page, view and box by axe-core: test_accessibility, with the slow ones."""
    page = explorer
    source()
    redrawn(page, page.locator(".wb-grid .wb-open").first.click, ".wb-panel")
    assert opened_tab(page, "Timeline")
    open_to_all(page, "a message beside the list")
    redrawn(page, lambda: page.keyboard.press("Escape"), ".wb-panel")


def test_an_empty_result_explains_itself(explorer: Page) -> None:
    page = explorer
    add_filter(page, "Subject", "no such words")
    page.wait_for_function("document.querySelector('.wb-empty') && !document.querySelector('.wb-empty').hidden")
    why = page.locator(".wb-grid .wb-empty").inner_text()
    assert "match" in why
    assert "Change or clear the filter" in why
    redrawn(page, page.get_by_role("button", name="Clear all").click)


def test_what_attackers_wrote_is_text_in_list_panel_and_export(
    reader: Visitor, home: Workspace, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """All are in the list and in the export; the panel shows ten of them every day."""
    page = reader.open(
        "Explorer",
        f'#filter={{"op":"all","items":[{{"property":"SenderFromAddress","operator":"contains","values":["{HOSTILE}"]}}]}}',
    )
    page.wait_for_function("document.querySelector('.wb-grid tbody tr') !== null")
    many = counted(page)
    assert many > 10
    redrawn(page, page.locator(".wb-open").first.click, ".wb-panel")
    for _ in range((many if pytestconfig.getoption("--all") else 10) - 1):
        redrawn(page, page.get_by_role("button", name="Next").last.click, ".wb-panel")
        assert page.evaluate("window.__pwned") is None
    for name in TABS:
        assert opened_tab(page, name)
    assert page.locator(".wb a[href], .wb img, .wb script, .wb iframe, .wb object").count() == 0
    assert not set(page.locator("body").inner_text()) & set("\u202e\u200b\x00")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saving:
        page.get_by_role("menuitem", name="List as CSV").click()
    saving.value.save_as(tmp_path / "list.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "list.csv").read_text("utf-8-sig"), newline="")))
    assert len(rows) == many + 1
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    reader.seen.nothing(page)


def test_all_that_match_are_selected_copied_and_exported_by_keyboard(explorer: Page, home: Workspace) -> None:
    page, many = explorer, counted(explorer)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell = page.locator(".wb-grid tbody tr").first.locator("td").nth(1)
    cell.click()
    redrawn(page, lambda: page.keyboard.press("Space"))
    expect(page.locator(".wb-grid-picked")).to_contain_text("1 selected")
    redrawn(page, lambda: page.keyboard.press("Control+a"))
    expect(page.locator(".wb-grid-picked")).to_contain_text(f"All {many:,} selected")
    assert page.locator('.wb-grid tbody tr[aria-selected="true"]').count() == 50
    page.get_by_role("button", name="Copy as IOC").press("Enter")
    page.get_by_role("menuitem", name="Sender domain", exact=True).press("Enter")
    expect(page.locator(".wb-note:not(.wb-waiting)")).to_contain_text("indicators copied", timeout=30_000)
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[-1].startswith("# ")
    assert all("[.]" in line for line in lines if not line.startswith("#"))
    page.locator(".wb-grid-acts").get_by_role("button", name="Export").press("Enter")
    with page.expect_download() as saving:
        page.get_by_role("menuitem", name="JSON lines").press("Enter")
    saved = home.exports / saving.value.suggested_filename
    expect(page.locator(".wb-exporting")).to_contain_text(f"{many:,} rows")
    expect(page.locator(".wb-exporting")).to_contain_text(str(saved))
    assert len(saved.read_bytes().splitlines()) == many
    page.get_by_role("button", name="Dismiss").press("Enter")
    page.get_by_role("button", name="Clear", exact=True).press("Enter")
    expect(page.locator(".wb-grid-picked")).to_be_hidden()
    assert page.evaluate("document.activeElement.closest('.wb-grid table') !== null")


def test_the_dashboard_counts_what_its_rows_hold(reader: Visitor) -> None:
    page = reader.open("Dashboard")
    numbers = page.locator(".wb-card:not(.wb-with-figure)")
    assert (numbers.count(), page.locator(".wb-card svg.marks").count()) == (7, 9)
    listed = numbers.filter(has=page.get_by_text("Open rows"))
    assert listed.count() == 6
    for at in range(6):
        card = listed.nth(at)
        number = int(card.locator(".wb-big").inner_text())
        redrawn(page, card.get_by_text("Open rows").click)
        page.wait_for_function("document.activeElement.closest('.wb-grid') !== null")
        assert counted(page) == number > 0
    number = int(numbers.filter(has_text="Still in an inbox").locator(".wb-big").inner_text())
    page.get_by_role("link", name="Explore", exact=True).click()
    page.wait_for_url("**/explorer.ipynb#*")
    page.wait_for_function(f"parseInt(document.querySelector('.wb-grid-count')?.textContent) === {number}")
    reader.seen.nothing(page)


def test_the_dashboard_says_what_each_number_is_and_that_nothing_came_before(dashboard: Page) -> None:
    page = dashboard
    assert page.locator(".wb-change", has_text="no earlier data to compare").count() == 7
    assert page.locator(".wb-card .wb-info").count() == 9
    page.locator(".wb-card .wb-info").first.click()
    expect(page.locator(".wb-popup")).to_contain_text("Messages")
    page.keyboard.press("Escape")


def test_the_heads_of_numbers_are_whole_and_one_is_not_many(dashboard: Page) -> None:
    page = dashboard
    heads = page.locator(".wb-cards-box .wb-card-head h2")
    assert heads.evaluate_all("all => all.every((each) => each.scrollWidth <= each.clientWidth)")
    assert len(set(heads.evaluate_all("all => all.map((each) => each.getBoundingClientRect().top)"))) == 1
    expect(page.locator(".wb-card", has_text="Malware stopped").locator(".wb-figure")).to_have_text("1message")
    page.set_viewport_size({"width": 1100, "height": 800})
    tops = heads.evaluate_all("all => all.map((each) => Math.round(each.getBoundingClientRect().top))")
    assert sorted(tops.count(top) for top in set(tops)) == [3, 4]


def said(page: Page, number: str, noun: str) -> None:
    """The list says how many rows there are of what; of one it says so in the singular."""
    words = re.compile(rf"^\s*({number} {noun}|1 {noun[:3]}.*)\s*$")
    expect(page.locator(".wb-grid .wb-grid-count")).to_have_text(words, timeout=20_000)


def go(page: Page, title: str, tabs: str = "View") -> None:
    """Choose a tab, and wait until what it shows is there: of another view, not the widgets of the one before."""
    tab = page.get_by_role("tablist", name=tabs).get_by_role("tab", name=title, exact=True)
    if tabs == "View" and tab.get_attribute("aria-selected") == "false":
        page.evaluate("document.querySelectorAll('.wb-filter-bar').forEach((each) => { each.dataset.before = ''; })")
    tab.click()
    page.wait_for_function(
        "title => [...document.querySelectorAll('[role=tab][aria-selected=true]')].some((each) => each.textContent === title)"
        " && document.querySelector('.wb-filter-bar') && !document.querySelector('.wb-busy, [aria-busy=true], [data-before]')",
        arg=title,
    )


def test_every_view_is_opened_and_shows_its_rows(reader: Visitor, home: Workspace) -> None:
    page = reader.open("Explorer", "#span=2020-01-01..2027-01-01", reader.new(viewport={"width": 1280, "height": 900}))
    for name, view in views().items():
        go(page, view.title)
        page.wait_for_function(f"location.hash.includes('view={name}')")
        inside = f"where Timestamp between (datetime(2020-01-01) .. datetime(2027-01-01)) and ({view.where or 'true'})"
        held = rows_of(home, f"{view.source} | {inside} | count").item()
        said(page, f"{held:,}", view.noun)
        whole(page)
        for tab in view.tabs:
            go(page, tabs()[tab].title, "List")
            said(page, "[0-9,]+", tabs()[tab].noun)
    reader.seen.nothing(page)


@pytest.mark.slow
def test_an_address_leads_to_a_view_and_a_list_and_back(reader: Visitor) -> None:
    page = reader.open("Explorer", "#view=phish&list=top_urls")
    expect(page.get_by_role("tab", name="Top URLs")).to_have_attribute("aria-selected", "true")
    redrawn(page, page.locator(".wb-grid .wb-open").first.click, ".wb-filter-bar")
    expect(page.get_by_role("tab", name="Messages per recipient")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".wb-filter-bar")).to_contain_text("URLis any ofhttp")
    reader.seen.nothing(page)


def every_view_is_whole(page: Page) -> None:
    for view in views().values():
        go(page, view.title)
        whole(page)
        for tab in view.tabs:
            go(page, tabs()[tab].title, "List")
            whole(page)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_in_any_view(reader: Visitor, width: int, scheme: str) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = reader.open("Explorer", "#span=2020-01-01..2027-01-01", reader.new(**options))
    every_view_is_whole(page)
    reader.seen.nothing(page)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_nothing_is_cut_in_any_view_of_jupyterlab(reader: Visitor, width: int, theme: str) -> None:
    page = run(reader, "explorer", viewport={"width": width, "height": 900})
    choose_theme(page, f"JupyterLab {theme}")
    every_view_is_whole(page)
    reader.seen.nothing(page)


@pytest.mark.slow
def test_the_same_explorer_runs_in_jupyterlab(reader: Visitor) -> None:
    """Every day an Explorer of fewer messages does, in test_lab."""
    page = run(reader, "explorer")
    assert counted(page) > 500
    assert page.locator(".wb-chart svg.marks").count() == 1
    reader.seen.nothing(page)
