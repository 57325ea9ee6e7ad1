"""Saved views in a real browser: from the Explorer to the service and back, and two tabs that change one."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.apps.service.conftest import PASSWORD, Site, ready_made, site
from tests.browser.conftest import Visitor
from tests.browser.test_pages import home
from tests.browser.test_queries import logged_in
from workbench.apps.cli.beside import linked
from workbench.base.access import Role
from workbench.base.config import Workspace
from workbench.ledger.changes import Search
from workbench.ledger.models import SavedView
from workbench.views.publish.serve import apps

pytestmark = pytest.mark.browser
__all__ = ["home", "ready_made", "site"]
LOADED = 60_000
"""Milliseconds that a view of the Explorer may take to come where much else goes on."""
TEXT = "view: phish\nspan: 7d\nby: DeliveryAction\nlist: rows\n"


def test_of_two_tabs_that_change_one_view_the_second_is_told(site: Site, chromium: Browser) -> None:
    page = logged_in(chromium, site, f"/views/new#text={quote(TEXT, safe='')}")
    expect(page.get_by_label("Text (YAML)")).to_have_value(TEXT)
    page.get_by_label("Name", exact=True).fill("mine")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="mine")).to_be_visible()
    (held,) = site.ledger.find(SavedView, Search({"name": "mine"}))
    other = page.context.new_page()
    for tab, span in ((page, "24h"), (other, "30d")):
        tab.goto(f"{site.address}/queries")
        tab.goto(f"{site.address}/views/{held.id}#version=1&text={quote(TEXT.replace('7d', span), safe='')}")
        expect(tab.get_by_text("is not saved yet")).to_be_visible()
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("version 2")).to_be_visible()
    expect(page.get_by_text("is not saved yet")).to_be_hidden()
    other.get_by_role("button", name="Save the change").click()
    told = other.get_by_role("alert")
    expect(told).to_contain_text("sam changed this saved view")
    expect(told).to_contain_text("span: 24h")
    expect(told).to_contain_text("span: 30d")
    other.get_by_label("Name", exact=True).fill("mine of the month")
    other.get_by_role("button", name="Save as a new view").click()
    expect(other.get_by_role("heading", name="mine of the month")).to_be_visible()
    assert {each.name: each.text[:22] for each in site.ledger.find(SavedView)} == {
        "mine": "view: phish\nspan: 24h\n", "mine of the month": "view: phish\nspan: 30d\n"
    }  # fmt: skip
    page.context.close()


def pressed(page: Page, name: str) -> Page:
    """The page that a button opens beside this one."""
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=name).click()
    return opened.value


def log_in(form: Page, name: str) -> None:
    form.fill("#name", name)
    form.fill("#password", PASSWORD)
    form.get_by_role("button", name="Log in").click()


def opened_again(page: Page, name: str, by: str) -> Page:
    """The Explorer on a saved view as it is now, from the list, with another pivot."""
    held = pressed(page, "Saved views")
    held.get_by_role("link", name=f"Open in Explorer: {name}").click()
    expect(held.locator(".wb-bar-saved")).to_have_text(f"Saved view {name}", timeout=LOADED)
    expect(held.get_by_role("radio", name="Sender domain")).to_be_checked(timeout=LOADED)
    held.get_by_role("radio", name=by).click()
    expect(held.get_by_role("radio", name=by)).to_be_checked(timeout=LOADED)
    return held


def saved_by_sender(page: Page, name: str) -> None:
    """Somebody saves a view of phish by sender out of the Explorer."""
    page.get_by_role("tab", name="Phish", exact=True).click()
    expect(page.get_by_role("heading", name="Phish", exact=True)).to_be_visible(timeout=LOADED)
    page.get_by_role("radio", name="Sender domain").click()
    expect(page.get_by_role("radio", name="Sender domain")).to_be_checked(timeout=LOADED)
    form = pressed(page, "Save view…")
    log_in(form, name)
    expect(form.get_by_label("Text (YAML)")).to_have_value(
        re.compile(r"^view: phish\nspan: .*\nby: SenderFromDomain\n")
    )
    form.get_by_label("Name", exact=True).fill("by sender")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("heading", name="by sender")).to_be_visible()


@pytest.mark.slow
def test_a_view_goes_from_one_explorer_to_another_and_back(site: Site, chromium: Browser, home: Workspace) -> None:
    for name in ("sam", "ingrid"):
        site.account(name, Role.SECURITY_ADMINISTRATOR)
    with apps(home, lab=False, control=site.address) as addresses:
        site.service.pages = tuple(linked(addresses))
        first, second = Visitor(chromium, addresses), Visitor(chromium, addresses)
        page, there = first.open("Explorer"), second.open("Explorer")
        saved_by_sender(page, "sam")
        mine = opened_again(page, "by sender", "Threat type")
        log_in(pressed(there, "Saved views"), "ingrid")
        theirs = opened_again(there, "by sender", "Delivery action")
        form = pressed(theirs, "Save view…")
        form.get_by_role("button", name="Save the change").click()
        expect(form.get_by_text("version 2")).to_be_visible()
        late = pressed(mine, "Save view…")
        expect(late.get_by_text("is not saved yet")).to_be_visible()
        late.get_by_role("button", name="Save the change").click()
        for told in ("ingrid changed this saved view", "by: DeliveryAction", "by: ThreatTypes"):
            expect(late.get_by_role("alert")).to_contain_text(told)
        for reader, tab in ((first, page), (second, there)):
            reader.seen.nothing(tab)
            reader.close()
