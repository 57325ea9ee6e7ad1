"""The tables of docs/widgets.md, made from the classes."""

from workbench.apps.ui.asking.query_box import QueryBox
from workbench.apps.ui.explorer.filter_bar import FilterBar
from workbench.apps.ui.widgets.address import Address
from workbench.apps.ui.widgets.bar import Bar
from workbench.apps.ui.widgets.caption import Caption
from workbench.apps.ui.widgets.card import Card
from workbench.apps.ui.widgets.chart import Chart
from workbench.apps.ui.widgets.choice import Choice
from workbench.apps.ui.widgets.code import Code
from workbench.apps.ui.widgets.cross import Cross
from workbench.apps.ui.widgets.download import Download
from workbench.apps.ui.widgets.export_line import ExportLine
from workbench.apps.ui.widgets.grid import Grid
from workbench.apps.ui.widgets.panel import Panel
from workbench.apps.ui.widgets.part import Part
from workbench.apps.ui.widgets.world import WorldMap

WIDGETS: tuple[type[Part], ...] = (
    Chart,
    Cross,
    Grid,
    FilterBar,
    Card,
    Panel,
    Bar,
    Choice,
    Code,
    Download,
    ExportLine,
    Address,
    Caption,
    QueryBox,
    WorldMap,
)
SHARED = ("busy", "fault", "version")


def own_traits(widget: type[Part]) -> dict[str, str]:
    """Synchronised traits that are ours, not those of every Jupyter widget, with what they hold."""
    foreign = set(Part.class_trait_names(sync=True)) - set(SHARED)
    ours = {name: trait.help for name, trait in widget.class_traits(sync=True).items() if name not in foreign}
    return {name: text for name, text in sorted(ours.items()) if widget is Part or name not in SHARED}


def table(heads: tuple[str, str], rows: dict[str, str]) -> str:
    lines = [f"| {heads[0]} | {heads[1]} |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in rows.items())]
    return "\n".join(lines)


def tables(widget: type[Part]) -> list[str]:
    """Traits, messages and events of one widget; no table for what it has none of."""
    parts = {
        ("trait, Python to page", "holds"): own_traits(widget),
        ("message, page to Python", "asks"): dict(widget.MESSAGES),
        ("event for `on`", "handler gets"): dict(widget.EVENTS),
    }
    return [table(heads, rows) for heads, rows in parts.items() if rows]
