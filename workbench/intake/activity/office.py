"""OfficeActivity: the same record as a log workspace mirrors it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from workbench.intake.activity.event import Event
from workbench.intake.activity.kinds import LOGON_TYPES, named
from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import account, json_text, moment, nested, text, truth, whole

WORKLOADS = frozenset({"exchange", "sharepoint", "onedrive", "microsoftteams"})
"""Services that a log workspace mirrors; the directory has tables of its own there."""

KINDS = frozenset({18})
"""Kinds of record that are mirrored whatever their workload: cmdlets of the security and compliance centre."""

Reader = Callable[[object], object]


def _logon(value: object) -> str:
    return named(value, LOGON_TYPES)


def _account(value: object) -> str:
    return account(text(value))


def _bag(value: object) -> str | None:
    """Dynamics: bags and lists as JSON, also those inside a text; other text as a JSON string; nothing as no value."""
    return None if value is None or value == "" else json_text(nested(value))


def _names(listed: str) -> list[str]:
    return listed.split()


_SAME = _names(
    "Application Activity UserAgent OrganizationId UserKey ResultStatus ClientIP ItemType EventSource "
    "MachineDomainInfo MachineId SourceRelativeUrl SourceFileName SourceFileExtension DestinationRelativeUrl "
    "DestinationFileName DestinationFileExtension UserSharedWith SharingType CustomEvent ModifiedObjectResolvedName "
    "Parameters ExternalAccess OriginatingServer OrganizationName MailboxGuid MailboxOwnerSid "
    "MailboxOwnerMasterAccountSid LogonUserSid LogonUserDisplayName ClientInfoString ClientMachineName "
    "ClientProcessName ClientVersion Folder DestMailboxId DestMailboxOwnerSid DestMailboxOwnerMasterAccountSid "
    "DestFolder Folders AffectedItems Item ModifiedProperties SendAsUserMailboxGuid ExtendedProperties Client Actor "
    "ActorContextId ActorIpAddress InterSystemsId IntraSystemId SupportTicketId TargetContextId EffectiveOrganization "
    "ElevationApprover ElevationRequestId ElevationRole GenericInfo TargetUserOrGroupName TargetUserOrGroupType "
    "MessageId TeamName TeamGuid ChannelType ChannelName ChannelGuid AddOnType TabType Name OldValue NewValue ItemName "
    "ChatThreadId ChatName CommunicationType AADGroupId AddOnGuid AppDistributionMode TargetUserId OperationScope "
    "AzureADAppId AppId ClientAppId ApplicationId SRPolicyId SRPolicyName AppPoolName DeviceInformation "
    "MeetingDetailId ListItemUniqueId SensitivityLabelId UniqueSharingId"
)
_RENAMED = {
    "Site": "Site_",
    "SiteUrl": "Site_Url",
    "SourceName": "Source_Name",
    "EventData": "Event_Data",
    "ClientIPAddress": "Client_IPAddress",
    "AddOnName": "AddonName",
    "AddonName": "AddonName",
    "IntraSystemsId": "IntraSystemId",
    "Target": "AADTarget",
    "AzureActiveDirectoryEventType": "AzureActiveDirectory_EventType",
    "SendOnBehalfOfUserMailboxGuid": "SendonBehalfOfUserMailboxGuid",
}
_READ: Mapping[str, tuple[str, Reader]] = {
    "LogonType": ("Logon_Type", _logon),
    "InternalLogonType": ("InternalLogonType", whole),
    "LoginStatus": ("LoginStatus", whole),
    "DataCenterSecurityEventType": ("DataCenterSecurityEventType", whole),
    "ElevationDuration": ("ElevationDuration", whole),
    "CrossMailboxOperation": ("CrossMailboxOperations", truth),
    "CrossMailboxOperations": ("CrossMailboxOperations", truth),
    "IsManagedDevice": ("IsManagedDevice", truth),
    "IsJoinedFromLobby": ("IsJoinedFromLobby", truth),
    "MailboxOwnerUPN": ("MailboxOwnerUPN", _account),
    "DestMailboxOwnerUPN": ("DestMailboxOwnerUPN", _account),
    "SendAsUserSmtp": ("SendAsUserSmtp", _account),
    "SendOnBehalfOfUserSmtp": ("SendOnBehalfOfUserSmtp", _account),
    **{name: (name, moment) for name in ("ElevationTime", "ElevationApprovedTime", "JoinTime", "LeaveTime")},
    "StartTime": ("Start_Time", moment),
    **{
        name: (name, _bag)
        for name in (
            "Members",
            "ExtraProperties",
            "OperationProperties",
            "SRRuleMatchDetails",
            "AppAccessContext",
            "Attendees",
            "ArtifactsShared",
        )
    },
}
_SPELLED: dict[str, tuple[str, Reader]] = {
    **{name: (name, text) for name in _SAME},
    **{name: (column, text) for name, column in _RENAMED.items()},
    **_READ,
}
COLUMNS: Mapping[str, tuple[str, Reader]] = MappingProxyType(_SPELLED)
"""Field of the record to the column that holds it, and how it is read."""


def office_rows(event: Event) -> list[Row]:
    """The mirrored row; none for services that are not mirrored."""
    if event.workload.lower() not in WORKLOADS and event.kind not in KINDS:
        return []
    row: Row = {
        "TimeGenerated": event.time,
        "Operation": event.operation,
        "RecordType": event.kind_name,
        "UserType": event.user_type,
        "UserId": event.user,
        "OfficeWorkload": event.workload,
        "OfficeObjectId": text(event.document.get("ObjectId")),
        "OfficeId": event.id,
        "SourceRecordId": event.id,
        "OfficeTenantId": text(event.document.get("OrganizationId")),
    }
    known = _SPELLED
    for name, value in event.document.items():
        if name in known:
            column, read = known[name]
            row[column] = value if read is text and type(value) is str else read(value)
    return [row]
