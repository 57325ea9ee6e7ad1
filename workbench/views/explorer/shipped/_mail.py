"""What all views of mail share: one row per message and recipient, its properties, columns and lists beside it."""

from workbench.views.explorer.view import EMPTY, Field, Shown

_ACTIONS = ("Delivered", "Junked", "Blocked", "Replaced", EMPTY)
_PLACES = (
    "Inbox/folder",
    "Inbox",
    "Junk folder",
    "Deleted items",
    "Quarantine",
    "On-premises/external",
    "Failed",
    "Dropped",
    EMPTY,
)
_TECHNOLOGIES = (
    "Advanced filter",
    "Antimalware protection",
    "Bulk",
    "Campaign",
    "Domain reputation",
    "File detonation",
    "File detonation reputation",
    "File reputation",
    "Fingerprint matching",
    "General filter",
    "Impersonation brand",
    "Impersonation domain",
    "Impersonation user",
    "IP reputation",
    "LLM content analysis",
    "Mail bombing",
    "Mailbox intelligence impersonation",
    "Mixed analysis detection",
    "Spoof DMARC",
    "Spoof external domain",
    "Spoof intra-org",
    "URL detonation",
    "URL detonation reputation",
    "URL malicious reputation",
    EMPTY,
)
_POLICIES = (
    "Antispam",
    "Antispam high-confidence",
    "Antispam bulk mail",
    "Antispam phishing",
    "Anti-phishing domain impersonation",
    "Anti-phishing user impersonation",
    "Anti-phishing spoof",
    "Anti-phishing graph impersonation",
    "Antimalware",
    "Antimalware Safe Attachments",
    "Enterprise Transport Rules (ETR)",
    EMPTY,
)
_POLICY_ACTIONS = (
    "No action taken",
    "Move to junk mail folder",
    "Send to quarantine",
    "Add X-header",
    "Modify subject",
    "Redirect message",
    "Delete message",
    "Bcc message",
    EMPTY,
)
_LATER = "EmailPostDeliveryEvents"
_THREATS = ("Phish", "Malware", "Spam", EMPTY)
_OVERRIDES = ("Allow", "Block", EMPTY)
_SPF = ("pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", EMPTY)
_DKIM = ("pass", "fail", "none", "ignore", "test", "timeout", "temperror", "permerror", EMPTY)
_DMARC = ("pass", "bestguesspass", "fail", "none", "temperror", "permerror", EMPTY)
_COMPOSITE = ("pass", "softpass", "fail", "none", EMPTY)
_URLS, _FILES, _CLICKS = "EmailUrlInfo", "EmailAttachmentInfo", "UrlClickEvents"
_DOMAIN_PATH = 'trim("/+", extract("://([^?#]*)", 1, Url))'
_PATH = 'trim("/+", extract("://[^/?#]+/([^?#]*)", 1, Url))'
_FACTS = "WorkbenchMailFacts"
_RAW_ONLY = "Known of raw mail only, not of exported rows"
_RETURN_DOMAIN = 'tostring(split(ReturnPathAddress, "@")[-1])'
_EXTENSION = r'tolower(extract(@"\.([^.]+)$", 1, FileName))'
_COUNTRY = "tostring(geo_info_from_ip_address(iff(isempty(SenderIPv4), SenderIPv6, SenderIPv4)).country)"
_KINDS_OUT = r"""replace_regex(DetectionMethods, @'\{?\s*"[^"]*"\s*:\s*|["{}\[\]]', "")"""
"""The technologies of a cell such as {"Phish":["URL detonation"]} without the threats they found."""


def _auth(name: str, label: str, values: tuple[str, ...]) -> Field:
    kql = f"tostring(parse_json(AuthenticationDetails).{label})"
    held = ("EmailEvents.AuthenticationDetails",)
    return Field(name, label, kql, "list", "Authentication", values=values, held=held)


_BASIC = (
    Field("Timestamp", "Date", "Timestamp", group=""),
    Field("SenderFromAddress", "Sender address", "SenderFromAddress", indicators=("address",)),
    Field("SenderFromDomain", "Sender domain", "SenderFromDomain", indicators=("domain",)),
    Field("SenderDisplayName", "Sender display name", "SenderDisplayName", prose=True),
    Field("SenderMailFromAddress", "Sender mail-from address", "SenderMailFromAddress", indicators=("address",)),
    Field("SenderMailFromDomain", "Sender mail-from domain", "SenderMailFromDomain"),
    Field("RecipientEmailAddress", "Recipient", "RecipientEmailAddress"),
    Field("RecipientDomain", "Recipient domain", 'tostring(split(RecipientEmailAddress, "@")[-1])'),
    Field("DistributionList", "Distribution list", "DistributionList"),
    Field("Subject", "Subject", "Subject", first="contains", prose=True),
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
        held=(
            "EmailEvents.DeliveryLocation",
            "EmailEvents.LatestDeliveryLocation",
            "EmailPostDeliveryEvents.DeliveryLocation",
        ),
    ),
    Field(
        "AdditionalAction",
        "Additional action",
        "AdditionalAction",
        "list",
        moved=True,
        values=(
            "Phish ZAP",
            "Malware ZAP",
            "Spam ZAP",
            "Manual remediation",
            "Automated remediation",
            "Quarantine release",
            EMPTY,
        ),
        held=("EmailPostDeliveryEvents.ActionType",),
    ),
    Field("EmailDirection", "Directionality", "EmailDirection", "list", values=("Inbound", "Outbound", "Intra-org")),
    Field("ThreatTypes", "Threat type", "ThreatTypes", "list", match="term", values=_THREATS),
    Field(
        "LaterThreat",
        "Threat found after delivery",
        'strcat(ThreatTypes, ", ", ActionType)',
        "list",
        table=_LATER,
        match="term",
        values=_THREATS[:-1],
        spoken="ThreatTypes",
        held=(f"{_LATER}.ThreatTypes",),
        help="Named by an event after delivery, such as a purge, whether it worked or not",
    ),
    Field(
        "PhishConfidence",
        "Phish confidence",
        "tostring(parse_json(ConfidenceLevel).Phish)",
        "list",
        values=("High", "Normal", "Low", EMPTY),
        held=("EmailEvents.ConfidenceLevel",),
    ),
    Field("ThreatNames", "Malware family", "ThreatNames"),
    Field(
        "DetectionMethods",
        "Detection technology",
        "DetectionMethods",
        "list",
        match="term",
        values=_TECHNOLOGIES,
        spoken=_KINDS_OUT,
    ),
    Field("EmailActionPolicy", "Policy type", "EmailActionPolicy", "list", values=_POLICIES),
    Field("EmailAction", "Policy action", "EmailAction", "list", values=_POLICY_ACTIONS),
    Field("OrgLevelPolicy", "Organisation override", "OrgLevelPolicy"),
    Field("OrgLevelAction", "Organisation override action", "OrgLevelAction", "list", values=_OVERRIDES),
    Field("UserLevelPolicy", "User override", "UserLevelPolicy"),
    Field("UserLevelAction", "User override action", "UserLevelAction", "list", values=_OVERRIDES),
    Field("EmailSize", "Email size (bytes)", "RawSize", "integer", table=_FACTS, help=_RAW_ONLY),
    Field("ReturnPath", "Return path", "ReturnPathAddress", table=_FACTS, help=_RAW_ONLY),
    Field("ReturnPathDomain", "Return-path domain", _RETURN_DOMAIN, table=_FACTS, help=_RAW_ONLY),
    Field("EmailLanguage", "Mail language", "EmailLanguage"),
    Field("BulkComplaintLevel", "Bulk complaint level", "BulkComplaintLevel", "integer"),
)
_ADVANCED = (
    Field("NetworkMessageId", "Network message ID", "NetworkMessageId", group="Advanced", indicators=("message",)),
    Field(
        "InternetMessageId",
        "Internet message ID",
        "InternetMessageId",
        group="Advanced",
        indicators=("internet_message",),
    ),
    Field("SenderIPv4", "Sender IP", "SenderIPv4", "ip", "Advanced", indicators=("ipv4",)),
    Field("SenderIPv6", "Sender IPv6", "SenderIPv6", "ip", "Advanced", indicators=("ipv6",)),
    Field("SenderCountry", "Sender country", _COUNTRY, group="Advanced", help="By the dated list of address ranges"),
    Field("EmailClusterId", "Cluster ID", "tostring(EmailClusterId)", group="Advanced"),
    Field("Connectors", "Connector", "Connectors", group="Advanced"),
    Field("AttachmentSHA256", "Attachment SHA-256", "SHA256", group="Advanced", table=_FILES, indicators=("sha256",)),
    Field("BodyFingerprint", "Body fingerprint", "BodyFingerprint", group="Advanced", table=_FACTS, help=_RAW_ONLY),
    Field("AlertId", "Alert ID", "AlertId", group="Advanced", table="AlertEvidence"),
)
_LINKED = (
    Field("UrlCount", "URL count", "UrlCount", "integer", "URLs"),
    Field("UrlDomain", "URL domain", "UrlDomain", group="URLs", table=_URLS, indicators=("domain",)),
    Field("UrlDomainPath", "URL domain and path", _DOMAIN_PATH, group="URLs", table=_URLS, form="path", within="Url"),
    Field("Url", "URL", "Url", group="URLs", table=_URLS, form="url", within="Url", indicators=("url",)),
    Field("UrlPath", "URL path", _PATH, group="URLs", table=_URLS, form="path", within="Url"),
    Field(
        "UrlLocation",
        "URL source",
        "UrlLocation",
        "list",
        "URLs",
        table=_URLS,
        values=("Body", "Header", "Subject", "Attachment", "CloudAttachment", "QRCode", "Resource"),
    ),
    Field(
        "ClickAction",
        "Click action",
        "ActionType",
        "list",
        "URLs",
        table=_CLICKS,
        values=("ClickAllowed", "ClickBlocked", "ClickBlockedByTenantPolicy", "UrlScanInProgress", "UrlErrorPage"),
    ),
    Field("Clicked", "Clicked through", "IsClickedThrough", "boolean", "URLs", table=_CLICKS),
    Field("UrlThreat", "URL threat at a click", "ThreatTypes", "list", "URLs", _CLICKS, match="term", values=_THREATS),
    Field("AttachmentCount", "Attachment count", "AttachmentCount", "integer", "Files"),
    Field("AttachmentName", "Attachment name", "FileName", group="Files", table=_FILES, prose=True),
    Field("AttachmentType", "Attachment type", "FileType", group="Files", table=_FILES),
    Field("AttachmentExtension", "Attachment extension", _EXTENSION, group="Files", table=_FILES),
    Field("AttachmentSize", "Attachment size (bytes)", "FileSize", "integer", "Files", _FILES),
)
_AUTHENTICATION = (
    _auth("SPF", "SPF", _SPF),
    _auth("DKIM", "DKIM", _DKIM),
    _auth("DMARC", "DMARC", _DMARC),
    _auth("CompAuth", "CompAuth", _COMPOSITE),
)

FIELDS = (*_BASIC, *_ADVANCED, *_LINKED, *_AUTHENTICATION)
COLUMNS = (
    Shown("Timestamp", "time", default=True),
    Shown("Subject", "subject", default=True),
    Shown("SenderFromAddress", "address", default=True),
    Shown("RecipientEmailAddress", "mailbox", default=True),
    Shown("DeliveryAction", "delivery", default=True),
    Shown("LatestLocation", "text", default=True, width=120),
    Shown("ThreatTypes", "text", default=True, width=100),
    Shown("AdditionalAction", "text", default=True, width=136),
    Shown("SenderFromDomain", "domain"),
    Shown("SenderDisplayName", "text"),
    Shown("SenderMailFromAddress", "address"),
    Shown("SenderMailFromDomain", "domain"),
    Shown("SenderIPv4", "ip"),
    Shown("SenderIPv6", "ip"),
    Shown("SenderCountry", "text"),
    Shown("RecipientDomain", "domain"),
    Shown("OriginalLocation", "text"),
    Shown("EmailDirection", "text"),
    Shown("DetectionMethods", "text"),
    Shown("ThreatNames", "text"),
    Shown("PhishConfidence", "text", width=120),
    Shown("EmailActionPolicy", "text"),
    Shown("EmailAction", "text"),
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
    Shown("BulkComplaintLevel", "number"),
    Shown("Connectors", "text"),
    Shown("DistributionList", "text"),
    Shown("InternetMessageId", "id"),
    Shown("NetworkMessageId", "id"),
)
PIVOTS = (
    "DeliveryAction",
    "ThreatTypes",
    "EmailDirection",
    "SenderFromDomain",
    "SenderIPv4",
    "SenderCountry",
    "DetectionMethods",
    "LatestLocation",
    "DMARC",
    "EmailLanguage",
)
ALONG = (_URLS, _FILES, _FACTS)
LATER = (_CLICKS, _LATER, "AlertEvidence")
TABS = ("url_clicks", "top_urls", "top_clicks", "targeted_people", "origins")
COUNTED = "A message to three people counts three times: what becomes of it may differ for each of them."


def called(threat: str) -> str:
    """Mail that was called a threat, on arrival or by an event after delivery, whether that removed it or not."""
    later = f'EmailPostDeliveryEvents | where ThreatTypes has "{threat}" or ActionType has "{threat}"'
    return f'ThreatTypes has "{threat}" or NetworkMessageId in (({later} | project NetworkMessageId))'
