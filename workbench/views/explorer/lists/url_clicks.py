"""Clicks on links of the messages that match."""

from workbench.views.explorer.tab import Heading, Tab

URL_CLICKS = Tab(
    name="url_clicks",
    title="URL clicks",
    noun="clicks",
    kql="""| distinct NetworkMessageId
| join kind=inner UrlClickEvents on NetworkMessageId
| project Timestamp, AccountUpn, ActionType, IsClickedThrough, Url, ThreatTypes, IPAddress,
    NetworkMessageId, ReportId""",
    columns=(
        Heading("Timestamp", "Time clicked", "time"),
        Heading("AccountUpn", "Who", "mailbox"),
        Heading("ActionType", "Click action", "text", 130),
        Heading("IsClickedThrough", "Clicked through", "bool", 110),
        Heading("Url", "URL", "url"),
        Heading("ThreatTypes", "Threat type", "text", 100),
        Heading("IPAddress", "Client IP", "ip"),
        Heading("NetworkMessageId", "Network message ID", "id"),
    ),
    order="Timestamp",
    ties=("ReportId", "Url", "AccountUpn"),
    empty="No click on a link of these messages is recorded.",
    picks=("NetworkMessageId", "NetworkMessageId"),
)
