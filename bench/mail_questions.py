"""The 14 questions of the mail benchmark, asked through the product's own API in KQL.

``open_store(folder)`` adopts a folder of Parquet tables into a temporary workspace, without copying, and returns an
object whose ``run(name, params)`` answers one question as a Polars frame.
"""

import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from workbench.events.query import StoreCatalog, ask
from workbench.events.store import Store, adopt
from workbench.events.store.accelerators import FOLDER, rebuild

TABLES = ("EmailEvents", "EmailUrlInfo", "EmailAttachmentInfo", "UrlClickEvents")

_PAGE = """
| project Timestamp, NetworkMessageId, SenderFromAddress, RecipientEmailAddress, Subject, SenderIPv4, ThreatTypes,
          DeliveryAction, LatestDeliveryLocation, UrlCount, AttachmentCount
| sort by Timestamp desc, NetworkMessageId asc, RecipientEmailAddress asc
"""

QUESTIONS: Mapping[str, str] = {
    "q01_hist_threat": """
        EmailEvents
        | where ThreatTypes != ""
        | summarize n = count() by hour = bin(Timestamp, 1h), DeliveryAction
        | sort by hour asc, DeliveryAction asc""",
    "q02_top_sender_dom": """
        EmailEvents
        | where ThreatTypes contains_cs "Phish"
        | summarize n = count(), recipients = dcount(RecipientEmailAddress) by SenderFromDomain
        | sort by n desc, SenderFromDomain asc
        | take 10""",
    "q03_subject_page": f"""
        EmailEvents
        | where Timestamp >= since and Subject contains "invoice"
        {_PAGE}
        | take 100""",
    "q04_recipient": f"""
        EmailEvents
        | where RecipientEmailAddress == rcpt
        {_PAGE}
        | take 100""",
    "q05_message_id": f"""
        EmailEvents
        | where NetworkMessageId == nmid
        {_PAGE}
        | take 1000""",
    "q06_url_domain": f"""
        let ids = EmailUrlInfo | where UrlDomain == url | distinct NetworkMessageId;
        EmailEvents
        | where NetworkMessageId in (ids)
        {_PAGE}
        | take 100""",
    "q07_sha256": """
        let ids = EmailAttachmentInfo | where SHA256 == sha | distinct NetworkMessageId;
        EmailEvents
        | where NetworkMessageId in (ids)
        | summarize n = count(), recipients = dcount(RecipientEmailAddress) by LatestDeliveryLocation
        | sort by LatestDeliveryLocation asc""",
    "q08_clicks": """
        let phish = EmailEvents
            | where Timestamp >= since and ThreatTypes contains_cs "Phish"
            | project NetworkMessageId, AccountUpn = RecipientEmailAddress;
        UrlClickEvents
        | where Timestamp >= since and ActionType == "ClickAllowed"
        | join kind=leftsemi phish on NetworkMessageId, AccountUpn
        | summarize n = count(), first = min(Timestamp) by AccountUpn
        | sort by n desc, AccountUpn asc
        | take 50""",
    "q09_ip_prefix": """
        EmailEvents
        | where SenderIPv4 startswith_cs ip
        | summarize n = count() by SenderFromDomain
        | sort by n desc, SenderFromDomain asc
        | take 20""",
    "q10_campaigns": """
        EmailEvents
        | where Timestamp >= since and ThreatTypes != ""
        | summarize n = count(), r = dcount(RecipientEmailAddress), d = dcount(SenderFromDomain),
                    first = min(Timestamp), last = max(Timestamp) by EmailClusterId
        | where r >= 20
        | sort by r desc, EmailClusterId asc
        | take 25""",
    "q11_dashboard": """
        EmailEvents
        | summarize n = count() by Day = bin(Timestamp, 1d), ThreatTypes, DeliveryAction, EmailDirection
        | sort by Day asc, ThreatTypes asc, DeliveryAction asc, EmailDirection asc""",
    "q12_deep_page": f"""
        EmailEvents
        | where ThreatTypes contains_cs "Phish" and DeliveryAction == "Delivered"
        {_PAGE}
        | take 5000
        | serialize place = row_number()
        | where place > 4900
        | project-away place""",
    "q13_first_seen": """
        let earlier = EmailEvents
            | where Timestamp < lastday and EmailDirection == "Inbound"
            | distinct SenderFromAddress;
        EmailEvents
        | where Timestamp >= lastday and EmailDirection == "Inbound"
        | summarize n = count() by SenderFromAddress
        | join kind=leftanti earlier on SenderFromAddress
        | sort by n desc, SenderFromAddress asc
        | take 50""",
    "q14_mail_bomb": """
        let buckets = EmailEvents
            | where Timestamp >= since and EmailDirection == "Inbound"
            | summarize n = count() by RecipientEmailAddress, bucket = bin(Timestamp, 10m);
        buckets
        | summarize n = max(n) by RecipientEmailAddress
        | sort by n desc, RecipientEmailAddress asc
        | take 20
        | join kind=inner buckets on RecipientEmailAddress, n
        | summarize bucket = min(bucket) by RecipientEmailAddress, n
        | project RecipientEmailAddress, bucket, n
        | sort by n desc, RecipientEmailAddress asc""",
}


class MailQuestions:
    """A temporary workspace over one data folder, and the questions about it."""

    def __init__(self, data: Path, *, accelerators: bool = True) -> None:
        started = time.perf_counter()
        self._folder = TemporaryDirectory(prefix="mail-questions-")
        store = Store(Path(self._folder.name))
        rows = {name: adopt(store, name, sorted((data / name).glob("**/*.parquet"))) for name in TABLES}
        size = sum(path.lstat().st_size for path in Path(self._folder.name).rglob("*") if path.is_file())
        self.catalog = StoreCatalog(store, accelerators=accelerators)
        _say(f"adopted {sum(rows.values()):,} rows in {time.perf_counter() - started:.2f} s, {size / 1e6:.1f} MB")
        if accelerators:
            self._accelerate(store, rows)

    def _accelerate(self, store: Store, rows: Mapping[str, int]) -> None:
        for name, count in rows.items():
            started = time.perf_counter()
            made = rebuild(store, name).made
            took = time.perf_counter() - started
            size = sum(path.stat().st_size for path in (store.root / name).glob(f"{FOLDER}/*"))
            _say(f"{made} sidecars of {name} in {took:.1f} s, {size / max(count, 1):.1f} bytes a row")

    def run(self, name: str, params: Mapping[str, str]) -> pl.DataFrame:
        """The answer to one question, in the shape the benchmark compares."""
        values = {
            **params,
            "since": datetime.fromisoformat(params["d7"]).replace(tzinfo=UTC),
            "lastday": datetime.fromisoformat(params["last"]).replace(tzinfo=UTC),
        }
        now = datetime.now(UTC)
        frame = ask(self.catalog, QUESTIONS[name], now=now, params=values).frame
        return frame.with_columns(pl.col("Day").dt.date()) if name == "q11_dashboard" else frame

    def close(self) -> None:
        """Remove the workspace; the data folder stays as it is."""
        self._folder.cleanup()


def open_store(data: str | Path) -> MailQuestions:
    """The questions over a data folder."""
    return MailQuestions(Path(data))


def open_plain(data: str | Path) -> MailQuestions:
    """The same without accelerators."""
    return MailQuestions(Path(data), accelerators=False)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
