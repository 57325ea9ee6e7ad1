"""Audited activity in Microsoft 365 and connected apps."""

from workbench.events.tables._declare import Column, Family, Table

CLOUD_APP_EVENTS = Table(
    "CloudAppEvents",
    "Audit activity of Microsoft 365 and connected apps; RawEventData keeps the original audit record.",
    (
        Column("Timestamp", "datetime", "When the event was recorded"),
        Column("ActionType", "string", "Name of the event or activity in this table's vocabulary"),
        Column("Application", "string", "Application in which the activity was recorded"),
        Column("ApplicationId", "int", "Key of the application"),
        Column("AppInstanceId", "int", "Key of the connected instance of the application"),
        Column("AccountObjectId", "string", "Entra object id of the acting account"),
        Column("AccountId", "string", "Account key as the source application knows it (object id, UPN or other)"),
        Column("AccountDisplayName", "string", "Address-book name of the acting account"),
        Column("IsAdminOperation", "bool", "Whether an administrator acted"),
        Column("DeviceType", "string", "Device class by purpose, e.g. workstation, server, mobile"),
        Column("OSPlatform", "string", "Operating-system family"),
        Column("IPAddress", "string", "Client address"),
        Column("IsAnonymousProxy", "bool", "Whether the address is a known anonymiser"),
        Column("CountryCode", "string", "Two-letter country of the geolocated client address"),
        Column("City", "string", "City of the person or of the geolocated address"),
        Column("Isp", "string", "Internet provider of the client address"),
        Column("UserAgent", "string", "User agent string"),
        Column("ActivityType", "string", "Coarse class of the activity that produced the row"),
        Column("ActivityObjects", "dynamic", "Files, folders or other objects touched by the activity"),
        Column("ObjectName", "string", "Name of the object acted on"),
        Column("ObjectType", "string", "Type of the object acted on"),
        Column("ObjectId", "string", "Key of the object acted on"),
        Column("ReportId", "string", "Row key; unique only together with other columns in device tables"),
        Column("AccountType", "string", "Kind of account: regular, admin, system, application, service"),
        Column("IsExternalUser", "bool", "Whether the actor is outside the tenant"),
        Column("IsImpersonated", "bool", "Whether one user acted for another"),
        Column("IPTags", "dynamic", "Customer tags on address ranges"),
        Column("IPCategory", "string", "Reputation or ownership class of the address"),
        Column("UserAgentTags", "dynamic", "Tags on the user agent, e.g. Native client, Outdated browser, Robot"),
        Column("RawEventData", "dynamic", "Original event of the source application (unified-audit JSON)"),
        Column("AdditionalFields", "dynamic", "Spare property bag for whatever the fixed columns lack"),
        Column(
            "LastSeenForUser", "dynamic", "Days since each feature (IP, ISP, device, ...) was last seen for this user"
        ),
        Column("UncommonForUser", "dynamic", "Features of the activity that are unusual for this user"),
        Column(
            "AuditSource",
            "string",
            "Which audit feed supplied the row (app connector, conditional access session control, etc.)",
        ),
        Column("SessionData", "dynamic", "Session identifiers of the activity"),
        Column("OAuthAppId", "string", "OAuth app id behind the activity"),
    ),
    key=("ReportId",),
    required=("ActionType", "Application"),
)

FAMILY = Family("cloud_apps", "Cloud apps", (CLOUD_APP_EVENTS,))
