"""Pages out of widgets: a head, rows of cards, a list with its panel beside it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.apps.ui.widgets.grid import Grid
from workbench.apps.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from ipywidgets.widgets.domwidget import DOMWidget
    from ipywidgets.widgets.widget_box import Box

_GAP = 12
GAP = f"{_GAP}px"
NARROWEST = 260
"""Pixels a card is wide at least; narrower windows get fewer cards a row."""

_ALONE, _BESIDE, _WIDE = "minmax(0, 1fr) 0", "minmax(0, 1fr) minmax(320px, 38%)", "minmax(240px, 24%) minmax(0, 1fr)"
"""Columns of a list without its panel, with it, and with one that was given more room."""


def page(*parts: "DOMWidget") -> "Box":
    """The parts under one another, over the whole width of a Voila page or a notebook cell."""
    return _box(parts, "wb-page-box", display="flex", flex_flow="column nowrap", grid_gap=GAP)


def cards(*parts: "DOMWidget", narrowest: int = NARROWEST) -> "Box":
    """Cards side by side, of equal width and height: all in one row, else half of them, else as many as fit."""
    half = max(-(-len(parts) // 2), 1)
    room = len(parts) * narrowest + (len(parts) - 1) * _GAP
    halved = f"calc((100% - {(half - 1) * _GAP}px) / {half})"
    narrow = f"clamp({narrowest}px, ({room}px - 100%) * 9999, {halved})"
    columns = f"repeat(auto-fit, minmax(min({narrow}, 100%), 1fr))"
    return _box(parts, "wb-cards-box", display="grid", grid_template_columns=columns, grid_gap=GAP)


def row(*parts: "DOMWidget", shares: Sequence[int] = ()) -> "Box":
    """Parts side by side in the given shares of the width; equal ones unless said."""
    widths = " ".join(f"minmax(0, {share}fr)" for share in shares or [1] * len(parts))
    return _box(parts, "wb-row-box", display="grid", grid_template_columns=widths, grid_gap=GAP)


def line(*parts: "DOMWidget") -> "Box":
    """Parts beside one another, each as wide as it needs, in as many lines as that takes."""
    return _box(parts, "wb-line-box", display="flex", flex_flow="row wrap", align_items="center", grid_gap="8px 16px")


def beside(grid: Grid, panel: Panel, fill: Callable[[Mapping[str, Any]], None]) -> "Box":
    """A grid with a panel that opens beside it, never over it: ``fill`` shows an opened row in the panel.

    Previous and next in the panel go through the rows of the grid, page after page.
    """
    box = _box((grid, panel), "wb-beside-box", display="grid", grid_template_columns=_ALONE, grid_gap="0")

    def arrange(_change: object) -> None:
        box.layout.grid_template_columns = (_WIDE if panel.wide else _BESIDE) if panel.opened else _ALONE
        box.layout.grid_gap = GAP if panel.opened else "0"

    def close(_event: object) -> None:
        grid.update(opened="")

    def filled(values: Mapping[str, Any]) -> None:
        fill(values)
        panel.place = grid.place

    panel.observe(arrange, ["opened", "wide"])
    panel.on("step", grid.step)
    panel.on("close", close)
    grid.on("open", filled)
    return box


def close(widget: Any) -> None:
    """Remove a widget and all inside it from the kernel and the page."""
    for inner in getattr(widget, "children", ()):
        close(inner)
    widget.close()


def _box(parts: Sequence["DOMWidget"], name: str, **layout: str) -> "Box":
    widgets = _widgets()
    whole = widgets.Layout(width="100%", overflow="visible", min_width="0", **layout)
    box: Box = widgets.Box(children=list(parts), layout=whole, _dom_classes=(name,))
    return box


def _widgets() -> Any:
    import ipywidgets

    return ipywidgets
