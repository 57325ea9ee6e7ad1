"""URL clicks: every recorded click, in mail, in Office files and in Teams, and whether it went through."""

from workbench.views.explorer.view import EMPTY, Field, Shown, View

_MAIL = "EmailEvents"
_ACTIONS = ("ClickAllowed", "ClickBlocked", "ClickBlockedByTenantPolicy", "UrlScanInProgress", "UrlErrorPage", EMPTY)
_DOMAIN = 'tolower(extract("://(?:[^/?#@]*@)?([^/?#:]+)", 1, Url))'

URL_CLICKS = View(
    name="url_clicks",
    title="URL clicks",
    question="Who clicked on what, and did it let them through?",
    table="UrlClickEvents",
    noun="clicks",
    fields=(
        Field("Timestamp", "Time clicked", "Timestamp", group=""),
        Field("AccountUpn", "Who", "AccountUpn"),
        Field("ActionType", "Click action", "ActionType", "list", values=_ACTIONS),
        Field("IsClickedThrough", "Clicked through", "IsClickedThrough", "boolean"),
        Field("Workload", "Workload", "Workload", "list", values=("Email", "Office", "Teams", EMPTY)),
        Field(
            "ThreatTypes",
            "Threat type",
            "ThreatTypes",
            "list",
            match="term",
            values=("Phish", "Malware", "Spam", EMPTY),
        ),
        Field("DetectionMethods", "Detection technology", "DetectionMethods"),
        Field("IPAddress", "Client IP", "IPAddress", "ip", indicators=("ipv4", "ipv6")),
        Field("AppName", "Application", "AppName"),
        Field("Url", "URL", "Url", group="URLs", form="url", indicators=("url",)),
        Field("UrlDomain", "URL domain", _DOMAIN, group="URLs", indicators=("domain",)),
        Field("UrlPath", "URL path", 'trim("/+", extract("://[^/?#]+/([^?#]*)", 1, Url))', group="URLs", form="path"),
        Field("UrlChain", "URL chain", "UrlChain", group="URLs", first="contains"),
        Field("NetworkMessageId", "Network message ID", "NetworkMessageId", group="Advanced", indicators=("message",)),
        Field("ReportId", "Click ID", "ReportId", group="Advanced"),
        Field(
            "Subject", "Subject of the message", "Subject", group="Message", table=_MAIL, first="contains", prose=True
        ),
        Field(
            "SenderFromAddress",
            "Sender of the message",
            "SenderFromAddress",
            group="Message",
            table=_MAIL,
            indicators=("address",),
        ),
        Field("SenderFromDomain", "Sender domain of the message", "SenderFromDomain", group="Message", table=_MAIL),
        Field("MailThreats", "Threat type of the message", "ThreatTypes", "list", "Message", _MAIL, match="term"),
    ),
    columns=(
        Shown("Timestamp", "time", default=True),
        Shown("Url", "url", default=True),
        Shown("AccountUpn", "mailbox", default=True),
        Shown("ActionType", "text", default=True, width=130),
        Shown("IsClickedThrough", "bool", default=True, width=110),
        Shown("ThreatTypes", "text", default=True, width=100),
        Shown("IPAddress", "ip", default=True),
        Shown("Workload", "text", default=True, width=90),
        Shown("UrlDomain", "domain"),
        Shown("DetectionMethods", "text"),
        Shown("UrlChain", "text"),
        Shown("AppName", "text"),
        Shown("NetworkMessageId", "id"),
        Shown("ReportId", "id"),
    ),
    pivots=("ActionType", "UrlDomain", "Workload", "DetectionMethods", "ThreatTypes", "AccountUpn"),
    place=6,
    ties=("ReportId", "Url", "AccountUpn", "NetworkMessageId"),
    subject="Url",
    tabs=("clicked_urls", "clicking_people"),
)
