"""Rows under the names of another interface: told by names that no table has, and put under those of a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from workbench.intake.sources import Row, Sheet


@dataclass(frozen=True)
class Foreign:
    """An interface's own form of a table. ``marks`` are names by which it is known.

    ``renamed`` gives for its names those of the table, ``copied`` further columns with the name each is taken from,
    ``given`` what every row says without saying it.
    """

    table: str
    marks: frozenset[str]
    renamed: Mapping[str, str]
    copied: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)


_PROCESS = (
    *("AccountSid", "AccountName", "AccountUpn", "VersionInfoCompanyName", "VersionInfoProductName"),
    *("VersionInfoProductVersion", "VersionInfoInternalFileName", "VersionInfoOriginalFileName"),
    *("VersionInfoFileDescription", "Id", "CommandLine", "IntegrityLevel", "CreationTime"),
)
"""What the sensor says of a created process under its own prefix, and the table under ``Process`` or none."""

_SENSOR = MappingProxyType(
    {
        **{f"CreatedProcess{name}": name if name.startswith("Account") else f"Process{name}" for name in _PROCESS},
        "CreatedProcessAccountDomainName": "AccountDomain",
        "CreatedProcessAccountAzureADId": "AccountObjectId",
        "CreatedProcessTokenElevationType": "ProcessTokenElevation",
        "CreatedProcessName": "FileName",
        "CreatedProcessFilePath": "FolderPath",
        "CreatedProcessFileSize": "FileSize",
        "CreatedProcessFileMd5": "MD5",
        "CreatedProcessFileSha1": "SHA1",
        "CreatedProcessFileSha256": "SHA256",
        "InitiatingProcessName": "InitiatingProcessFileName",
        "InitiatingProcessImageFilePath": "InitiatingProcessFolderPath",
        "InitiatingProcessImageFileSizeInBytes": "InitiatingProcessFileSize",
        "InitiatingProcessImageMd5": "InitiatingProcessMD5",
        "InitiatingProcessImageSha1": "InitiatingProcessSHA1",
        "InitiatingProcessImageSha256": "InitiatingProcessSHA256",
        "InitiatingProcessAccountDomainName": "InitiatingProcessAccountDomain",
        "InitiatingProcessAccountAzureADId": "InitiatingProcessAccountObjectId",
        "InitiatingProcessTokenElevationType": "InitiatingProcessTokenElevation",
        "InitiatingProcessParentProcessId": "InitiatingProcessParentId",
        "InitiatingProcessParentProcessName": "InitiatingProcessParentFileName",
        "Process_CommandLine": "InitiatingProcessCommandLine",
        "MachineId": "DeviceId",
        "ComputerDnsName": "DeviceName",
        "ReportTime": "Timestamp",
        "ReportIndex": "ReportId",
    }
)

_FORMS = (
    Foreign(
        "DeviceProcessEvents",
        frozenset({"CreatedProcessId", "MachineId", "ReportTime", "ReportIndex"}),
        _SENSOR,
        given=MappingProxyType({"ActionType": "ProcessCreated"}),
    ),
    Foreign(
        "SecurityIncident",
        frozenset({"name", "properties.incidentNumber", "properties.lastModifiedTimeUtc"}),
        MappingProxyType({"name": "IncidentName"}),
        copied=MappingProxyType({"TimeGenerated": "properties.lastModifiedTimeUtc"}),
    ),
)
"""Process creations as the endpoint sensor reports them, and incidents as the management interface of Sentinel does."""


@lru_cache(maxsize=8192)
def foreign(names: tuple[str, ...]) -> Foreign | None:
    """The form that rows with these names have; None for the tables' own."""
    return next((form for form in _FORMS if form.marks <= set(names)), None)


def sheet_at_home(sheet: Sheet) -> Sheet:
    """A sheet under the names of its table."""
    form = foreign(sheet.names)
    if form is None:
        return sheet
    names = (*(form.renamed.get(name, name) for name in sheet.names), *form.copied, *form.given)
    sources = [sheet.names.index(source) for source in form.copied.values()]
    given = tuple(form.given.values())
    rows = [(*row, *(row[at] for at in sources), *given) for row in sheet.rows]
    return Sheet(names, rows, sheet.units, form.table)


def row_at_home(row: Row) -> Row:
    """A row under the names of its table."""
    sheet = sheet_at_home(Sheet(tuple(row.values), [tuple(row.values.values())], [0], row.table))
    if sheet.names == tuple(row.values):
        return row
    values = dict(zip(sheet.names, sheet.rows[0], strict=True))
    return Row(row.where, values, row.raw, sheet.table, row.context, row.faults)
