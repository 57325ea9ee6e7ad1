"""All email: one row per message and recipient, whatever the filter thought of it."""

from workbench.views.explorer.view import Field, Shown, View

_ACTIONS = ("Delivered", "Junked", "Blocked", "Replaced")
_PLACES = (
    "Inbox/folder",
    "Junk folder",
    "Deleted items",
    "Quarantine",
    "On-premises/external",
    "Failed",
    "Dropped",
)
_TECHNOLOGIES = (
    "Advanced filter",
    "Antimalware protection",
    "Bulk",
    "Campaign",
    "Domain reputation",
    "File detonation",
    "File reputation",
    "Fingerprint matching",
    "General filter",
    "Impersonation brand",
    "Impersonation domain",
    "Impersonation user",
    "IP reputation",
    "Mailbox intelligence impersonation",
    "Mixed analysis detection",
    "Spoof DMARC",
    "Spoof external domain",
    "Spoof intra-org",
    "URL detonation",
    "URL malicious reputation",
)
_SPF = ("pass", "fail", "softfail", "neutral", "none", "temperror", "permerror")
_DKIM = ("pass", "fail", "none", "timeout", "temperror", "permerror")
_DMARC = ("pass", "bestguesspass", "fail", "none", "temperror", "permerror")
_COMPOSITE = ("pass", "softpass", "fail", "none")


def _auth(name: str, label: str, values: tuple[str, ...]) -> Field:
    kql = f"tostring(parse_json(AuthenticationDetails).{label})"
    return Field(name, label, kql, "list", "Authentication", values=values)


_BASIC = (
    Field("Timestamp", "Date", "Timestamp", group=""),
    Field("SenderFromAddress", "Sender address", "SenderFromAddress"),
    Field("SenderFromDomain", "Sender domain", "SenderFromDomain"),
    Field("SenderDisplayName", "Sender display name", "SenderDisplayName"),
    Field("SenderMailFromAddress", "Sender mail-from address", "SenderMailFromAddress"),
    Field("SenderMailFromDomain", "Sender mail-from domain", "SenderMailFromDomain"),
    Field("RecipientEmailAddress", "Recipient", "RecipientEmailAddress"),
    Field("RecipientDomain", "Recipient domain", 'tostring(split(RecipientEmailAddress, "@")[1])'),
    Field("Subject", "Subject", "Subject"),
    Field("DeliveryAction", "Delivery action", "DeliveryAction", "list", values=_ACTIONS),
    Field("OriginalLocation", "Original location", "DeliveryLocation", "list", values=_PLACES),
    Field(
        "LatestLocation",
        "Latest location",
        "LatestLocation",
        "list",
        values=_PLACES,
        moved=True,
        help="As far as the system and administrators moved it; moves by people are not tracked",
    ),
    Field(
        "AdditionalAction",
        "Additional action",
        "AdditionalAction",
        "list",
        moved=True,
        values=("Phish ZAP", "Malware ZAP", "Spam ZAP", "Manual remediation", "Automated Remediation"),
    ),
    Field("EmailDirection", "Directionality", "EmailDirection", "list", values=("Inbound", "Outbound", "Intra-org")),
    Field("ThreatTypes", "Threat type", "ThreatTypes", "list", match="term", values=("Phish", "Malware", "Spam")),
    Field("ThreatNames", "Malware family", "ThreatNames"),
    Field("DetectionMethods", "Detection technology", "DetectionMethods", "list", match="term", values=_TECHNOLOGIES),
    Field("OrgLevelPolicy", "Organisation override", "OrgLevelPolicy"),
    Field("OrgLevelAction", "Organisation override action", "OrgLevelAction", "list", values=("Allow", "Block")),
    Field("UserLevelPolicy", "User override", "UserLevelPolicy"),
    Field("UserLevelAction", "User override action", "UserLevelAction", "list", values=("Allow", "Block")),
    Field("EmailLanguage", "Mail language", "EmailLanguage"),
    Field("BulkComplaintLevel", "Bulk complaint level", "BulkComplaintLevel", "integer"),
)
_ADVANCED = (
    Field("NetworkMessageId", "Network message ID", "NetworkMessageId", group="Advanced"),
    Field("InternetMessageId", "Internet message ID", "InternetMessageId", group="Advanced"),
    Field("SenderIPv4", "Sender IP", "SenderIPv4", group="Advanced"),
    Field("SenderIPv6", "Sender IPv6", "SenderIPv6", group="Advanced"),
    Field("EmailClusterId", "Cluster ID", "tostring(EmailClusterId)", group="Advanced"),
    Field("Connectors", "Connector", "Connectors", group="Advanced"),
    Field("AttachmentSHA256", "Attachment SHA-256", "SHA256", group="Advanced", table="EmailAttachmentInfo"),
)
_LINKED = (
    Field("UrlCount", "URL count", "UrlCount", "integer", "URLs"),
    Field("UrlDomain", "URL domain", "UrlDomain", group="URLs", table="EmailUrlInfo"),
    Field("Url", "URL", "Url", group="URLs", table="EmailUrlInfo"),
    Field(
        "UrlLocation",
        "URL source",
        "UrlLocation",
        "list",
        "URLs",
        table="EmailUrlInfo",
        values=("Body", "Header", "Subject", "Attachment"),
    ),
    Field(
        "ClickAction",
        "Click action",
        "ActionType",
        "list",
        "URLs",
        table="UrlClickEvents",
        values=("ClickAllowed", "ClickBlocked", "UrlScanInProgress", "UrlErrorPage"),
    ),
    Field("Clicked", "Clicked through", "IsClickedThrough", "boolean", "URLs", table="UrlClickEvents"),
    Field("AttachmentCount", "Attachment count", "AttachmentCount", "integer", "Files"),
    Field("AttachmentName", "Attachment name", "FileName", group="Files", table="EmailAttachmentInfo"),
    Field("AttachmentType", "Attachment type", "FileType", group="Files", table="EmailAttachmentInfo"),
)
_AUTHENTICATION = (
    _auth("SPF", "SPF", _SPF),
    _auth("DKIM", "DKIM", _DKIM),
    _auth("DMARC", "DMARC", _DMARC),
    _auth("CompAuth", "CompAuth", _COMPOSITE),
)

ALL_EMAIL = View(
    name="all_email",
    title="All email",
    question="Which messages came in, went out and moved inside, and what became of them?",
    table="EmailEvents",
    noun="messages per recipient",
    fields=(*_BASIC, *_ADVANCED, *_LINKED, *_AUTHENTICATION),
    columns=(
        Shown("Timestamp", "time", default=True),
        Shown("Subject", "subject", default=True),
        Shown("SenderFromAddress", "address", default=True),
        Shown("RecipientEmailAddress", "mailbox", default=True),
        Shown("DeliveryAction", "delivery", default=True),
        Shown("LatestLocation", "text", default=True, width=120),
        Shown("ThreatTypes", "text", default=True, width=100),
        Shown("AdditionalAction", "text", default=True, width=120),
        Shown("SenderFromDomain", "domain"),
        Shown("SenderDisplayName", "text"),
        Shown("SenderMailFromAddress", "address"),
        Shown("SenderMailFromDomain", "domain"),
        Shown("SenderIPv4", "ip"),
        Shown("SenderIPv6", "ip"),
        Shown("RecipientDomain", "domain"),
        Shown("OriginalLocation", "text"),
        Shown("EmailDirection", "text"),
        Shown("DetectionMethods", "text"),
        Shown("ThreatNames", "text"),
        Shown("SPF", "text", width=80),
        Shown("DKIM", "text", width=80),
        Shown("DMARC", "text", width=80),
        Shown("CompAuth", "text", width=90),
        Shown("OrgLevelPolicy", "text"),
        Shown("OrgLevelAction", "text"),
        Shown("UserLevelPolicy", "text"),
        Shown("UserLevelAction", "text"),
        Shown("UrlCount", "number"),
        Shown("AttachmentCount", "number"),
        Shown("EmailLanguage", "text"),
        Shown("Connectors", "text"),
        Shown("InternetMessageId", "id"),
        Shown("NetworkMessageId", "id"),
    ),
    pivots=(
        "DeliveryAction",
        "ThreatTypes",
        "EmailDirection",
        "SenderFromDomain",
        "SenderIPv4",
        "DetectionMethods",
        "LatestLocation",
        "DMARC",
        "EmailLanguage",
    ),
)
