"""A file by its content: mail that carries it, devices and libraries that hold it."""

import re
from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot

_DIGEST = re.compile(r"[0-9a-f]+", re.IGNORECASE)
_OTHERS: Mapping[int, str] = {32: "an MD5", 40: "a SHA-1", 128: "a SHA-512"}
_MAIL = "NetworkMessageId in ((EmailAttachmentInfo | where SHA256 =~ sha256 | distinct NetworkMessageId))"


def _read(text: str) -> str:
    digest = text.removeprefix("sha256:")
    if not _DIGEST.fullmatch(digest):
        raise ValueError("a SHA-256 has 64 hexadecimal digits")
    if other := _OTHERS.get(len(digest)):
        raise ValueError(f"{len(digest)} hexadecimal digits are {other}, and mail knows files by their SHA-256")
    if len(digest) != 64:
        raise ValueError(f"a SHA-256 has 64 hexadecimal digits, this has {len(digest)}")
    return digest.lower()


def _values(value: str, _given: str) -> Mapping[str, object]:
    return {"sha256": value}


FILE = Kind(
    name="file",
    face="File",
    title="File",
    noun="the SHA-256 of a file",
    example="the SHA-256 of a file, 64 hexadecimal digits",
    sample="ab" * 32,
    read=_read,
    values=_values,
    pivots=(
        Pivot("messages", "EmailEvents", "Mail that carries it", _MAIL, via="EmailAttachmentInfo"),
        Pivot("attachments", "EmailAttachmentInfo", "As an attachment", "SHA256 =~ sha256"),
        Pivot(
            "names",
            "EmailAttachmentInfo",
            "Names it was sent under",
            "SHA256 =~ sha256",
            "| summarize Messages = count_distinct(NetworkMessageId), FirstSeen = min(Timestamp), "
            "LastSeen = max(Timestamp) by FileName, FileType\n| sort by Messages desc, FileName asc",
        ),
        Pivot("files", "DeviceFileEvents", "On the disks of devices", "SHA256 =~ sha256"),
        Pivot(
            "processes",
            "DeviceProcessEvents",
            "Where it ran, or started another program",
            "SHA256 =~ sha256 or InitiatingProcessSHA256 =~ sha256",
        ),
        Pivot("cloud_files", "FileMaliciousContentInfo", "In libraries and chats", "SHA256 =~ sha256"),
        Pivot("alerts", "AlertEvidence", "Alerts that name it", "SHA256 =~ sha256"),
    ),
    counts=(
        Count("Messages", "messages", "count_distinct(NetworkMessageId)"),
        Count("Recipients", "messages", "count_distinct(RecipientEmailAddress)"),
        Count("Senders", "messages", "count_distinct(SenderFromAddress)"),
        Count("Names", "attachments", "count_distinct(FileName)"),
        Count("Devices with it on disk", "files", "count_distinct(DeviceId)"),
        Count("Devices where it ran", "processes", "count_distinct(DeviceId)"),
        Count("Files in the cloud", "cloud_files", "count_distinct(DocumentId)"),
        Count("Alerts", "alerts", "count_distinct(AlertId)"),
    ),
    volume=("messages", "files"),
    breakdowns=(
        Breakdown("Attachments by verdict", "attachments", ("ThreatTypes", "ThreatNames", "DetectionMethods")),
        Breakdown("Mail by threat and delivery", "messages", ("ThreatTypes", "DeliveryAction")),
        Breakdown("Files in the cloud by verdict", "cloud_files", ("ThreatTypes", "ThreatNames", "Workload")),
    ),
    likely=lambda text: len(text) == 64 and bool(_DIGEST.fullmatch(text)),
    rank=1,
    note="file",
    cell="hash",
)
