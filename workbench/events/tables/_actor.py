"""Columns that the tables of device events have in common: the device, and the process that acted."""

from workbench.events.tables._declare import Column

DEVICE = (
    Column("Timestamp", "datetime", "When the event was recorded"),
    Column("DeviceId", "string", "Sensor-assigned key of the device"),
    Column("DeviceName", "string", "FQDN of the device"),
    Column("ActionType", "string", "Name of the event or activity in this table's vocabulary"),
)
"""What every event of a device begins with."""

ACTOR_ACCOUNT = (
    Column("InitiatingProcessAccountDomain", "string", "Domain of the account that ran the parent actor process"),
    Column("InitiatingProcessAccountName", "string", "Account that ran the actor process"),
    Column("InitiatingProcessAccountSid", "string", "SID of that account"),
    Column("InitiatingProcessAccountUpn", "string", "UPN of that account"),
    Column("InitiatingProcessAccountObjectId", "string", "Entra object id of that account"),
)
"""The account the acting process ran under."""

ACTOR_VERSION = (
    Column("InitiatingProcessVersionInfoCompanyName", "string", "Company in the actor's version resource"),
    Column("InitiatingProcessVersionInfoProductName", "string", "Product in the actor's version resource"),
    Column("InitiatingProcessVersionInfoProductVersion", "string", "Version in the actor's version resource"),
    Column("InitiatingProcessVersionInfoInternalFileName", "string", "Internal name in the actor's version resource"),
    Column("InitiatingProcessVersionInfoOriginalFileName", "string", "Original name in the actor's version resource"),
    Column("InitiatingProcessVersionInfoFileDescription", "string", "Description in the actor's version resource"),
)
"""The version resource of the acting process's image."""

ACTOR_SESSION = (
    Column("InitiatingProcessSessionId", "long", "Windows session id of the actor"),
    Column("IsInitiatingProcessRemoteSession", "bool", "Whether the actor ran in an RDP session"),
    Column("InitiatingProcessRemoteSessionDeviceName", "string", "Remote computer behind the actor's RDP session"),
    Column("InitiatingProcessRemoteSessionIP", "string", "Remote address behind the actor's RDP session"),
)
"""The session the acting process ran in."""
