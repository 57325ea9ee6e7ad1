"""No page keeps anybody out: axe-core finds nothing serious or critical, light and dark."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Page

from tests.apps.service.conftest import Site, ready_made, site
from tests.apps.service.test_pages import PAGES, fill
from tests.browser.axe import findings, grave, open_to_all, source
from tests.browser.conftest import Visitor, redrawn
from tests.browser.test_pages import TABS, addresses, go, home, opened_tab, reader
from workbench.base.access import Role
from workbench.ledger.models import Note, Run, SavedView, TrackedQuery
from workbench.views.explorer import tabs, views

pytestmark = [pytest.mark.browser]
__all__ = ["addresses", "home", "reader", "ready_made", "site"]
MAIL = "#view=all_email&span=2020-01-01..2027-01-01"
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
BOXES = ("Add filter", "Paste indicators", "Export", "Columns")


def opened(reader: Visitor, name: str, scheme: str, address: str = "") -> Page:
    source()
    return reader.open(name, address, reader.new(viewport={"width": 1280, "height": 900}, color_scheme=scheme))


@pytest.mark.slow
def test_what_keeps_people_out_is_found(quiet: Page) -> None:
    """The check itself: a button without a name and a field without a label are told."""
    source()
    told = {each["id"] for each in findings(quiet)}
    quiet.evaluate("document.body.insertAdjacentHTML('beforeend', '<div id=bad><button></button><input></div>')")
    worse = {each["id"] for each in findings(quiet)} - told
    quiet.evaluate("document.querySelector('#bad').remove()")
    assert {"button-name", "label"} <= worse


@pytest.mark.slow
@SCHEMES
def test_every_view_and_list_is_open_to_all(reader: Visitor, scheme: str) -> None:
    page = opened(reader, "Explorer", scheme, MAIL)
    for view in views().values():
        go(page, view.title)
        open_to_all(page, view.title)
        for tab in view.tabs:
            go(page, tabs()[tab].title, "List")
            open_to_all(page, f"{view.title}, {tabs()[tab].title}")


@pytest.mark.slow
@SCHEMES
def test_the_message_and_what_is_known_of_its_parts_are_open_to_all(reader: Visitor, scheme: str) -> None:
    page = opened(reader, "Explorer", scheme, MAIL)
    redrawn(page, page.locator(".wb-grid .wb-open").first.click, ".wb-panel")
    for tab in TABS:
        opened_tab(page, tab)
        open_to_all(page, tab)
    redrawn(page, page.get_by_role("button", name="What is known of").first.click, ".wb-panel")
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")
    open_to_all(page, "entity")


@pytest.mark.slow
@SCHEMES
def test_boxes_over_the_page_and_the_query_box_are_open_to_all(reader: Visitor, scheme: str) -> None:
    page = opened(reader, "Explorer", scheme, MAIL)
    for name in BOXES:
        page.get_by_role("button", name=name).first.click()
        page.locator(".wb-popup:popover-open").wait_for()
        open_to_all(page, name)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Add filter").click()
    for typed in ("no such property", "Subject"):
        page.get_by_role("combobox", name="Property").fill(typed)
        open_to_all(page, typed)
    page.keyboard.press("Enter")
    open_to_all(page, "condition")
    page.keyboard.press("Escape")
    page.get_by_text("Ask in KQL").click()
    page.get_by_label("Question in KQL").press_sequentially("Ema")
    page.locator(".wb-words").wait_for()
    open_to_all(page, "names that fit")
    page.keyboard.press("Escape")
    page.get_by_label("Question in KQL").fill("EmailEvents | where | take")
    page.keyboard.press("Control+Enter")
    page.locator(".wb-query-fault").wait_for()
    open_to_all(page, "a fault")
    page.get_by_label("Question in KQL").fill("EmailEvents | summarize count() by DeliveryAction | render piechart")
    page.keyboard.press("Control+Enter")
    page.locator(".wb-plot svg, .wb-chart svg.marks").first.wait_for()
    open_to_all(page, "an answer")


@pytest.mark.slow
@SCHEMES
def test_the_dashboard_and_the_pages_around_are_open_to_all(
    reader: Visitor, scheme: str, addresses: Mapping[str, str]
) -> None:
    page = opened(reader, "Dashboard", scheme)
    open_to_all(page, "Dashboard")
    page.get_by_role("button", name="Show as table").first.click()
    open_to_all(page, "a chart as a table")
    start, token = addresses["Explorer"].split("voila/render/explorer.ipynb")
    for where in (token, "voila/render/none.ipynb", "login"):
        page.goto(f"{start}{where}")
        open_to_all(page, where.partition("?")[0] or "list of pages")


@pytest.mark.slow
@SCHEMES
def test_the_pages_of_the_service_are_open_to_all(site: Site, chromium: Browser, scheme: str) -> None:
    source()
    fill(site)
    (run,), (query,), (view,), (note,) = (site.ledger.find(each) for each in (Run, TrackedQuery, SavedView, Note))
    ada = site.browser("ada", Role.GLOBAL_ADMINISTRATOR, Role.PREVIEW)
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site.address}/login")
    open_to_all(page, "/login")
    context.add_cookies([{"name": each.name, "value": each.value, "url": site.address} for each in ada.cookies.jar])
    found = {}
    for where in (*PAGES, f"/runs/{run.id}", f"/queries/{query.id}", f"/views/{view.id}", f"/notes/{note.id}"):
        page.goto(f"{site.address}{where}")
        found[where] = grave(page)
    assert {where: each for where, each in found.items() if each} == {}
    context.close()
