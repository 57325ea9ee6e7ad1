"""A device, by its name or its id: who logged on, what ran, where it went, what was raised about it."""

import re
from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot

_IT = "DeviceName =~ name or DeviceName startswith dotted or DeviceId =~ name"
_NAMED = "DeviceName =~ name or DeviceName startswith dotted"
_ID = re.compile(r"[0-9a-f]{40}", re.IGNORECASE)


def _read(text: str) -> str:
    if len(text) > 255 or not text.isprintable() or re.search(r"[\s/\\@]", text):
        raise ValueError("a device has a name without blanks, slashes and @, or an id of 40 hexadecimal digits")
    return text.lower()


def _values(value: str, _given: str) -> Mapping[str, object]:
    return {"name": value, "dotted": f"{value}."}


DEVICE = Kind(
    name="device",
    face="Device",
    title="Device",
    noun="the name or id of a device",
    example="the name of a device, such as ng-6640 or ng-6640.northgate.example, or its id",
    sample="NG-6640",
    read=_read,
    values=_values,
    pivots=(
        Pivot("logons", "DeviceLogonEvents", "Logons to it", _IT),
        Pivot(
            "identity_logons",
            "IdentityLogonEvents",
            "Logons from it or to it, as the directory saw them",
            f"{_NAMED} or DestinationDeviceName =~ name or DestinationDeviceName startswith dotted",
        ),
        Pivot(
            "signins", "EntraIdSignInEvents", "Sign-ins to the cloud from it", f"{_NAMED} or EntraIdDeviceId =~ name"
        ),
        Pivot("alerts", "AlertEvidence", "Alerts that name it", _IT),
        Pivot("processes", "DeviceProcessEvents", "Programs that started on it", _IT),
        Pivot("network", "DeviceNetworkEvents", "Its connections", _IT),
        Pivot("files", "DeviceFileEvents", "What was written to its disk", _IT),
        Pivot("events", "DeviceEvents", "Other events on it", _IT),
        Pivot("info", "DeviceInfo", "What it is", _IT, sees=False),
    ),
    counts=(
        Count("Logons", "logons", "count()"),
        Count("Accounts that logged on", "logons", "count_distinct(AccountName)"),
        Count("Logons seen by the directory", "identity_logons", "count()"),
        Count("Sign-ins to the cloud", "signins", "count()"),
        Count("Alerts", "alerts", "count_distinct(AlertId)"),
        Count("Processes", "processes", "count()"),
        Count("Connections", "network", "count()"),
        Count("Addresses connected to", "network", "count_distinct(RemoteIP)"),
        Count("File events", "files", "count()"),
        Count("Other events", "events", "count()"),
    ),
    volume=("logons", "processes", "network", "events"),
    breakdowns=(
        Breakdown("Alerts by severity", "alerts", ("Severity", "Title")),
        Breakdown("Logons by result", "logons", ("ActionType", "LogonType")),
    ),
    likely=lambda text: bool(_ID.fullmatch(text)),
    rank=6,
    note="device",
    cell="device",
)
