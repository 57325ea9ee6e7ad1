import re

import pytest

from workbench.apps.ui.explorer.filter_bar import FilterBar
from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.address import Address
from workbench.apps.ui.widgets.bar import Bar
from workbench.apps.ui.widgets.card import Card
from workbench.apps.ui.widgets.chart import Chart
from workbench.apps.ui.widgets.choice import Choice
from workbench.apps.ui.widgets.code import Code
from workbench.apps.ui.widgets.download import Download
from workbench.apps.ui.widgets.grid import Grid
from workbench.apps.ui.widgets.panel import Panel
from workbench.apps.ui.widgets.part import Part
from workbench.views.charts import theme

WIDGETS = (Address, Bar, Card, Chart, Choice, Code, Download, FilterBar, Grid, Panel)


@pytest.mark.parametrize("widget", WIDGETS)
def test_every_module_exports_one_widget_and_asks_for_nothing_else(widget: type[Part]) -> None:
    module = str(widget._esm)
    assert module.count("export default") == 1
    assert not re.search(r"^\s*import\s+[\w{*]", module, re.MULTILINE)


@pytest.mark.parametrize("widget", WIDGETS)
def test_a_module_with_its_style_stays_small(widget: type[Part]) -> None:
    assert len(str(widget._esm)) + len(str(widget._css)) < 54_000


def test_comments_and_indentation_are_not_sent() -> None:
    module = browser.module("code")
    assert not re.search(r"^(\s+|//)", module, re.MULTILINE)


def test_the_notice_of_the_icons_is_sent_with_them() -> None:
    assert "Lucide, ISC License" in browser.module("code")


def test_only_icons_that_are_used_are_sent() -> None:
    assert "\ncalendar: [[" not in browser.module("code")
    assert "\ncalendar: [[" in browser.module("bar_span", "bar")


def test_widgets_whose_actions_name_an_icon_have_all_of_them() -> None:
    assert "\nrise: [[" in browser.module("chart_head", "panel")


def test_the_vocabularies_are_those_of_the_theme() -> None:
    module = browser.module("code")
    for kind, words in theme.VOCABULARIES.items():
        assert f'"{kind}":{{' in module
        assert all(f'"{word}":["{mark.word}","{mark.token}","{mark.shape}",' in module for word, mark in words.items())


def test_every_colour_a_style_names_is_a_token() -> None:
    styles = "".join(str(widget._css) for widget in WIDGETS) + browser.style("common")
    named = set(re.findall(r"var\(--wb-([a-z0-9-]+)", styles))
    assert named <= {token.name for token in theme.TOKENS} | set(theme.SIZES)


def test_styles_keep_their_meaning_without_gaps() -> None:
    style = browser.style("common")
    assert ".wb :focus-visible,.wb-focus{outline:2px solid var(--wb-link);outline-offset:1px;}" in style
