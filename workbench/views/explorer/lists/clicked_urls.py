"""URLs by how often they were clicked, of the clicks that match."""

from workbench.views.explorer.lists._counts import CLICK_HEADINGS, CLICKS
from workbench.views.explorer.tab import Heading, Tab

CLICKED_URLS = Tab(
    name="clicked_urls",
    title="Top clicks",
    noun="URLs",
    kql=f"| summarize {CLICKS} by Url",
    columns=(
        Heading("Url", "URL", "url", 360),
        *CLICK_HEADINGS,
    ),
    order="Clicks",
    ties=("Url",),
    empty="No click matches.",
    picks=("Url", "Url"),
)
