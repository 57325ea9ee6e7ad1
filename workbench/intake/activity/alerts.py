"""Alerts of the security and compliance centre (kind 40) as AlertInfo, and the entities they name as AlertEvidence."""

from datetime import datetime

from workbench.intake.activity.event import Event, data_of
from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import account, clean, first, json_text, moment, text

_ENTITY = "AlertEntityGenerated"
_PEOPLE = frozenset({"user", "recipients", "recipient"})
_SERVICES = {
    "office 365 security & compliance": "Microsoft Defender for Office 365",
    "cloud app security": "Microsoft Defender for Cloud Apps",
    "microsoft cloud app security": "Microsoft Defender for Cloud Apps",
}
_MOST_USERS = 100


def alert_rows(event: Event) -> dict[str, list[Row]]:
    """The alert, unless the record only names an entity of one; the entity, or the first users an alert lists."""
    data = data_of(event)
    began = moment(data.get("ts")) or event.time
    shared = _shared(event.document, began)
    if event.operation == _ENTITY:
        kind, key = first(event.document, "EntityType"), first(event.document, "AlertEntityId") or text(data.get("eid"))
        return {"AlertEvidence": [shared | _evidence(event.document, kind or text(data.get("etype")), key)]}
    users = [each for each in text(data.get("f3u")).replace(";", ",").split(",") if each.strip()][:_MOST_USERS]
    return {
        "AlertInfo": [shared | {"Category": first(event.document, "Category")}],
        "AlertEvidence": [shared | _evidence(event.document, "User", user) for user in users],
    }


def _shared(document: Row, began: datetime | None) -> Row:
    source = first(document, "Source")
    service = _SERVICES.get(source.strip().lower(), source)
    return {
        "Timestamp": began,
        "AlertId": first(document, "AlertId"),
        "Title": clean(first(document, "Name")),
        "Severity": first(document, "Severity"),
        "ServiceSource": service,
        "DetectionSource": service,
    }


def _evidence(document: Row, kind: str, key: str) -> Row:
    """An entity under the column of its kind; a sender is no account of ours, and stands in AdditionalFields."""
    person = kind.lower() in _PEOPLE
    return {
        "EntityType": kind,
        "EvidenceRole": "Impacted" if person else "Related",
        "Categories": json_text([first(document, "Category")]) if document.get("Category") else "",
        "AccountUpn": account(key) if person else "",
        "ThreatFamily": key if kind.lower() == "malwarefamily" else "",
        "AdditionalFields": "" if person else json_text({"Entity": key}),
    }
