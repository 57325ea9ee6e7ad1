"""Lists beside the rows as data: their steps give what they name, under every view that shows them."""

from typing import get_args

import pytest

from tests.views.explorer.mail import NOW, WEEK, Held
from workbench.apps.ui.widgets.cells import Kind
from workbench.events.query import bind, parse
from workbench.views import explorer
from workbench.views.explorer import Question, Tab, View, beside, listed, tabs, views

SHOWN = [(view, tabs()[name]) for view in views().values() for name in view.tabs]


def test_every_list_is_shown_by_a_view() -> None:
    assert {tab.name for _, tab in SHOWN} == set(tabs())


@pytest.mark.parametrize(("view", "tab"), SHOWN, ids=lambda each: each.name)
def test_a_list_gives_the_columns_it_names(view: View, tab: Tab) -> None:
    question = Question(view, WEEK)
    found = dict(bind(parse(listed(question, tab)), Held(), now=NOW).columns)
    assert {heading.name for heading in tab.columns} <= set(found)
    assert {tab.order, *tab.ties, tab.picks[0]} <= set(found)
    assert dict(bind(parse(beside(question, tab)), Held(), now=NOW).columns) == found


@pytest.mark.parametrize(("view", "tab"), SHOWN, ids=lambda each: each.name)
def test_an_entry_can_be_filtered_by(view: View, tab: Tab) -> None:
    field = view.field(tab.picks[1])
    assert field.group
    assert field.kind == "text"


@pytest.mark.parametrize("tab", tabs().values(), ids=lambda tab: tab.name)
def test_columns_are_of_kinds_a_grid_draws(tab: Tab) -> None:
    assert {heading.kind for heading in tab.columns} <= set(get_args(Kind))
    assert tab.order in {heading.name for heading in tab.columns}


def test_the_room_offers_its_lists_after_they_were_read_as_before() -> None:
    assert tabs()
    assert explorer.tabs is tabs
