"""Text that an attacker wrote, in every field of every widget: shown as text, run never, followed nowhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.browser.pages.sample import HOSTILE

pytestmark = pytest.mark.browser

CLOBBERED = ", ".join(
    [
        "#MathJax",
        "[name=MathJax]",
        "form#rendered_cells",
        ".wb a[href]",
        ".wb img",
        ".wb script",
        ".wb iframe",
        ".wb [onload]",
    ]
)


def stir(page: Page) -> None:
    """Open, hover, press and type whatever brings more of the text onto the page."""
    for at in range(page.locator(".wb-toggle").count()):
        page.locator(".wb-toggle").nth(at).click()
    for at in range(page.locator(".wb-toggle").count()):
        page.locator(".wb-toggle").nth(at).click()
    for name in (".wb-info", ".wb-chip-text", ".wb-adder"):
        page.locator(name).first.click()
        page.keyboard.press("Escape")
    for at in range(page.locator(".wb-stage").count()):
        page.locator(".wb-stage").nth(at).focus()
        page.keyboard.press("End")
        page.keyboard.press("Home")
    for at in range(4):
        page.locator(".wb-grid tbody tr").nth(at).locator("td").nth(2).focus()
    page.get_by_role("button", name="Export").click()
    page.keyboard.press("Escape")
    page.locator(".wb-key").first.click()
    page.locator(".wb-fault:visible").first.wait_for()
    page.locator(".wb-facts .wb-link").first.click()
    page.get_by_role("button", name="Columns").click()
    page.keyboard.press("Escape")


def harmless(page: Page, nothing: Callable[[Page], None]) -> None:
    assert page.evaluate(f"document.querySelectorAll({CLOBBERED!r}).length") == 0
    text = page.locator("body").inner_text()
    assert not set(text) & set("\u202e\u200b\x00")
    for hostile in HOSTILE[:3]:
        assert hostile in text
    assert "⟦U+202E⟧" in text
    nothing(page)


@pytest.mark.quirk("quarantine and account", "hostile text shown: file names, subjects, rule names, URLs")
def test_a_page_of_attacks_is_a_page_of_text(visitor: Visitor) -> None:
    page = visitor.open("Hostile")
    harmless(page, visitor.seen.nothing)
    assert page.locator("svg.marks").count() == 3
    assert page.locator("svg.marks text", has_text="__proto__").count() == 1
    stir(page)
    harmless(page, visitor.seen.nothing)
    export(page)


def export(page: Page) -> None:
    with page.expect_download() as saving:
        page.locator(".wb-download button").click()
    text = saving.value.path().read_text("utf-8-sig")
    assert not [cell for cell in text.replace("\n", ",").split(",") if cell.startswith(('"=', '"@', '"+'))]
    assert saving.value.suggested_filename.endswith(".csv")
    assert "<" not in saving.value.suggested_filename
