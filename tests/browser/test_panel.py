"""The panel beside a list: its tabs, its small tables and the ways on, by mouse and by keys."""

import csv
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor, redrawn

pytestmark = pytest.mark.browser

SETTLED = "document.querySelector('.wb-panel-inside')?.getAttribute('aria-busy') === 'false'"


@pytest.fixture
def panel(explorer: Page) -> Iterator[Page]:
    """The panel on the first message, closed again afterwards."""
    redrawn(explorer, explorer.locator(".wb-open").first.click, ".wb-panel")
    explorer.wait_for_function(SETTLED)
    yield explorer
    explorer.locator(".wb-panel h2").focus()
    redrawn(explorer, lambda: explorer.keyboard.press("Escape"), ".wb-panel")


def tab(page: Page, name: str) -> Locator:
    return page.locator(".wb-panel-tabs").get_by_role("tab", name=name)


def choose(page: Page, name: str) -> None:
    tab(page, name).click()
    page.wait_for_function(SETTLED)


def last_line(page: Page) -> str:
    """The words on the fold under the page, which tells what Python was asked last."""
    return page.locator(".wb-code").first.inner_text()


def selected(page: Page) -> str:
    return page.locator(".wb-panel-tabs [role=tab][aria-selected=true]").inner_text()


def test_tabs_say_what_they_are_and_what_they_hold(panel: Page) -> None:
    tabs = panel.locator(".wb-panel-tabs").get_by_role("tab")
    assert [" ".join(each.inner_text().split()) for each in tabs.all()] == [
        "URLs 2", "Attachments 0", "Headers", "Not evaluated",
    ]  # fmt: skip
    box = panel.locator(".wb-panel-inside")
    chosen = panel.locator(".wb-panel-tabs [aria-selected=true]")
    assert box.get_attribute("role") == "tabpanel"
    assert box.get_attribute("aria-labelledby") == chosen.get_attribute("id")
    assert chosen.get_attribute("aria-controls") == box.get_attribute("id")
    assert panel.locator(".wb-panel-tabs [tabindex='0']").count() == 1
    assert panel.locator(".wb-panel-fixed h3").all_inner_texts() == ["Message"]
    choose(panel, "Attachments")
    assert "This message has no attachment." in box.inner_text()
    choose(panel, "URLs")


def test_keys_walk_through_tabs_and_what_is_passed_is_not_looked_up(panel: Page) -> None:
    tab(panel, "URLs").focus()
    for _ in range(2):
        panel.keyboard.press("ArrowRight")
    panel.wait_for_function(SETTLED)
    expect(panel.locator(".wb-panel-inside pre").first).to_be_visible()
    assert selected(panel) == "Headers"
    assert last_line(panel).startswith("Made headers")
    assert panel.evaluate("document.activeElement.textContent") == "Headers"
    for key, name in (
        ("End", "Not evaluated"),
        ("ArrowRight", "URLs"),
        ("ArrowLeft", "Not evaluated"),
        ("Home", "URLs"),
    ):
        panel.keyboard.press(key)
        assert selected(panel).startswith(name)
    panel.wait_for_function(SETTLED)
    assert panel.locator(".wb-panel-inside h3").all_inner_texts() == ["URLs"]


def test_the_open_tab_is_made_anew_for_the_next_message(panel: Page) -> None:
    choose(panel, "Headers")
    first = panel.locator(".wb-panel-inside pre").first.inner_text()
    redrawn(panel, lambda: panel.keyboard.press("Alt+ArrowDown"), ".wb-panel")
    panel.wait_for_function(SETTLED)
    assert selected(panel) == "Headers"
    subject = panel.locator(".wb-panel h2").inner_text()
    expect(panel.locator(".wb-panel-inside pre").first).to_contain_text(subject)
    redrawn(panel, lambda: panel.keyboard.press("Alt+ArrowUp"), ".wb-panel")
    expect(panel.locator(".wb-panel-inside pre").first).to_have_text(first)
    assert panel.locator(".wb-panel-inside details pre").is_hidden()
    panel.get_by_text("Query", exact=True).click()
    assert panel.locator(".wb-panel-inside details pre").is_visible()
    choose(panel, "URLs")


def test_cells_are_walked_copied_and_followed_by_keys(panel: Page) -> None:
    cells = panel.locator(".wb-panel-inside td")
    assert panel.locator(".wb-panel-inside td[tabindex='0']").count() == 1
    panel.locator(".wb-panel-inside").focus()
    panel.keyboard.press("Tab")
    shown = cells.nth(0).get_attribute("title")
    assert panel.evaluate("document.activeElement.title") == shown
    assert shown.startswith("hxxps://")
    panel.keyboard.press("Control+c")
    raw = panel.evaluate("navigator.clipboard.readText()")
    assert raw.startswith("https://")
    panel.keyboard.press("Enter")
    expect(panel.locator(".wb-code").first).to_contain_text(f"url {raw}")
    panel.keyboard.press("ArrowRight")
    assert panel.locator("td .wb-marks button:visible").count() == 1
    panel.keyboard.press("Enter")
    panel.keyboard.press("End")
    panel.keyboard.press("ArrowDown")
    panel.keyboard.press("Enter")
    expect(panel.locator(".wb-code").first).to_contain_text("mailbox user")
    assert panel.locator(".wb-panel-inside td[tabindex='0']").count() == 1


def test_values_are_followed_by_the_mouse_where_they_lead_on(panel: Page) -> None:
    pair = panel.locator(".wb-panel-fixed dd", has_text="@").first
    pair.hover()
    pair.get_by_role("button", name="What is known of").click()
    expect(panel.locator(".wb-code").first).to_contain_text("address ")
    assert (
        panel.locator(".wb-panel-fixed dd", has_text="2026-").get_by_role("button", name="What is known").count() == 0
    )
    cell = panel.locator(".wb-panel-inside tr", has_text="/b").locator("td").first
    cell.hover()
    cell.get_by_role("button", name="What is known of").click()
    expect(panel.locator(".wb-code").first).to_contain_text("url https://")


def test_more_room_puts_the_tabs_beside_what_stays(panel: Page) -> None:
    def left(selector: str) -> float:
        box = panel.locator(selector).bounding_box()
        assert box is not None
        return box["x"]

    assert left(".wb-panel-fixed") == left(".wb-panel-inside")
    narrow = left(".wb-panel")
    redrawn(panel, lambda: panel.keyboard.press("Alt+w"), ".wb-panel")
    panel.wait_for_function("document.querySelector('.wb-panel').getBoundingClientRect().width > 720")
    assert left(".wb-panel") < narrow
    assert left(".wb-panel-inside") > left(".wb-panel-fixed") + 200
    assert panel.evaluate(
        "[...document.querySelectorAll('.wb-panel-tabs .wb-tab')].every((tab) => tab.getBoundingClientRect().right <= innerWidth)"
    )
    panel.locator(".wb-panel-inside td").nth(5).focus()
    redrawn(panel, lambda: panel.keyboard.press("Alt+w"), ".wb-panel")
    assert panel.evaluate("document.activeElement.tagName") == "TD"


def test_tabs_stay_in_sight_above_or_below_what_is_read(panel: Page) -> None:
    inside = """() => {
        const [body, tabs] = ['.wb-panel-body', '.wb-panel-tabs'].map((each) => document.querySelector(each).getBoundingClientRect());
        return tabs.top >= body.top - 1 && tabs.bottom <= body.bottom + 1;
    }"""
    for top in (0, 100, 10_000):
        panel.evaluate("(top) => { document.querySelector('.wb-panel-body').scrollTop = top; }", top)
        assert panel.evaluate(inside)


def test_a_page_of_the_service_opens_beside_this_one(panel: Page) -> None:
    choose(panel, "Not evaluated")
    way = panel.locator(".wb-panel-inside").get_by_role("link", name="Look")
    assert panel.locator(".wb-panel a[href]").count() == 0
    panel.evaluate("window.open = (...asked) => { window.wbAsked = asked; }")
    way.click()
    assert panel.evaluate("window.wbAsked") == ["http://127.0.0.1:9/m?of=a%26b%3D", "_blank", "noopener,noreferrer"]
    choose(panel, "URLs")


def test_what_attackers_wrote_is_text_in_every_tab(visitor: Visitor) -> None:
    page = visitor.open("Hostile")
    page.wait_for_function(SETTLED)
    for tab in page.locator(".wb-panel-tabs [role=tab]").all():
        tab.click()
        page.wait_for_function(SETTLED)
        assert page.locator(".wb-panel-inside td").count() > 100
    page.locator(".wb-panel-inside td").nth(3).hover()
    assert page.locator(".wb-panel a[href], .wb-panel img, .wb-panel script, .wb-panel form").count() == 0
    visitor.seen.nothing(page)


def test_a_long_list_is_searched_by_keys_and_saved_whole(panel: Page) -> None:
    choose(panel, "Not evaluated")
    rows, find = panel.locator(".wb-panel-inside tbody tr"), panel.get_by_label("Find in Hops")
    assert rows.count() == 6
    find.fill("MX3")
    expect(panel.get_by_role("status").filter(has_text="1 found")).to_be_visible()
    assert [each.inner_text().split()[0] for each in rows.all() if each.is_visible()] == ["mx3[.]test"]
    rows.nth(3).locator("td").first.focus()
    panel.keyboard.press("ArrowDown")
    assert panel.evaluate("document.activeElement.textContent").startswith("mx3")
    find.focus()
    panel.keyboard.press("Escape")
    assert [each.is_visible() for each in rows.all()] == [True] * 6
    find.fill("mx5.test")  # as it is copied, not as it is shown
    expect(panel.get_by_role("status").filter(has_text="1 found")).to_be_visible()
    with panel.expect_download() as saved:
        panel.get_by_label("Save all rows of Hops as CSV").click()
    lines = list(csv.reader(saved.value.path().read_text("utf-8-sig").splitlines()))
    assert lines == [["Server", "Seconds"], *([f"mx{at}.test", str(at)] for at in range(6))]
    find.fill("")
    panel.locator(".wb-panel h2").focus()
    panel.keyboard.press("Alt+t")
    expect(tab(panel, "Not evaluated")).to_be_focused()
    choose(panel, "URLs")
