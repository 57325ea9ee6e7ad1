"""The grid and the panel beside it, driven by mouse, keys and a hand-made client."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor, redrawn

pytestmark = pytest.mark.browser

CLIENT = """async (messages) => {
  const config = JSON.parse(document.querySelector("#jupyter-config-data").textContent);
  const socket = new WebSocket(`ws://${location.host}/api/kernels/${config.kernelId}/channels?session_id=forged`);
  await new Promise((done) => { socket.onopen = done; });
  let last = 0;
  const send = (msg_type, content, answered) => {
    const msg_id = `forged-${last += 1}`;
    const header = { msg_id, msg_type, username: "", session: "forged", version: "5.3", date: "" };
    socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: [] }));
    return new Promise((done) => socket.addEventListener("message", (event) => {
      const reply = typeof event.data === "string" ? JSON.parse(event.data) : null;
      if (reply?.parent_header?.msg_id !== msg_id) return;
      if (answered(reply)) done(reply.content);
    }));
  };
  const listed = (reply) => reply.msg_type === "comm_info_reply";   // idle, of another channel, may come before it
  const { comms } = await send("comm_info_request", { target_name: "jupyter.widget" }, listed);
  const idle = (reply) => reply.content.execution_state === "idle";
  const sent = Object.keys(comms)
    .flatMap((comm_id) => messages.map((data) => send("comm_msg", { comm_id, data }, idle)));
  await Promise.all(sent);
  socket.close();
  return Object.keys(comms).length;
}"""
WRITTEN = {
    "offset": -5, "size": 10**9, "sort": {"column": "__class__"}, "total": 0, "page": {"rows": [["<img onerror=1>"]]},
    "selected": ["x"], "columns": [], "filter": {"op": "x"}, "spec": {"mark": "bar"}, "kql": "x", "_esm": "alert(1)",
}  # fmt: skip
HANDMADE = [
    {"method": "update", "state": WRITTEN, "buffer_paths": []},
    *(
        {"method": "custom", "content": content}
        for content in (
            {"kind": "page", "offset": 10**12, "size": -1},
            {"kind": "sort", "column": "__class__", "descending": []},
            {"kind": "select", "ids": ["nothing", 5, None], "on": True},
            {"kind": "change", "seq": "x", "tree": {"op": "all", "items": [{"property": "evil"}]}},
            {"kind": "brush", "from": "now", "to": {}},
            {"kind": "pick", "code": 99999},
            {"kind": "_receive"},
            {"kind": ["page"]},
            "text",
        )
    ),
]


def row(page: Page, at: int) -> Locator:
    return page.locator(".wb-grid tbody tr").nth(at)


def focused(page: Page) -> tuple[str | None, int]:
    """The row id and the column of the focused cell."""
    place = page.evaluate("""() => {
      const cell = document.activeElement.closest("td, th");
      return cell ? [cell.parentNode.dataset.id ?? null, [...cell.parentNode.children].indexOf(cell)] : [null, -1];
    }""")
    return place[0], place[1]


def ids(page: Page) -> list[str]:
    return page.locator(".wb-grid tbody tr").evaluate_all("(rows) => rows.map((row) => row.dataset.id)")


def test_pages_are_turned_and_counted(explorer: Page) -> None:
    assert explorer.locator(".wb-pager").inner_text() == "1–50 of 12,345"
    redrawn(explorer, explorer.get_by_role("button", name="Next page").click)
    assert explorer.locator(".wb-pager").inner_text() == "51–100 of 12,345"
    assert ids(explorer)[0] == "50"
    redrawn(explorer, explorer.get_by_role("button", name="Last page").click)
    assert explorer.locator(".wb-pager").inner_text() == "12,301–12,345 of 12,345"
    assert explorer.get_by_role("button", name="Next page").is_disabled()
    redrawn(explorer, explorer.get_by_role("button", name="First page").click)
    assert ids(explorer)[0] == "0"


def test_rows_are_sorted_by_python_and_back(explorer: Page) -> None:
    head = explorer.get_by_role("columnheader", name="URLs")
    redrawn(explorer, head.get_by_role("button").click)
    assert head.get_attribute("aria-sort") == "descending"
    assert row(explorer, 0).locator("td").nth(7).inner_text() == "12"
    redrawn(explorer, head.get_by_role("button").click)
    assert head.get_attribute("aria-sort") == "ascending"
    redrawn(explorer, head.get_by_role("button").click)
    assert head.get_attribute("aria-sort") == "none"
    assert ids(explorer)[:2] == ["0", "1"]


def test_the_grid_is_driven_by_keys(explorer: Page) -> None:
    row(explorer, 0).locator("td").nth(1).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        explorer.keyboard.press(key)
    assert focused(explorer) == ("2", 2)
    explorer.keyboard.press("Home")
    assert focused(explorer) == ("2", 0)
    explorer.keyboard.press("Control+End")
    assert focused(explorer)[0] == "49"
    redrawn(explorer, lambda: explorer.keyboard.press("PageDown"))
    assert ids(explorer)[0] == "50"
    explorer.keyboard.press("Control+Home")
    assert focused(explorer)[0] == "50"
    redrawn(explorer, lambda: explorer.keyboard.press("PageUp"))
    explorer.keyboard.press("Control+Home")
    explorer.keyboard.press("ArrowUp")
    assert focused(explorer) == (None, 0)


def test_rows_are_selected_one_by_one_and_up_to_there(explorer: Page) -> None:
    row(explorer, 1).locator("td").nth(2).focus()
    redrawn(explorer, lambda: explorer.keyboard.press("Space"))
    for _ in range(3):
        explorer.keyboard.press("ArrowDown")
    redrawn(explorer, lambda: explorer.keyboard.press("Shift+Space"))
    assert explorer.locator("tr[aria-selected=true]").evaluate_all("(rows) => rows.map((row) => row.dataset.id)") == [
        "1",
        "2",
        "3",
        "4",
    ]
    assert "4 selected" in explorer.locator(".wb-grid-bar").inner_text()
    redrawn(explorer, explorer.locator(".wb-grid-picked").get_by_role("button", name="Clear").click)
    assert explorer.locator("tr[aria-selected=true]").count() == 0


def test_the_panel_opens_beside_the_list_and_goes_on_and_back(explorer: Page) -> None:
    row(explorer, 2).locator("td").nth(2).focus()
    redrawn(explorer, lambda: explorer.keyboard.press("Enter"), ".wb-panel")
    panel = explorer.get_by_role("complementary", name="Details")
    assert panel.get_by_text("3 of 12,345").is_visible()
    assert explorer.evaluate("document.activeElement.tagName") == "H2"
    grid, box = explorer.locator(".wb-grid").bounding_box(), panel.bounding_box()
    assert grid is not None
    assert box is not None
    assert grid["x"] + grid["width"] <= box["x"]
    redrawn(explorer, lambda: explorer.keyboard.press("Alt+ArrowDown"), ".wb-panel")
    assert panel.get_by_text("4 of 12,345").is_visible()
    assert row(explorer, 3).get_attribute("class") == "wb-opened"
    explorer.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    explorer.wait_for_function("document.activeElement.closest('tr')?.dataset.id === '3'")


def test_a_cut_value_is_whole_where_it_is_focused_and_copied_raw(explorer: Page) -> None:
    cell = row(explorer, 0).locator("td").nth(9)
    shown = cell.inner_text()
    assert "[.]" in shown
    cell.focus()
    assert explorer.locator(".wb-peek").inner_text() == shown
    explorer.keyboard.press("Control+c")
    explorer.get_by_text("Copied").wait_for()
    assert explorer.evaluate("navigator.clipboard.readText()") == shown.replace("[.]", ".")
    explorer.keyboard.press("Escape")
    assert explorer.locator(".wb-peek").count() == 0


@pytest.mark.slow
def test_columns_are_chosen_and_the_choice_is_remembered(visitor: Visitor) -> None:
    page = visitor.open("Explorer")
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Find a column").fill("sha")
    redrawn(page, page.get_by_role("checkbox", name="SHA-256").check)
    assert page.get_by_role("columnheader", name="SHA-256").is_visible()
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector(".wb-grid")
    page.get_by_role("columnheader", name="SHA-256").wait_for()
    assert "mono" in str(row(page, 0).locator("td").nth(10).get_attribute("class"))


def test_a_hand_made_client_changes_nothing_it_should_not(explorer: Page) -> None:
    page = explorer
    before = (
        page.locator(".wb-grid thead").inner_text(),
        ids(page)[:3],
        page.locator(".wb-code pre").first.text_content(),
    )
    assert page.evaluate(CLIENT, json.loads(json.dumps(HANDMADE))) > 10
    page.wait_for_function("document.querySelector('.wb-pager').textContent.startsWith('12,301')")
    redrawn(page, page.get_by_role("button", name="First page").click)
    assert (
        page.locator(".wb-grid thead").inner_text(),
        ids(page)[:3],
        page.locator(".wb-code pre").first.text_content(),
    ) == before
    assert page.locator(".wb-grid-count").inner_text() == "12,345 messages"
    assert page.locator(".wb-chip").count() == 0


TORN = r"""() => [...document.querySelectorAll(".wb-grid .wb-middle")]
  .filter((each) => /\[(?!\.\])|(?<!\[)\.\]|(?<!\[\.)\]/.test(each.textContent)).map((each) => each.textContent)"""
CUT = """() => [...document.querySelectorAll(".wb-grid .wb-middle")].filter((each) => each.textContent.includes("…"))
  .every((each) => each.title && !each.title.includes("…") && each.scrollWidth <= each.clientWidth)"""


def test_a_cut_address_keeps_its_bracketed_dots_whole_and_says_all_of_it_under_the_pointer(explorer: Page) -> None:
    before = explorer.viewport_size
    assert before
    seen = set()
    for width in range(1290, 1440, 30):
        explorer.set_viewport_size({"width": width, "height": before["height"]})
        explorer.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert explorer.evaluate(TORN) == []
        assert explorer.evaluate(CUT)
        seen.add(explorer.locator(".wb-grid .wb-middle", has_text="…").count())
    explorer.set_viewport_size(before)
    assert max(seen) > 0
