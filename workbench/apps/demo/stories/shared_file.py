"""A malicious file in SharePoint that is passed on in Teams."""

import json

from workbench.apps.demo.alerts import OFFICE, Alert
from workbench.apps.demo.draws import guid
from workbench.apps.demo.people import DOMAIN
from workbench.apps.demo.raw import File
from workbench.apps.demo.stories._tell import FOREIGN, MALICIOUS_FILE, Planted, Story, Tell

FILE = File("Bonus_plan_2027.zip", b"This line stands for an archive. It holds nothing. Northgate demo, shared file.\n")
SITE = f"https://files.{DOMAIN}/sites/people/Shared/"


def plant(tell: Tell) -> Planted:
    """Uploaded with a stolen session, shared by link, posted to 3 chats, opened by 7 people, found four hours later."""
    people = tell.some(tell.scaled("people", 12, 6))
    owner, opened = people[0], people[1 : 1 + tell.scaled("opened", 7, 3)]
    link, document = SITE + FILE.name, guid("document", tell.cast.plan.seed)
    tell.sign_in(owner, 0, place=FOREIGN)
    tell.audit(
        owner,
        4,
        "FileUploaded",
        "SharePoint",
        ClientIP=FOREIGN.address,
        ObjectId=link,
        SourceFileName=FILE.name,
        SiteUrl=SITE,
    )
    tell.audit(
        owner,
        6,
        "AnonymousLinkCreated",
        "SharePoint",
        ClientIP=FOREIGN.address,
        ObjectId=link,
        SourceFileName=FILE.name,
        SiteUrl=SITE,
    )
    chats = [
        _post(tell, owner, person, link, 9 + 2 * at)
        for at, person in enumerate(people[1 : 1 + tell.scaled("chats", 3, 2)])
    ]
    for at, person in enumerate(opened):
        tell.audit(
            person, 25 + 11 * at, "FileDownloaded", "SharePoint", ObjectId=link, SourceFileName=FILE.name, SiteUrl=SITE
        )
    _found(tell, owner, document, link)
    for at, chat in enumerate(chats):
        _remove(tell, owner, chat, 250 + at)
    return tell.done(
        "A malicious file that is shared",
        f"Somebody signs in as {tell.who(owner)} from {FOREIGN.city}, puts up a file and posts the link in chats.",
        find=["the upload from a foreign address", f"{len(opened)} people who took the file",
        "the chats with the link", f"the session of {tell.who(owner)}"],
        files=[FILE.sha256], urls=[link], addresses=[FOREIGN.address], compromised=[tell.who(owner)],
        opened=[tell.who(each) for each in opened],
    )  # fmt: skip


def _post(tell: Tell, owner: int, person: int, link: str, minute: float) -> dict[str, str]:
    key, address, people = tell.id(), tell.who(owner), tell.cast.people
    to = json.dumps(
        [
            {
                "RecipientSmtpAddress": tell.who(person),
                "RecipientDisplayName": tell.name_of(person),
                "RecipientType": "User",
            }
        ]
    )
    tell.add(
        "MessageEvents", Timestamp=tell.at(minute), TeamsMessageId=key, SenderEmailAddress=address,
        SenderDisplayName=tell.name_of(owner),
        SenderObjectId=str(people.object_id[owner]), SenderType="User", RecipientDetails=to, IsOwnedThread=True,
        MessageId=key[:8], MessageVersion="1",
        ThreadId=f"19:{key}@thread.v2", IsExternalThread=False, MessageFormatType="RichText",
        MessageFormatSubtype="HTML", DeliveryAction="Delivered",
        DeliveryLocation="Teams", ReportId=key,
    )  # fmt: skip
    tell.add(
        "MessageUrlInfo",
        Timestamp=tell.at(minute),
        TeamsMessageId=key,
        Url=link,
        UrlDomain=f"files.{DOMAIN}",
        ReportId=key,
        ThreatTypes="",
    )
    return {"id": key, "to": to}


def _found(tell: Tell, owner: int, document: str, link: str) -> None:
    tell.add(
        "FileMaliciousContentInfo", Timestamp=tell.at(240), Workload="SharePoint", FileName=FILE.name,
        FolderPath=SITE, FileSize=len(FILE.data),
        SHA256=FILE.sha256, FileOwnerDisplayName=tell.name_of(owner), FileOwnerUpn=tell.who(owner),
        DocumentId=document, ThreatTypes='["Malware"]',
        ThreatNames="Trojan.Demo/Archive", DetectionMethods=json.dumps({"Malware": [MALICIOUS_FILE]}),
        LastModifyingAccountUpn=tell.who(owner),
        LastModifiedTime=tell.at(4), FileCreationTime=tell.at(4), ReportId=document,
    )  # fmt: skip
    tell.audit(
        owner,
        240,
        "FileMalwareDetected",
        "SharePoint",
        ClientIP="192.0.2.50",
        UserId="app@sharepoint",
        ObjectId=link,
        SourceFileName=FILE.name,
    )
    tell.alert(
        Alert(
            tell.at(241), "Malware detected in a SharePoint file", "Medium", "InitialAccess", ("T1080",), OFFICE,
            users=(tell.who(owner),),
            evidence=({"EntityType": "File", "EvidenceRole": "Related", "FileName": FILE.name, "SHA256": FILE.sha256,
            "FolderPath": SITE},),
        )
    )  # fmt: skip


def _remove(tell: Tell, owner: int, chat: dict[str, str], minute: float) -> None:
    tell.add(
        "MessagePostDeliveryEvents", Timestamp=tell.at(minute), TeamsMessageId=chat["id"],
        Action="Moved to quarantine", ActionType="Malware ZAP",
        ActionTrigger="SpecialAction", ActionResult="Success", SenderEmailAddress=tell.who(owner),
        RecipientDetails=chat["to"], ThreatTypes="Malware",
        DetectionMethods=json.dumps({"Malware": [MALICIOUS_FILE]}), LatestDeliveryLocation="Quarantine",
        ReportId=f"{chat['id']}-zap", IsExternalThread=False,
    )  # fmt: skip


STORY = Story(0.97, plant)
