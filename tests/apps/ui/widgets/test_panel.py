import csv
import io
import json

import pytest

from tests.apps.ui.reader import heard, sent, tell
from workbench.apps.ui.widgets.card import Action
from workbench.apps.ui.widgets.panel import LINES, ROWS, As, Block, Facts, Listing, Note, Pair, Panel, Section, Tab, Way
from workbench.base.errors import BadInput

HOSTILE = "<b>\u202e"


def panel() -> Panel:
    widget = Panel()
    pairs = [
        Pair("Sender", "a@evil.example", "address", pivot="All mail"),
        Pair("Size", 5, "bytes"),
        Pair("None", None),
    ]
    listing = Listing("URLs", [("URL", "url"), ("Clicks", "number")], [["http://evil.example/", 3]])
    widget.show(
        "Title",
        [Facts("Message", pairs), listing, Block("Headers", "a\tb\nc\u202e"), Note("Not evaluated", "x")],
        subtitle="s",
        actions=[Action("go", "Go")],
    )
    return widget


def test_values_are_defanged_and_keep_their_raw_form() -> None:
    facts, listing, *_ = panel().sections
    assert facts["pairs"][0]["cell"] == ["a@evil[.]example", "a@evil.example"]
    assert facts["pairs"][2]["cell"] is None
    assert listing["rows"] == [[["hxxp://evil[.]example/", "http://evil.example/"], "3"]]
    assert [column["right"] for column in listing["columns"]] == [False, True]


def test_a_block_keeps_its_lines_and_shows_what_hides() -> None:
    assert panel().sections[2]["text"] == "a b\nc⟦U+202E⟧"


def test_what_is_cut_is_said() -> None:
    widget = Panel()
    widget.show(
        "x", [Listing("Rows", [("n", "number")], [[at] for at in range(ROWS + 1)]), Block("Text", "x" * (LINES + 1))]
    )
    listing, block = widget.sections
    assert len(listing["rows"]) == ROWS
    assert listing["cut"] == "The first 200 of 201 are shown."
    assert block["cut"] == "Cut after 200,000 of 200,001 characters."


def test_every_text_that_is_sent_is_visible() -> None:
    widget = Panel()
    sections = [
        Facts("x", [Pair(HOSTILE, HOSTILE)]),
        Listing("x", [("y", "text")], [[HOSTILE]]),
        Block("x", HOSTILE),
        Note("x", HOSTILE),
    ]
    widget.show(HOSTILE, sections, subtitle=HOSTILE)
    shown = [widget.title, widget.subtitle, *(pair["label"] for pair in widget.sections[0]["pairs"])]
    assert all("\u202e" not in text for text in shown)
    assert "\\u202e" not in json.dumps([section for section in widget.sections if section["what"] in ("block", "note")])


def test_it_opens_with_content_and_closes_on_request() -> None:
    widget = panel()
    closed = heard(widget, "close")
    assert widget.opened
    tell(widget, "close")
    assert not widget.opened
    assert closed == [None]


@pytest.mark.parametrize(("by", "step"), [(1, 1), (-1, -1), (500, 1), (-500, -1), ("x", 1), (None, 1)])
def test_a_step_is_one_back_or_on(by: object, step: int) -> None:
    widget = panel()
    values = heard(widget, "step")
    tell(widget, "step", by=by)
    assert values == [step]


def test_a_pivot_gives_the_value_python_has() -> None:
    widget = panel()
    values = heard(widget, "pivot")
    tell(widget, "pivot", section=0, pair=0)
    assert [(pair.label, pair.value) for pair in values] == [("Sender", "a@evil.example")]


@pytest.mark.parametrize(
    ("section", "pair"), [(0, 1), (0, 9), (1, 0), (9, 0), (-1, 0), (0, -1), ("0", "0"), (None, None)]
)
def test_only_pairs_with_a_pivot_can_be_followed(section: object, pair: object) -> None:
    widget = panel()
    values = heard(widget, "pivot")
    tell(widget, "pivot", section=section, pair=pair)
    assert (values, widget.fault) == ([], "")


def test_only_its_own_actions_can_be_asked_for() -> None:
    widget = panel()
    values = heard(widget, "action")
    tell(widget, "action", id="go")
    tell(widget, "action", id="purge")
    assert values == ["go"]


class Asked:
    """Tabs that count how often they are made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def tab(self, name: str, *sections: Section, count: int | None = None) -> Tab:
        def make() -> list[Section]:
            self.made.append(name)
            return list(sections)

        return Tab(name, name.title(), make, count)


def tabbed() -> tuple[Panel, Asked]:
    widget, asked = panel(), Asked()
    listing = Listing("L", [("Who", "mailbox"), ("Note", "text"), ("Seen", "ip")],
                      [["a@own.example", "x", "192.0.2.1"], ["2 mailboxes", As("http://e.example/", "url"), ""]])  # fmt: skip
    pairs = [Pair("Sender", "a@evil.example", "address", pivot="Sender"), Pair("Size", 5, "bytes")]
    tabs = (asked.tab("first", Note("n", "one")), asked.tab("second", Facts("F", pairs), listing, count=0))
    widget.show("Title", [Note("stays", "x")], tabs=tabs)
    return widget, asked


def test_a_tab_is_made_when_the_page_asks_and_not_again() -> None:
    widget, asked = tabbed()
    assert (widget.tab, widget.made, widget.inside, asked.made) == ("first", False, [], [])
    assert widget.tabs == [
        {"id": "first", "label": "First", "count": ""},
        {"id": "second", "label": "Second", "count": "0"},
    ]
    for name in ("first", "second", "first", "second"):
        tell(widget, "tab", id=name)
        assert (widget.tab, widget.made, widget.busy) == (name, True, False)
    assert asked.made == ["first", "second"]
    assert [section["title"] for section in widget.inside] == ["F", "L"]


def test_the_page_is_busy_while_a_tab_is_made() -> None:
    widget = panel()
    widget.show("t", [], tabs=[Tab("a", "A", lambda: [Note("busy", str(widget.busy))])])
    tell(widget, "tab", id="a")
    assert (widget.inside[0]["text"], widget.busy) == ("True", False)


def test_the_tab_that_was_open_stays_open_for_the_next_thing_and_is_made_anew() -> None:
    widget, _ = tabbed()
    tell(widget, "tab", id="second")
    again = Asked()
    widget.show("Next", [], tabs=[again.tab("first"), again.tab("second", Note("n", "new"))])
    assert (widget.tab, widget.made, widget.inside) == ("second", False, [])
    tell(widget, "tab", id="second")
    assert [section["text"] for section in widget.inside] == ["new"]
    widget.show("Without", [], tabs=[again.tab("third")])
    assert widget.tab == "third"
    widget.show("None", [])
    assert (widget.tab, widget.tabs, widget.made) == ("", [], True)


@pytest.mark.parametrize("name", ["third", "", None, 1, ["first"], "__class__"])
def test_only_its_own_tabs_can_be_asked_for(name: object) -> None:
    widget, asked = tabbed()
    tell(widget, "tab", id=name)
    assert (asked.made, widget.made, widget.fault) == ([], False, "")


def test_a_tab_that_cannot_be_told_says_why_in_its_place() -> None:
    def fails() -> list[Section]:
        raise BadInput("The table is gone\u202e", next_step="Import it.")

    widget = panel()
    widget.show("t", [], tabs=[Tab("a", "A", fails)])
    tell(widget, "tab", id="a")
    (told,) = widget.inside
    assert "The table is gone⟦U+202E⟧" in told["text"]
    assert "Import it." in told["text"]


def test_a_tab_that_breaks_is_named_and_the_page_lives_on(caplog: pytest.LogCaptureFixture) -> None:
    widget = panel()
    widget.show("t", [], tabs=[Tab("a", "A", lambda: 1 / 0), Tab("b", "B", lambda: [Note("n", "fine")])])  # type: ignore[arg-type,return-value]
    tell(widget, "tab", id="a")
    assert "ZeroDivisionError" in widget.fault
    assert widget.busy is False
    tell(widget, "tab", id="b")
    assert (widget.fault, widget.tab, widget.made) == ("", "b", True)


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ((1, 0, 0), ("address", "a@evil.example")),
        ((2, 0, 0), ("mailbox", "a@own.example")),
        ((2, 0, 2), ("ip", "192.0.2.1")),
        ((2, 1, 1), ("url", "http://e.example/")),
    ],
)
def test_a_value_leads_on_with_its_kind_and_as_python_has_it(at: tuple[int, int, int], found: tuple[str, str]) -> None:
    widget, _ = tabbed()
    tell(widget, "tab", id="second")
    values = heard(widget, "open")
    tell(widget, "open", section=at[0], row=at[1], column=at[2])
    assert values == [found]


@pytest.mark.parametrize(
    "at",
    [(0, 0, 0), (1, 1, 0), (1, 9, 0), (2, 0, 1), (2, 1, 2), (2, 9, 0), (2, 0, 9), (9, 0, 0), (-1, 0, 0), (2, -1, -1), ("2", "0", "0")],
)  # fmt: skip
def test_only_values_that_lead_on_can_be_opened(at: tuple[object, object, object]) -> None:
    widget, _ = tabbed()
    tell(widget, "tab", id="second")
    values = heard(widget, "open")
    tell(widget, "open", section=at[0], row=at[1], column=at[2])
    assert (values, widget.fault) == ([], "")


def test_rows_that_were_not_sent_cannot_be_opened() -> None:
    widget = Panel()
    widget.show("x", [Listing("Rows", [("n", "ip")], [[f"192.0.2.{at}"] for at in range(ROWS + 5)])])
    values = heard(widget, "open")
    tell(widget, "open", section=0, row=ROWS - 1, column=0)
    tell(widget, "open", section=0, row=ROWS, column=0)
    assert values == [("ip", f"192.0.2.{ROWS - 1}")]


def files(shown: Panel, section: object) -> list[tuple[str, bytes]]:
    """The files that the page is given when it asks for a listing."""
    with sent(shown) as messages:
        tell(shown, "take", section=section)
    found = [(message["content"], buffers) for message, buffers in messages if message.get("method") == "custom"]
    return [(content["name"], buffers[0]) for content, buffers in found]


def test_a_listing_is_taken_away_whole_as_the_data_have_it_and_no_cell_is_a_formula() -> None:
    rows = [(f"=cmd{at}", at, As("hxxps://a.test", "url")) for at in range(ROWS + 1)]
    shown = Panel()
    shown.show(
        "Of \u202e../x",
        [Facts("", []), Listing("Time & place", (("Name", "text"), ("N", "number"), ("Name", "text")), rows)],
    )
    [(name, data)] = files(shown, 1)
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert name == "Of_U_202E_x_Time_place.csv"
    assert lines[:2] == [["Name", "N", "Name (2)"], ["'=cmd0", "0", "hxxps://a.test"]]
    assert len(lines) == ROWS + 2


@pytest.mark.parametrize("section", [0, 2, -1, "1", None])
def test_only_listings_can_be_taken_away(section: object) -> None:
    shown = Panel()
    shown.show("x", [Facts("", []), Listing("", (("Name", "text"),), [("a",)])])
    assert not files(shown, section)


def test_values_lead_on_only_once_somebody_listens() -> None:
    widget = panel()
    widget.on("pivot", print)
    assert widget.openable is False
    widget.on("open", print)
    assert widget.openable is True


def test_a_pivot_in_a_tab_is_counted_on_from_what_stays() -> None:
    widget, _ = tabbed()
    values = heard(widget, "pivot")
    tell(widget, "pivot", section=1, pair=0)
    assert values == []
    tell(widget, "tab", id="second")
    tell(widget, "pivot", section=1, pair=0)
    assert [pair.value for pair in values] == ["a@evil.example"]


def test_a_cell_of_another_kind_brings_it_along() -> None:
    widget, _ = tabbed()
    tell(widget, "tab", id="second")
    rows = widget.inside[1]["rows"]
    assert rows[1][1] == {"cell": ["hxxp://e[.]example/", "http://e.example/"], "kind": "url", "opens": True}
    assert rows[1][2] is None
    assert [column["opens"] for column in widget.inside[1]["columns"]] == [True, False, True]


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("http://127.0.0.1:8000/messages/ab", "http://127.0.0.1:8000/messages/ab"),
        ("https://127.0.0.1/x", "https://127.0.0.1/x"),
        ("javascript:alert(1)", ""),
        ("//evil.example", ""),
        (" http://x", ""),
    ],
)
def test_a_way_leads_to_a_server_or_nowhere(address: str, safe: str) -> None:
    widget = Panel()
    widget.show("x", [Way("Body", "Look", address)])
    assert widget.sections[0]["address"] == safe


def test_more_room_is_given_and_taken_back() -> None:
    widget = panel()
    tell(widget, "widen")
    assert widget.wide
    tell(widget, "widen")
    assert not widget.wide
