"""Charts: painted from our own bundle, redrawn in place, read and picked by mouse and keys."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor, redrawn

pytestmark = pytest.mark.browser

STAGE = ".wb-chart .wb-stage"


def box(page: Page) -> dict[str, float]:
    found = page.locator(STAGE).bounding_box()
    assert found is not None
    return dict(found)


def messages(page: Page) -> int:
    return int(page.locator(".wb-grid-count").inner_text().split()[0].replace(",", ""))


def test_a_redraw_swaps_the_numbers_and_keeps_the_picture(explorer: Page) -> None:
    explorer.evaluate("window.__svg = document.querySelector('.wb-chart svg.marks')")
    redrawn(explorer, explorer.get_by_role("radio", name="Verdict").click, ".wb-chart")
    assert explorer.evaluate("window.__svg === document.querySelector('.wb-chart svg.marks')")
    assert [text.split()[0] for text in explorer.locator(".wb-chart .wb-key").all_inner_texts()][:2] == [
        "Malicious",
        "Suspicious",
    ]
    assert explorer.locator('.wb-chart svg.marks path[fill^="url(#wb-hatch"]').count() > 0
    redrawn(explorer, explorer.get_by_role("radio", name="Delivery action").click, ".wb-chart")


def test_the_pointer_reads_a_bin_with_all_its_categories(explorer: Page) -> None:
    area = box(explorer)
    explorer.mouse.move(area["x"] + area["width"] * 0.8, area["y"] + 80)
    tip = explorer.locator(".wb-tip")
    expect(tip).to_contain_text("UTC")
    assert {"Delivered", "Junked", "Blocked"} <= set(tip.inner_text().split())
    explorer.mouse.move(10, 10)
    expect(tip).to_have_count(0)


def test_arrow_keys_read_bins_aloud(explorer: Page) -> None:
    stage = explorer.locator(STAGE)
    stage.focus()
    explorer.keyboard.press("End")
    spoken = explorer.locator(".wb-chart [role=status]")
    last = spoken.inner_text()
    assert last.startswith("2026-09-18 10:00 – 12:00 UTC, Delivered")
    explorer.keyboard.press("ArrowLeft")
    assert spoken.inner_text() != last
    assert str(stage.get_attribute("aria-label")).startswith("Messages over time: 12,345 messages in all; Delivered")
    explorer.keyboard.press("Escape")


def test_a_dragged_window_cuts_the_list_to_whole_bins_and_escape_gives_it_back(explorer: Page) -> None:
    area = box(explorer)
    middle = area["y"] + 80
    explorer.mouse.move(area["x"] + area["width"] * 0.5, middle)
    explorer.mouse.down()
    explorer.mouse.move(area["x"] + area["width"] * 0.7, middle, steps=4)
    redrawn(explorer, explorer.mouse.up)
    assert 0 < messages(explorer) < 12_345
    brush = explorer.locator(".wb-brush")
    assert brush.is_visible()
    explorer.locator(STAGE).focus()
    redrawn(explorer, lambda: explorer.keyboard.press("Escape"))
    assert messages(explorer) == 12_345
    expect(brush).to_be_hidden()


def test_a_bar_that_is_pressed_cuts_the_list_to_its_bin(explorer: Page) -> None:
    area = box(explorer)
    explorer.mouse.move(area["x"] + area["width"] * 0.5, area["y"] + 80)
    redrawn(explorer, lambda: explorer.mouse.click(area["x"] + area["width"] * 0.5, area["y"] + 80))
    by_mouse = messages(explorer)
    assert 0 < by_mouse < 12_345
    explorer.locator(STAGE).focus()
    redrawn(explorer, lambda: explorer.keyboard.press("Escape"))
    explorer.keyboard.press("End")
    explorer.keyboard.press("ArrowLeft")
    redrawn(explorer, lambda: explorer.keyboard.press("Enter"))
    assert 0 < messages(explorer) < 12_345
    redrawn(explorer, lambda: explorer.keyboard.press("Escape"))
    assert messages(explorer) == 12_345


def test_a_window_is_marked_by_keys(explorer: Page) -> None:
    explorer.locator(STAGE).focus()
    explorer.keyboard.press("End")
    redrawn(explorer, lambda: explorer.keyboard.press("Shift+ArrowLeft"))
    two_bins = messages(explorer)
    redrawn(explorer, lambda: explorer.keyboard.press("Shift+ArrowLeft"))
    assert two_bins < messages(explorer) < 12_345
    redrawn(explorer, lambda: explorer.keyboard.press("Escape"))
    assert messages(explorer) == 12_345


def test_a_legend_entry_becomes_a_filter(explorer: Page) -> None:
    redrawn(explorer, explorer.locator(".wb-chart").get_by_role("button", name="Junked").click)
    assert explorer.locator(".wb-chip-values").inner_text() == "Junked"
    redrawn(explorer, explorer.get_by_role("button", name="Clear all").click)


def test_the_numbers_can_be_read_as_a_table(explorer: Page) -> None:
    explorer.get_by_role("button", name="Show as table").click()
    table = explorer.locator(".wb-table-view table")
    assert table.locator("thead th").all_inner_texts() == ["Time (UTC)", "Delivered", "Junked", "Blocked", "Replaced"]
    assert table.locator("tbody tr").last.locator("th").inner_text() == "2026-09-18 10:00 – 12:00"
    explorer.get_by_role("button", name="Show as table").click()
    expect(explorer.locator(STAGE)).to_be_visible()


def test_bars_are_picked_by_keys(visitor: Visitor) -> None:
    page = visitor.open("Dashboard")
    assert page.locator(".wb-card .wb-stage").count() == 7
    stage = page.locator(".wb-card", has_text="Top targeted users").locator(".wb-stage")
    stage.focus()
    page.keyboard.press("ArrowDown")
    first = page.locator(".wb-tip").inner_text()
    page.keyboard.press("ArrowDown")
    assert page.locator(".wb-tip").inner_text() != first
    page.keyboard.press("Enter")
    visitor.seen.nothing(page)


def test_without_the_bundle_the_numbers_are_shown(visitor: Visitor) -> None:
    page = visitor.new()
    page.route("**/vega-embed.mjs", lambda route: route.fulfill(status=404))
    visitor.open("Explorer", page=page)
    assert "could not be drawn" in page.locator(".wb-chart .wb-table-view").inner_text()
    assert page.locator(".wb-chart tbody tr").count() > 50
