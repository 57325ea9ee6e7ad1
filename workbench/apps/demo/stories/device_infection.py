"""A file from a mail is opened: programs, a connection, a file that stays, and the endpoint's alert."""

from workbench.apps.demo.alerts import ENDPOINT, Alert
from workbench.apps.demo.raw import File, Mail
from workbench.apps.demo.stories._tell import Place, Planted, Story, Tell

LURE = File(
    "Customs_form_7731.html",
    b"<html><body>A line that stands for a dropper. Northgate demo.</body></html>\n",
    "text/html",
)
LOADER = File("formview.exe", b"This line stands for a program. It does nothing. Northgate demo, infection.\n")
HOST, ADDRESS = "cdn.outer-tower-static.test", "203.0.113.209"
_CHAIN = (
    ("OUTLOOK.EXE", "msedge.exe", "msedge.exe Customs_form_7731.html"),
    ("msedge.exe", "formview.exe", "formview.exe /quiet"),
    ("formview.exe", "powershell.exe", "powershell.exe -w hidden -enc UwB0AGEAbgBkAHMAIABmAG8AcgA="),
    ("powershell.exe", "whoami.exe", "whoami.exe /all"),
    ("powershell.exe", "schtasks.exe", "schtasks.exe /create /sc onlogon /tn FormView /tr formview.exe"),
)


def plant(tell: Tell) -> Planted:
    """One person of six opens the file; five programs, connections every ten minutes, one scheduled task."""
    people = tell.some(tell.scaled("mails", 6, 3))
    victim = people[0]
    for at, person in enumerate(people):
        mail = Mail(
            tell.at(at), "", "", "forms@outer-tower-customs.test", "Customs Portal", [tell.who(person)],
            "Customs form 7731 needs your signature",
            "Dear colleague,\nplease open the attached form and follow its steps.", files=[LURE],
            address="203.0.113.208", size=5_000,
            authentication={"SPF": "pass", "DKIM": "none", "DMARC": "none", "CompAuth": "pass"},
        )  # fmt: skip
        tell.send(mail, Place(), person)
    _machine(tell, victim)
    device, name = tell.machine(victim)
    tell.alert(
        Alert(
            tell.at(49), "Suspicious PowerShell download or encoded command execution", "High", "Execution",
            ("T1059.001",), ENDPOINT,
            users=(tell.who(victim),),
            evidence=(
                {"EntityType": "Machine", "EvidenceRole": "Impacted", "DeviceId": device, "DeviceName": name},
                {"EntityType": "File", "EvidenceRole": "Related", "FileName": LOADER.name, "SHA256": LOADER.sha256},
                {"EntityType": "Ip", "EvidenceRole": "Related", "RemoteIP": ADDRESS, "RemoteUrl": HOST},
            ),
        )
    )  # fmt: skip
    return tell.done(
        "An infected computer",
        f"{tell.who(victim)} opens the page; it leaves a program that talks to {HOST} every ten minutes and at logon.",
        find=[f"the way from the mail to {name}", "the program's hash on other computers (none)",
        "five more people with the mail: remove it"],
        files=[LURE.sha256, LOADER.sha256], devices=[device],
        domains=["outer-tower-customs.test", "outer-tower-static.test"],
        addresses=["203.0.113.208", ADDRESS], compromised=[tell.who(victim)],
    )  # fmt: skip


def _machine(tell: Tell, person: int) -> None:
    device, name = tell.machine(person)
    account = tell.who(person).partition("@")[0]
    base = {
        "DeviceId": device,
        "DeviceName": name,
        "InitiatingProcessAccountName": account,
        "InitiatingProcessAccountUpn": tell.who(person),
        "InitiatingProcessAccountDomain": "northgate",
    }
    folder = f"C:\\Users\\{account}\\AppData\\Local\\Temp"
    for at, (parent, child, line) in enumerate(_CHAIN):
        digest = LOADER.sha256 if child == LOADER.name else ""
        tell.add(
            "DeviceProcessEvents", Timestamp=tell.at(44 + at * 0.3), ActionType="ProcessCreated", FileName=child,
            FolderPath=f"{folder}\\{child}",
            ProcessCommandLine=line, ProcessId=7000 + at, InitiatingProcessId=6999 + at,
            InitiatingProcessFileName=parent, SHA256=digest,
            AccountName=account, AccountUpn=tell.who(person), AccountDomain="northgate", ReportId=70_000 + at, **base,
        )  # fmt: skip
    for at, (file, kept) in enumerate(((LURE, "INetCache"), (LOADER, "Temp"))):
        tell.add(
            "DeviceFileEvents", Timestamp=tell.at(43.5 + at / 2), ActionType="FileCreated", FileName=file.name,
            FolderPath=f"{folder}\\{kept}\\{file.name}",
            SHA256=file.sha256, FileSize=len(file.data),
            InitiatingProcessFileName="OUTLOOK.EXE" if not at else "msedge.exe", ReportId=70_100 + at,
            FileOriginUrl=f"https://{HOST}/f" if at else "", **base,
        )  # fmt: skip
    for at in range(tell.scaled("connections", 40, 10)):
        tell.add(
            "DeviceNetworkEvents", Timestamp=tell.at(46 + 10 * at), ActionType="ConnectionSuccess", RemoteIP=ADDRESS,
            RemotePort=443, RemoteUrl=HOST,
            Protocol="Tcp", RemoteIPType="Public", InitiatingProcessFileName=LOADER.name,
            InitiatingProcessSHA256=LOADER.sha256, ReportId=70_200 + at,
            LocalIP=f"2001:db8:4e47::{1000 + person}", LocalPort=50_000 + at, InitiatingProcessId=7001, **base,
        )  # fmt: skip


STORY = Story(0.78, plant)
