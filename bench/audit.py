"""Made audit records in the shapes and shares of a real tenant: cmdlets, sign-ins, mailbox reads, file operations."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

_TENANT = "0873ee4d-d342-44f2-8961-74c442a2fad2"
_BEGINNING = datetime(2026, 9, 14, tzinfo=UTC)
_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"

Record = dict[str, object]


def records(count: int) -> Iterator[Record]:
    """So many records, a second apart, every one with an id of its own."""
    shapes = (_cmdlet, _cmdlet, _cmdlet, _cmdlet, _cmdlet, _sign_in, _mailbox_read, _file)
    for number in range(count):
        yield shapes[number % len(shapes)](number)


def write(path: Path, count: int) -> Path:
    """The records as one document a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(each, separators=(',', ':'))}\n" for each in records(count))
    return path


def _common(number: int, kind: int, operation: str, workload: str) -> Record:
    moment = _BEGINNING + timedelta(seconds=number)
    return {
        "CreationTime": f"{moment:%Y-%m-%dT%H:%M:%S}",
        "Id": f"{number:08x}-dc34-4ac7-9fdc-b870bd171900",
        "Operation": operation,
        "OrganizationId": _TENANT,
        "RecordType": kind,
        "ResultStatus": "Success",
        "UserKey": f"{number % 3000:016X}",
        "UserType": 0,
        "Version": 1,
        "Workload": workload,
        "ClientIP": f"198.51.{number % 250}.{number // 250 % 250}:{1024 + number % 60000}",
        "UserId": f"Person{number % 3000}@northgate.example",
    }


def _cmdlet(number: int) -> Record:
    said = {
        "Identity": f"mailbox{number}",
        "LitigationHoldEnabled": "False",
        "RetentionPolicy": "Default",
        "Force": "True",
    }
    return _common(number, 1, "Set-Mailbox", "Exchange") | {
        "ObjectId": f"EURPR04A009.PROD.EXAMPLE/Organizations/northgate.example/mailbox{number}",
        "AppId": "",
        "ExternalAccess": True,
        "OrganizationName": "northgate.example",
        "OriginatingServer": "AM5PR04MB3140 (15.20.3955.024)",
        "Parameters": [{"Name": name, "Value": value} for name, value in said.items()],
    }


def _sign_in(number: int) -> Record:
    said = {"ResultStatusDetail": "Success", "UserAgent": _AGENT, "RequestType": "OAuth2:Authorize"}
    failed = number % 16 == 5
    return _common(number, 15, "UserLoginFailed" if failed else "UserLoggedIn", "AzureActiveDirectory") | {
        "ExtendedProperties": [{"Name": name, "Value": value} for name, value in said.items()],
        "ModifiedProperties": [],
        "Actor": [{"ID": f"{number % 3000:08x}-a159-4252-a3a1-c2dc689f322a", "Type": 0}],
        "ErrorNumber": "50126" if failed else "0",
        "ApplicationId": "80ccca67-54bd-44ab-8625-4b79c4dc7775",
        "IntraSystemId": f"{number:08x}-dc34-4ac7-9fdc-b870bd171900",
        "Target": [{"ID": "00000002-0000-0000-c000-000000000000", "Type": 0}],
    }


def _mailbox_read(number: int) -> Record:
    items = [{"InternetMessageId": f"<{number}.{each}@northgate.example>"} for each in range(4)]
    return _common(number, 50, "MailItemsAccessed", "Exchange") | {
        "ClientInfoString": "Client=REST;Client=RESTSystem;;",
        "LogonType": 0,
        "MailboxGuid": "96ab9c16-4d14-4711-8ee4-94cdd6434873",
        "MailboxOwnerUPN": f"Person{number % 3000}@northgate.example",
        "OperationProperties": [{"Name": "MailAccessType", "Value": "Bind"}, {"Name": "IsThrottled", "Value": "False"}],
        "Folders": [{"Id": "LgAAAADg6EHBetuFQ7LfotY140Yt", "Path": "\\Inbox", "FolderItems": items}],
        "OperationCount": 4,
    }


def _file(number: int) -> Record:
    site = "https://northgate-my.sharepoint.example/personal/person"
    return _common(number, 6, "FileAccessed", "OneDrive") | {
        "ObjectId": f"{site}/Documents/Report{number}.docx",
        "ItemType": "File",
        "EventSource": "SharePoint",
        "UserAgent": _AGENT,
        "SiteUrl": site,
        "SourceRelativeUrl": "Documents",
        "SourceFileName": f"Report{number}.docx",
        "SourceFileExtension": "docx",
    }
