"""Countries that the messages that match came from, by the address of the sending server."""

from workbench.views.explorer.lists._counts import DELIVERIES, DELIVERY_HEADINGS
from workbench.views.explorer.tab import Heading, Tab

ORIGINS = Tab(
    name="origins",
    title="Email origin",
    noun="countries",
    kql=f"""| where EmailDirection =~ "Inbound"
| extend Server = iff(isempty(SenderIPv4), SenderIPv6, SenderIPv4)
| summarize Messages = count(), {DELIVERIES}, Last = max(Timestamp) by Server
| extend Country = tostring(geo_info_from_ip_address(Server).country)
| extend Country = iff(isempty(Country), "(none)", Country)
| summarize Messages = sum(Messages), Blocked = sum(Blocked), Junked = sum(Junked), Delivered = sum(Delivered),
    Replaced = sum(Replaced), Servers = dcount(Server), Last = max(Last) by Country""",
    columns=(
        Heading("Country", "Country", "text", 220),
        Heading("Messages", "Messages", "number", 100),
        *DELIVERY_HEADINGS,
        Heading("Servers", "Servers", "number"),
        Heading("Last", "Last message", "time"),
    ),
    order="Messages",
    ties=("Country",),
    empty="None of these messages came from outside.",
    picks=("Country", "SenderCountry"),
    mapped=("Country", "Messages"),
)
