"""The filter bar, by keyboard: building, editing, grouping, undoing, and answers that come too late."""

import polars as pl
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Visitor, redrawn
from tests.browser.pages.sample import messages

pytestmark = pytest.mark.browser

MAIL = messages()


def keys(page: Page, *pressed: str) -> None:
    """Type texts and press keys; a key is written as ``<Enter>``."""
    for each in pressed:
        if each.startswith("<"):
            page.keyboard.press(each.strip("<>"))
        else:
            page.keyboard.type(each)


def chips(page: Page) -> list[str]:
    return [
        text.split(". Enter")[0]
        for text in page.locator(".wb-chip-text").evaluate_all("(all) => all.map((each) => each.ariaLabel)")
    ]


def count(page: Page) -> str:
    return page.locator(".wb-filter-count").inner_text()


def clear(page: Page) -> None:
    redrawn(page, page.get_by_role("button", name="Clear all").click, ".wb-grid")
    expect(page.locator(".wb-chip")).to_have_count(0)


def test_a_filter_is_made_by_keyboard_with_its_count_before_it_is_applied(explorer: Page) -> None:
    of_two = MAIL.filter(pl.col("SenderFromDomain").is_in(["contoso.example", "fabrikam.example"])).height
    explorer.get_by_role("button", name="Add filter").focus()
    keys(
        explorer, "<Enter>", "sender d", "<Enter>", "contoso.example", "<Enter>", "fabrikam[.]example, contoso.example"
    )
    expect(explorer.locator(".wb-editor-count")).to_have_text(f"{of_two:,} of 12,345 messages would match")
    assert explorer.locator(".wb-grid-count").inner_text() == "12,345 messages"
    redrawn(explorer, lambda: keys(explorer, "<Control+Enter>"))
    assert chips(explorer) == ["Sender domain is any of contoso.example, fabrikam.example"]
    expect(explorer.locator(".wb-grid-count")).to_have_text(f"{of_two:,} messages")
    assert count(explorer) == f"{of_two:,} of 12,345 messages"
    clear(explorer)


def test_a_filter_is_edited_removed_and_brought_back_by_keyboard(explorer: Page) -> None:
    explorer.get_by_role("button", name="Add filter").focus()
    keys(explorer, "<Enter>", "url count", "<Enter>")
    explorer.get_by_label("Operator").select_option("above")
    explorer.get_by_label("Value").fill("4")
    redrawn(explorer, lambda: keys(explorer, "<Enter>"))
    assert chips(explorer) == ["URL count > 4"]
    chip = explorer.locator(".wb-chip-text")
    chip.focus()
    keys(explorer, "<Enter>", "<Backspace>", "9")
    redrawn(explorer, lambda: keys(explorer, "<Enter>"))
    assert chips(explorer) == ["URL count > 9"]
    expect(chip).to_be_focused()
    redrawn(explorer, lambda: keys(explorer, "<Delete>"))
    assert chips(explorer) == []
    redrawn(explorer, lambda: keys(explorer, "<Control+z>"))
    assert chips(explorer) == ["URL count > 9"]
    clear(explorer)


def test_groups_stand_in_brackets_and_bind_as_chosen(explorer: Page) -> None:
    explorer.get_by_role("button", name="Add filter").click()
    redrawn(explorer, lambda: keys(explorer, "has url", "<Enter>", "<Space>", "<Enter>"))
    explorer.get_by_role("button", name="Add group").click()
    keys(explorer, "delivery", "<Enter>", "<ArrowDown>", "<Space>", "<ArrowDown>", "<Space>")
    redrawn(explorer, lambda: keys(explorer, "<Enter>"))
    assert chips(explorer) == ["Has URL is yes", "Delivery action is any of Junked, Blocked"]
    bracket = explorer.get_by_role("group", name="Any of")
    assert bracket.locator(".wb-chip").count() == 1
    all_of = count(explorer)
    redrawn(explorer, lambda: explorer.locator(".wb-chips > .wb-binding").select_option("any"))
    assert count(explorer) != all_of
    redrawn(explorer, explorer.get_by_role("button", name="Remove this group").click)
    assert chips(explorer) == ["Has URL is yes"]
    clear(explorer)


def test_a_pasted_list_is_split_and_stays_readable_on_its_chip(explorer: Page) -> None:
    explorer.evaluate("navigator.clipboard.writeText('a.example\\nb.example; c[.]example\\td.example,a.example')")
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "sender address", "<Enter>", "<Control+v>")
    assert explorer.locator(".wb-token").all_inner_texts() == ["a.example", "b.example", "c[.]example", "d.example"]
    redrawn(explorer, lambda: keys(explorer, "<Control+Enter>"))
    assert chips(explorer) == ["Sender address is any of a.example, b.example, c.example +1"]
    assert explorer.get_by_text("No messages").first.is_visible()
    clear(explorer)


def test_escape_leaves_everything_as_it_was(explorer: Page) -> None:
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "subject", "<Enter>", "lunch", "<Escape>")
    assert explorer.locator(".wb-popup").count() == 0
    expect(explorer.get_by_role("button", name="Add filter")).to_be_focused()
    expect(explorer.locator(".wb-filter-count")).to_have_text("12,345 of 12,345 messages")
    assert chips(explorer) == []


def test_a_value_that_does_not_fit_is_said_and_the_filter_stays(explorer: Page) -> None:
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "url count", "<Enter>", "many", "<Control+Enter>")
    fault = explorer.locator(".wb-filter-bar .wb-fault")
    expect(fault).to_contain_text("'many' is not a whole number")
    assert chips(explorer) == []
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "has", "<Enter>", "<Space>")
    redrawn(explorer, lambda: keys(explorer, "<Enter>"))
    expect(fault).to_be_hidden()
    clear(explorer)


class Late:
    """Stands between page and kernel: holds the first answer back until the second has come, then delivers both."""

    def __init__(self) -> None:
        self.on = False
        self.held: list[str | bytes] = []
        self.delivered = False

    def between(self, route: WebSocketRoute) -> None:
        route.connect_to_server().on_message(lambda message: self.down(route, message))

    def down(self, route: WebSocketRoute, message: str | bytes) -> None:
        text = (message if isinstance(message, str) else message.decode("utf-8", "replace")).replace(" ", "")
        answer = self.on and '"method":"update"' in text and '"answer":{"seq"' in text
        if answer and not self.held:
            self.held.append(message)
            return
        route.send(message)
        if answer and not self.delivered:
            self.delivered = True
            route.send(self.held[0])


def test_an_answer_that_comes_too_late_is_dropped(visitor: Visitor) -> None:
    answer = f"{MAIL.filter(pl.col('Subject') == 'Lunch?').height:,} of 12,345 messages would match"
    late, page = Late(), visitor.new()
    page.route_web_socket("**/channels**", late.between)
    visitor.open("Explorer", page=page)
    late.on = True
    page.get_by_role("button", name="Add filter").click()
    keys(page, "subject", "<Enter>", "Lunch")
    page.wait_for_function("document.querySelector('.wb-editor-count').textContent === 'Counting…'")
    page.wait_for_timeout(300)
    keys(page, "?")
    told = page.locator(".wb-editor-count")
    expect(told).to_have_text(answer)
    page.wait_for_timeout(200)
    assert late.delivered
    assert told.inner_text() == answer
