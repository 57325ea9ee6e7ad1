"""The devices that people use: where they log on, as far as logons, sign-ins and inventories are held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import polars as pl

from workbench.analysis.entities._window import Window, untold

RECENT = timedelta(days=30)
"""How far back from a moment devices and their alerts are looked for; forward it is up to now."""

MOST_PEOPLE = 100
"""Accounts that are looked up; more are cut, and the cut is said."""

TABLES: Mapping[str, str] = MappingProxyType(
    {
        "DeviceLogonEvents": "logons on devices",
        "DeviceInfo": "users seen on devices",
        "EntraIdSignInEvents": "sign-ins from named devices",
        "IdentityLogonEvents": "logons in the directory",
        "AlertEvidence": "alerts",
    }
)
"""Tables that are asked, with what each tells."""

_KNOWN = """
IdentityInfo
| where AccountUpn in~ (accounts) or EmailAddress in~ (accounts)
| where isnotempty(AccountName)
| project Account = tolower(iff(AccountUpn in~ (accounts), AccountUpn, EmailAddress)), Name = tolower(AccountName)
| distinct Account, Name
"""
_DEVICES = """
union
(DeviceLogonEvents
| where Timestamp >= since and AccountName in~ (names)
| project Timestamp, Who = AccountName, DeviceName, DeviceId, OSPlatform = "", Seen = "logon"),
(DeviceInfo
| where Timestamp >= since and LoggedOnUsers has_any (names)
| mv-expand User = parse_json(LoggedOnUsers)
| where tostring(User.UserName) in~ (names)
| project Timestamp, Who = tostring(User.UserName), DeviceName, DeviceId, OSPlatform, Seen = "inventory"),
(EntraIdSignInEvents
| where Timestamp >= since and AccountUpn in~ (accounts) and isnotempty(DeviceName)
| project Timestamp, Who = AccountUpn, DeviceName, DeviceId = EntraIdDeviceId, OSPlatform, Seen = "sign-in"),
(IdentityLogonEvents
| where Timestamp >= since and AccountUpn in~ (accounts) and isnotempty(DeviceName)
| project Timestamp, Who = AccountUpn, DeviceName, DeviceId = "", OSPlatform, Seen = "directory")
| extend Who = tolower(Who), Short = tolower(tostring(split(DeviceName, ".")[0])), Long = strlen(DeviceName)
| where isnotempty(Short)
| summarize FirstSeen = min(Timestamp), LastSeen = max(Timestamp), Times = count(), OSPlatform = max(OSPlatform),
    DeviceId = max(DeviceId), Seen = strcat_array(array_sort_asc(make_set(Seen)), ", "),
    (Long, DeviceName) = arg_max(Long, DeviceName) by Who, Short
| join kind=leftouter (AlertEvidence
    | where Timestamp >= since and isnotempty(DeviceName)
    | summarize Alerts = dcount(AlertId), LastAlert = max(Timestamp)
        by Short = tolower(tostring(split(DeviceName, ".")[0]))) on Short
| project Who, DeviceName, OSPlatform, Seen, Times, FirstSeen, LastSeen, Alerts = coalesce(Alerts, 0), LastAlert,
    DeviceId
| sort by Alerts desc, LastSeen desc, DeviceName asc
"""


@dataclass(frozen=True)
class UsedDevices:
    """Devices by account, those with most alerts first."""

    frame: pl.DataFrame
    """Account, DeviceName, OSPlatform, Seen (in which kinds of events), Times, FirstSeen, LastSeen, Alerts (null where
    no alerts are held), LastAlert, DeviceId."""
    kql: str
    not_evaluated: tuple[str, ...]
    """Tables that hold nothing of the time."""
    left_out: int = 0
    """Accounts beyond the first hundred, which were not looked up."""

    @property
    def untold(self) -> str:
        """What is not told: by tables that hold nothing, and of accounts that were left out; empty where all is."""
        silent = untold(self.not_evaluated, TABLES, "of the time")
        more = f"{self.left_out:,} more accounts: the first {MOST_PEOPLE} were looked up." if self.left_out else ""
        return " ".join(filter(None, (silent, more)))


def used_devices(window: Window, accounts: Sequence[str], moment: datetime) -> UsedDevices:
    """Devices that accounts used from 30 days before a moment on, with the alerts on each.

    Logons name an account without its domain: the name that IdentityInfo has for it, else what stands before the @.
    """
    asked = list(dict.fromkeys(each.lower() for each in accounts))
    taken, since = asked[:MOST_PEOPLE], moment - RECENT
    names = _names(window, taken)
    result = window.ask(_DEVICES, accounts=taken, names=list(names), since=since)
    silent = window.silent(TABLES, since)
    frame = result.frame.with_columns(pl.col("Who").replace(names)).rename({"Who": "Account"})
    if "AlertEvidence" in silent:
        frame = frame.with_columns(Alerts=pl.lit(None, dtype=pl.Int64))
    return UsedDevices(_folded(frame), result.kql, silent, len(asked) - len(taken))


def _names(window: Window, accounts: Sequence[str]) -> dict[str, str]:
    """Accounts by the name that logons have for them."""
    guessed = {account.partition("@")[0]: account for account in accounts}
    known = window.rows(_KNOWN, accounts=list(accounts))
    told = set(known["Account"])
    return {name: account for name, account in guessed.items() if account not in told} | {
        name: account for account, name in known.iter_rows()
    }


def _folded(frame: pl.DataFrame) -> pl.DataFrame:
    """One row an account and device: some events name both in full, others in short."""
    short = pl.col("DeviceName").str.to_lowercase().str.split(".").list.first().alias("Short")
    parts = pl.col("Seen").str.split(", ").explode().unique().sort()
    whole = frame.group_by("Account", short, maintain_order=True).agg(
        pl.col("DeviceName").sort_by(pl.col("DeviceName").str.len_chars()).last(), pl.col("OSPlatform").max(), parts,
        pl.col("Times").sum(), pl.col("FirstSeen").min(), pl.col("LastSeen").max(), pl.col("Alerts").max(),
        pl.col("LastAlert").max(), pl.col("DeviceId").max(),
    )  # fmt: skip
    return whole.drop("Short").with_columns(pl.col("Seen").list.join(", "))
