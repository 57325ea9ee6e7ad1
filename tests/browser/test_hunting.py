"""Questions in a cell of JupyterLab: charts, faults, completion."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.browser.test_lab import idle, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def run(page: Page, number: int, wanted: str) -> None:
    """Run one cell and wait for what it shows."""
    cell = page.locator(".jp-Notebook:visible .jp-CodeCell").nth(number)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    cell.locator(wanted).first.wait_for(timeout=60_000)


def test_a_cell_asks_draws_fails_in_words_and_completes(visitor: Visitor) -> None:
    page = opened(visitor, "kql", viewport={"width": 1440, "height": 2400})
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(500)
    idle(page)
    for number in (1, 2, 3):
        run(page, number, ".wb-chart svg.marks")
        run(page, number, ".wb-grid tbody tr")
    assert page.locator(".wb-chart h2").first.inner_text() == "<script>window.__pwned=1</script>"
    assert page.locator(".wb-chart").nth(1).locator(".wb-key").count() == 9
    run(page, 4, "text=BadQuery: There is no column named 'Sbuject'")
    marked = page.locator(".jp-OutputArea-output span", has_text="Sbuject").last
    assert "wavy" in str(marked.evaluate("(node) => getComputedStyle(node).textDecorationLine + node.style.cssText"))
    writing = page.locator(".jp-CodeCell .cm-content").nth(5)
    writing.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Tab")
    page.locator(".jp-Completer-item", has_text="Subject").first.wait_for(timeout=40_000)
    visitor.seen.nothing(page)
