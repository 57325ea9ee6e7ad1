"""URLs by how often they were clicked, of the clicks that match."""

from workbench.views.explorer.lists._counts import CLICKS
from workbench.views.explorer.tab import Heading, Tab

CLICKED_URLS = Tab(
    name="clicked_urls",
    title="Top clicks",
    noun="URLs",
    kql=f"| summarize {CLICKS} by Url",
    columns=(
        Heading("Url", "URL", "url", 360),
        Heading("Clicks", "Clicks", "number"),
        Heading("People", "People", "number"),
        Heading("Allowed", "Allowed", "number"),
        Heading("Blocked", "Blocked", "number"),
        Heading("Overridden", "Block overridden", "number", 120),
        Heading("Pending", "Pending verdict", "number", 110),
        Heading("PendingBypassed", "Pending bypassed", "number", 120),
        Heading("ErrorPage", "Error page", "number", 90),
    ),
    order="Clicks",
    ties=("Url",),
    empty="No click matches.",
    picks=("Url", "Url"),
)
