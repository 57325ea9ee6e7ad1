"""Pages as readers get them."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import READY, Visitor

pytestmark = pytest.mark.browser

FITS = """() => document.documentElement.scrollWidth <= innerWidth
  && [...document.querySelectorAll(".wb-vega svg")].every((svg) => {
    const [inner, outer] = [svg.getBoundingClientRect(), svg.closest(".wb-stage").getBoundingClientRect()];
    return Math.abs(inner.width - outer.width) < 3 && inner.height <= outer.height + 1;
  })"""
CUT = """() => [...document.querySelectorAll(".wb-key, .wb-big, .wb-vega svg text")].filter((each) => {
    const [inner, outer] = [each, each.closest(".wb-card-box")].map((node) => node.getBoundingClientRect());
    return each.textContent && (inner.right > outer.right + 0.5 || inner.left < outer.left - 0.5
      || inner.bottom > outer.bottom + 0.5);
  }).map((each) => each.textContent)"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
PAINT = "document.querySelector('svg.marks .mark-rect path').getAttribute('fill')"


def root(page: Page) -> str:
    return page.url.split("voila/render")[0]


def test_the_dashboard_paints_everything_at_every_size_and_asks_nobody_else(visitor: Visitor) -> None:
    page = visitor.open("Dashboard")
    expect(page.locator("svg.marks")).to_have_count(7)
    nothing = page.locator(".wb-card-box", has_text="Reported by users")
    assert (nothing.locator(".wb-big").inner_text(), nothing.locator("svg.marks").count()) == ("0", 0)
    assert page.locator("#loading").count() == 0
    assert page.evaluate("[...document.querySelectorAll('.wb')].every((each) => each.dataset.drawn !== undefined)")
    for width, height in ((1280, 800), (1920, 1080), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FITS)
        assert page.evaluate(CUT) == []
    visitor.seen.nothing(page)


def test_dark_and_light_follow_the_switch_and_are_remembered(visitor: Visitor) -> None:
    page = visitor.open("Explorer")
    light = page.evaluate(BACKGROUND), page.evaluate(PAINT)
    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_function(f"{PAINT} !== {light[1]!r}")
    assert page.evaluate(BACKGROUND) != light[0]
    page.reload()
    page.wait_for_function(READY)
    assert page.evaluate("document.documentElement.dataset.wbTheme") == "dark"
    visitor.seen.nothing(page)


@pytest.mark.slow
def test_a_change_of_the_system_is_followed_with_the_page_open_until_the_reader_chooses(visitor: Visitor) -> None:
    page = visitor.open("Explorer")
    light = page.evaluate(BACKGROUND), page.evaluate(PAINT)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{PAINT} !== {light[1]!r}")
    assert page.evaluate(BACKGROUND) != light[0]
    switch = page.get_by_role("button", name="Switch between light and dark")
    switch.click()
    page.wait_for_function(f"{PAINT} === {light[1]!r}")
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(BACKGROUND) == light[0], "the choice of the reader stays"
    switch.click()
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{PAINT} === {light[1]!r}")


def test_closing_a_page_ends_its_kernel(visitor: Visitor) -> None:
    page = visitor.open("Empty")
    kernel = page.evaluate("JSON.parse(document.querySelector('#jupyter-config-data').textContent).kernelId")
    other = page.context.new_page()
    other.goto(f"{root(page)}voila/tree")
    ask = f"fetch('/api/kernels/{kernel}').then((answer) => answer.status)"
    assert other.evaluate(ask) == 200
    page.close(run_before_unload=True)
    other.wait_for_function(f"async () => await {ask} === 404", polling=200)


def test_a_reader_who_prefers_dark_sees_a_dark_skeleton_first(visitor: Visitor) -> None:
    page = visitor.new(color_scheme="dark")
    page.goto(visitor.sites["Empty"], wait_until="commit")
    page.wait_for_selector(".wbt-bones")
    assert page.evaluate(BACKGROUND) == "rgb(15, 20, 27)"
    assert page.get_by_role("link", name="Explorer").is_visible()


def test_nobody_comes_in_without_the_token(visitor: Visitor) -> None:
    page = visitor.new()
    page.goto(visitor.sites["Explorer"].split("?")[0])
    assert "/login" in page.url
    assert page.locator(".wb, .wbt-bones").count() == 0


def test_the_header_links_the_pages_and_marks_the_one_shown(quiet: Page) -> None:
    links = quiet.get_by_role("navigation", name="Pages").get_by_role("link")
    assert links.all_text_contents() == ["Dashboard", "Explorer"]
    assert urlsplit(str(links.first.get_attribute("href"))).netloc == ""
    assert links.first.get_attribute("aria-current") is None


def test_the_token_leaves_the_address_bar_and_the_source_never_comes(quiet: Page) -> None:
    assert "token" not in quiet.url
    assert "demo_pages" not in quiet.content()


def test_an_empty_page_says_why_and_what_to_do(quiet: Page) -> None:
    assert quiet.get_by_text("Import mail, or choose a wider window.").count() == 2
    assert quiet.locator("svg.marks").count() == 0
    assert quiet.get_by_text("No data", exact=True).is_visible()
    assert quiet.get_by_text("No data yet").is_visible()


def test_a_page_tells_the_browser_to_load_from_here_only(quiet: Page) -> None:
    refused = quiet.evaluate("""async () => {
      const broken = new Promise((done) =>
        addEventListener("securitypolicyviolation", (event) => done(event.blockedURI), { once: true }));
      new Image().src = "https://elsewhere.example/pixel.png";
      return broken;
    }""")
    assert refused.startswith("https://elsewhere.example/")


@pytest.mark.parametrize(
    "path",
    ["voila/files/explorer.ipynb", "voila/files/..%2f..%2fetc/passwd", "api/contents", "api/terminals", "api/sessions"],
)
def test_files_and_other_doors_stay_shut(path: str, quiet: Page) -> None:
    assert quiet.request.get(f"{root(quiet)}{path}").status in (400, 403, 404)


def test_a_lost_session_is_said_with_a_way_out(quiet: Page) -> None:
    quiet.route("**/api/kernels/*", lambda route: route.fulfill(status=404))
    quiet.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    banner = quiet.locator(".wbt-ended")
    banner.wait_for()
    assert banner.get_by_role("button", name="Reload the page").is_visible()
    quiet.unroute("**/api/kernels/*")
    quiet.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    banner.wait_for(state="hidden")


def test_print_shows_the_page_without_its_controls(quiet: Page) -> None:
    quiet.emulate_media(media="print")
    assert quiet.locator(".wbt-theme").is_hidden()
    assert quiet.get_by_role("button", name="Add filter").is_hidden()
    assert quiet.get_by_role("heading", name="Explorer").is_visible()
    quiet.emulate_media(media="screen")


def test_the_list_of_pages_and_errors_are_ours_and_ask_nobody_else(visitor: Visitor, sites: Mapping[str, str]) -> None:
    page = visitor.new()
    start, token = sites["Explorer"].split("voila/render/explorer.ipynb")
    page.goto(f"{start}{token}")
    assert page.get_by_role("link", name="Explorer").is_visible()
    page.goto(f"{start}voila/render/none.ipynb")
    assert page.get_by_role("heading", name="This page").is_visible()
    assert visitor.seen.elsewhere == []
