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
_EDGE = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application"
_DEFENDER = "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform"
_FILES = "C:\\Program Files"
PROCESSES = (
    ("explorer.exe", "OUTLOOK.EXE", _OFFICE, "OUTLOOK.EXE", 0.08),
    ("explorer.exe", "EXCEL.EXE", _OFFICE, 'EXCEL.EXE "Roster.xlsx"', 0.08),
    ("explorer.exe", "WINWORD.EXE", _OFFICE, 'WINWORD.EXE /n "Offer.docx"', 0.06),
    ("explorer.exe", "POWERPNT.EXE", _OFFICE, 'POWERPNT.EXE "Tender.pptx"', 0.02),
    ("explorer.exe", "ONENOTE.EXE", _OFFICE, "ONENOTE.EXE", 0.01),
    ("explorer.exe", "msedge.exe", _EDGE, "msedge.exe --single-argument", 0.12),
    ("msedge.exe", "msedge.exe", _EDGE, "msedge.exe --type=renderer", 0.06),
    ("msedge.exe", "identity_helper.exe", _EDGE, "identity_helper.exe --type=utility", 0.01),
    ("OUTLOOK.EXE", "msedge.exe", _EDGE, "msedge.exe --single-argument", 0.02),
    ("explorer.exe", "ms-teams.exe", f"{_FILES}\\WindowsApps\\Teams", "ms-teams.exe", 0.05),
    ("ms-teams.exe", "msedgewebview2.exe", _EDGE, "msedgewebview2.exe --embedded-browser-webview=1", 0.04),
    ("explorer.exe", "OneDrive.exe", f"{_FILES}\\Microsoft OneDrive", "OneDrive.exe /background", 0.02),
    ("explorer.exe", "notepad.exe", _SYSTEM, "notepad.exe", 0.01),
    ("explorer.exe", "SnippingTool.exe", f"{_FILES}\\WindowsApps", "SnippingTool.exe", 0.01),
    ("explorer.exe", "calc.exe", _SYSTEM, "calc.exe", 0.005),
    ("explorer.exe", "cmd.exe", _SYSTEM, "cmd.exe", 0.005),
    ("cmd.exe", "conhost.exe", _SYSTEM, "conhost.exe 0xffffffff -ForceV1", 0.005),
    ("cmd.exe", "ipconfig.exe", _SYSTEM, "ipconfig.exe /all", 0.002),
    ("services.exe", "svchost.exe", _SYSTEM, "svchost.exe -k netsvcs -p", 0.14),
    ("services.exe", "spoolsv.exe", _SYSTEM, "spoolsv.exe", 0.01),
    ("services.exe", "SearchIndexer.exe", _SYSTEM, "SearchIndexer.exe /Embedding", 0.01),
    ("services.exe", "MsMpEng.exe", _DEFENDER, "MsMpEng.exe", 0.01),
    ("services.exe", "TrustedInstaller.exe", "C:\\Windows\\servicing", "TrustedInstaller.exe", 0.005),
    ("MsMpEng.exe", "MpCmdRun.exe", _DEFENDER, "MpCmdRun.exe SignatureUpdate -ScheduleJob", 0.01),
    ("SearchIndexer.exe", "SearchProtocolHost.exe", _SYSTEM, "SearchProtocolHost.exe Global", 0.02),
    ("svchost.exe", "taskhostw.exe", _SYSTEM, "taskhostw.exe", 0.05),
    ("svchost.exe", "backgroundTaskHost.exe", _SYSTEM, "backgroundTaskHost.exe -ServerName:App", 0.06),
    ("svchost.exe", "RuntimeBroker.exe", _SYSTEM, "RuntimeBroker.exe -Embedding", 0.03),
    ("svchost.exe", "dllhost.exe", _SYSTEM, "dllhost.exe /Processid", 0.02),
    ("svchost.exe", "WmiPrvSE.exe", f"{_SYSTEM}\\wbem", "WmiPrvSE.exe -secured -Embedding", 0.01),
    ("svchost.exe", "gpupdate.exe", _SYSTEM, "gpupdate.exe /target:computer", 0.005),
    ("svchost.exe", "OfficeC2RClient.exe", f"{_FILES}\\Common Files", "OfficeC2RClient.exe /update user", 0.005),
    (
        "svchost.exe",
        "powershell.exe",
        f"{_SYSTEM}\\WindowsPowerShell\\v1.0",
        "powershell.exe -File C:\\IT\\inventory.ps1",
        0.02,
    ),
)
SYSTEMS = (("Windows11", 26100, 0.62), ("Windows11", 22631, 0.24), ("Windows10", 19045, 0.14))
"""Systems of our people's computers: platform, build, share."""

SERVERS = ("dc01", "dc02", "files01", "files02", "print01", "sql01", "backup01", "mail01", "web01")
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
        system = weighted(stream(cast.plan.seed, "systems"), np.array([each[2] for each in SYSTEMS]), count)
        self.platforms = pl.Series([each[0] for each in SYSTEMS]).gather(system)
        self.builds = pl.Series([each[1] for each in SYSTEMS], dtype=pl.Int64).gather(system)

    def info_rows(self, moment: datetime) -> pl.DataFrame:
        """What each computer is at a moment, and each server: rows of DeviceInfo."""
        people = self.cast.people
        users = [f'[{{"UserName":"{name}","DomainName":"{DOMAIN}"}}]' for name in people.frame["AccountName"]]
        stamp = pl.lit(moment).cast(pl.Datetime("us", "UTC"))
        ours = pl.DataFrame({
            "DeviceId": self.ids, "DeviceName": self.names, "LoggedOnUsers": users, "OSPlatform": self.platforms,
            "OSBuild": self.builds, "PublicIP": pl.Series([each.address for each in OFFICES]).gather(people.office),
        }).with_columns(
            JoinType=pl.lit("AAD Joined"), IsAzureADJoined=pl.lit(value=True), DeviceType=pl.lit("Workstation"),
            MachineGroup=pl.lit("Clients"), ExposureLevel=either(pl.col("OSPlatform") == "Windows10", "Medium", "Low"),
        )  # fmt: skip
        return pl.concat([ours, _servers(self.cast.plan.seed)], how="diagonal").with_columns(
            Timestamp=stamp, ReportId=pl.lit(int(moment.timestamp()), pl.Int64), OSVersion=pl.lit("10.0"),
            OSArchitecture=pl.lit("64-bit"), ClientVersion=pl.lit("10.8800"), OnboardingStatus=pl.lit("Onboarded"),
            SensorHealthState=pl.lit("Active"), DeviceCategory=pl.lit("Endpoint"),
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


def _servers(seed: int) -> pl.DataFrame:
    """What DeviceInfo tells of the servers: they stand in the first office."""
    return pl.DataFrame(
        {
            "DeviceId": hexes(stream(seed, "servers"), len(SERVERS), 40),
            "DeviceName": [f"{name}.{DOMAIN}" for name in SERVERS],
            "OSBuild": [20348 if at % 3 else 17763 for at in range(len(SERVERS))],
        }
    ).with_columns(
        OSPlatform=either(pl.col("OSBuild") == 20348, "WindowsServer2022", "WindowsServer2019"),
        PublicIP=pl.lit(OFFICES[0].address), JoinType=pl.lit("Domain Joined"), IsAzureADJoined=pl.lit(value=False),
        DeviceType=pl.lit("Server"), MachineGroup=pl.lit("Servers"), ExposureLevel=pl.lit("Low"),
        LoggedOnUsers=pl.lit("[]"),
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
