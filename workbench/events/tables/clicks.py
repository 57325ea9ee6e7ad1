"""Clicks on links in mail, documents and chats."""

from workbench.events.tables._declare import Accelerators, Column, Family, Rollup, Table

URL_CLICK_EVENTS = Table(
    "UrlClickEvents",
    "One row per Safe Links click event in mail, Office apps and Teams.",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column("Url", "string", "Full URL"),
        Column(
            "ActionType",
            "string",
            "Name of the event or activity in this table's vocabulary (ClickAllowed; ClickBlocked; commonly seen: "
            "ClickBlockedByTenantPolicy, UrlScanInProgress, UrlErrorPage)",
        ),
        Column("AccountUpn", "string", "User principal name of the acting account"),
        Column(
            "Workload",
            "string",
            "Service in which the item lived or the click happened: Email, Office/SharePoint/OneDrive, Teams "
            "(Email; Office; Teams)",
        ),
        Column(
            "NetworkMessageId",
            "string",
            "Service-wide message key; one message to N recipients keeps one value, so join with the recipient",
        ),
        Column(
            "ThreatTypes",
            "string",
            "Verdicts: Malware, Phish, Spam, ... comma-separated (dynamic list in the file table)",
        ),
        Column(
            "DetectionMethods",
            "string",
            "Detection technologies that produced the verdict (JSON keyed by threat in email tables)",
        ),
        Column("IPAddress", "string", "Client address"),
        Column("IsClickedThrough", "bool", "True when the user reached the original URL, including after an override"),
        Column("UrlChain", "string", "Redirect chain behind the click, as a JSON list"),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
        Column("AppName", "string", "Display name of the application"),
        Column("AppVersion", "string", "Version of the client application"),
        Column("SourceId", "string", "Key of the item that held the clicked link (message or document id)"),
        Column("SourceSystem", "string", "Collector that ingested the row (log-workspace column)"),
    ),
    key=("ReportId", "NetworkMessageId", "Url", "AccountUpn", "Timestamp"),
    required=("Url", "ActionType"),
    accelerators=Accelerators(
        lookups=("NetworkMessageId", "AccountUpn"),
        rollups=(Rollup(("ActionType", "Workload", "ThreatTypes", "IsClickedThrough")),),
    ),
)

FAMILY = Family("clicks", "Clicks", (URL_CLICK_EVENTS,))
