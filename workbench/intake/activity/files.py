"""Malicious files in SharePoint, OneDrive and Teams (kind 47) as FileMaliciousContentInfo."""

from workbench.intake.activity.event import Event
from workbench.intake.activity.kinds import named
from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import account, bag, first, json_text, moment, whole

WORKLOADS = ("SharePoint", "OneDrive", "Teams")
_BAD = 1


def file_rows(event: Event) -> list[Row]:
    """One detection. A file that was judged good, or could not be judged, has no threat type."""
    document, file = event.document, bag(event.document.get("FileData"))
    verdict = whole(file.get("FileVerdict"))
    return [
        {
            "Timestamp": event.time,
            "Workload": named(document.get("SourceWorkload"), WORKLOADS),
            "FileName": first(file, "FileName"),
            "FolderPath": first(file, "FilePath"),
            "FileSize": whole(file.get("FileSize"), 63),
            "SHA256": first(file, "SHA256").lower(),
            "DocumentId": first(file, "DocumentId"),
            "ThreatTypes": json_text(["Malware"]) if verdict in {None, _BAD} else None,
            "ThreatNames": first(file, "MalwareFamily"),
            "DetectionMethods": first(document, "DetectionMethod"),
            "LastModifyingAccountUpn": account(first(document, "LastModifiedBy")),
            "LastModifiedTime": moment(document.get("LastModifiedDate")),
            "ReportId": event.id,
        }
    ]
