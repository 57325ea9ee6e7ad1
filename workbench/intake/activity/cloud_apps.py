"""CloudAppEvents: one row for every audit record, with the record itself in RawEventData."""

import re
from functools import lru_cache

from workbench.intake.activity.addresses import owner
from workbench.intake.activity.event import Event, extended
from workbench.intake.activity.kinds import APPLICATIONS, LOGON_TYPES, SUITE, named
from workbench.intake.activity.objects import Target, objects, target
from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import bag, first, json_text, pairs, remembered

SOURCE = "Office 365 audit log"
"""AuditSource of rows that come from whole records: of what a carrier cut it stays empty, so that of two states of one
event the whole one has more columns filled, by which the store prefers it."""

_ADMINISTRATORS = frozenset({"Admin", "DcAdmin"})
_FOR_ANOTHER = frozenset({"Admin", "Delegated", "DelegatedAdmin"})
_OTHERS_NAME = frozenset({"SendAs", "SendOnBehalf"})
_SIGNED_IN = {"UserLoggedIn": "Log on", "UserLoginFailed": "Failed log on"}
_CMDLET = re.compile(r"[A-Z][a-z]+-[A-Z]")
_VERBS = (
    ("View", re.compile(r"Accessed|Viewed|Previewed|Get")),
    ("Download", re.compile(r"Download")),
    ("Upload", re.compile(r"Upload")),
    ("Share", re.compile(r"Shar|LinkCreated|Invitation|AddedToGroup|PermissionLevel")),
    ("Delete", re.compile(r"Delete|Remove|Recycled")),
    ("Create", re.compile(r"Create|^Add|^New")),
    ("Edit", re.compile(r"Modif|Update|Change|Move|Rename|^Set")),
    ("Send", re.compile(r"^Send")),
)
_NO_SESSION = (None, "")
_SHORT = 256
_RUN, _BASIC = "Run", "Basic"
_EXCHANGE, _SIGN_IN = frozenset({1, 2, 3, 18, 19, 50}), 15


def cloud_app_rows(event: Event, cut: str) -> list[Row]:
    """The row of one record; ``cut`` says why the record is not whole, empty where it is."""
    acted_on = target(event)
    name, number = APPLICATIONS.get(event.workload.lower(), SUITE)
    return [
        {
            "Timestamp": event.time,
            "ActionType": event.operation,
            "Application": name,
            "ApplicationId": number,
            "ActivityType": activity(event),
            "ObjectName": acted_on.name,
            "ObjectType": acted_on.kind,
            "ObjectId": acted_on.id,
            "ReportId": event.id,
            "RawEventData": event.raw,
            "AdditionalFields": _additional(event, cut),
            "AuditSource": "" if cut else SOURCE,
            "ActivityObjects": _listed(event, acted_on),
        }
        | _actor(event)
        | _client(event)
    ]


def activity(event: Event) -> str:
    """The coarse class of an operation, in the words of the hunting schema."""
    if event.kind == _SIGN_IN:
        return _SIGNED_IN.get(event.operation, _BASIC)
    return _RUN if event.kind in _EXCHANGE else _class_of(event.operation)


def user_agent(document: Row) -> str:
    """What the client said it is, where a kind of record keeps it."""
    found = first(document, "UserAgent", "ClientInfoString")
    if found or "ExtendedProperties" not in document:
        return found
    beside = extended(document)
    return first(beside, "UserAgent") or first(bag(beside.get("additionalDetails")), "User-Agent", "UserAgent")


def device(document: Row) -> Row:
    """The properties of the device a sign-in came from, listed as names and values or as bags."""
    listed = document.get("DeviceProperties")
    found = pairs(listed)
    if found or not isinstance(listed, list):
        return found
    return {name: value for each in listed if isinstance(each, dict) for name, value in each.items()}


@remembered
def _class_of(operation: str) -> str:
    if _CMDLET.match(operation):
        return _RUN
    return next((name for name, pattern in _VERBS if pattern.search(operation)), _BASIC)


def _actor(event: Event) -> Row:
    document = event.document
    return {
        "AccountObjectId": event.object_id,
        "AccountId": event.user,
        "AccountDisplayName": first(document, "LogonUserDisplayName", "UserDisplayName")
        or event.actor_name
        or event.user,
        "AccountType": event.user_type,
        "IsAdminOperation": event.user_type in _ADMINISTRATORS if event.user_type else None,
        "IsExternalUser": event.is_external,
        "IsImpersonated": _is_impersonated(event),
        "OAuthAppId": _application(document),
    }


def _application(document: Row) -> str:
    access = document.get("AppAccessContext")
    return first(document, "ClientAppId") or (first(bag(access), "ClientAppId") if access else "")


def _is_impersonated(event: Event) -> bool | None:
    if event.operation in _OTHERS_NAME:
        return True
    logon = event.document.get("LogonType")
    return named(logon, LOGON_TYPES) in _FOR_ANOTHER if logon is not None else None


def _client(event: Event) -> Row:
    document = event.document
    whose, tag = owner(event.address, event.context)
    properties = device(document) if "DeviceProperties" in document else {}
    return {
        "IPAddress": event.address,
        "IPCategory": whose,
        "IPTags": f'["{tag}"]' if tag else None,
        "UserAgent": user_agent(document),
        "OSPlatform": first(properties, "OS"),
        "SessionData": _session(document),
    }


def _session(document: Row) -> str | None:
    access, session = document.get("AppAccessContext"), document.get("SessionId")
    if not access and session in _NO_SESSION:
        return None
    session = first(document, "SessionId")
    found = {"AADSessionId": first(bag(access), "AADSessionId"), "SessionId": session}
    return json_text({name: value for name, value in found.items() if value})


def _listed(event: Event, acted_on: Target) -> str | None:
    found = objects(event, acted_on)
    return json_text(found) if found else None


def _additional(event: Event, cut: str) -> str:
    status, workload = first(event.document, "ResultStatus"), event.workload
    facts = _remembered_facts if len(status) + len(workload) + len(event.kind_name) <= _SHORT else _facts
    return facts(event.kind_name, event.kind, workload, status, cut)


def _facts(kind: str, number: int | None, workload: str, status: str, cut: str) -> str:
    facts: Row = {"RecordType": kind, "RecordTypeNumber": number, "Workload": workload}
    if status:
        facts["ResultStatus"] = status
    if cut:
        facts["Cut"] = cut
    return json_text(facts)


_remembered_facts = lru_cache(maxsize=4_096)(_facts)
"""Short ones, of which a log has few different."""
