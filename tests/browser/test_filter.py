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


def paste(page: Page, text: str) -> None:
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    keys(page, "<Control+v>")


def test_a_pasted_list_is_split_and_stays_readable_on_its_chip(explorer: Page) -> None:
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "sender address", "<Enter>")
    paste(explorer, "a.example\nb.example; c[.]example\td.example,a.example")
    expect(explorer.locator(".wb-pasted")).to_have_text("4 values, 1 duplicate")
    assert explorer.locator(".wb-token").all_inner_texts() == ["a.example", "b.example", "c.example", "d.example"]
    redrawn(explorer, lambda: keys(explorer, "<Control+Enter>"))
    assert chips(explorer) == ["Sender address is any of a.example, b.example, c.example +1"]
    assert explorer.get_by_text("No messages").first.is_visible()
    clear(explorer)


def test_a_long_list_is_a_number_on_its_chip_and_is_found_in_by_typing(explorer: Page) -> None:
    many = [f"d{at}.example" for at in range(9_999)]
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "sender domain", "<Enter>")
    paste(explorer, "\n".join([*many, "LURE[.]example", "d7.example"]))
    expect(explorer.locator(".wb-pasted")).to_have_text("10,000 values, 1 duplicate")
    assert explorer.locator(".wb-token").count() == 60
    assert explorer.locator(".wb-more").inner_text() == "and 9,940 more"
    explorer.get_by_label("Find among the values").fill("lure")
    assert explorer.locator(".wb-token").all_inner_texts() == ["LURE.example"]
    explorer.get_by_label("Values", exact=True).fill("lure.example")
    expect(explorer.locator(".wb-editor-count")).to_have_text("10,001 values: at most 10,000 are read")
    expect(explorer.locator(".wb-popup").get_by_role("button", name="Apply")).to_be_disabled()
    keys(explorer, "<Escape>")
    assert chips(explorer) == []
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "sender domain", "<Enter>")
    paste(explorer, "\n".join([*many, "lure[.]example"]))
    expect(explorer.locator(".wb-pasted")).to_have_text("10,000 values")
    redrawn(explorer, lambda: keys(explorer, "<Control+Enter>"))
    assert chips(explorer) == ["Sender domain is any of 10,000 values"]
    of_one = MAIL.filter(pl.col("SenderFromDomain") == "lure.example").height
    assert count(explorer) == f"{of_one:,} of 12,345 messages"
    clear(explorer)


REPORT = """The kit at hxxps://lure[.]example/pay sends from <billing@lure[.]example> and 203.0.113[.]7
lure[.]example, LURE.example; 203.0.113.7
payload.exe"""


def test_a_report_becomes_one_group_by_keyboard(explorer: Page) -> None:
    explorer.get_by_role("button", name="Paste indicators").focus()
    keys(explorer, "<Enter>")
    paste(explorer, REPORT)
    said = explorer.locator(".wb-paste .wb-pasted")
    expect(said).to_have_text(
        "4 values (1 URL, 1 domain, 1 IPv4 address, 1 mail address), 2 duplicates, 1 not read: payload.exe; "
        "6 other words passed over"
    )
    rows = explorer.locator(".wb-paste-found .wb-option")
    assert rows.all_inner_texts() == [
        "URL is any of\n1 value", "Sender domain is any of\n1 value", "Sender IP is any of\n1 value",
        "Sender address is any of\n1 value",
    ]  # fmt: skip
    rows.nth(0).locator("input").focus()
    keys(explorer, "<Space>")
    expected = MAIL.filter(
        (pl.col("SenderFromDomain") == "lure.example") | (pl.col("SenderIPv4") == "203.0.113.7")
    ).height
    expect(explorer.locator(".wb-editor-count")).to_have_text(f"{expected:,} of 12,345 messages would match")
    redrawn(explorer, lambda: keys(explorer, "<Enter>"))
    assert chips(explorer) == [
        "Sender domain is any of lure.example", "Sender IP is any of 203.0.113.7",
        "Sender address is any of billing@lure.example",
    ]  # fmt: skip
    assert explorer.get_by_role("group", name="Any of").locator(".wb-chip").count() == 3
    assert count(explorer) == f"{expected:,} of 12,345 messages"
    clear(explorer)


def test_a_text_without_indicators_is_said_and_nothing_can_be_applied(explorer: Page) -> None:
    explorer.get_by_role("button", name="Paste indicators").click()
    keys(explorer, "nothing here but x.exe")
    expect(explorer.locator(".wb-paste .wb-pasted")).to_contain_text("No indicator was found that can be filtered by")
    expect(explorer.locator(".wb-popup").get_by_role("button", name="Apply")).to_be_disabled()
    keys(explorer, "<Escape>")
    expect(explorer.get_by_role("button", name="Paste indicators")).to_be_focused()
    assert chips(explorer) == []


def test_steps_are_undone_redone_and_picked_by_keyboard(explorer: Page) -> None:
    redrawn(explorer, explorer.locator(".wb-chart").get_by_role("button", name="Junked").click)
    explorer.get_by_role("button", name="Add filter").click()
    redrawn(explorer, lambda: keys(explorer, "has url", "<Enter>", "<Space>", "<Enter>"))
    assert len(chips(explorer)) == 2
    explorer.locator(".wb-chip-text").first.focus()
    redrawn(explorer, lambda: keys(explorer, "<Control+z>"))
    assert chips(explorer) == ["Delivery action is any of Junked"]
    redrawn(explorer, lambda: keys(explorer, "<Control+Shift+z>"))
    assert len(chips(explorer)) == 2
    explorer.get_by_role("button", name="Steps of this filter").focus()
    keys(explorer, "<Enter>")
    steps = explorer.get_by_role("menuitemradio")
    said = steps.all_inner_texts()
    assert said[-3:] == ["Cleared", "Added Delivery action is any of Junked", "Added Has URL is yes"]
    redrawn(explorer, lambda: keys(explorer, "<ArrowUp>", "<ArrowUp>", "<Enter>"))
    assert chips(explorer) == []
    redrawn(explorer, explorer.get_by_role("button", name="Redo").click)
    assert chips(explorer) == ["Delivery action is any of Junked"]
    clear(explorer)


def test_an_operator_without_values_and_networks_are_filtered_by(explorer: Page) -> None:
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "sender ip", "<Enter>")
    explorer.get_by_label("Operator").select_option("in_network")
    explorer.get_by_label("Values", exact=True).fill("203.0.113.0/24")
    redrawn(explorer, lambda: keys(explorer, "<Control+Enter>"))
    assert chips(explorer) == ["Sender IP is in network 203.0.113.0/24"]
    assert count(explorer) == "12,345 of 12,345 messages"
    explorer.locator(".wb-chip-text").click()
    explorer.get_by_label("Operator").select_option("is_empty")
    expect(explorer.locator(".wb-editor-values")).to_be_hidden()
    redrawn(explorer, lambda: keys(explorer, "<Enter>"))
    assert chips(explorer) == ["Sender IP is empty"]
    assert count(explorer) == "0 of 12,345 messages"
    clear(explorer)


def test_a_regular_expression_is_one_value_whatever_stands_in_it(explorer: Page) -> None:
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "sender domain", "<Enter>")
    explorer.get_by_label("Operator").select_option("matches")
    explorer.get_by_label("Values", exact=True).focus()
    keys(explorer, "^l[uv]{1,2}re")
    paste(explorer, "[.]ex, ample")
    redrawn(explorer, lambda: keys(explorer, "<Control+Enter>"), ".wb-filter-bar")
    assert chips(explorer) == ["Sender domain matches regex ^l[uv]{1,2}re[.]ex, ample"]
    clear(explorer)


def test_a_value_of_a_list_that_only_the_data_have_is_typed(explorer: Page) -> None:
    explorer.get_by_role("button", name="Add filter").click()
    keys(explorer, "delivery", "<Enter>")
    assert "Replaced" not in explorer.locator(".wb-listed").inner_text()
    explorer.get_by_label("Find a value").focus()
    keys(explorer, "replaced", "<Enter>")
    redrawn(explorer, lambda: keys(explorer, "<Control+Enter>"))
    assert chips(explorer) == ["Delivery action is any of Replaced"]
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
    """Stands between page and kernel: holds the first answer back until the second has come, or until it is let go."""

    def __init__(self) -> None:
        self.on = False
        self.held: list[str | bytes] = []
        self.delivered = False
        self.line: WebSocketRoute | None = None

    def between(self, route: WebSocketRoute) -> None:
        route.connect_to_server().on_message(lambda message: self.down(route, message))

    def down(self, route: WebSocketRoute, message: str | bytes) -> None:
        text = (message if isinstance(message, str) else message.decode("utf-8", "replace")).replace(" ", "")
        answer = self.on and '"method":"update"' in text and '"answer":{"seq"' in text
        if answer and not self.held:
            self.held.append(message)
            self.line = route
            return
        route.send(message)
        if answer and not self.delivered:
            self.let_go()

    def let_go(self) -> None:
        assert self.line is not None
        self.delivered = True
        self.line.send(self.held[0])


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


def test_the_count_of_a_list_that_fitted_is_not_said_of_one_that_is_too_long(visitor: Visitor) -> None:
    late, page = Late(), visitor.new()
    page.route_web_socket("**/channels**", late.between)
    visitor.open("Explorer", page=page)
    late.on = True
    page.get_by_role("button", name="Add filter").click()
    keys(page, "sender domain", "<Enter>")
    paste(page, "\n".join(f"d{at}.example" for at in range(10_000)))
    told = page.locator(".wb-editor-count")
    expect(told).to_have_text("Counting…")
    for _ in range(100):
        if late.held:
            break
        page.wait_for_timeout(50)
    page.get_by_label("Values", exact=True).fill("lure.example")
    expect(told).to_have_text("10,001 values: at most 10,000 are read")
    late.let_go()
    page.wait_for_timeout(500)
    assert told.inner_text() == "10,001 values: at most 10,000 are read"
