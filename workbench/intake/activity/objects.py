"""What a record is about: the thing acted on, and everything else it names."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workbench.intake.activity.event import Event, extended
from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import bag, clean, first, guid, items, pairs, remembered, text

MOST_OBJECTS = 1_000
"""Objects of one record that are listed; the record itself keeps all."""

_NOUN = re.compile(r"[A-Z][A-Za-z]*-([A-Za-z]+)")
_LISTS = frozenset({"AffectedItems", "Folders"})
_CLAIM_NAME, _CLAIM_OTHER, _CLAIM_UPN = 1, 2, 5
_CLASSES = frozenset({"User", "Application", "ServicePrincipal", "Group", "Role", "Device", "Policy"})


@dataclass(frozen=True)
class Target:
    """The one thing a record is about: its name, kind and key, each empty where it is not told."""

    name: str
    kind: str
    id: str


def target(event: Event) -> Target:
    """The thing acted on, by the kind of record."""
    return _TARGETS.get(event.kind or 0, _any)(event.document)


def objects(event: Event, acted_on: Target) -> list[Row]:
    """The thing acted on, further items, and the parameters of a cmdlet, each as a bag with its Type."""
    found: list[Row] = []
    if acted_on.name or acted_on.id:
        found.append({"Type": acted_on.kind, "Role": "Target object", "Name": acted_on.name, "Id": acted_on.id})
    if not _LISTS.isdisjoint(event.document):
        found.extend(_items(event.document))
    found += [
        {"Type": "Structured object", "Role": "Parameter", "Name": name, "Value": value}
        for name, value in pairs(event.document.get("Parameters")).items()
    ]
    return found[:MOST_OBJECTS]


def _items(document: Row) -> Iterable[Row]:
    for each in items(document.get("AffectedItems"))[:MOST_OBJECTS]:
        if isinstance(each, dict):
            yield _mail(each)
    for folder in items(document.get("Folders"))[:MOST_OBJECTS]:
        if isinstance(folder, dict):
            yield {
                "Type": "Folder",
                "Role": "Parameter",
                "Name": text(folder.get("Path")),
                "Id": text(folder.get("Id")),
            }
            for each in items(folder.get("FolderItems"))[:MOST_OBJECTS]:
                if isinstance(each, dict):
                    yield _mail(each)


def _mail(item: Row) -> Row:
    return {
        "Type": "Email",
        "Role": "Target object",
        "Name": text(item.get("Subject")),
        "Id": first(item, "InternetMessageId", "Id"),
    }


def _cmdlet(document: Row) -> Target:
    key = first(document, "ObjectId")
    return Target(first(document, "ModifiedObjectResolvedName") or key, _noun(text(document.get("Operation"))), key)


@remembered
def _noun(cmdlet: str) -> str:
    """What a cmdlet works on: ``InboxRule`` of ``New-InboxRule``."""
    hit = _NOUN.match(cmdlet)
    return hit[1] if hit else ""


def _mail_item(document: Row) -> Target:
    item = bag(document.get("Item"))
    if "Subject" in item or "InternetMessageId" in item:
        return Target(text(item.get("Subject")), "Email", first(item, "InternetMessageId", "Id"))
    return _mailbox(document)


def _mail_group(document: Row) -> Target:
    affected = items(document.get("AffectedItems"))
    if affected and isinstance(affected[0], dict):
        return Target(text(affected[0].get("Subject")), "Email", first(affected[0], "InternetMessageId", "Id"))
    return _mailbox(document)


def _mailbox(document: Row) -> Target:
    return Target(first(document, "MailboxOwnerUPN"), "Mailbox", first(document, "MailboxGuid"))


def _file(document: Row) -> Target:
    path = first(document, "ObjectId")
    name = first(document, "SourceFileName", "ListTitle") or path.rstrip("/").rpartition("/")[2]
    return Target(name, first(document, "ItemType"), path)


def _directory(document: Row) -> Target:
    claims = [each for each in items(document.get("Target")) if isinstance(each, dict)]
    said = {kind: [text(each.get("ID")) for each in claims if each.get("Type") == kind] for kind in (1, 2, 5)}
    names = said[_CLAIM_UPN] or said[_CLAIM_NAME] or [first(document, "ObjectId")]
    others = said[_CLAIM_OTHER]
    kind = next((each for each in others if each in _CLASSES), "")
    key = next((found for each in others if (found := guid(each))), "")
    return Target(names[0], kind or first(extended(document), "extendedAuditEventCategory"), key or names[0])


def _application(document: Row) -> Target:
    return Target(first(document, "Application"), "Application", first(document, "ApplicationId", "ObjectId"))


def _fields(kind: str, name: tuple[str, ...], key: tuple[str, ...]) -> Callable[[Row], Target]:
    return lambda document: Target(clean(first(document, *name)), kind, first(document, *key))


def _any(document: Row) -> Target:
    name = first(document, "ObjectName", "ItemName", "SourceFileName", "Subject", "Name", "ObjectId", "CampaignId")
    return Target(name, first(document, "ItemType", "ObjectType"), first(document, "ObjectId", "NetworkMessageId"))


_MAIL = _fields("Email", ("Subject",), ("NetworkMessageId", "ObjectId"))
_SIMULATION = _fields("Simulation", ("CampaignName", "CampaignId"), ("CampaignId",))
_INVESTIGATION = _fields("Investigation", ("InvestigationName", "InvestigationId"), ("InvestigationId",))
_TARGETS: dict[int, Callable[[Row], Target]] = {
    1: _cmdlet,
    2: _mail_item,
    3: _mail_group,
    4: _file,
    6: _file,
    8: _directory,
    9: _application,
    14: _file,
    15: _application,
    18: _cmdlet,
    23: _cmdlet,
    28: _MAIL,
    29: _MAIL,
    36: _file,
    40: _fields("Alert", ("Name",), ("AlertId",)),
    41: _fields("Url", ("Url", "URL"), ("SourceId",)),
    47: _fields("File", ("ObjectId",), ("ObjectId",)),
    50: _mailbox,
    54: _file,
    55: _file,
    56: _file,
    64: _INVESTIGATION,
    65: _MAIL,
    85: _SIMULATION,
    86: _INVESTIGATION,
    88: _SIMULATION,
    89: _INVESTIGATION,
    218: _SIMULATION,
}
