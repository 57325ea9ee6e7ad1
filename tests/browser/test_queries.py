"""Saved queries in a real browser: the text comes from behind the # of an address, through a log-in, and stays exact."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.apps.service.conftest import PASSWORD, Site, ready_made, site
from tests.browser.conftest import Visitor
from tests.browser.test_pages import home
from workbench.apps.cli.beside import linked
from workbench.base.access import Role
from workbench.base.config import Workspace
from workbench.ledger.changes import Search
from workbench.ledger.models import TrackedQuery
from workbench.views.publish.serve import apps

pytestmark = pytest.mark.browser
__all__ = ["home", "ready_made", "site"]
TEXT = "EmailEvents\n| where Subject has 'a\tb \u202e+%23&kql=x'\n| count"


def logged_in(chromium: Browser, site: Site, path: str) -> Page:
    """A page asked for by somebody who has to log in first."""
    site.account("sam", Role.SECURITY_ADMINISTRATOR)
    context = chromium.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site.address}{path}")
    page.fill("#name", "sam")
    page.fill("#password", "not this one")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("alert").wait_for()
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Log in").click()
    return page


def test_a_text_behind_the_address_is_saved_exactly_after_a_log_in(site: Site, chromium: Browser) -> None:
    page = logged_in(chromium, site, f"/queries/new#kql={quote(TEXT, safe='')}")
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    expect(page.get_by_label("Text (KQL)")).to_have_value(TEXT)
    page.get_by_label("Name", exact=True).fill("mine")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("pre.text").first).to_contain_text("⟦U+202E⟧")
    (held,) = site.ledger.find(TrackedQuery, Search({"name": "mine"}))
    assert held.kql == TEXT
    page.get_by_text("Change or remove").click()
    page.get_by_label("Note").fill("seen")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("version 2")).to_be_visible()
    assert site.ledger.get(TrackedQuery, held.id).kql == TEXT
    page.get_by_role("link", name="All saved queries").click()
    page.get_by_role("button", name="Copy the text of mine").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == TEXT
    assert errors == []
    page.context.close()


def test_an_address_fills_the_form_and_saves_nothing_by_itself(site: Site, chromium: Browser) -> None:
    page = logged_in(chromium, site, "/queries/new#kql=<img src=x onerror=alert(1)>&back=https://evil.example")
    expect(page.get_by_label("Text (KQL)")).to_have_value("<img src=x onerror=alert(1)>")
    assert page.locator("img").count() == 0
    assert page.locator("a[href*=evil]").count() == 0
    assert site.ledger.number(TrackedQuery, Search()) == 0
    page.context.close()


@pytest.mark.slow
def test_from_the_box_of_the_explorer_to_the_list_and_back(site: Site, chromium: Browser, home: Workspace) -> None:
    text = "EmailEvents | summarize n = count() by DeliveryAction"
    with apps(home, lab=False, control=site.address) as addresses:
        site.service.pages = tuple(linked(addresses))
        reader = Visitor(chromium, addresses)
        page = reader.open("Explorer")
        page.get_by_text("Ask in KQL").click()
        page.get_by_label("Question in KQL").fill(text)
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="Save…").click()
        form = opened.value
        site.account("sam", Role.SECURITY_ADMINISTRATOR)
        form.fill("#name", "sam")
        form.fill("#password", PASSWORD)
        form.get_by_role("button", name="Log in").click()
        expect(form.get_by_label("Text (KQL)")).to_have_value(text)
        form.get_by_label("Name", exact=True).fill("by action")
        form.get_by_role("button", name="Save").click()
        expect(form.get_by_role("heading", name="by action")).to_be_visible()
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="Saved queries").click()
        opened.value.get_by_role("link", name="Open in Explorer: by action").click()
        expect(opened.value.locator(".wb-query-status")).to_contain_text("rows", timeout=60_000)
        expect(opened.value.get_by_label("Question in KQL")).to_have_value(text)
        reader.seen.nothing(page)
        reader.close()
