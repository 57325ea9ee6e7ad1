"""A view in the address of its page: all of it, with what is usual left out, and read back without trust."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apps.ui.reader import tell
from tests.laws import often
from workbench.apps.explore.view_text import Shape, declared
from workbench.apps.session import Workbench
from workbench.apps.ui.explorer.explorer import Explorer
from workbench.apps.ui.explorer.saved import Saved
from workbench.apps.ui.explorer.view_address import NAMES, arranged, parsed, state_of
from workbench.apps.ui.widgets.address import LONGEST
from workbench.base.config import Workspace
from workbench.base.errors import BadInput
from workbench.views.explorer import views

NOW = datetime(2026, 9, 18, tzinfo=UTC)


@pytest.fixture
def page(northgate: Workspace) -> Explorer:
    return Explorer(Workbench(northgate), views()["all_email"])


def usual() -> Shape:
    return declared("view: phish", NOW)


def test_what_is_usual_is_left_out_unless_a_saved_view_is_open() -> None:
    first = [each.field for at, each in enumerate(usual().view.columns) if at == 0 or each.default]
    shape = declared(f"view: phish\ncolumns: [{', '.join(first)}]", NOW)
    state = state_of(shape, None)
    assert set(state) == set(NAMES)
    assert {name for name, text in state.items() if text} == {"view", "span", "by"}
    kept = state_of(shape, Saved("0" * 26, 1, "n"))
    assert (kept["columns"], kept["saved"]) == (",".join(first), f"{'0' * 26}.1")


def test_a_filter_that_an_address_would_cut_is_not_kept_there() -> None:
    item = {"property": "Subject", "operator": "contains", "values": ["x" * LONGEST]}
    shape = Shape(**{**vars(usual()), "tree": {"op": "all", "items": [item]}})
    assert state_of(shape, None)["filter"] == ""
    with pytest.raises(BadInput, match="cannot be read"):
        parsed("{")


@settings(max_examples=often(100), deadline=None)
@given(st.dictionaries(st.sampled_from(["columns", "sort"]), st.text(max_size=30)))
def test_of_columns_and_order_only_known_names_are_taken(state: Mapping[str, str]) -> None:
    found = arranged({"columns": "Subject,", "sort": "-Subject", **state}, usual())
    known = {each.field for each in found.view.columns}
    assert set(found.columns) <= known
    assert found.sort is None or found.sort.column in known


def test_an_address_keeps_columns_and_order(page: Explorer, northgate: Workspace) -> None:
    assert not {"columns", "sort"} & set(page.address.state)
    tell(page.grid, "columns", visible=["Timestamp", "Subject", "DKIM"])
    tell(page.grid, "sort", column="Subject", descending=True)
    assert (page.address.state["columns"], page.address.state["sort"]) == ("Timestamp,Subject,DKIM", "-Subject")
    other = Explorer(Workbench(northgate), views()["all_email"])
    tell(other.address, "arrive", state={**page.address.state, "columns": "Timestamp,Subject,DKIM,Nothing"})
    assert (other.shape, other.grid.page) == (page.shape, page.grid.page)
    tell(other.lists, "choose", id="top_urls")
    tell(other.other, "sort", column="Blocked", descending=False)
    again = Explorer(Workbench(northgate), views()["all_email"])
    tell(again.address, "arrive", state=dict(other.address.state))
    assert (again.shape, again.other.page) == (other.shape, other.other.page)
