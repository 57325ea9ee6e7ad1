"""Links of the messages that match, by how often they were clicked."""

from workbench.views.explorer.lists._counts import CLICK_HEADINGS, CLICKS
from workbench.views.explorer.tab import Heading, Tab

TOP_CLICKS = Tab(
    name="top_clicks",
    title="Top clicks",
    noun="URLs",
    kql=f"""| distinct NetworkMessageId
| join kind=inner UrlClickEvents on NetworkMessageId
| summarize {CLICKS} by Url""",
    columns=(
        Heading("Url", "URL", "url", 360),
        *CLICK_HEADINGS,
    ),
    order="Clicks",
    ties=("Url",),
    empty="No click on a link of these messages is recorded.",
    picks=("Url", "Url"),
)
