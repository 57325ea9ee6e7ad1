"""The pages of the control service, by keys alone."""

import pytest
from playwright.sync_api import Browser

from tests.apps.service.conftest import PASSWORD, Site, ready_made, site
from workbench.base.access import Role
from workbench.ledger.changes import Search
from workbench.ledger.models import Account

pytestmark = pytest.mark.browser
__all__ = ["ready_made", "site"]


def test_log_in_and_accounts_by_keyboard(site: Site, chromium: Browser) -> None:
    site.account("ada", Role.GLOBAL_ADMINISTRATOR)
    page = chromium.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{site.address}/users")
    page.wait_for_selector("#name:focus")
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/users")
    page.wait_for_selector("#new-name")
    page.focus("#new-name")
    page.keyboard.type("neu")
    page.focus("#new-4")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert len(page.wait_for_selector(".secret").inner_text()) == 19
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Disable neu").click()
    page.get_by_role("button", name="Enable neu").wait_for()
    (made,) = site.ledger.find(Account, Search({"name": "neu"}))
    assert (made.roles, made.disabled, made.created_by) == (["Security Reader"], True, "ada")
    assert page.evaluate("document.querySelectorAll('script').length") == 0
    page.click("text=Log out")
    page.wait_for_url("**/login")
    assert errors == []
    page.close()


def test_numbers_of_the_audit_are_not_broken_on_a_narrow_page(site: Site, chromium: Browser) -> None:
    ada = site.browser("ada", Role.GLOBAL_ADMINISTRATOR)
    context = chromium.new_context(viewport={"width": 600, "height": 800})
    context.add_cookies([{"name": each.name, "value": each.value, "url": site.address} for each in ada.cookies.jar])
    page = context.new_page()
    page.goto(f"{site.address}/audit")
    page.evaluate("document.querySelector('td.number').textContent = '1234567'")
    lines = (
        "each => { const it = document.createRange(); it.selectNodeContents(each); return it.getClientRects().length }"
    )
    assert page.locator("td.number").first.evaluate(lines) == 1
    context.close()
