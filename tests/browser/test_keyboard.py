"""From the address to the message and back without a pointer; the fixtures are those of the sample's pages."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.keys import Keys
from tests.browser.test_pages import TABS, addresses, counted, home, reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["addresses", "home", "reader"]


def filtered(keys: Keys) -> None:
    """Make a filter; Tab goes round in its box."""
    keys.go(".wb-adder")
    keys.press("Enter")
    keys.page.keyboard.type("Sender domain")
    keys.press("Enter")
    keys.page.keyboard.type("northgate.example")
    keys.press("Enter")
    keys.go(".wb-popup .wb-primary")
    keys.go(".wb-editor-back")
    keys.go(".wb-popup .wb-primary", "Shift+Tab")
    keys.press("Enter")
    expect(keys.page.locator(".wb-filter-bar")).to_contain_text("Sender domainis any ofnorthgate.example")


def cut(keys: Keys) -> None:
    """Read the chart, and set the window to one of its bars."""
    keys.go(".wb-key")
    keys.go(".wb-stage")
    keys.press("ArrowRight", "ArrowRight")
    expect(keys.page.locator(".wb-tip")).to_be_visible()
    before = counted(keys.page)
    keys.press("Enter")
    assert keys.at(".wb-stage")
    keys.page.wait_for_function(f"parseInt(document.querySelector('.wb-grid-count').textContent) < {before}")


def read(keys: Keys) -> None:
    """Open a row, and all the tabs of its message."""
    keys.go(".wb-grid td")
    keys.press("ArrowDown", "ArrowRight", "Enter")
    expect(keys.page.locator(".wb-panel h2")).to_be_focused()
    keys.go(".wb-panel-tabs [role=tab]")
    for name in [*list(TABS)[1:], next(iter(TABS))]:
        keys.press("ArrowRight")
        assert keys.page.evaluate("document.activeElement.textContent").startswith(name)
        assert keys.at("[aria-selected=true]")


def test_from_the_address_to_a_message_and_what_is_known_of_its_sender_and_back(reader: Visitor) -> None:
    page = reader.open("Explorer", "", reader.new(viewport={"width": 1280, "height": 900}))
    keys, all_rows = Keys(page), counted(page)
    filtered(keys)
    assert 0 < counted(page) < all_rows
    cut(keys)
    read(keys)
    keys.go("[aria-label^='What is known of']", "Shift+Tab")
    keys.press("Enter")
    page.get_by_role("button", name="Back", exact=True).wait_for()
    keys.press("Tab", "Shift+Tab")
    keys.go(".wb-panel-actions button")
    keys.press("Enter")
    page.locator(".wb-panel-tabs [role=tab]").first.wait_for()
    keys.held("Back")
    keys.press("Escape")
    assert keys.at(".wb-grid td")
    reader.seen.nothing(page)


def test_views_and_lists_are_chosen_by_arrows_and_boxes_give_the_focus_back(reader: Visitor) -> None:
    page = reader.open("Explorer", "#span=2020-01-01..2027-01-01", reader.new(viewport={"width": 1280, "height": 900}))
    keys = Keys(page)
    keys.go("[aria-label=View] [role=tab]")
    for name in ("Malware", "Phish"):
        page.evaluate("document.querySelectorAll('.wb-filter-bar').forEach((each) => { each.dataset.before = ''; })")
        keys.press("ArrowRight")
        expect(page.locator(".wb-bar h1").first).to_have_text(name)
        page.wait_for_function("!document.querySelector('[data-before], [aria-busy=true]')")
    for label in ("Export", "Add filter", "Paste indicators", "Definition"):
        page.get_by_role("button", name=label).first.focus()
        keys.press("Enter")
        assert keys.page.locator(".wb-popup:popover-open").count() == 1
        keys.press("Escape")
        assert page.evaluate("document.activeElement.textContent || document.activeElement.ariaLabel") == label
    keys.go("[aria-label=List] [role=tab]")
    keys.press("End")
    expect(page.locator(".wb-globe")).to_be_visible()
    keys.go(".wb-grid .wb-open, .wb-grid td")
    keys.press("Enter")
    keys.held("a country")
    expect(page.locator(".wb-filter-bar")).to_contain_text("Sender country")
    reader.seen.nothing(page)
