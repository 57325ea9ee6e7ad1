"""The Explorer's box for questions in a real browser: keys, faults, answers, charts, cancelling, the address."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_pages import addresses, home, reader

__all__ = ["addresses", "home", "reader"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = "range n from 1 to 9000000 step 1 | extend a = hash_sha256(tostring(n)) | summarize count() by a | count"


@pytest.fixture
def opened(reader: Visitor) -> Iterator[Page]:
    """The Explorer, in which nothing goes wrong that a page would say."""
    page = reader.open("Explorer")
    yield page
    reader.seen.nothing(page)


def written(page: Page, text: str) -> Locator:
    """The box with a question in it, as if it were typed."""
    if not page.locator(".wb-query details").evaluate("box => box.open"):
        page.get_by_text("Ask in KQL").click()
    box = page.get_by_label("Question in KQL")
    box.fill("")
    box.press_sequentially(text)
    return box


def test_a_question_is_typed_completed_run_and_drawn(opened: Page, reader: Visitor) -> None:
    page = opened
    box = written(page, "EmailEvents | summ")
    expect(page.locator(".wb-word-row").first).to_contain_text("summarize")
    box.press("Tab")
    assert box.input_value() == "EmailEvents | summarize"
    box.press_sequentially(" n = count() by bin(Timest")
    expect(page.locator(".wb-word-row").first).to_contain_text("Timestamp")
    box.press("Enter")
    box.press_sequentially(", 1d), DeliveryAction | render timechart")
    box.press("Escape")
    box.press("Control+Enter")
    expect(page.locator(".wb-query-status")).to_contain_text("rows", timeout=60_000)
    expect(page.locator(".wb-chart svg.marks:visible")).to_have_count(1, timeout=60_000)
    assert "kql=" in page.url
    again = reader.open("Explorer", page.url[page.url.index("#") :])
    expect(again.locator(".wb-query-status")).to_contain_text("rows", timeout=60_000)


def test_a_fault_is_underlined_where_it_lies_and_hostile_text_is_text(opened: Page) -> None:
    page = opened
    box = written(page, "EmailEvents | where Sbuject has '<img src=x onerror=alert(1)>'")
    box.press("Escape")
    box.press("Control+Enter")
    expect(page.locator(".wb-query-mirror mark")).to_have_text("Sbuject", timeout=60_000)
    expect(page.locator(".wb-query-fault")).to_contain_text("Did you mean Subject?")
    assert page.locator(".wb-query img").count() == 0
    box.fill("EmailEvents | where Subject has '<img src=x onerror=alert(1)>' | count")
    assert page.locator(".wb-query-mirror mark").count() == 0


def test_a_long_question_shows_progress_and_is_given_up(opened: Page) -> None:
    page = opened
    box = written(page, LONG)
    box.press("Escape")
    box.press("Control+Enter")
    expect(page.locator(".wb-query-status")).to_contain_text("Running… 1 s", timeout=60_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".wb-query-status")).to_have_text("Cancelled")
    box = written(page, "print n = 42")
    box.press("Escape")
    box.press("Control+Enter")
    expect(page.locator(".wb-query-status")).to_contain_text("1 row", timeout=60_000)


def test_the_query_of_the_view_goes_into_the_box(opened: Page) -> None:
    page = opened
    page.get_by_text("Ask in KQL").click()
    page.get_by_role("button", name="Use the view's query").click()
    box = page.get_by_label("Question in KQL")
    page.wait_for_function("document.querySelector('.wb-query-input').value.startsWith('EmailEvents')")
    box.press("Control+Enter")
    expect(page.locator(".wb-query-status")).to_contain_text("rows", timeout=60_000)
