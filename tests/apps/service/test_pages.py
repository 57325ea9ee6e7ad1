"""Pages: for people, with forms only, and nothing in them that a viewer may not do."""

import pytest

from tests.apps.service.conftest import PASSWORD, Site
from tests.browser.conftest import chromium  # noqa: F401  # the same browser
from workbench.apps.service.look import inside
from workbench.base.access import Purpose, Role
from workbench.ledger.changes import Search
from workbench.ledger.models import Account

HTML = {"accept": "text/html"}


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "", "/é"])
def test_the_log_in_leads_to_our_own_pages_only(path: str) -> None:
    assert inside(path) == "/"
    assert inside("/audit?below=3") == "/audit?below=3"


def test_who_is_not_logged_in_is_sent_to_log_in(site: Site) -> None:
    answer = site.anyone().get("/audit", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/audit")


def test_a_page_shows_only_what_its_viewer_may_do(site: Site) -> None:
    reader = site.browser("rita", Role.SECURITY_READER)
    assert "/users" not in reader.get("/audit", headers=HTML).text
    assert "Export all records" not in reader.get("/audit", headers=HTML).text
    assert reader.get("/users", headers=HTML).status_code == 403
    admin = site.browser("sam", Role.SECURITY_ADMINISTRATOR)
    assert "Add an account" not in admin.get("/users", headers=HTML).text


def test_hostile_names_stay_text(site: Site) -> None:
    boss = site.browser("boss", Role.GLOBAL_ADMINISTRATOR)
    boss.post("/api/accounts", json={"name": "<img src=x onerror=alert(1)>\u202e", "roles": []})
    page = boss.get("/users", headers=HTML).text
    assert "<img src=x" not in page
    assert "⟦U+202E⟧" in page


def test_metrics_are_for_monitors_and_whoever_may(site: Site) -> None:
    assert site.anyone().get("/metrics").status_code == 401
    assert site.program("rita", Role.SECURITY_READER).get("/metrics").status_code == 403
    said = site.program("prometheus", purpose=Purpose.MONITOR).get("/metrics")
    assert said.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "workbench_requests_total" in said.text


@pytest.mark.browser
def test_log_in_and_accounts_by_keyboard_in_a_browser(site: Site, chromium) -> None:  # noqa: F811
    site.account("ada", Role.GLOBAL_ADMINISTRATOR)
    page = chromium.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{site.address}/users")
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/users")
    page.focus("#new-name")
    page.keyboard.type("neu")
    page.focus("#new-4")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert len(page.wait_for_selector(".secret").inner_text()) == 19
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("text=Disable neu")
    page.wait_for_selector("text=Enable neu")
    (made,) = site.ledger.find(Account, Search({"name": "neu"}))
    assert (made.roles, made.disabled, made.created_by) == (["Security Reader"], True, "ada")
    assert page.evaluate("document.querySelectorAll('script').length") == 0
    page.click("text=Log out")
    page.wait_for_url("**/login")
    assert errors == []
    page.close()
