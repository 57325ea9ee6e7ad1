"""Automated investigations (kinds 64, 86, 89) and reports of mail (29), which no published table holds."""

from workbench.intake.activity.event import Event, data_of
from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import account, bag, first, items, json_text, moment, nested, text

_SIMULATED = "AttackSimUserSubmission"
_BY_ADMIN, _BY_USER, _CUSTOM = "AdminSubmission", "UserSubmission", "CustomSubmission"
_PENDING = frozenset({"pending", "pendingapproval", "pending action", "waiting on resource"})


def investigation_rows(event: Event) -> list[Row]:
    """One state of an investigation, with its actions and the entities of its alert document opened."""
    document = event.document
    data = data_of(event)
    actions = [nested(each) for each in items(document.get("Actions"))]
    return [
        {
            "Timestamp": moment(document.get("LastUpdateTimeUtc")) or event.time,
            "InvestigationId": first(document, "InvestigationId"),
            "InvestigationName": first(document, "InvestigationName"),
            "InvestigationType": first(document, "InvestigationType"),
            "Status": first(document, "Status"),
            "StartTime": moment(document.get("StartTimeUtc")),
            "EndTime": moment(document.get("EndTimeUtc")),
            "ActionCount": len(actions),
            "PendingActionCount": sum(map(_is_pending, actions)),
            "Actions": json_text(actions) if actions else None,
            "Entities": _opened(data.get("Entities")),
            "AlertIds": _alerts(data, actions),
            "Link": first(document, "DeeplinkURL", "DeepLinkUrl"),
            "RecordType": event.kind_name,
            "ReportId": event.id,
        }
    ]


def submission_rows(event: Event) -> list[Row]:
    """One state of a report of mail by a user or an administrator."""
    document = event.document
    sender = account(first(document, "P2Sender", "P1Sender", "Sender"))
    verdict = bag(document.get("RescanResult"))
    return [
        {
            "Timestamp": event.time,
            "SubmissionId": first(document, "SubmissionId", "ObjectId"),
            "State": event.operation,
            "Origin": _origin(event.operation),
            "IsSimulation": event.operation == _SIMULATED,
            "ReportedAs": first(document, "SubmissionType"),
            "ContentType": first(document, "SubmissionContentType"),
            "Verdict": first(verdict, "RescanVerdict") or first(document, "RescanVerdict"),
            "SubmitterUpn": account(first(document, "Submitter", "SubmittedBy") or event.user),
            "NetworkMessageId": first(document, "NetworkMessageId"),
            "InternetMessageId": first(document, "InternetMessageId"),
            "SenderFromAddress": sender,
            "SenderIPAddress": first(document, "SenderIP", "SenderIp"),
            "Recipients": _recipients(document),
            "Subject": first(document, "Subject"),
            "MessageTime": moment(document.get("MessageDate")) or moment(document.get("MessageTime")),
            "ReportId": event.id,
        }
    ]


def _is_pending(action: object) -> bool:
    return isinstance(action, dict) and text(action.get("ActionStatus")).lower() in _PENDING


def _opened(value: object) -> str | None:
    listed = [nested(each) for each in items(value)]
    return json_text(listed) if listed else None


def _alerts(data: Row, actions: list[object]) -> str | None:
    """Ids of the alerts behind it: of the alert document and of each action, each once."""
    related = [each.get("RelatedAlertIds") for each in actions if isinstance(each, dict)]
    listed = [first(data, "SystemAlertId", "AlertId"), *(text(each) for ids in related for each in items(ids))]
    found = [each for each in dict.fromkeys(listed) if each]
    return json_text(found) if found else None


def _origin(operation: str) -> str:
    if operation.startswith(_BY_ADMIN):
        return "Admin"
    return "User" if operation.startswith((_BY_USER, _CUSTOM, _SIMULATED)) else ""


def _recipients(document: Row) -> str | None:
    listed = [account(text(each)) for each in items(document.get("Recipients"))]
    return json_text(listed) if listed else None
