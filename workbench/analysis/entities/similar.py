"""Mail like a given message: the same text, a text much like it, or the same subject from the same place.

An export has keys of its own: the cluster the service put a message in, its subject with its domain or address.

Similar text is found by MinHash bands, which similar messages share at least one of, and measured by the share of equal
values in the signatures, an estimate of the Jaccard similarity of their three-word shingles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import polars as pl

from workbench.analysis.entities._window import Window
from workbench.analysis.entities.message import Message, items_of_text
from workbench.analysis.entities.placement import LATEST
from workbench.events.query import Result

ALIKE = 0.5
"""Least similarity of two texts that count as one: met by 98 % of real texts with one word in twenty replaced, and by
almost no unrelated pair."""

BEFORE = timedelta(days=7)
"""How far back from a message mail like it is looked for; forward it is up to now."""

MOST_CANDIDATES = 5_000

_SIGNATURE_DIGITS = 8
_COLUMNS = ["NetworkMessageId", "RawSHA256", "Timestamp", "SubjectKey", "BodyFingerprint", "MinHashSignature"]
_CANDIDATES = f"""
WorkbenchMailFacts
| where Timestamp >= since and RawSHA256 != raw
| where MinHashBands has_any (bands) or (isnotempty(BodyFingerprint) and BodyFingerprint == fingerprint)
| top {MOST_CANDIDATES} by Timestamp desc
| project {", ".join(_COLUMNS)}
"""
_SAME_SUBJECT = """
WorkbenchMailFacts
| where Timestamp >= since and RawSHA256 != raw and isnotempty(SubjectKey) and SubjectKey == subject
| join kind=inner (EmailEvents | where SenderFromDomain =~ domain or SenderIPv4 startswith net
    | distinct NetworkMessageId) on NetworkMessageId
| project NetworkMessageId, RawSHA256, Timestamp
"""

_LIKE = f"""
EmailEvents
| where Timestamp >= since and NetworkMessageId != id
| extend OfCluster = cluster != 0 and EmailClusterId == cluster, OfSubject = isnotempty(subject) and Subject =~ subject,
    OfDomain = isnotempty(domain) and SenderFromDomain =~ domain,
    OfAddress = isnotempty(address) and address in (SenderIPv4, SenderIPv6), OfText = NetworkMessageId in (texts),
    OfPattern = NetworkMessageId in (patterns)
| where OfCluster or OfSubject and (OfDomain or OfAddress) or OfText or OfPattern
{LATEST}
| summarize Timestamp = min(Timestamp), take_any(Subject, SenderFromAddress, SenderIPv4, SenderIPv6),
    Recipients = make_set(RecipientEmailAddress),
    Overrides = make_set(strcat_delim(" ", OrgLevelAction, UserLevelAction)),
    DeliveryActions = make_set(DeliveryAction), Locations = make_set(LatestLocation),
    OfText = max(toint(OfText)), OfPattern = max(toint(OfPattern)), OfCluster = max(toint(OfCluster)),
    OfDomain = max(toint(OfSubject and OfDomain)), OfAddress = max(toint(OfSubject and OfAddress))
    by NetworkMessageId
| extend Keys = OfCluster + OfDomain + OfAddress + OfPattern
| project Timestamp, NetworkMessageId, Subject, SenderFromAddress,
    SenderIP = iff(isempty(SenderIPv4), SenderIPv6, SenderIPv4),
    Recipient = iff(array_length(Recipients) == 1, tostring(Recipients[0]),
        strcat(array_length(Recipients), " recipients")),
    Override = trim(" ", strcat_array(Overrides, " ")), DeliveryAction = strcat_array(DeliveryActions, ", "),
    Location = strcat_array(Locations, ", "), OfText, OfPattern, OfCluster, OfDomain, OfAddress, Keys
| sort by Keys desc, Timestamp desc, NetworkMessageId asc
"""
KEYS: Mapping[str, str] = MappingProxyType(
    {
        "OfCluster": "cluster id",
        "OfDomain": "subject and sender domain",
        "OfAddress": "subject and sender IP",
        "OfPattern": "subject but for numbers, and sender domain or network",
    }
)
"""Keys beside the text, by the column that says whether a message has it in common."""

SCHEMA = {
    "NetworkMessageId": pl.String(),
    "RawSHA256": pl.String(),
    "Timestamp": pl.Datetime("us", "UTC"),
    "How": pl.String(),
    "Similarity": pl.Float64(),
}


@dataclass(frozen=True)
class Alike:
    """Messages like one, by any key: those of much the same text first, then those with most keys in common."""

    frame: pl.DataFrame
    """One row a message: how it is addressed and what became of it, ``Similarity`` of the texts from 0.5 to 1, null
    where the texts were not found alike, and ``Keys``, the keys in common, in words."""
    kql: str
    not_evaluated: tuple[str, ...]
    """The keys that the message itself lacks, with why."""

    @property
    def untold(self) -> str:
        """A sentence on those keys; empty where there are none."""
        return f"Likeness by {', by '.join(self.not_evaluated)}." if self.not_evaluated else ""


def alike_mail(message: Message) -> Alike:
    """Messages like this one by its text, the cluster of the export, its subject with its sender domain or address.

    Looked for from seven days before it up to now, whether its raw form is known or not.
    """
    found = similar_mail(message)
    texts = {} if found is None else _best(found.filter(pl.col("Similarity").is_not_null()))
    patterns = [] if found is None else found.filter(pl.col("Similarity").is_null())["NetworkMessageId"].to_list()
    result = _ask_like(message, list(texts), patterns)
    scores = [texts.get(each) for each in result.frame["NetworkMessageId"]]
    words = [_words(row, score) for row, score in zip(result.frame.iter_rows(named=True), scores, strict=True)]
    scored = result.frame.with_columns(
        Similarity=pl.Series(scores, dtype=pl.Float64), Keys=pl.Series(words, dtype=pl.String)
    )
    ordered = scored.sort("Similarity", descending=True, nulls_last=True, maintain_order=True)
    return Alike(ordered.drop("OfText", *KEYS), result.kql, tuple(_lacking(message)))


def _best(found: pl.DataFrame) -> dict[str, float]:
    return dict(found.group_by("NetworkMessageId").agg(pl.col("Similarity").max()).sort("NetworkMessageId").iter_rows())


def _ask_like(message: Message, texts: list[str], patterns: list[str]) -> Result:
    shown = message.summary
    cluster = shown.get("EmailClusterId")
    values = {
        "id": message.id,
        "since": _since(message, shown.get("Timestamp")),
        "cluster": cluster if isinstance(cluster, int) else 0,
        "subject": str(shown.get("Subject") or "").strip(),
        "domain": str(shown.get("SenderFromDomain") or ""),
        "address": str(shown.get("SenderIPv4") or shown.get("SenderIPv6") or ""),
        "texts": texts,
        "patterns": patterns,
    }
    return message.window.ask(_LIKE, **values)


def _words(row: Mapping[str, object], score: float | None) -> str:
    text = [] if score is None else ["same text" if score == 1 else "similar text"]
    return ", ".join([*text, *(words for name, words in KEYS.items() if row[name])])


def _lacking(message: Message) -> list[str]:
    shown = message.summary
    told = {
        "text (its raw form was not imported)": message.facts,
        "cluster id (it has none)": shown.get("EmailClusterId"),
        "subject (it has none)": shown.get("Subject"),
    }
    return [words for words, held in told.items() if not held]


def _since(message: Message, moment: object) -> datetime:
    return (moment if isinstance(moment, datetime) else message.window.now) - BEFORE


def similar_mail(message: Message) -> pl.DataFrame | None:
    """Messages like this one, most similar first: NetworkMessageId, RawSHA256, Timestamp, How, Similarity.

    None where the message itself has no fingerprint, because only an export knows it.
    """
    facts = message.facts
    if facts is None:
        return None
    since = _since(message, facts["Timestamp"])
    found = pl.concat([_by_text(message.window, facts, since), _by_subject(message, facts, since)])
    best = found.sort("Similarity", descending=True, nulls_last=True)
    return best.unique("RawSHA256", keep="first", maintain_order=True)


def _by_text(window: Window, facts: Mapping[str, object], since: datetime) -> pl.DataFrame:
    bands = items_of_text(facts["MinHashBands"]) or ["-"]
    fingerprint = facts["BodyFingerprint"]
    near = window.rows(_CANDIDATES, since=since, raw=facts["RawSHA256"], bands=bands, fingerprint=fingerprint)
    same = pl.col("BodyFingerprint") == fingerprint
    alike = _similarity(near["MinHashSignature"], str(facts["MinHashSignature"]))
    scored = near.with_columns(Similarity=alike).with_columns(
        Similarity=pl.when(same).then(1.0).otherwise("Similarity")
    )
    told = scored.with_columns(How=pl.when(same).then(pl.lit("same text")).otherwise(pl.lit("similar text")))
    return told.filter(pl.col("Similarity") >= ALIKE).select(*SCHEMA)


def _by_subject(message: Message, facts: Mapping[str, object], since: datetime) -> pl.DataFrame:
    domain, address = message.summary.get("SenderFromDomain"), str(message.summary.get("SenderIPv4") or "")
    net = f"{address.rpartition('.')[0]}." if address else "-"
    values = {"subject": facts["SubjectKey"], "domain": domain, "net": net, "raw": facts["RawSHA256"]}
    rows = message.window.rows(_SAME_SUBJECT, since=since, **values)
    return rows.with_columns(
        How=pl.lit("same subject and sender or network"), Similarity=pl.lit(None, dtype=pl.Float64)
    ).select(*SCHEMA)


def _similarity(signatures: pl.Series, signature: str) -> pl.Series:
    """The share of equal values, place by place; nought where there is no signature."""
    wanted = _values(signature)
    shares = [_share(_values(each), wanted) for each in signatures]
    return pl.Series(shares, dtype=pl.Float64)


def _values(signature: str) -> list[str]:
    return [signature[at : at + _SIGNATURE_DIGITS] for at in range(0, len(signature), _SIGNATURE_DIGITS)]


def _share(values: list[str], wanted: list[str]) -> float:
    if not wanted or len(values) != len(wanted):
        return 0.0
    return sum(one == other for one, other in zip(values, wanted, strict=True)) / len(wanted)
