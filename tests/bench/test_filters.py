from collections.abc import Iterator, Mapping
from typing import Any

from bench.filters import FILTERS
from workbench.apps.explore.filters import read_filter
from workbench.apps.explore.view_text import words
from workbench.apps.session import Workbench
from workbench.base.config import Workspace
from workbench.views.explorer import views


def test_there_are_two_hundred_and_the_explorer_takes_each(northgate: Workspace) -> None:
    known = {each.name: each for each in words(Workbench(northgate), views()["all_email"]).properties}
    assert len(FILTERS) == len({str(read_filter(tree, known)) for tree in FILTERS.values()}) == 200


def test_values_of_lists_are_known_whatever_the_data_hold() -> None:
    view = views()["all_email"]
    asked = {
        (each["property"], value) for tree in FILTERS.values() for each in _inside(tree) for value in each["values"]
    }
    lists = {name: view.field(name) for name, _ in asked if view.field(name).kind == "list"}
    assert not {(name, value) for name, value in asked if name in lists and value not in lists[name].values}


def _inside(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in tree["items"]:
        yield from _inside(each) if "op" in each else (each,)
