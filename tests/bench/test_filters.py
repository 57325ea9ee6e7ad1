from bench.filters import FILTERS
from workbench.apps.session import Workbench
from workbench.apps.ui.filters import read_filter
from workbench.apps.ui.view_text import words
from workbench.base.config import Workspace
from workbench.views.explorer import views


def test_there_are_two_hundred_and_the_explorer_takes_each(northgate: Workspace) -> None:
    known = {each.name: each for each in words(Workbench(northgate), views()["all_email"]).properties}
    assert len(FILTERS) == len({str(read_filter(tree, known)) for tree in FILTERS.values()}) == 200
