"""Our people's computers: what they are, and the programs, connections, files and logons of every day."""

from datetime import datetime
from functools import cache

import numpy as np
import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.draws import Ints, either, guid, hexes, stream, times, weighted
from workbench.apps.demo.parameters import PER_MAIL
from workbench.apps.demo.people import DOMAIN
from workbench.apps.demo.places import OFFICES

FIRST = 1000
_SYSTEM = "C:\\Windows\\System32"
_OFFICE = "C:\\Program Files\\Microsoft Office\\root\\Office16"
PROCESSES = (
    ("explorer.exe", "OUTLOOK.EXE", _OFFICE, "OUTLOOK.EXE", 0.10),
    ("explorer.exe", "EXCEL.EXE", _OFFICE, 'EXCEL.EXE "Roster.xlsx"', 0.10),
    ("explorer.exe", "WINWORD.EXE", _OFFICE, 'WINWORD.EXE /n "Offer.docx"', 0.08),
    (
        "explorer.exe",
        "msedge.exe",
        "C:\\Program Files (x86)\\Microsoft\\Edge\\Application",
        "msedge.exe --single-argument",
        0.18,
    ),
    ("services.exe", "svchost.exe", _SYSTEM, "svchost.exe -k netsvcs -p", 0.20),
    ("svchost.exe", "taskhostw.exe", _SYSTEM, "taskhostw.exe", 0.08),
    ("svchost.exe", "backgroundTaskHost.exe", _SYSTEM, "backgroundTaskHost.exe -ServerName:App", 0.10),
    ("explorer.exe", "ms-teams.exe", "C:\\Program Files\\WindowsApps\\Teams", "ms-teams.exe", 0.07),
    (
        "svchost.exe",
        "powershell.exe",
        f"{_SYSTEM}\\WindowsPowerShell\\v1.0",
        "powershell.exe -File C:\\IT\\inventory.ps1",
        0.04,
    ),
    (
        "msedge.exe",
        "msedge.exe",
        "C:\\Program Files (x86)\\Microsoft\\Edge\\Application",
        "msedge.exe --type=renderer",
        0.05,
    ),
)
HOSTS = tuple(
    f"{name}.example"
    for name in (
        "mail.northgate",
        "files.northgate",
        "track.rijnvracht",
        "portal.kaikontor",
        "update.quietpier",
        "cdn.tidalwharf",
    )
)


class Machines:
    """One computer for each person; position is whose."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        count = len(cast.people)
        self.ids = hexes(stream(cast.plan.seed, "machines"), count, 40)
        self.names = pl.Series([f"ng-{FIRST + at}.{DOMAIN}" for at in range(count)])

    def info_rows(self, moment: datetime) -> pl.DataFrame:
        """What each computer is at a moment: rows of DeviceInfo."""
        people = self.cast.people
        users = [f'[{{"UserName":"{name}","DomainName":"{DOMAIN}"}}]' for name in people.frame["AccountName"]]
        stamp = pl.lit(moment).cast(pl.Datetime("us", "UTC"))
        return pl.DataFrame({"DeviceId": self.ids, "DeviceName": self.names, "LoggedOnUsers": users}).with_columns(
            Timestamp=stamp, ReportId=pl.lit(int(moment.timestamp()), pl.Int64), OSPlatform=pl.lit("Windows11"),
            OSVersion=pl.lit("10.0"),
            OSBuild=pl.lit(26100, pl.Int64), OSArchitecture=pl.lit("64-bit"), ClientVersion=pl.lit("10.8800"),
            JoinType=pl.lit("AAD Joined"),
            IsAzureADJoined=pl.lit(value=True), OnboardingStatus=pl.lit("Onboarded"),
            SensorHealthState=pl.lit("Active"),
            DeviceType=pl.lit("Workstation"), DeviceCategory=pl.lit("Endpoint"), ExposureLevel=pl.lit("Low"),
            MachineGroup=pl.lit("Clients"),
            PublicIP=pl.Series([each.address for each in OFFICES]).gather(people.office),
        )  # fmt: skip

    def rows(self, number: int) -> dict[str, pl.DataFrame]:
        """What happened on all of them in a slice."""
        return {
            "DeviceProcessEvents": self._processes(number),
            "DeviceNetworkEvents": self._connections(number),
            "DeviceFileEvents": self._files(number),
            "DeviceLogonEvents": self._logons(number),
        }

    def _base(self, number: int, what: str) -> tuple[np.random.Generator, pl.DataFrame, pl.Series]:
        plan, people = self.cast.plan, self.cast.people
        draw = stream(plan.seed, what, number)
        count = plan.count(plan.mails * PER_MAIL[what], "office", number)
        who, at = pl.Series(weighted(draw, people.weights**0.2, count)), plan.moments(what, "office", number, count)
        made = pl.DataFrame({"Timestamp": times(at), "arrives": at + 240_000_000}).with_columns(
            DeviceId=self.ids.gather(who),
            DeviceName=self.names.gather(who),
            ReportId=pl.Series(draw.integers(1, 2_000_000_000, count)),
            InitiatingProcessAccountName=people.frame["AccountName"].gather(who),
            InitiatingProcessAccountUpn=people.address.gather(who),
            InitiatingProcessAccountDomain=pl.lit("northgate"),
        )
        return draw, made, who

    def _programs(self, draw: np.random.Generator, made: pl.DataFrame) -> Ints:
        return weighted(draw, np.array([each[4] for each in PROCESSES]), made.height)

    def _processes(self, number: int) -> pl.DataFrame:
        draw, made, who = self._base(number, "processes")
        which = self._programs(draw, made)
        people = self.cast.people
        return made.with_columns(
            _kinds()[pl.Series(which)].get_columns(),
            ActionType=pl.lit("ProcessCreated"),
            ProcessId=pl.Series(draw.integers(600, 60_000, made.height)),
            InitiatingProcessId=pl.Series(draw.integers(600, 60_000, made.height)),
            ProcessCreationTime="Timestamp", ProcessIntegrityLevel=pl.lit("Medium"),
            ProcessTokenElevation=pl.lit("TokenElevationTypeLimited"),
            AccountName="InitiatingProcessAccountName", AccountUpn="InitiatingProcessAccountUpn",
            AccountDomain=pl.lit("northgate"),
            AccountObjectId=people.object_id.gather(who), AccountSid=people.frame["AccountSid"].gather(who),
        )  # fmt: skip

    def _connections(self, number: int) -> pl.DataFrame:
        draw, made, who = self._base(number, "connections")
        host = pl.Series(draw.integers(0, len(HOSTS), made.height))
        return made.with_columns(
            RemoteUrl=pl.Series(HOSTS).gather(host),
            RemoteIP=pl.Series([f"203.0.113.{200 + at}" for at in range(len(HOSTS))]).gather(host),
            RemotePort=pl.lit(443, pl.Int32), Protocol=pl.lit("Tcp"), ActionType=pl.lit("ConnectionSuccess"),
            RemoteIPType=pl.lit("Public"),
            LocalIP="2001:db8:4e47::" + (who + FIRST).cast(pl.String),
            LocalPort=pl.Series(draw.integers(49_152, 65_535, made.height)).cast(pl.Int32),
            InitiatingProcessFileName=pl.lit("msedge.exe"), InitiatingProcessCommandLine=pl.lit("msedge.exe"),
            InitiatingProcessParentFileName=pl.lit("explorer.exe"),
            InitiatingProcessId=pl.Series(draw.integers(600, 60_000, made.height)),
        )  # fmt: skip

    def _files(self, number: int) -> pl.DataFrame:
        draw, made, _ = self._base(number, "files")
        files = self.cast.files[pl.Series(draw.integers(0, self.cast.files.height, made.height))]
        kind = pl.Series(("FileCreated", "FileModified", "FileRenamed")).gather(draw.integers(0, 3, made.height))
        return made.with_columns(
            files.select("FileName", "SHA256", "FileSize").get_columns(),
            ActionType=kind,
            FolderPath="C:\\Users\\" + pl.col("InitiatingProcessAccountName") + "\\Documents\\" + files["FileName"],
            InitiatingProcessFileName=pl.lit("EXCEL.EXE"), InitiatingProcessParentFileName=pl.lit("explorer.exe"),
            InitiatingProcessId=pl.Series(draw.integers(600, 60_000, made.height)),
        )  # fmt: skip

    def _logons(self, number: int) -> pl.DataFrame:
        draw, made, who = self._base(number, "device_logons")
        failed = pl.Series(draw.random(made.height) < 0.03)
        people = self.cast.people
        return made.with_columns(
            ActionType=either(failed, "LogonFailed", "LogonSuccess"),
            LogonType=pl.lit("Interactive"), AccountName="InitiatingProcessAccountName",
            AccountDomain=pl.lit("northgate"),
            AccountSid=people.frame["AccountSid"].gather(who), IsLocalAdmin=pl.lit(value=False),
            Protocol=pl.lit("Negotiate"),
            LogonId=pl.Series(draw.integers(100_000, 9_000_000, made.height)),
            AdditionalFields=pl.lit('{"IsLocalLogon":true}'),
            InitiatingProcessFileName=pl.lit("lsass.exe"),
        )  # fmt: skip


@cache
def _kinds() -> pl.DataFrame:
    rows = [
        (parent, name, f"{folder}\\{name}", line, guid("sha", name).replace("-", "") * 2, parent.lower())
        for parent, name, folder, line, _ in PROCESSES
    ]
    names = [
        "InitiatingProcessFileName",
        "FileName",
        "FolderPath",
        "ProcessCommandLine",
        "SHA256",
        "InitiatingProcessCommandLine",
    ]
    return pl.DataFrame(rows, schema=names, orient="row")
