"""Mail like a given message: the same text, a text much like it, or the same subject from the same place.

Similar text is found by MinHash bands, which similar messages share at least one of, and measured by the share of equal
values in the signatures, an estimate of the Jaccard similarity of their three-word shingles.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl

from workbench.analysis.entities._window import Window
from workbench.analysis.entities.message import Message, items_of_text

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

SCHEMA = {
    "NetworkMessageId": pl.String(),
    "RawSHA256": pl.String(),
    "Timestamp": pl.Datetime("us", "UTC"),
    "How": pl.String(),
    "Similarity": pl.Float64(),
}


def similar_mail(message: Message) -> pl.DataFrame | None:
    """Messages like this one, most similar first: NetworkMessageId, RawSHA256, Timestamp, How, Similarity.

    None where the message itself has no fingerprint, because only an export knows it.
    """
    facts = message.facts
    if facts is None:
        return None
    moment = facts["Timestamp"]
    since = moment - BEFORE if isinstance(moment, datetime) else message.window.now - BEFORE
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
