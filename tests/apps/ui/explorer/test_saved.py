"""A saved view and the page it is opened as: what an address hands over, and where saving leads."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apps.ui.reader import tell
from tests.laws import often
from workbench.apps.explore.view_text import declared, outline
from workbench.apps.session import Workbench
from workbench.apps.ui.explorer.explorer import Explorer
from workbench.apps.ui.explorer.saved import LONGEST, Saved, saved_of, ways
from workbench.base.config import Workspace
from workbench.views.explorer import views

ID = "01M8CZSZDWBHXFPA9FXF9ZJZWG"
TEXT = """view: phish
span: 2026-09-11..2026-09-19
by: SenderFromDomain
columns:
- Timestamp
- Subject
sort:
  column: Subject
  descending: false
filter:
  op: all
  items:
  - property: Subject
    operator: contains
    values:
    - a
"""
OPENED = {"text": TEXT, "saved": f"{ID}.3", "name": "Weekly <b>\u202e"}


@pytest.fixture
def page(northgate: Workspace) -> Explorer:
    return Explorer(Workbench(northgate), views()["all_email"])


def handed(page: Explorer, number: int = 0) -> tuple[str, Mapping[str, str]]:
    """Where a button of the page leads, and what it hands over."""
    action = page.bar.actions[number]
    return action["control"], dict(parse_qsl(action["state"]))


def test_a_saved_view_is_opened_whole_and_saved_in_its_place(page: Explorer) -> None:
    tell(page.address, "arrive", state=OPENED)
    assert (page.view.name, page.shape.columns, page.shape.span) == (
        "phish", ("Timestamp", "Subject"), "2026-09-11..2026-09-19"
    )  # fmt: skip
    assert page.bar.saved == "Weekly <b>⟦U+202E⟧"
    assert {name: page.address.state.get(name) for name in OPENED} == {**OPENED, "text": None}
    tell(page.pivot, "choose", id="DeliveryAction")
    there, state = handed(page)
    assert (there, state["version"]) == (f"views/{ID}", "3")
    assert (
        state["text"]
        == outline(page.shape)
        == TEXT.replace("by: SenderFromDomain", "by: DeliveryAction").replace("columns:", "list: rows\ncolumns:")
    )
    assert page.bar.actions[1]["control"] == "views"


def test_columns_that_the_browser_remembers_do_not_stand_in_for_those_of_the_view(page: Explorer) -> None:
    tell(page.grid, "columns", visible=["Timestamp", "DMARC"], remembered=True)
    assert page.shape.columns == ("Timestamp", "DMARC")
    tell(page.address, "arrive", state={**OPENED, "text": TEXT.replace("view: phish", "view: all_email")})
    tell(page.grid, "columns", visible=["Timestamp", "DMARC"], remembered=True)
    assert page.shape.columns == ("Timestamp", "Subject")
    tell(page.grid, "columns", visible=["Timestamp", "DKIM"])
    assert page.shape.columns == ("Timestamp", "DKIM")


def test_another_view_of_the_product_is_saved_as_a_new_one(page: Explorer) -> None:
    tell(page.address, "arrive", state=OPENED)
    tell(page.views, "choose", id="malware")
    assert (page.bar.saved, page.saved) == ("", None)
    there, state = handed(page)
    assert (there, set(state), declared(state["text"], page.bar.now).view.name) == ("views/new", {"text"}, "malware")
    assert "saved" not in page.address.state


def test_an_address_of_a_page_keeps_which_saved_view_it_is(page: Explorer, northgate: Workspace) -> None:
    tell(page.address, "arrive", state=OPENED)
    other = Explorer(Workbench(northgate), views()["all_email"])
    tell(other.address, "arrive", state=dict(page.address.state))
    assert other.saved == page.saved == Saved(ID, 3, str(OPENED["name"]))


def test_a_view_whose_column_has_gone_says_so_and_is_not_saved_over(page: Explorer) -> None:
    tell(page.address, "arrive", state={**OPENED, "text": TEXT.replace("- Subject", "- Subjekt")})
    assert page.filters.fault.startswith("The saved view 'Weekly <b>")
    assert "Did you mean Subject?" in page.filters.fault
    assert (page.saved, handed(page)[0], page.view.name) == (None, "views/new", "all_email")
    assert "text" not in page.address.state


def test_a_column_is_shown_or_sorted_by_and_what_is_saved_follows(page: Explorer) -> None:
    before = handed(page)[1]["text"]
    tell(page.grid, "columns", visible=["Subject"])
    assert handed(page)[1]["text"] != before


def test_a_filter_that_is_too_long_leads_nowhere_and_says_so(page: Explorer) -> None:
    values = [f"{'x' * 60}{at}.example" for at in range(LONGEST // 60)]
    item: dict[str, Any] = {"property": "SenderFromDomain", "operator": "any_of", "values": values}
    shape = declared(TEXT, page.bar.now)
    long = type(shape)(**{**vars(shape), "tree": {"op": "all", "items": [item]}})
    assert (ways(long, None)[0].control, ways(long, None)[1].control) == ("", "views")
    tell(page.bar, "action", id="save")
    assert "too long to be saved" in page.bar.fault


@settings(max_examples=often(100), deadline=None)
@given(st.text(max_size=50) | st.from_regex(r"[0-9A-Z]{26}\.[0-9]{1,16}", fullmatch=True), st.text(max_size=300))
def test_whatever_an_address_says_only_an_id_and_a_number_are_taken(mark: str, name: str) -> None:
    found = saved_of({"saved": mark, "name": name})
    assert found is None or (found.id.isalnum() and found.id.isascii() and 0 < found.version < 2**60)
    assert saved_of({"saved": f"{ID}.7", "name": name}) == Saved(ID, 7, name[:200])
