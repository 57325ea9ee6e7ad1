"""Questions that hunters ask of mail, in KQL and as a practised person would write the same in Polars.

They are what the 14 of ``mail_questions`` do not cover: terms, members of documents, whole newest rows, tables that
are used twice, and windows that stand in ``let``. Both sides read the same files, and give the same rows in some order.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from bench.rivals import Scans

_c = pl.col
_WORDS = (
    "invoice", "payment", "urgent", "password", "verify", "account", "parcel", "delivery", "salary", "contract",
)  # fmt: skip
_START, _END = r"(?:^|[^\p{L}\p{N}])", r"(?:$|[^\p{L}\p{N}])"

ByHand = Callable[[Scans, datetime], pl.LazyFrame]


@dataclass(frozen=True)
class Pair:
    """One question in both ways."""

    kql: str
    by_hand: ByHand


def _term(text: str, *words: str) -> pl.Expr:
    return _c(text).str.contains(f"(?i){_START}(?:{'|'.join(words)}){_END}")


def _has(t: Scans, _: datetime) -> pl.LazyFrame:
    return t["EmailEvents"].filter(_term("Subject", "invoice")).group_by("SenderFromDomain").agg(n=pl.len())


def _has_any(t: Scans, _: datetime) -> pl.LazyFrame:
    return t["EmailEvents"].filter(_term("Subject", *_WORDS)).group_by("SenderFromDomain").agg(n=pl.len())


def _members(t: Scans, _: datetime) -> pl.LazyFrame:
    names = ("SPF", "DKIM", "DMARC", "CompAuth")
    member = {name: _c("AuthenticationDetails").str.json_path_match(f"$.{name}").fill_null("") for name in names}
    return t["EmailEvents"].group_by(**member).agg(n=pl.len())


def _newest_rows(t: Scans, _: datetime) -> pl.LazyFrame:
    rows = t["EmailEvents"].with_row_index("row")
    newest = rows.group_by("SenderFromAddress").agg(row=_c("row").get(_c("Timestamp").arg_max()))
    return rows.join(newest, on="row", how="semi").select(
        "Timestamp", "SenderFromAddress", "Subject", "NetworkMessageId"
    )


def _newest_whole_rows(t: Scans, _: datetime) -> pl.LazyFrame:
    rows = t["EmailEvents"].with_row_index("row")
    newest = rows.group_by("SenderFromDomain").agg(row=_c("row").get(_c("Timestamp").arg_max()))
    return rows.join(newest, on="row", how="semi")


def _used_twice(t: Scans, _: datetime) -> pl.LazyFrame:
    counted = t["EmailEvents"].group_by("SenderFromAddress", "RecipientEmailAddress").agg(n=pl.len())
    known = counted.collect(engine="streaming").lazy()
    most = known.group_by("RecipientEmailAddress").agg(n=_c("n").max())
    rows = known.join(most, on=["RecipientEmailAddress", "n"], how="semi")
    return rows.sort("n", "SenderFromAddress", "RecipientEmailAddress", descending=[True, False, False])


def _used_in_conditions(t: Scans, _: datetime) -> pl.LazyFrame:
    ids = t["EmailUrlInfo"].filter(_c("UrlDomain").str.starts_with("login.")).select("NetworkMessageId").unique()
    known = ids.collect(engine="streaming")["NetworkMessageId"].implode()
    mails = t["EmailEvents"].filter(_c("NetworkMessageId").is_in(known)).select(n=pl.len())
    clicks = t["UrlClickEvents"].filter(_c("NetworkMessageId").is_in(known)).select(n=pl.len())
    return pl.concat([mails, clicks])


def _window(t: Scans, now: datetime) -> pl.LazyFrame:
    start = now - timedelta(days=3)
    stop = start + timedelta(days=1)
    days = _c("Date").is_between(start.date(), stop.date())
    inside = t["EmailEvents"].filter(days & _c("Timestamp").is_between(start, stop))
    return inside.group_by("SenderFromDomain").agg(n=pl.len())


def _newest_day(t: Scans, _: datetime) -> pl.LazyFrame:
    newest = t["EmailEvents"].select(_c("Timestamp").max()).collect(engine="streaming").item()
    start = newest - timedelta(days=1)
    inside = t["EmailEvents"].filter((_c("Date") >= start.date()) & (_c("Timestamp") > start))
    by = inside.group_by("SenderFromDomain").agg(n=pl.len())
    return by.sort("n", "SenderFromDomain", descending=[True, False])


def _late_window(t: Scans, now: datetime) -> pl.LazyFrame:
    start = now - timedelta(days=1)
    inside = t["EmailEvents"].filter((_c("Date") >= start.date()) & (_c("Timestamp") > start))
    return inside.group_by(who=_c("SenderFromAddress").str.to_lowercase()).agg(n=pl.len())


def _links(t: Scans, now: datetime) -> pl.LazyFrame:
    start = now - timedelta(days=7)
    recent = (_c("Date") >= start.date()) & (_c("Timestamp") > start)
    mails = t["EmailEvents"].filter(recent & (_c("DeliveryAction") == "Delivered"))
    one = mails.select("NetworkMessageId").unique()
    links = t["EmailUrlInfo"].filter(recent).select("NetworkMessageId", "UrlDomain")
    return one.join(links, on="NetworkMessageId").group_by("UrlDomain").agg(n=pl.len())


def _values(t: Scans, _: datetime) -> pl.LazyFrame:
    by = t["EmailEvents"].filter(_c("ThreatTypes") != "").group_by("SenderFromDomain")
    people, bad = _c("RecipientEmailAddress").n_unique(), (_c("DeliveryAction") == "Delivered").sum()
    return by.agg(n=pl.len(), people=people, bad=bad).sort("n", "SenderFromDomain", descending=[True, False])


def _parts(t: Scans, _: datetime) -> pl.LazyFrame:
    threats = t["EmailEvents"].filter(_c("ThreatTypes") != "").select(threat=_c("ThreatTypes").str.split(", "))
    return threats.explode("threat").group_by("threat").agg(n=pl.len())


def _extracted(t: Scans, _: datetime) -> pl.LazyFrame:
    top = _c("SenderFromDomain").str.extract(r"\.([a-z]+)$", 1).fill_null("")
    return t["EmailEvents"].group_by(top=top).agg(n=pl.len())


PAIRS: Mapping[str, Pair] = {
    "term": Pair("EmailEvents | where Subject has 'invoice' | summarize n = count() by SenderFromDomain", _has),
    "ten terms": Pair(
        f"""EmailEvents | where Subject has_any ({", ".join(map(repr, _WORDS))})
        | summarize n = count() by SenderFromDomain""",
        _has_any,
    ),
    "four members of a document": Pair(
        """EmailEvents | extend d = parse_json(AuthenticationDetails)
        | extend SPF = tostring(d.SPF), DKIM = tostring(d.DKIM), DMARC = tostring(d.DMARC)
        | extend CompAuth = tostring(d.CompAuth)
        | summarize n = count() by SPF, DKIM, DMARC, CompAuth""",
        _members,
    ),
    "newest of each sender": Pair(
        """EmailEvents | summarize arg_max(Timestamp, *) by SenderFromAddress
        | project Timestamp, SenderFromAddress, Subject, NetworkMessageId""",
        _newest_rows,
    ),
    "whole newest of each domain": Pair(
        "EmailEvents | summarize arg_max(Timestamp, *) by SenderFromDomain", _newest_whole_rows
    ),
    "table used twice": Pair(
        """let counted = EmailEvents | summarize n = count() by SenderFromAddress, RecipientEmailAddress;
        counted | join kind=leftsemi (counted | summarize n = max(n) by RecipientEmailAddress)
        on RecipientEmailAddress, n
        | sort by n desc, SenderFromAddress asc, RecipientEmailAddress asc""",
        _used_twice,
    ),
    "materialized, in conditions": Pair(
        """let ids = materialize(EmailUrlInfo | where UrlDomain startswith_cs "login." | distinct NetworkMessageId);
        union (EmailEvents | where NetworkMessageId in (ids) | summarize n = count()),
        (UrlClickEvents | where NetworkMessageId in (ids) | summarize n = count())""",
        _used_in_conditions,
    ),
    "window in let": Pair(
        """let start = ago(3d); let stop = start + 1d;
        EmailEvents | where Timestamp between (start .. stop) | summarize n = count() by SenderFromDomain""",
        _window,
    ),
    "window after the newest": Pair(
        """let newest = toscalar(EmailEvents | summarize max(Timestamp));
        EmailEvents | where Timestamp > newest - 1d | summarize n = count() by SenderFromDomain
        | sort by n desc, SenderFromDomain asc""",
        _newest_day,
    ),
    "window after other steps": Pair(
        """EmailEvents | extend who = tolower(SenderFromAddress) | project when = Timestamp, who
        | where when > ago(1d) | summarize n = count() by who""",
        _late_window,
    ),
    "links of delivered mail": Pair(
        """EmailEvents | where Timestamp > ago(7d) and DeliveryAction == "Delivered"
        | join (EmailUrlInfo | where Timestamp > ago(7d)) on NetworkMessageId
        | summarize n = count() by UrlDomain""",
        _links,
    ),
    "several aggregates": Pair(
        """EmailEvents | where ThreatTypes != ""
        | summarize n = count(), people = dcount(RecipientEmailAddress), bad = countif(DeliveryAction == "Delivered")
        by SenderFromDomain
        | sort by n desc, SenderFromDomain asc""",
        _values,
    ),
    "parts of a list": Pair(
        """EmailEvents | where ThreatTypes != "" | mv-expand threat = split(ThreatTypes, ", ") to typeof(string)
        | summarize n = count() by threat""",
        _parts,
    ),
    "extracted text": Pair(
        """EmailEvents | summarize n = count() by top = extract(@"\\.([a-z]+)$", 1, SenderFromDomain)""", _extracted
    ),
}
