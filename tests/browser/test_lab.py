"""The same widgets in JupyterLab."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visitor, redrawn
from tests.browser.test_hostile import harmless, stir

pytestmark = pytest.mark.browser


def opened(visitor: Visitor, name: str, **options: Any) -> Page:
    """A notebook whose kernel waits for work."""
    page = visitor.new(**options)
    page.goto(visitor.sites["JupyterLab"].replace("/lab?", f"/lab/tree/{name}.ipynb?reset&"))
    page.locator(".jp-Notebook:visible .jp-CodeCell").first.wait_for(timeout=60_000)
    idle(page)
    return page


def idle(page: Page) -> None:
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)


def choose_theme(page: Page, name: str) -> None:
    page.locator(".lm-MenuBar-itemLabel", has_text="Settings").click()
    page.locator(".lm-Menu-itemLabel", has_text="Theme").first.click()
    page.locator(".lm-Menu-itemLabel", has_text=name).first.click()


def run(visitor: Visitor, name: str, **options: Any) -> Page:
    """Open a notebook and run its only cell."""
    page = opened(visitor, name, **options)
    cell = page.locator(".jp-Notebook:visible .jp-CodeCell").first
    for _ in range(20):
        cell.click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(500)
        if cell.locator(".jp-InputPrompt").first.inner_text() != "[ ]:":
            break
    page.wait_for_function(
        """() => {
      const widgets = [...document.querySelectorAll(".wb")].filter((each) => each.offsetWidth);
      return widgets.length > 5 && widgets.every((each) => each.dataset.drawn !== undefined);
    }""",
        timeout=60_000,
    )
    return page


def test_the_explorer_works_in_a_notebook_and_keeps_its_keys_to_itself(visitor: Visitor) -> None:
    page = run(visitor, "explorer")
    assert page.locator(".wb-chart svg.marks").count() == 1
    cell = page.locator(".wb-grid tbody tr").first.locator("td").nth(2)
    cell.focus()
    for key in ("ArrowDown", "d", "d", "x", "a"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook:visible .jp-CodeCell").count() == 1
    assert page.evaluate("document.activeElement.closest('tr').dataset.id") == "1"
    redrawn(page, lambda: page.keyboard.press("Space"))
    assert page.locator("tr[aria-selected=true]").count() == 1
    redrawn(page, lambda: page.keyboard.press("Enter"), ".wb-panel")
    assert page.locator(".wb-panel h2").is_visible()
    assert page.get_by_text("official Jupyter news").count() == 0
    visitor.seen.nothing(page)


@pytest.mark.slow
def test_widgets_follow_the_dark_theme_of_jupyterlab(visitor: Visitor) -> None:
    page = run(visitor, "empty")
    background = "getComputedStyle(document.querySelector('.wb-card-box')).backgroundColor"
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    choose_theme(page, "JupyterLab Dark")
    page.wait_for_function(f"{background} === 'rgb(23, 29, 38)'")


@pytest.mark.slow
def test_attacks_are_text_in_a_notebook_too(visitor: Visitor) -> None:
    """The widgets are those of the page in test_hostile, which is everyday work."""
    page = run(visitor, "hostile")
    stir(page)
    harmless(page, visitor.seen.nothing)
