"""Safe Links clicks (kind 41) as UrlClickEvents. Clicks that were simply allowed are not in the feed."""

from collections.abc import Mapping
from types import MappingProxyType

from workbench.intake.activity.event import Event
from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import first, guid, moment, text, whole

ACTIONS: Mapping[int, tuple[str, str, bool]] = MappingProxyType(
    {
        2: ("Blockpage", "ClickBlocked", False),
        3: ("PendingDetonationPage", "UrlScanInProgress", False),
        4: ("BlockPageOverride", "ClickBlocked", True),
        5: ("PendingDetonationPageOverride", "UrlScanInProgress", True),
    }
)
"""URLClickAction to its name in records, to ActionType, and to whether the user went on to the URL."""

_BY_NAME = {name.lower(): each for each in ACTIONS.values() for name in (each[0],)}
_WORKLOADS = {"mail": "Email", "email": "Email", "outlook": "Email", "teams": "Teams", "microsoft teams": "Teams"}


def click_rows(event: Event) -> list[Row]:
    """One click; an action that is not known keeps its own name, and nothing is said about going on."""
    document = event.document
    written = document.get("URLClickAction", document.get("UrlClickAction"))
    known = ACTIONS.get(whole(written) or 0) or _BY_NAME.get(text(written).strip().lower())
    application, source = first(document, "AppName"), first(document, "SourceId")
    workload = _WORKLOADS.get(application.strip().lower(), "Office" if application else "")
    return [
        {
            "Timestamp": moment(document.get("TimeOfClick")) or event.time,
            "Url": first(document, "Url", "URL"),
            "ActionType": known[1] if known else text(written),
            "IsClickedThrough": known[2] if known else None,
            "AccountUpn": event.user,
            "IPAddress": event.address,
            "AppName": application,
            "Workload": workload,
            "SourceId": source,
            "NetworkMessageId": source if workload in {"Email", ""} and guid(source) else "",
            "ReportId": event.id,
        }
    ]
