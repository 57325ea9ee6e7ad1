"""The vendor's alerts: what a report, a removal and a click through the block page raise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from workbench.apps.demo.draws import guid
from workbench.apps.demo.people import DOMAIN

OFFICE = "Microsoft Defender for Office 365"
CLOUD = "Microsoft Defender for Cloud Apps"
ENDPOINT = "Microsoft Defender for Endpoint"
REPORTED = "Email reported by user as malware or phish"
REMOVED_LINK = "Email messages containing malicious URL removed after delivery\u200b"
REMOVED_FILE = "Email messages containing malicious file removed after delivery\u200b"
CLICKED = "A potentially malicious URL click was detected"
JUNK = "Email reported by user as junk"

Row = dict[str, object]


@dataclass(frozen=True)
class Alert:
    """One alert with what it is about: people, messages, addresses, links, files and devices."""

    at: datetime
    title: str
    severity: str
    category: str = "InitialAccess"
    techniques: tuple[str, ...] = ("T1566.002",)
    source: str = OFFICE
    users: Sequence[str] = ()
    mails: Sequence[tuple[str, str]] = ()
    """Network message ids with subjects."""
    evidence: Sequence[Mapping[str, object]] = field(default=())
    """Further rows: at least EntityType and EvidenceRole."""

    @property
    def id(self) -> str:
        """The key of the alert."""
        first = [mail for mail, _ in self.mails[:1]]
        return f"fa{guid('alert', self.at, self.title, *self.users[:1], *first)}"


def alert_rows(alerts: Sequence[Alert]) -> dict[str, pl.DataFrame]:
    """Rows of AlertInfo and AlertEvidence, with ``arrives``."""
    info = [row for alert in alerts for row in [_info(alert)]]
    evidence = [row for alert in alerts for row in _evidence(alert)]
    return {"AlertInfo": frame(info), "AlertEvidence": frame(evidence)}


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    """Rows with moments in Timestamp, which also say when they arrive."""
    if not rows:
        return pl.DataFrame()
    made = pl.DataFrame(rows, infer_schema_length=None)
    moment = pl.col("Timestamp").dt.cast_time_unit("us").dt.convert_time_zone("UTC")
    return made.with_columns(Timestamp=moment, arrives=moment.dt.epoch("us") + 120_000_000)


def usual_alerts(
    reports: pl.DataFrame, removals: pl.DataFrame, clicks: pl.DataFrame, subjects: Mapping[str, str]
) -> list[Alert]:
    """The alerts that mail of every day raises."""
    found = []
    for row in reports.filter(pl.col("State") == "UserSubmission").iter_rows(named=True) if reports.height else ():
        title, severity = (JUNK, "Low") if row["ReportedAs"] == "Junk" else (REPORTED, "Low")
        found.append(_about(row, row["SubmitterUpn"], title, severity, row["Subject"]))
    for row in removals.filter(pl.col("ThreatTypes") != "Spam").iter_rows(named=True):
        title = REMOVED_FILE if row["ThreatTypes"] == "Malware" else REMOVED_LINK
        found.append(
            _about(row, row["RecipientEmailAddress"], title, "Informational", subjects.get(row["NetworkMessageId"], ""))
        )
    for row in clicks.filter(_THROUGH).iter_rows(named=True):
        found.append(_about(row, row["AccountUpn"], CLICKED, "High", subjects.get(row["NetworkMessageId"], "")))
    return found


_THROUGH = (pl.col("bad") | (pl.col("ThreatTypes") != "")) & pl.col("IsClickedThrough")
"""What the vendor raises the alert on: a link that is judged later, and who goes past the page."""


def _about(row: Mapping[str, object], who: object, title: str, severity: str, subject: str) -> Alert:
    moment, mail = row["Timestamp"], str(row["NetworkMessageId"])
    assert isinstance(moment, datetime)  # noqa: S101  the frame's type
    link = [{"EntityType": "Url", "EvidenceRole": "Related", "RemoteUrl": row["Url"]}] if "Url" in row else []
    return Alert(moment, title, severity, users=(str(who),), mails=((mail, subject),), evidence=link)


def _info(alert: Alert) -> Row:
    return {
        "Timestamp": alert.at, "AlertId": alert.id, "Title": alert.title, "Category": alert.category,
        "Severity": alert.severity,
        "ServiceSource": alert.source, "DetectionSource": alert.source, "AttackTechniques": _listed(alert.techniques),
    }  # fmt: skip


def _evidence(alert: Alert) -> list[Row]:
    base: Row = {
        "Timestamp": alert.at, "AlertId": alert.id, "Title": alert.title, "Categories": _listed((alert.category,)),
        "AttackTechniques": _listed(alert.techniques), "ServiceSource": alert.source, "DetectionSource": alert.source,
        "Severity": alert.severity,
    }  # fmt: skip
    people: list[Row] = [
        {
            "EntityType": "User", "EvidenceRole": "Impacted", "AccountUpn": user, "AccountName": user.partition("@")[0],
            "AccountDomain": DOMAIN,
        }
        for user in alert.users
    ]  # fmt: skip
    mails: list[Row] = [
        {"EntityType": "MailMessage", "EvidenceRole": "Related", "NetworkMessageId": mail, "EmailSubject": subject}
        for mail, subject in alert.mails
    ]
    return [{**base, **each} for each in (*people, *mails, *alert.evidence)]


def _listed(values: Sequence[str]) -> str:
    return "[" + ",".join(f'"{value}"' for value in values) + "]"
