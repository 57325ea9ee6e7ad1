"""What a planted story is told with: each step gives rows of the tables that would hold it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from workbench.apps.demo.activity import APPLICATIONS
from workbench.apps.demo.alerts import Alert, alert_rows
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.clicks import ALLOWED, BLOCKED, FOUND, READING_SECONDS
from workbench.apps.demo.delivery import INBOX, JUNK, QUARANTINE
from workbench.apps.demo.draws import guid, stream
from workbench.apps.demo.machines import Machines
from workbench.apps.demo.people import TENANT
from workbench.apps.demo.places import INTRUDERS, OFFICES, Office
from workbench.apps.demo.plan import micros
from workbench.apps.demo.raw import Mail
from workbench.apps.demo.reports import audited
from workbench.apps.demo.signins import APPS, entra_rows, log_rows, place_of
from workbench.apps.demo.trips import HOME, whereabouts
from workbench.apps.demo.words import AGENT

Row = dict[str, object]

FOREIGN = Office("Singapore", "SG", "Singapore", "1.35", "103.82", INTRUDERS[0])
"""Where intruders sit, with the address of one."""

_POLICIES = {"Phish": "Antispam phishing", "Malware": "Antimalware"}
MALICIOUS_LINK, MALICIOUS_FILE = "URL malicious reputation", "File detonation"


@dataclass(frozen=True)
class Place:
    """What became of a mail at delivery; ``threat`` is empty where the filter saw none."""

    where: str = INBOX
    threat: str = ""
    method: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def columns(self) -> Row:
        """The columns of EmailEvents that say so."""
        action = {INBOX: "Delivered", JUNK: "Junked"}.get(self.where, "Blocked")
        done = {QUARANTINE: "Send to quarantine", JUNK: "Move to junk mail folder"}.get(self.where, "No action taken")
        said = {self.threat: [self.method]} if self.threat else None
        return {
            "DeliveryAction": action, "DeliveryLocation": self.where, "ThreatTypes": self.threat, "EmailAction": done,
            "DetectionMethods": json.dumps(said) if said else "",
            "ConfidenceLevel": json.dumps({self.threat: "High"}) if said else "",
            "EmailActionPolicy": _POLICIES.get(self.threat, ""),
            **self.extra,
        }  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A mail of a story with its outcome, and the number of the person who got it."""

    mail: Mail
    place: Place
    person: int = -1


@dataclass(frozen=True)
class Planted:
    """A story as it was planted: rows by table, mails whose bytes are kept, and the key to it."""

    name: str
    title: str
    about: str
    malicious: bool
    rows: Mapping[str, pl.DataFrame]
    mails: Sequence[Sent]
    numbers: Mapping[str, tuple[int, int]]
    """What the story has: in full, and in this build."""
    users: Sequence[str]
    find: Sequence[str]
    quiet: Sequence[str]
    things: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Story:
    """What a file tells: the function that plants it, and where in the build it begins (a share of its length)."""

    share: float
    plant: "Callable[[Tell], Planted]"


class Tell:
    """A story under way. Moments are counted in minutes from its beginning."""

    def __init__(self, cast: Cast, name: str, share: float) -> None:
        self.cast, self.name = cast, name
        self.draw = stream(cast.plan.seed, f"story/{name}")
        self.start = _start(cast, share)
        self.numbers: dict[str, tuple[int, int]] = {}
        self.users: dict[str, None] = {}
        self._rows: dict[str, list[Row]] = {}
        self._sent: list[Sent] = []
        self._alerts: list[Alert] = []
        self._signed: list[Row] = []
        self._count = 0

    def at(self, minute: float) -> datetime:
        """A moment of the story, to the millisecond."""
        return self.start + timedelta(milliseconds=round(minute * 60_000))

    def scaled(self, what: str, full: int, least: int = 1) -> int:
        """A number of the story, smaller in a small build."""
        here = max(least, round(full * self.cast.plan.scale))
        self.numbers[what] = (full, here)
        return here

    def some(self, count: int, *, but: Sequence[int] = ()) -> list[int]:
        """That many different people who are at home, never those of the sample's cast where others are enough."""
        every = len(self.cast.people)
        pool = np.setdiff1d(np.arange(25 if every > 25 + count else 3, every), [*but, *self._away()])
        return [int(each) for each in self.draw.choice(pool, min(count, len(pool)), replace=False)]

    def _away(self) -> list[int]:
        """Who is on a trip at the beginning of the story, or within a day of it."""
        everybody = np.arange(len(self.cast.people))
        moments = [micros(self.at(60 * hours)) for hours in (-12, 0, 12, 24)]
        where = [whereabouts(self.cast.plan, everybody, np.full(len(everybody), moment)) for moment in moments]
        return [int(each) for each in everybody[np.any(np.array(where) != HOME, axis=0)]]

    def who(self, person: int) -> str:
        """The address of a person, who has a part in the story from now on."""
        address = str(self.cast.people.address[person])
        self.users.setdefault(address)
        return address

    def name_of(self, person: int) -> str:
        """The display name of a person."""
        return str(self.cast.people.name[person])

    def id(self) -> str:
        """A new identifier."""
        self._count += 1
        return guid(self.cast.plan.seed, self.name, self._count)

    def add(self, table: str, **columns: object) -> None:
        """A row of any table."""
        self._rows.setdefault(table, []).append(columns)

    def send(self, mail: Mail, place: Place, person: int = -1) -> Sent:
        """A mail that arrives. Its ids are given here if it has none."""
        key = self.id()
        domain = mail.sender.partition("@")[2]
        named = replace(
            mail,
            network_message_id=mail.network_message_id or key,
            internet_message_id=mail.internet_message_id or f"<{key[:18]}@{domain}>",
        )
        sent = Sent(named, place, person)
        self._sent.append(sent)
        return sent

    def click(self, sent: Sent, minute: float, *, blocked: bool = False, past: bool = False) -> None:
        """Somebody clicks on the first link; is stopped by the block page; goes past it all the same."""
        key = self.id()
        self._click(sent, minute, key, blocked=blocked, through=not blocked)
        if past:
            self._click(sent, minute + READING_SECONDS / 60, key, blocked=True, through=True)

    def _click(self, sent: Sent, minute: float, key: str, *, blocked: bool, through: bool) -> None:
        link = sent.mail.links[0]
        self.add(
            "UrlClickEvents", Timestamp=self.at(minute), Url=link, ActionType=BLOCKED if blocked else ALLOWED,
            AccountUpn=self.who(sent.person), Workload="Email", NetworkMessageId=sent.mail.network_message_id,
            IsClickedThrough=through,
            ThreatTypes="Phish" if blocked else "",
            DetectionMethods=FOUND if blocked else "",
            IPAddress=self.office(sent.person).address, UrlChain=json.dumps([link]), ReportId=key, AppName="Mail",
            SourceId=sent.mail.network_message_id,
        )  # fmt: skip

    def remove(self, sent: Sent, minute: float, kind: str = "Phish ZAP", *, works: bool = True) -> None:
        """A removal after delivery, with the later state of the row of EmailEvents."""
        threat = "Malware" if kind.startswith("Malware") else "Phish"
        methods = json.dumps({threat: [MALICIOUS_FILE if threat == "Malware" else MALICIOUS_LINK]})
        self.add(
            "EmailPostDeliveryEvents", Timestamp=self.at(minute), NetworkMessageId=sent.mail.network_message_id,
            ThreatTypes=threat,
            InternetMessageId=sent.mail.internet_message_id, Action="Moved to quarantine", ActionType=kind,
            ActionTrigger="SpecialAction",
            ActionResult="Success" if works else "Error", RecipientEmailAddress=sent.mail.to[0],
            SourceLocation=sent.place.where,
            DeliveryLocation=QUARANTINE if works else sent.place.where, DetectionMethods=methods,
            ReportId=f"{sent.mail.network_message_id}-zap",
        )  # fmt: skip
        later = {
            "LatestDeliveryLocation": QUARANTINE if works else sent.place.where,
            "LatestDeliveryAction": "Moved" if works else "Failed",
            "ThreatTypes": threat, "DetectionMethods": methods, "ConfidenceLevel": json.dumps({threat: "High"}),
        }  # fmt: skip
        at = self._sent.index(sent)
        self._sent[at] = replace(sent, place=replace(sent.place, extra={**sent.place.extra, **later}))

    def report(self, sent: Sent, minute: float, verdict: str, *, simulation: bool = False) -> None:
        """Somebody reports a mail, and it is judged a quarter of an hour later."""
        key = self.id()
        first = "AttackSimUserSubmission" if simulation else "UserSubmission"
        for state, later, found in ((first, 0, ""), ("UserSubmissionTriage", 15, verdict)):
            self.add(
                "WorkbenchSubmissions", Timestamp=self.at(minute + later), SubmissionId=key, State=state,
                Origin="User", IsSimulation=simulation,
                ReportedAs="Phish", ContentType="Mail", Verdict=found, SubmitterUpn=self.who(sent.person),
                NetworkMessageId=sent.mail.network_message_id,
                InternetMessageId=sent.mail.internet_message_id, SenderFromAddress=sent.mail.sender,
                SenderIPAddress=sent.mail.address,
                Recipients=json.dumps(list(sent.mail.to)), Subject=sent.mail.subject, MessageTime=sent.mail.at,
                ReportId=f"{key}{'-triage' if later else ''}",
            )  # fmt: skip

    def sign_in(
        self, person: int, minute: float, code: str = "0", *, place: Office | None = None, agent: str = AGENT
    ) -> str:
        """Somebody signs in as a person, or fails; gives the session."""
        session, where = self.id(), place or self.office(person)
        moment = self.at(minute)
        self._signed.append(
            {
                "Timestamp": moment, "Id": self.id(), "CorrelationId": self.id(), "SessionId": session,
                "Upn": self.who(person), "Code": code,
                "Name": self.name_of(person), "ObjectId": str(self.cast.people.object_id[person]),
                "IPAddress": where.address,
                "Country": where.country, "City": where.city, "State": where.state, "Latitude": where.latitude,
                "Longitude": where.longitude,
                "Place": place_of(where),
                "App": APPS[0][0], "AppId": APPS[0][1], "Device": "" if place else f"ng-{1000 + person}",
                "Agent": agent,
            }
        )  # fmt: skip
        return session

    def audit(self, person: int, minute: float, operation: str, workload: str, **said: object) -> None:
        """A record of the audit log, in both tables; ``said`` is the rest of it, ObjectId, ClientIP and UserId too."""
        key, moment = self.id(), self.at(minute)
        user, address = (
            str(said.pop("UserId", "")) or self.who(person),
            str(said.pop("ClientIP", "")) or self.office(person).address,
        )
        record: Row = {
            "CreationTime": f"{moment:%Y-%m-%dT%H:%M:%S}", "Id": key, "Operation": operation,
            "OrganizationId": TENANT, "UserId": user,
            "RecordType": _NUMBERS.get(operation, 1), "ResultStatus": "Succeeded", "Workload": workload,
            "ClientIP": address, **said,
        }  # fmt: skip
        app, number = APPLICATIONS[workload]
        self.add(
            "CloudAppEvents", Timestamp=moment, ActionType=operation, Application=app, ApplicationId=number,
            AccountId=user, ReportId=key,
            AccountDisplayName=self.name_of(person), AccountObjectId=str(self.cast.people.object_id[person]),
            IPAddress=address,
            ObjectName=str(said.get("ObjectId", "")), RawEventData=json.dumps(record),
            OAuthAppId=str(said.get("AppId", "")),
            IsAdminOperation=operation.startswith(("New-Trans", "Consent")), AccountType="Regular",
            UserAgent=str(said.get("UserAgent", AGENT)),
        )  # fmt: skip
        self.add(
            "OfficeActivity", TimeGenerated=moment, Operation=operation, OfficeWorkload=workload, OfficeId=key,
            SourceRecordId=key, UserId=user,
            ClientIP=address, Client_IPAddress=address, OfficeObjectId=str(said.get("ObjectId", "")),
            ResultStatus="Succeeded", UserType="Regular",
            Parameters=json.dumps(said["Parameters"]) if "Parameters" in said else "", OrganizationId=TENANT,
            RecordType=str(_NUMBERS.get(operation, 1)),
            AppId=str(said.get("AppId", "")), MailboxOwnerUPN=user if workload == "Exchange" else "",
        )  # fmt: skip

    def alert(self, made: Alert, sent: Sequence[Sent] = ()) -> None:
        """An alert of the vendor, about mails among others."""
        mails = tuple((each.mail.network_message_id, each.mail.subject) for each in sent)
        users = tuple(dict.fromkeys(self.who(each.person) for each in sent if each.person >= 0))
        self._alerts.append(replace(made, mails=(*made.mails, *mails), users=(*made.users, *users)))

    def office(self, person: int) -> Office:
        """Where a person works."""
        return OFFICES[int(self.cast.people.office[person])]

    def machine(self, person: int) -> tuple[str, str]:
        """The key and name of a person's computer."""
        machines = Machines(self.cast)
        return str(machines.ids[person]), str(machines.names[person])

    def mail_now(self, sent: Sent) -> Sent:
        """A mail with what has become of it since."""
        key = sent.mail.network_message_id
        return next(each for each in self._sent if each.mail.network_message_id == key)

    def done(self, title: str, about: str, *, malicious: bool = True, **key: Sequence[str]) -> Planted:
        """The story. ``key`` has ``find``, ``quiet`` and, by kind, what it is known by (domains, addresses, files)."""
        find, quiet = key.pop("find", ()), key.pop("quiet", ())
        rows = {name: pl.DataFrame(each, infer_schema_length=None) for name, each in self._rows.items()}
        if self._signed:
            signed = pl.DataFrame(self._signed).with_columns(arrives=pl.lit(0))
            rows |= {
                "SigninLogs": log_rows(signed, interactive=True).drop("arrives"),
                "EntraIdSignInEvents": entra_rows(signed).drop("arrives"),
            }
        for name, frame in alert_rows(self._alerts).items() if self._alerts else ():
            rows[name] = frame.drop("arrives")
        if "WorkbenchSubmissions" in rows:
            told = audited(self.cast, rows["WorkbenchSubmissions"].with_columns(arrives=pl.lit(0))).drop("arrives")
            rows["CloudAppEvents"] = pl.concat([rows.get("CloudAppEvents", told.clear()), told], how="diagonal_relaxed")
        return Planted(
            self.name,
            title,
            about,
            malicious,
            rows,
            self._sent,
            self.numbers,
            list(self.users),
            list(find),
            list(quiet),
            key,
        )


_NUMBERS = {
    "FileUploaded": 6, "FileAccessed": 6, "FileDownloaded": 6, "AnonymousLinkCreated": 14, "SharingSet": 14,
    "MailItemsAccessed": 50, "Send": 2,
    "Consent to application.": 8, "FileMalwareDetected": 38, "MessageSent": 25,
}  # fmt: skip


def _start(cast: Cast, share: float) -> datetime:
    """A moment between 6 and 11 of the working day that is that share of all of them; its night is in the build too."""
    plan = cast.plan
    minute = timedelta(minutes=360 + int(share * 997) * 11 % 301)
    midnights = (plan.begin.replace(hour=0) + timedelta(days=day) for day in range(plan.days + 1))
    fit = [each + minute for each in midnights if each.weekday() < 5]
    fit = [each for each in fit if plan.begin <= each <= plan.end - timedelta(hours=13)]
    if plan.days < 4 or not fit:
        moment = plan.begin + share * (timedelta(days=plan.days) - timedelta(hours=14))
        return moment.replace(second=0, microsecond=0)
    return fit[int(share * len(fit))]
