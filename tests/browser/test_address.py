"""What a page shows is in its address; what it exports is a file of the browser's own."""

from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor, redrawn

pytestmark = pytest.mark.browser


def test_an_address_with_a_state_is_told_to_python_and_kept(visitor: Visitor) -> None:
    page = visitor.open("Explorer", "#open=abc&evil=%3Cscript%3E")
    expect(page.locator(".wb-code summary")).to_have_text("Arrived with ['open']")
    redrawn(page, page.locator(".wb-open").first.click, ".wb-panel")
    page.wait_for_function("/^#open=[0-9a-f]{32}$/.test(location.hash)")
    visitor.seen.nothing(page)


def test_exports_are_saved_by_the_browser(explorer: Page, tmp_path: Path) -> None:
    explorer.get_by_role("button", name="Export").click()
    with explorer.expect_download() as saving:
        explorer.get_by_role("menuitem", name="List as Parquet").click()
    saving.value.save_as(tmp_path / "rows.parquet")
    assert saving.value.suggested_filename == "messages.parquet"
    assert pl.read_parquet(tmp_path / "rows.parquet").height == 1000


def test_selected_rows_are_downloaded_as_csv(explorer: Page, tmp_path: Path) -> None:
    row = explorer.locator(".wb-grid tbody tr").first
    redrawn(explorer, row.get_by_role("checkbox").check)
    with explorer.expect_download() as saving:
        explorer.get_by_role("button", name="Download as CSV").click()
    saving.value.save_as(tmp_path / "rows.csv")
    frame = pl.read_csv(tmp_path / "rows.csv")
    assert frame["Subject"].to_list() == [row.locator(".wb-open").inner_text()]
    redrawn(explorer, row.get_by_role("checkbox").uncheck)


def test_another_window_is_chosen_from_the_list_or_by_dates(explorer: Page) -> None:
    span = explorer.locator(".wb-bar-tools button").first
    span.click()
    redrawn(explorer, explorer.get_by_role("menuitemradio", name="Last 30 days").click, ".wb-bar")
    assert span.inner_text() == "Last 30 days"
    span.click()
    explorer.get_by_label("First day").fill("2026-09-01")
    explorer.get_by_label("Last day").fill("2026-08-01")
    assert explorer.get_by_role("button", name="Apply").is_disabled()
    explorer.get_by_label("Last day").fill("2026-09-02")
    redrawn(explorer, lambda: explorer.keyboard.press("Enter"), ".wb-bar")
    assert span.inner_text() == "2026-09-01 – 2026-09-02"
    span.click()
    span.click()
    assert explorer.locator(".wb-popup").count() == 0
    span.click()
    redrawn(explorer, explorer.get_by_role("menuitemradio", name="Last 7 days").click, ".wb-bar")


def test_the_query_unfolds_and_is_copied_as_it_is(explorer: Page) -> None:
    explorer.locator(".wb-code summary").click()
    explorer.get_by_role("button", name="Copy KQL").click()
    explorer.get_by_text("Copied").wait_for()
    assert explorer.evaluate("navigator.clipboard.readText()") == "EmailEvents\n| where Timestamp > ago(7d)"
    explorer.locator(".wb-code summary").click()
