"""The tables of docs/widgets.md, made from the classes."""

from workbench.apps.ui.address import Address
from workbench.apps.ui.bar import Bar
from workbench.apps.ui.caption import Caption
from workbench.apps.ui.card import Card
from workbench.apps.ui.chart import Chart
from workbench.apps.ui.choice import Choice
from workbench.apps.ui.code import Code
from workbench.apps.ui.cross import Cross
from workbench.apps.ui.download import Download
from workbench.apps.ui.export_line import ExportLine
from workbench.apps.ui.filter_bar import FilterBar
from workbench.apps.ui.grid import Grid
from workbench.apps.ui.panel import Panel
from workbench.apps.ui.part import Part
from workbench.apps.ui.query_box import QueryBox
from workbench.apps.ui.world import WorldMap

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
