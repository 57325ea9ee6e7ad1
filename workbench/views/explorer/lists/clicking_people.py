"""People by how often they clicked, of the clicks that match."""

from workbench.views.explorer.tab import Heading, Tab

CLICKING_PEOPLE = Tab(
    name="clicking_people",
    title="Top clickers",
    noun="people",
    kql="""| summarize Clicks = count(), Through = countif(IsClickedThrough == true), URLs = dcount(Url),
    Last = max(Timestamp) by AccountUpn""",
    columns=(
        Heading("AccountUpn", "Who", "mailbox", 280),
        Heading("Clicks", "Clicks", "number"),
        Heading("Through", "Clicked through", "number", 120),
        Heading("URLs", "URLs", "number"),
        Heading("Last", "Last click", "time"),
    ),
    order="Clicks",
    ties=("AccountUpn",),
    empty="No click matches.",
    picks=("AccountUpn", "AccountUpn"),
)
