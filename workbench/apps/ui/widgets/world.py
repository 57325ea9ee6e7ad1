"""A map of the world, its countries shaded by a count: a click on one tells which. Keys have the list beside it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from traitlets import Dict, List, Unicode

from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.part import Part
from workbench.base import wire
from workbench.views.charts.world import World, outlines


class WorldMap(Part):
    """Countries under their title. What is told where one is picked is its name as the data have it."""

    _esm = browser.module("world")
    _css = browser.style("plot", "world")

    MESSAGES: ClassVar[Mapping[str, str]] = {"pick": "the country with these two letters, `code`, was picked"}
    EVENTS: ClassVar[Mapping[str, str]] = {"pick": "the name of the picked country, as the data has it"}

    title = Unicode("", help="what is counted").tag(sync=True)
    caption = Unicode("", help="what is shaded by what, and how much of it is not on the map").tag(sync=True)
    unit = Unicode("", help="what one is, in the plural").tag(sync=True)
    described = Unicode("", help="the map in one sentence, for people who do not see it").tag(sync=True)
    countries: Any = List(help="code, label, count and level of each country that has any").tag(sync=True)
    levels: Any = List(help="words for the shades, the lightest first").tag(sync=True)
    outlines = Dict(help="width, height, shapes and dots by two letters, and the rest of the land").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(outlines={key: value for key, value in outlines().items() if key != "notice"}, **traits)
        self._names: dict[str, str] = {}

    def draw(self, shown: World) -> None:
        """Show other counts; the outlines stay."""
        self._names = {each.code: each.name for each in shown.countries}
        countries = [
            {"code": each.code, "label": each.label, "count": each.count, "level": each.level}
            for each in shown.countries
        ]
        told = {"title": shown.title, "caption": shown.caption, "unit": shown.unit, "described": shown.describe()}
        self.update(countries=countries, levels=list(shown.levels), **told)

    def _got_pick(self, message: Mapping[str, Any]) -> None:
        if code := wire.choice(message, "code", self._names):
            self.tell("pick", self._names[code])
