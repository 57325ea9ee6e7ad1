"""URLs of the messages that match, by how many recipients they were sent to."""

from workbench.views.explorer.lists._counts import DELIVERIES, DELIVERY_HEADINGS
from workbench.views.explorer.tab import Heading, Tab

TOP_URLS = Tab(
    name="top_urls",
    title="Top URLs",
    noun="URLs",
    kql=f"""| project NetworkMessageId, DeliveryAction
| join kind=inner (EmailUrlInfo | distinct NetworkMessageId, Url) on NetworkMessageId
| summarize {DELIVERIES}, Messages = count() by Url""",
    columns=(
        Heading("Url", "URL", "url", 420),
        Heading("Messages", "Messages", "number", 100),
        *DELIVERY_HEADINGS,
    ),
    order="Messages",
    ties=("Url",),
    empty="No URL of these messages is held.",
    picks=("Url", "Url"),
)
