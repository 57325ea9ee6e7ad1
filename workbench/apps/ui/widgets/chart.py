"""A figure on a card of its own, with its legend, a table of its numbers, and ways to pick out of it."""

from typing import Any

from traitlets import Unicode

from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.plot import FILES, Plot
from workbench.views.charts.figure import Figure


class Chart(Plot):
    """One figure under its title. ``empty`` says why there may be nothing to draw and what to do about it."""

    _esm = browser.module(*FILES, "chart_head", "chart")
    _css = browser.style("plot")

    title = Unicode("", help="what the figure shows").tag(sync=True)
    definition = Unicode("", help="one line that defines it, behind the info mark").tag(sync=True)
    empty = Unicode("", help="what is said when there is nothing to draw").tag(sync=True)

    def __init__(self, figure: Figure | None = None, **traits: Any) -> None:
        super().__init__(**traits)
        if figure is not None:
            self.draw(figure)

    def draw(self, figure: Figure, **traits: Any) -> None:
        """As ``Plot.draw``; the title is the figure's."""
        super().draw(figure, **{"title": figure.title, **traits})
