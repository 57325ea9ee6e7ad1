"""Messages per recipient, their URLs and attachments, and what happened to them after delivery."""

from workbench.events.tables._declare import Accelerators, Column, Family, HotPath, Rollup, Table

_OUTCOME = (
    "EmailDirection",
    "DeliveryAction",
    "DeliveryLocation",
    "LatestDeliveryAction",
    "LatestDeliveryLocation",
    "ThreatTypes",
    "DetectionMethods",
    "ConfidenceLevel",
    "EmailAction",
    "EmailActionPolicy",
)
"""What the filter thought of a message and what became of it: few values, and each mostly says the others."""

EMAIL_EVENTS = Table(
    "EmailEvents",
    "One row per message and recipient at processing time; the base table of everything in the email views.",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column(
            "NetworkMessageId",
            "string",
            "Service-wide message key; one message to N recipients keeps one value, so join with the recipient",
        ),
        Column("InternetMessageId", "string", "RFC 5322 Message-ID set by the sending system"),
        Column("SenderMailFromAddress", "string", "Envelope (5321) sender"),
        Column("SenderFromAddress", "string", "Header From (5322) address that users see"),
        Column("SenderDisplayName", "string", "Display name of the sender"),
        Column("SenderObjectId", "string", "Entra object id of an internal sender"),
        Column("SenderMailFromDomain", "string", "Domain of the envelope sender"),
        Column("SenderFromDomain", "string", "Domain of the header From"),
        Column("SenderIPv4", "string", "Last IPv4 relay seen by the service"),
        Column("SenderIPv6", "string", "Last IPv6 relay seen by the service"),
        Column("RecipientEmailAddress", "string", "Recipient after list expansion; one row per recipient"),
        Column("RecipientObjectId", "string", "Entra object id of the recipient"),
        Column("Subject", "string", "Subject line"),
        Column("EmailClusterId", "long", "Content-similarity cluster key shared by look-alike messages"),
        Column(
            "EmailDirection",
            "string",
            "Inbound, Outbound or Intra-org (also seen: Unknown) (Inbound; Outbound; Intra-org)",
        ),
        Column("DeliveryAction", "string", "What delivery did with the message (Delivered; Junked; Blocked; Replaced)"),
        Column(
            "DeliveryLocation",
            "string",
            "Where the message was placed at delivery (Inbox/folder; On-premises/external; Junk folder; "
            "Quarantine; Failed; Dropped; Deleted items)",
        ),
        Column(
            "ThreatTypes",
            "string",
            "Verdicts: Malware, Phish, Spam, ... comma-separated (dynamic list in the file table)",
        ),
        Column("ThreatNames", "string", "Detection name of the threat found"),
        Column(
            "DetectionMethods",
            "string",
            "Detection technologies that produced the verdict (JSON keyed by threat in email tables)",
        ),
        Column(
            "ConfidenceLevel",
            "string",
            "Verdict confidence per threat: SCL number for spam, High/Low (Normal) for phish (spam: -1 skipped, "
            "0/1 not spam, 5/6 spam, 9 high confidence; phish: High | Low (portal shows High | Normal))",
        ),
        Column("BulkComplaintLevel", "int", "Bulk sender grade 0-9; higher draws more complaints"),
        Column(
            "EmailAction",
            "string",
            "Final filter action, e.g. Move to junk, Add X-header, Redirect, Delete, Quarantine, None, Bcc (Move "
            "to junk mail folder; Add X-header; Modify subject; Redirect message; Delete message; Send to "
            "quarantine; No action taken; Bcc message)",
        ),
        Column(
            "EmailActionPolicy",
            "string",
            "Policy family that decided the action (Antispam high-confidence; Antispam; Antispam bulk mail; "
            "Antispam phishing; Anti-phishing domain impersonation; Anti-phishing user impersonation; "
            "Anti-phishing spoof; Anti-phishing graph impersonation; Antimalware; Safe Attachments; Enterprise "
            "Transport Rules (ETR))",
        ),
        Column("EmailActionPolicyGuid", "string", "Key of the policy that decided the action"),
        Column("AuthenticationDetails", "string", "SPF, DKIM, DMARC and CompAuth verdicts, as a JSON object in text"),
        Column("AttachmentCount", "int", "How many files are attached to the message"),
        Column("UrlCount", "int", "How many URLs the message embeds"),
        Column("EmailLanguage", "string", "Detected language of the body"),
        Column("Connectors", "string", "Mail-flow connectors the message passed"),
        Column("OrgLevelAction", "string", "Allow/Block taken by an organisation policy"),
        Column(
            "OrgLevelPolicy",
            "string",
            "Organisation policy that took it (transport rule, allow list, phishing simulation, SecOps mailbox, ...)",
        ),
        Column("UserLevelAction", "string", "Allow/Block taken by the recipient's own settings"),
        Column("UserLevelPolicy", "string", "Recipient setting that took it (safe sender, blocked sender, ...)"),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
        Column("AdditionalFields", "string", "Spare property bag for whatever the fixed columns lack"),
        Column(
            "LatestDeliveryLocation", "string", "Latest known place of the message (not offered by the streaming API)"
        ),
        Column(
            "LatestDeliveryAction",
            "string",
            "Latest action known to have been tried on the message (not offered by the streaming API)",
        ),
        Column("DistributionList", "string", "Distribution list through which the recipient got the mail"),
    ),
    key=("NetworkMessageId", "RecipientEmailAddress"),
    required=("NetworkMessageId",),
    progress=(("LatestDeliveryLocation", "DeliveryLocation"), ("LatestDeliveryAction", "DeliveryAction")),
    grades=(("ThreatTypes", ("Spam", "Phish", "Malware")),),
    paths=(
        HotPath("AuthenticationDetails", ("SPF",)),
        HotPath("AuthenticationDetails", ("DKIM",)),
        HotPath("AuthenticationDetails", ("DMARC",)),
        HotPath("AuthenticationDetails", ("CompAuth",)),
    ),
    accelerators=Accelerators(
        lookups=("NetworkMessageId", "InternetMessageId", "SenderFromAddress"),
        rollups=(
            Rollup(("EmailDirection", "DeliveryAction", "ThreatTypes")),
            Rollup(_OUTCOME),
            Rollup(("EmailDirection", "DeliveryAction", "EmailLanguage")),
            Rollup(("EmailDirection", "DeliveryAction", "AuthenticationDetails")),
            Rollup(("OrgLevelAction", "OrgLevelPolicy", "UserLevelAction", "UserLevelPolicy", "Connectors")),
        ),
    ),
    also=(
        *("LastEventExecutionTime: datetime", "ExchangeTransportRule: string"),
        *("ForwardingInformation: string", "Context: string", "To: dynamic", "Cc: dynamic"),
        *("ThreatClassification: string", "RecipientDomain: string", "EmailSize: int"),
        *("IsFirstContact: bool",),
    ),
)

EMAIL_URL_INFO = Table(
    "EmailUrlInfo",
    "One row per URL in a message (no recipient column).",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column(
            "NetworkMessageId",
            "string",
            "Service-wide message key; one message to N recipients keeps one value, so join with the recipient",
        ),
        Column("Url", "string", "Full URL"),
        Column("UrlDomain", "string", "Host or domain part of the URL"),
        Column(
            "UrlLocation",
            "string",
            "Where in the message the URL sat: Body, Header, Subject, Attachment, CloudAttachment, QRCode",
        ),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
    ),
    key=("NetworkMessageId", "Url", "UrlLocation"),
    required=("NetworkMessageId", "Url"),
    accelerators=Accelerators(lookups=("NetworkMessageId", "UrlDomain"), rollups=(Rollup(("UrlLocation",)),)),
)

EMAIL_ATTACHMENT_INFO = Table(
    "EmailAttachmentInfo",
    "One row per attachment, message and recipient.",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column(
            "NetworkMessageId",
            "string",
            "Service-wide message key; one message to N recipients keeps one value, so join with the recipient",
        ),
        Column("SenderFromAddress", "string", "Header From (5322) address that users see"),
        Column("SenderDisplayName", "string", "Display name of the sender"),
        Column("SenderObjectId", "string", "Entra object id of an internal sender"),
        Column("RecipientEmailAddress", "string", "Recipient after list expansion; one row per recipient"),
        Column("RecipientObjectId", "string", "Entra object id of the recipient"),
        Column("FileName", "string", "Name of the file concerned"),
        Column("FileType", "string", "Extension or detected type of the file"),
        Column("SHA256", "string", "SHA-256 of the file (often empty in device tables)"),
        Column("FileSize", "long", "Size in bytes"),
        Column(
            "ThreatTypes",
            "string",
            "Verdicts: Malware, Phish, Spam, ... comma-separated (dynamic list in the file table)",
        ),
        Column("ThreatNames", "string", "Detection name of the threat found"),
        Column(
            "DetectionMethods",
            "string",
            "Detection technologies that produced the verdict (JSON keyed by threat in email tables)",
        ),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
    ),
    key=("NetworkMessageId", "RecipientEmailAddress", "SHA256", "FileName"),
    required=("NetworkMessageId", "FileName"),
    accelerators=Accelerators(
        lookups=("NetworkMessageId", "SHA256"), rollups=(Rollup(("FileType", "ThreatTypes", "DetectionMethods")),)
    ),
    also=("FileExtension: string",),
)

EMAIL_POST_DELIVERY_EVENTS = Table(
    "EmailPostDeliveryEvents",
    "One row per action taken on a message after delivery (ZAP, admin, automation, quarantine release, reprocessing).",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column(
            "NetworkMessageId",
            "string",
            "Service-wide message key; one message to N recipients keeps one value, so join with the recipient",
        ),
        Column("InternetMessageId", "string", "RFC 5322 Message-ID set by the sending system"),
        Column("Action", "string", "What was done to the item"),
        Column(
            "ActionType",
            "string",
            "Name of the event or activity in this table's vocabulary (Manual remediation (documented; includes "
            "approved AIR actions); Phish ZAP (documented); Malware ZAP (documented); Automated Remediation "
            "(documented 2025); seen elsewhere, not in the table page: Spam ZAP, Dynamic Delivery, Quarantine "
            "release, Reprocessed)",
        ),
        Column(
            "ActionTrigger",
            "string",
            "Who or what set the action off: admin, automation, or a special mechanism such as ZAP or Dynamic "
            "Delivery (Automation (documented 2025); AdminAction, SpecialAction, UserAction (commonly seen, not "
            "in the table page))",
        ),
        Column("ActionResult", "string", "Outcome of the action (success, failure reason)"),
        Column("RecipientEmailAddress", "string", "Recipient after list expansion; one row per recipient"),
        Column("DeliveryLocation", "string", "Where the message was placed at delivery"),
        Column("SourceLocation", "string", "Where the message was before the action"),
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
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
    ),
    key=("NetworkMessageId", "RecipientEmailAddress", "Timestamp", "ActionType"),
    required=("NetworkMessageId", "ActionType"),
    accelerators=Accelerators(
        lookups=("NetworkMessageId", "InternetMessageId"),
        rollups=(
            Rollup(
                ("ActionType", "ActionTrigger", "ActionResult", "DeliveryLocation", "SourceLocation", "ThreatTypes")
            ),
        ),
    ),
    also=("SenderFromAddress: string", "EmailDirection: string"),
)

CAMPAIGN_INFO = Table(
    "CampaignInfo",
    "Maps messages and recipients to campaign clusters (preview).",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column("CampaignName", "string", "Display name of the campaign"),
        Column("CampaignId", "string", "Key of the campaign cluster"),
        Column("CampaignType", "string", "Campaign class: Phish, Malware, Spam, ... (Phish; Malware; Spam)"),
        Column("CampaignSubtype", "string", "Brand impersonated or malware family behind the campaign"),
        Column(
            "NetworkMessageId",
            "string",
            "Service-wide message key; one message to N recipients keeps one value, so join with the recipient",
        ),
        Column("RecipientEmailAddress", "string", "Recipient after list expansion; one row per recipient"),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
    ),
    key=("CampaignId", "NetworkMessageId", "RecipientEmailAddress"),
    required=("CampaignId", "NetworkMessageId"),
    version=("Timestamp",),
    also=("CampaignSubType: string",),
)

FAMILY = Family(
    "mail",
    "Mail",
    (
        EMAIL_EVENTS,
        EMAIL_URL_INFO,
        EMAIL_ATTACHMENT_INFO,
        EMAIL_POST_DELIVERY_EVENTS,
        CAMPAIGN_INFO,
    ),
)
