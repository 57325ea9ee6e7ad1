"""Made audit records, one for each kind, in the shapes that real exports have."""

import json

from workbench.intake.activity import Context, Reading, read_record

CONTEXT = Context(("northgate.example",), ("40.126.0.0/18", "20.190.128.0/18"), ("192.0.2.0/24",))
ANNA = "anna@northgate.example"
MESSAGE = "3b777f33-250b-43de-2634-08d8f0366327"
LINK = f"https://security.example/?messageParams={MESSAGE},{MESSAGE}-6665530517742309707-1,2026-09-14T00:00:00&view=x"

Record = dict[str, object]


def record(
    kind: object = 8, operation: str = "Update user.", workload: str = "AzureActiveDirectory", **more: object
) -> Record:
    common: Record = {
        "CreationTime": "2026-09-14T10:00:00",
        "Id": "08425465-ff5b-4472-b0ee-aaf6767f8173",
        "Operation": operation,
        "OrganizationId": "0873ee4d-d342-44f2-8961-74c442a2fad2",
        "RecordType": kind,
        "ResultStatus": "Success",
        "UserKey": "100320012668D60F",
        "UserType": 0,
        "Version": 1,
        "Workload": workload,
        "ClientIP": "198.51.100.7",
        "ObjectId": "thing",
        "UserId": "Anna@Northgate.Example",
    }
    return common | more


def read(document: Record, context: Context = CONTEXT) -> Reading:
    return read_record(document, context)


def only(document: Record, table: str = "CloudAppEvents", context: Context = CONTEXT) -> Record:
    (row,) = read(document, context).rows[table]
    return row


def cmdlet(operation: str = "New-InboxRule", **more: object) -> Record:
    return record(1, operation, "Exchange", **more)


def sign_in(operation: str = "UserLoginFailed", error: object = "50126", **more: object) -> Record:
    said = [{"Name": "UserAgent", "Value": "Mozilla/5.0"}, {"Name": "RequestType", "Value": "OAuth2:Authorize"}]
    shape: Record = {
        "ApplicationId": "00000002-0000-0ff1-ce00-000000000000",
        "ErrorNumber": error,
        "ExtendedProperties": said,
        "IntraSystemId": "aaaaaaaa-0000-0000-0000-000000000001",
        "InterSystemsId": "aaaaaaaa-0000-0000-0000-000000000002",
        "ObjectId": "00000003-0000-0000-c000-000000000000",
        "UserKey": "9d8001cb-a159-4252-a3a1-c2dc689f322a",
    }
    return record(15, operation, **(shape | more))


def threat_mail(**more: object) -> Record:
    file = {"FileName": "a.png", "FileType": "png", "FileVerdict": 0, "SHA256": "2AE7"}
    shape: Record = {
        "AttachmentData": [file, file | {"FileName": "b.exe", "FileVerdict": 1, "MalwareFamily": "Emotet"}],
        "DetectionMethod": "Advanced filter",
        "DetectionType": "Inline",
        "EventDeepLink": LINK,
        "InternetMessageId": "<x@y>",
        "MessageTime": "2026-09-14T09:59:00",
        "NetworkMessageId": MESSAGE,
        "ObjectId": f"{MESSAGE}6665530517742309707",
        "P1Sender": "bounce@Evil.example",
        "P2Sender": "Boss@Evil.example",
        "Policy": "HighConfidencePhish",
        "PolicyAction": "Quarantine",
        "Recipients": ["Anna@Northgate.Example", "bob@northgate.example"],
        "SenderIp": "203.0.113.9",
        "Subject": "Invoice",
        "Verdict": "Phish",
    }
    who = {"UserId": "ThreatIntel", "UserKey": "ThreatIntel", "UserType": 4}
    return record(28, "TIMailData", "ThreatIntelligence", **(shape | who | more))


def alert(operation: str = "AlertTriggered", **more: object) -> Record:
    data = {
        "f3u": "Anna@northgate.example",
        "ts": "2026-09-14T09:50:00Z",
        "etype": "User",
        "eid": "bob@northgate.example",
    }
    shape: Record = {
        "AlertId": "11111111-2222-3333-4444-555555555555",
        "Name": "Phish delivered due to an ETR override\u200b",
        "Category": "ThreatManagement",
        "Severity": "Informational",
        "Source": "Office 365 Security & Compliance",
        "Data": json.dumps(data),
        "UserId": "SecurityComplianceAlerts",
    }
    return record(40, operation, "SecurityComplianceCenter", **(shape | more))


def investigation(**more: object) -> Record:
    action = {"ActionType": "EmailRemediation", "ActionStatus": "Pending", "RelatedAlertIds": ["a1", "a2"]}
    entity = {"Type": "mailMessage", "NetworkMessageId": MESSAGE}
    shape: Record = {
        "InvestigationId": "urn:ZappedUrlInvestigation:abc",
        "InvestigationName": "Mail with malicious urls is zapped",
        "InvestigationType": "ZappedUrlInvestigation",
        "StartTimeUtc": "2026-09-14T09:00:00Z",
        "LastUpdateTimeUtc": "2026-09-14T09:30:00Z",
        "EndTimeUtc": "0001-01-01T00:00:00",
        "Status": "Pending Action",
        "DeeplinkURL": "https://security.example/mtp",
        "Actions": [json.dumps(action)],
        "Data": json.dumps({"SystemAlertId": "a1", "Entities": [entity]}),
    }
    return record(64, "AirInvestigationData", "AirInvestigation", **(shape | more))


def submission(operation: str = "UserSubmission", **more: object) -> Record:
    shape: Record = {
        "SubmissionId": "s1",
        "SubmissionType": "Phish",
        "SubmissionContentType": "Mail",
        "P2Sender": "Boss@Evil.example",
        "SenderIP": "203.0.113.9",
        "Recipients": ["Anna@Northgate.Example"],
        "Subject": "Invoice",
        "NetworkMessageId": MESSAGE,
        "MessageDate": "2026-09-14T09:59:00",
        "RescanResult": {"RescanVerdict": "Phish"},
    }
    return record(29, operation, "SecurityComplianceCenter", **(shape | more))


def click(action: object = 2, **more: object) -> Record:
    shape: Record = {
        "AppName": "Mail",
        "SourceId": MESSAGE,
        "TimeOfClick": "2026-09-14T10:05:00",
        "URL": "https://evil.example/a",
        "URLClickAction": action,
        "UserIp": "198.51.100.7:4711",
    }
    plain = record(41, "TIUrlClickData", "ThreatIntelligence", **(shape | more))
    del plain["ClientIP"]
    return plain


def file_event(**more: object) -> Record:
    file = {
        "DocumentId": "d1",
        "FileName": "a.exe",
        "FilePath": "https://northgate.sharepoint.example/a.exe",
        "FileVerdict": 1,
        "MalwareFamily": "Emotet",
        "SHA256": "ABCD",
        "FileSize": "3000000000",
    }
    shape: Record = {
        "FileData": file,
        "SourceWorkload": 1,
        "DetectionMethod": "AV engine",
        "LastModifiedBy": "Anna@Northgate.Example",
        "LastModifiedDate": "2026-09-13T10:00:00.1234567Z",
    }
    return record(47, "FileMalwareDetected", "ThreatIntelligence", **(shape | more))


def mailbox_read(**more: object) -> Record:
    item = {"InternetMessageId": "<x@y>", "Subject": "Plans"}
    shape: Record = {
        "ClientIPAddress": "[2603:10a6:10:3b::1]:51293",
        "ClientInfoString": "Client=REST;;",
        "ClientAppId": "5a95e683-08ad-424e-a441-1d1aec52c02c",
        "LogonType": 0,
        "InternalLogonType": 0,
        "MailboxGuid": "d0c5f8ae-9ed7-4e46-bfdf-ea1460f5a31b",
        "MailboxOwnerUPN": "Anna@Northgate.Example",
        "OperationProperties": [{"Name": "MailAccessType", "Value": "Bind"}],
        "Folders": [{"Id": "f1", "Path": "\\Inbox", "FolderItems": [item]}],
        "ExternalAccess": False,
    }
    plain = record(50, "MailItemsAccessed", "Exchange", **(shape | more))
    del plain["ClientIP"]
    return plain


EVERY = (
    record(),
    cmdlet(Parameters=[{"Name": "DeleteMessage", "Value": "True"}]),
    sign_in(),
    threat_mail(),
    alert(),
    alert("AlertEntityGenerated"),
    investigation(),
    submission(),
    click(),
    file_event(),
    mailbox_read(),
    record(
        6, "FileDownloaded", "OneDrive", ObjectId="https://a.example/b/c.docx", SourceFileName="c.docx", ItemType="File"
    ),
    record(25, "MemberAdded", "MicrosoftTeams", Members=[{"UPN": ANNA, "Role": 2}], TeamName="Sales"),
    record(4711, "NeverHeardOf", "Tomorrow"),
)
