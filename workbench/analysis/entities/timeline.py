"""What happened to one message, oldest first: delivery, removal, clicks, moves, reports, alerts, our own work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from workbench.analysis.entities._window import untold
from workbench.events.query import Result

if TYPE_CHECKING:
    from workbench.analysis.entities.message import Message

COLUMNS = ("Time", "Source", "Event", "Result", "Threats", "Recipient", "Details")
"""``Source`` is System, Admin or User: who acted. ``Recipient`` is whose copy, or how many copies, are meant."""

MOVES = ("MoveToDeletedItems", "SoftDelete", "HardDelete", "Move")
"""Audited actions by which people move and delete mail."""

TABLES: Mapping[str, str] = MappingProxyType(
    {
        "EmailEvents": "delivery",
        "EmailPostDeliveryEvents": "removal and remediation",
        "UrlClickEvents": "clicks",
        "CloudAppEvents": "moves and deletes by people, reports",
        "WorkbenchSubmissions": "what became of reports",
        "AlertEvidence": "alerts",
        "WorkbenchAirInvestigations": "automated investigations",
        "WorkbenchRuns": "our playbooks",
        "WorkbenchNotes": "our notes",
        "WorkbenchAudit": "our looks at its content",
    }
)
"""Tables that are asked, with what each tells."""

_OWN = frozenset({"WorkbenchRuns", "WorkbenchNotes", "WorkbenchAudit"})
"""Tables of our own work: where they hold nothing, nothing was done."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_KQL = """
union
(EmailEvents
| where NetworkMessageId == id{of_its_time}
| project Time = Timestamp, Source = "System", Event = "Original delivery",
    Result = case(isempty(DeliveryAction), "Received; only its raw form is known", isempty(DeliveryLocation),
        DeliveryAction, strcat(DeliveryAction, ": ", DeliveryLocation)),
    Threats = ThreatTypes, Recipient = RecipientEmailAddress,
    Details = case(isempty(EmailActionPolicy), EmailAction, isempty(EmailAction), EmailActionPolicy,
        strcat(EmailAction, " by ", EmailActionPolicy))),
(EmailPostDeliveryEvents
| where NetworkMessageId == id
| project Time = Timestamp,
    Source = case(ActionTrigger =~ "AdminAction" or ActionType =~ "Manual remediation", "Admin",
        ActionTrigger =~ "UserAction", "User", "System"),
    Event = ActionType,
    Result = iff(isempty(DeliveryLocation), ActionResult, strcat(ActionResult, ": ", DeliveryLocation)),
    Threats = ThreatTypes, Recipient = RecipientEmailAddress,
    Details = strcat(Action, iff(isempty(SourceLocation), "", strcat(", was in ", SourceLocation)))),
(UrlClickEvents
| where NetworkMessageId == id
| project Time = Timestamp, Source = "User", Event = "Click",
    Result = strcat(ActionType, case(IsClickedThrough == true, ": reached the page",
        IsClickedThrough == false, ": did not reach the page", "")),
    Threats = ThreatTypes, Recipient = AccountUpn, Details = Url),
(CloudAppEvents
| where Timestamp >= since and ActionType in~ (moves)
| extend Owner = iff(isempty(RawEventData.MailboxOwnerUPN), AccountId, tostring(RawEventData.MailboxOwnerUPN))
| where Owner in~ (recipients)
| extend Items = iff(array_length(RawEventData.AffectedItems) > 0, RawEventData.AffectedItems,
    pack_array(RawEventData.Item, bag_pack("InternetMessageId", ObjectId)))
| mv-expand Item = Items
| extend Named = tostring(Item.InternetMessageId), About = tostring(Item.Subject)
| where isnotempty(internet) and Named == internet
    or isempty(Named) and isnotempty(subject) and About == subject
| project Time = Timestamp,
    Source = case(AccountId =~ Owner, "User", IsAdminOperation == true, "Admin", "User"), Event = ActionType,
    Result = strcat(tostring(RawEventData.ResultStatus), case(isnotempty(RawEventData.DestFolder.Path),
        strcat(": ", tostring(RawEventData.DestFolder.Path)), "")),
    Threats = "", Recipient = Owner,
    Details = strcat(iff(isempty(RawEventData.Folder.Path), "", strcat("was in ", RawEventData.Folder.Path, ", ")),
        "by ", AccountId, iff(isempty(IPAddress), "", strcat(" from ", IPAddress)),
        iff(isempty(Named), ", known by its subject only", ""))),
(CloudAppEvents
| where Timestamp >= since and ActionType in~ ("UserSubmission", "UserReport", "AdminSubmission",
    "AttackSimUserSubmission")
| where tostring(RawEventData.NetworkMessageId) == id
| where ReportId !in ((WorkbenchSubmissions | where NetworkMessageId == id | project ReportId))
| project Time = Timestamp, Source = iff(ActionType startswith "Admin", "Admin", "User"), Event = ActionType,
    Result = strcat("Reported as ", iff(isempty(RawEventData.SubmissionType), "mail",
        tostring(RawEventData.SubmissionType))),
    Threats = "", Recipient = iff(isempty(AccountId), AccountDisplayName, AccountId), Details = ""),
(WorkbenchSubmissions
| where NetworkMessageId == id
| project Time = Timestamp, Source = case(State contains "Triage" or isempty(Origin), "System", Origin), Event = State,
    Result = case(isnotempty(Verdict), strcat("Found: ", Verdict), isnotempty(ReportedAs),
        strcat("Reported as ", ReportedAs), ""),
    Threats = "", Recipient = SubmitterUpn, Details = iff(IsSimulation == true, "The mail of a drill", "")),
(AlertEvidence
| where NetworkMessageId == id
| summarize Timestamp = min(Timestamp), take_any(Title, Severity, ServiceSource) by AlertId
| project Time = Timestamp, Source = "System", Event = "Alert", Result = Title, Threats = "", Recipient = "",
    Details = strcat(Severity, iff(isempty(Severity), "", ", "), ServiceSource, " ", AlertId)),
(WorkbenchAirInvestigations
| where tostring(Entities) contains id
| project Time = Timestamp, Source = "System", Event = "Automated investigation", Result = Status, Threats = "",
    Recipient = "", Details = strcat(InvestigationType, " ", InvestigationId)),
(WorkbenchRuns
| where tostring(Parameters.message) in (names)
| project Time = Timestamp, Source = iff(Trigger =~ "person", "Admin", "System"), Event = strcat("Playbook ", Playbook),
    Result = State, Threats = "", Recipient = "", Details = strcat("asked for by ", RequestedBy)),
(WorkbenchNotes
| where EntityKind =~ "message" and EntityValue in (names) and not(IsDeleted == true)
| project Time = Timestamp, Source = "Admin", Event = "Note", Result = Text, Threats = "", Recipient = "",
    Details = strcat("by ", CreatedBy)),
(WorkbenchAudit
| where Verb == "message.look" and ObjectKind =~ "message" and ObjectId in (names)
| project Time = Timestamp, Source = "Admin", Event = "Look at its content",
    Result = iff(After.shown == true, "Shown", "Not shown"), Threats = "", Recipient = "",
    Details = strcat("by ", Actor))
| summarize Recipients = make_set(Recipient) by Time, Source, Event, Result, Threats, Details
| extend Recipient = iff(array_length(Recipients) == 1, tostring(Recipients[0]),
    strcat(array_length(Recipients), " recipients"))
| extend First = iff(Event == "Original delivery", 0, 1)
| sort by Time asc, First asc, Event asc, Recipient asc, Details asc
| project Time, Source, Event, Result, Threats, Recipient, Details
"""


@dataclass(frozen=True)
class Timeline:
    """The events of a message, oldest first, and the tables that can tell nothing of it."""

    result: Result
    not_evaluated: tuple[str, ...]
    """Tables that hold nothing since the message came; those of our own work do not count."""

    @property
    def frame(self) -> pl.DataFrame:
        """Time, Source, Event, Result, Threats, Recipient, Details; what many copies share is one row."""
        return self.result.frame

    @property
    def kql(self) -> str:
        """The question, with the values of this message in it."""
        return self.result.kql

    def __len__(self) -> int:
        return self.frame.height

    def __repr__(self) -> str:
        return f"{self.result!r}\nNot evaluated: {self.untold}" if self.untold else repr(self.result)

    @property
    def untold(self) -> str:
        """A sentence on what those tables would tell; empty where there are none."""
        return untold(self.not_evaluated, TABLES, "since it came")


def timeline(message: "Message") -> Timeline:
    """What happened to a message, as far as the tables of its window hold it.

    Moves and deletes by people are found in the mailboxes of its recipients by its Internet message id; audit records
    without one are taken by the subject, and say so. Of mails that share a network message id only the deliveries can
    be told apart.
    """
    moment, internet = _moment(message), str(message.summary.get("InternetMessageId") or "")
    text = _KQL.replace("{of_its_time}", " and Timestamp == received" if message.received else "")
    values: dict[str, object] = {
        "id": message.id,
        "received": message.received or _EVER,
        "since": moment or _EVER,
        "moves": list(MOVES),
        "recipients": list(message.recipients),
        "internet": internet,
        "subject": str(message.summary.get("Subject") or ""),
        "names": [each for each in (message.id, message.raw, internet) if each],
    }
    silent = message.window.silent([table for table in TABLES if table not in _OWN], moment or _EVER)
    return Timeline(message.window.ask(text, **values), silent)


def _moment(message: "Message") -> datetime | None:
    found = message.received or message.summary.get("Timestamp")
    return found if isinstance(found, datetime) else None
