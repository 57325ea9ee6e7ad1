import re
from pathlib import Path

import pytest

from tests.apps.ui.contract import SHARED, WIDGETS, own_traits, table, tables
from workbench.apps.ui.widgets.part import Part

PAGE = (Path(__file__).parents[3] / "docs" / "widgets.md").read_text("utf-8")


def section(name: str) -> str:
    return PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda each: each.__name__)
def test_the_contract_of_every_widget_is_written_down(widget: type[Part]) -> None:
    for each in tables(widget):
        assert each in section(widget.__name__), f"put this table into the section {widget.__name__}:\n{each}"


def test_what_all_widgets_share_is_written_down() -> None:
    assert table(("trait, Python to page", "holds"), own_traits(Part)) in PAGE


def test_every_widget_of_the_room_is_on_the_page() -> None:
    made = {each for each in Part.__subclasses__() if each.__module__.startswith("workbench.")}
    made |= {deeper for each in made for deeper in each.__subclasses__()}
    assert {each.__name__ for each in made} - {"Plot"} == {each.__name__ for each in WIDGETS}


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda each: each.__name__)
def test_every_trait_says_what_it_holds(widget: type[Part]) -> None:
    assert all(own_traits(widget).values())
    assert set(SHARED) <= set(widget.class_trait_names(sync=True))


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda each: each.__name__)
def test_every_message_has_its_method_and_every_method_its_message(widget: type[Part]) -> None:
    methods = {name.removeprefix("_got_") for name in dir(widget) if name.startswith("_got_")}
    assert methods == set(widget.MESSAGES)


def test_examples_on_the_page_are_python() -> None:
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        compile(code, "docs/widgets.md", "exec")
