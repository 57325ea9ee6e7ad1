"""Chat messages, links in them, and malicious files in shared places."""

from workbench.events.tables._declare import Column, Family, Table

MESSAGE_EVENTS = Table(
    "MessageEvents",
    "Teams messages sent and received, at delivery time.",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column("LastEditedTime", "string", "When the chat message was last edited"),
        Column("TeamsMessageId", "string", "Service-wide key of the Teams message"),
        Column("SenderEmailAddress", "string", "Address of the chat sender"),
        Column("SenderDisplayName", "string", "Display name of the sender"),
        Column("SenderObjectId", "string", "Entra object id of an internal sender"),
        Column("SenderType", "string", "User, Group, Anonymous, ..."),
        Column("RecipientDetails", "dynamic", "Array of recipients: SMTP address, display name, type, object id"),
        Column("IsOwnedThread", "bool", "Whether the tenant owns the thread (only then may it remediate)"),
        Column("MessageId", "string", "Chat message key (not unique)"),
        Column("ParentMessageId", "string", "Chat message this one replies to"),
        Column("GroupId", "string", "Key of the team or group"),
        Column("GroupName", "string", "Name of the team or group"),
        Column("ThreadId", "string", "Channel or chat key"),
        Column("ThreadSubtype", "string", "None or PrivateChannel (None; PrivateChannel)"),
        Column("IsExternalThread", "bool", "Whether outsiders are in the thread"),
        Column("MessageFormatType", "string", "RichText or Text (RichText; Text)"),
        Column("MessageFormatSubtype", "string", "Subtype of the chat body, e.g. HTML"),
        Column("MessageVersion", "string", "Version number of the chat message"),
        Column("MessageSubject", "string", "Subject of the chat message, if any"),
        Column(
            "ThreatTypes",
            "string",
            "Verdicts: Malware, Phish, Spam, ... comma-separated (dynamic list in the file table)",
        ),
        Column(
            "DetectionMethods",
            "dynamic",
            "Detection technologies that produced the verdict (JSON keyed by threat in email tables)",
        ),
        Column(
            "ConfidenceLevel",
            "dynamic",
            "Verdict confidence per threat: SCL number for spam, High/Low (Normal) for phish",
        ),
        Column("DeliveryAction", "string", "What delivery did with the message (Delivered; Blocked)"),
        Column("DeliveryLocation", "string", "Where the message was placed at delivery"),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
        Column("SafetyTip", "string", "Safety tip shown on the chat message"),
    ),
    key=("TeamsMessageId", "MessageVersion"),
    required=("TeamsMessageId", "ThreadId"),
    version=("LastEditedTime", "Timestamp"),
)

MESSAGE_URL_INFO = Table(
    "MessageUrlInfo",
    "URLs in Teams messages.",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column("TeamsMessageId", "string", "Service-wide key of the Teams message"),
        Column("Url", "string", "Full URL"),
        Column("UrlDomain", "string", "Host or domain part of the URL"),
        Column(
            "ThreatTypes",
            "string",
            "Verdicts: Malware, Phish, Spam, ... comma-separated (dynamic list in the file table)",
        ),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
    ),
    key=("TeamsMessageId", "Url"),
    required=("TeamsMessageId", "Url"),
)

MESSAGE_POST_DELIVERY_EVENTS = Table(
    "MessagePostDeliveryEvents",
    "Actions on Teams messages after delivery.",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column("TeamsMessageId", "string", "Service-wide key of the Teams message"),
        Column("Action", "string", "What was done to the item (Blocked; Moved to quarantine)"),
        Column(
            "ActionType",
            "string",
            "Name of the event or activity in this table's vocabulary (Manual remediation; Phish ZAP; Malware ZAP)",
        ),
        Column(
            "ActionTrigger",
            "string",
            "Who or what set the action off: admin, automation, or a special mechanism such as ZAP or Dynamic Delivery",
        ),
        Column("ActionResult", "string", "Outcome of the action (success, failure reason)"),
        Column("SenderEmailAddress", "string", "Address of the chat sender"),
        Column("RecipientDetails", "dynamic", "Array of recipients: SMTP address, display name, type, object id"),
        Column(
            "ThreatTypes",
            "string",
            "Verdicts: Malware, Phish, Spam, ... comma-separated (dynamic list in the file table)",
        ),
        Column(
            "ConfidenceLevel",
            "dynamic",
            "Verdict confidence per threat: SCL number for spam, High/Low (Normal) for phish",
        ),
        Column(
            "DetectionMethods",
            "string",
            "Detection technologies that produced the verdict (JSON keyed by threat in email tables)",
        ),
        Column(
            "LatestDeliveryLocation",
            "string",
            "Latest known place of the message (not offered by the streaming API)",
        ),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
        Column("IsExternalThread", "bool", "Whether outsiders are in the thread"),
        Column("SafetyTip", "string", "Safety tip shown on the chat message"),
    ),
    key=("TeamsMessageId", "Timestamp", "ActionType"),
    required=("TeamsMessageId", "ActionType"),
)

FILE_MALICIOUS_CONTENT_INFO = Table(
    "FileMaliciousContentInfo",
    "Malicious files found in SharePoint, OneDrive and Teams (preview).",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column(
            "Workload",
            "string",
            "Service in which the item lived or the click happened: Email, Office/SharePoint/OneDrive, Teams",
        ),
        Column("FileName", "string", "Name of the file concerned"),
        Column("FolderPath", "string", "Folder that holds the file"),
        Column("FileSize", "long", "Size in bytes"),
        Column("SHA256", "string", "SHA-256 of the file (often empty in device tables)"),
        Column("FileOwnerDisplayName", "string", "Display name of the file owner"),
        Column("FileOwnerUpn", "string", "UPN of the file owner"),
        Column("DocumentId", "string", "Key of the file in its store"),
        Column(
            "ThreatTypes",
            "dynamic",
            "Verdicts: Malware, Phish, Spam, ... comma-separated (dynamic list in the file table)",
        ),
        Column("ThreatNames", "string", "Detection name of the threat found"),
        Column(
            "DetectionMethods",
            "string",
            "Detection technologies that produced the verdict (JSON keyed by threat in email tables)",
        ),
        Column("LastModifyingAccountUpn", "string", "Who last changed the file"),
        Column("LastModifiedTime", "datetime", "When the object last changed"),
        Column("FileCreationTime", "datetime", "When the file was created"),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
    ),
    key=("DocumentId", "SHA256", "Timestamp"),
    required=("DocumentId", "FileName"),
    version=("LastModifiedTime",),
    also=("DocumentID = DocumentId",),
)

FAMILY = Family(
    "collaboration",
    "Chats and files",
    (
        MESSAGE_EVENTS,
        MESSAGE_URL_INFO,
        MESSAGE_POST_DELIVERY_EVENTS,
        FILE_MALICIOUS_CONTENT_INFO,
    ),
)
