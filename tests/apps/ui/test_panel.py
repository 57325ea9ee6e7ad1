import json

import pytest

from tests.apps.ui.reader import heard, tell
from workbench.apps.ui.card import Action
from workbench.apps.ui.panel import LINES, ROWS, Block, Facts, Listing, Note, Pair, Panel

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
