"""What the filter thinks of each copy, where it goes, and what is removed later: EmailEvents and what follows on it."""

import json
from functools import cache

import numpy as np
import polars as pl

from workbench.apps.demo.campaigns import SPAM
from workbench.apps.demo.draws import Flags, Ints, either, minutes, picked, stream, times, weighted
from workbench.apps.demo.mail import NEWSLETTER
from workbench.apps.demo.parameters import Mix, mix, rate
from workbench.apps.demo.plan import Plan

INBOX, JUNK, QUARANTINE = "Inbox/folder", "Junk folder", "Quarantine"
EXTERNAL = "On-premises/external"
_ACTIONS = {INBOX: "Delivered", JUNK: "Junked", EXTERNAL: "Delivered"}
_WORDS = {QUARANTINE: "Send to quarantine", JUNK: "Move to junk mail folder", "Dropped": "Delete message"}
FAMILIES = ("clean", "bulk", "spam", "phish", "file")
_PHISH = {
    "credentials": "URL malicious reputation", "link": "URL detonation", "advance fee": "Advanced filter",
    "file": "File detonation",
}  # fmt: skip

EVENT_COLUMNS = (
    "NetworkMessageId", "InternetMessageId", "SenderFromAddress", "SenderDisplayName", "SenderObjectId", "SenderIPv4",
    "SenderIPv6", "RecipientEmailAddress", "RecipientObjectId", "Subject", "EmailClusterId", "EmailDirection",
    "EmailLanguage", "DistributionList",
)  # fmt: skip


def judged(plan: Plan, number: int, copies: pl.DataFrame) -> pl.DataFrame:
    """Copies with their outcome: place, verdict, policy, authentication; and whether and when they are removed.

    ``bad`` are attacks; ``zap`` is the moment of the removal in microseconds, null where none is tried, and
    ``removed`` whether it succeeds.
    """
    draw = stream(plan.seed, "outcome", number)
    kind = copies["kind"].to_list()
    family = np.array([_FAMILY_OF.get(each, 0) for each in kind], dtype=np.int64)
    place = _places(draw, family, (copies["EmailDirection"] == "Outbound").to_numpy())
    known = _outcomes()
    rows = known[pl.Series(family * len(_PLACES) + place)]
    bad = pl.Series("bad", family >= FAMILIES.index("phish"))
    whole = copies.hstack(rows).with_columns(
        bad,
        pl.Series(
            "AuthenticationDetails", _authentication(draw, family, copies["EmailDirection"].to_numpy() == "Inbound")
        ),
        pl.Series("BulkComplaintLevel", _bulk(draw, family), dtype=pl.Int32),
    )
    return whole.with_columns(_removals(draw, whole))


def event_rows(plan: Plan, number: int, judged: pl.DataFrame, files: pl.Series) -> pl.DataFrame:
    """Rows of EmailEvents with ``arrives``: first states, later states, and exact repeats."""
    draw, inbound = stream(plan.seed, "rows", number), pl.col("EmailDirection") == "Inbound"
    first = judged.select(
        *EVENT_COLUMNS,
        "DeliveryAction", "DeliveryLocation", "ThreatTypes", "DetectionMethods", "ConfidenceLevel", "EmailAction",
        "kind", "bad",
        "EmailActionPolicy", "AuthenticationDetails", "BulkComplaintLevel", "UserLevelAction", "UserLevelPolicy",
        "zap", "removed",
        Timestamp=times(judged["at"].to_numpy()),
        SenderMailFromAddress=pl.when(inbound).then("bounce@" + pl.col("domain")).otherwise("SenderFromAddress"),
        SenderMailFromDomain="domain", SenderFromDomain="domain",
        UrlCount=pl.col("urls").cast(pl.Int32), AttachmentCount=files.cast(pl.Int32),
        ReportId=pl.col("NetworkMessageId") + "-" + pl.col("turn").cast(pl.String) + "-1",
        arrives=pl.Series(judged["at"].to_numpy() + _lag(draw, judged.height)),
    )  # fmt: skip
    second = _later(draw, first)
    repeats = first.filter(pl.Series(draw.random(first.height) < rate("repeats")))
    late = repeats.with_columns(pl.col("arrives") + minutes(draw, 10, 1.0, repeats.height))
    return pl.concat([first, second, late], how="diagonal")


def removal_rows(events: pl.DataFrame) -> pl.DataFrame:
    """Rows of EmailPostDeliveryEvents, from the later states of EmailEvents."""
    gone = (
        events.filter(pl.col("zap").is_not_null() & (pl.col("AdditionalFields") != ""))
        if "AdditionalFields" in events.columns
        else events.clear()
    )
    spam, malware = pl.col("ThreatTypes") == "Spam", pl.col("ThreatTypes") == "Malware"
    worked = pl.col("removed")
    return gone.select(
        "NetworkMessageId", "InternetMessageId", "RecipientEmailAddress", "ThreatTypes", "DetectionMethods",
        Timestamp=pl.Series(times(gone["zap"].to_numpy())),
        Action=either(spam, "Moved to junk folder", "Moved to quarantine"),
        ActionType=pl.when(spam).then(pl.lit("Spam ZAP")).otherwise(either(malware, "Malware ZAP", "Phish ZAP")),
        ActionTrigger=pl.lit("SpecialAction"),
        ActionResult=either(worked, "Success", "Error"),
        SourceLocation="DeliveryLocation",
        DeliveryLocation=pl.when(worked).then(pl.when(spam).then(pl.lit(JUNK)).otherwise(pl.lit(QUARANTINE))).otherwise("DeliveryLocation"),
        ReportId=pl.col("ReportId") + "-zap",
        arrives=pl.col("zap") + 60_000_000,
    )  # fmt: skip


def _lag(draw: np.random.Generator, count: int) -> Ints:
    """How long after the event its row comes: a minute or two, and for some more than an hour."""
    usual = draw.uniform(20, 150, count) * 1e6
    late = draw.random(count) < rate("late")
    return np.where(late, (3_650 + draw.exponential(7_000, count).clip(0, 80_000)) * 1e6, usual).astype(np.int64)


def _later(draw: np.random.Generator, first: pl.DataFrame) -> pl.DataFrame:
    """Second rows: of what is removed, and of some spam whose grade rises."""
    tried = pl.col("zap").is_not_null()
    spam = (pl.col("kind") == SPAM) & ~tried & (pl.col("ThreatTypes") != "")
    raised = spam & pl.Series(draw.random(first.height) < _raised_share())
    chosen = first.filter(tried | raised)
    worked = chosen["removed"].to_numpy()
    kinds, tried_ = chosen["kind"].to_list(), chosen["zap"].is_not_null().to_list()
    verdicts = pl.DataFrame(
        [_verdict(kind, zapped=zapped) for kind, zapped in zip(kinds, tried_, strict=True)],
        schema=_VERDICT,
        orient="row",
    )
    to = pl.when(pl.col("kind") == SPAM).then(pl.lit(JUNK)).otherwise(pl.lit(QUARANTINE))
    moved = pl.Series(worked)
    return chosen.with_columns(verdicts.get_columns()).with_columns(
        LatestDeliveryLocation=pl.when(moved).then(to).otherwise("DeliveryLocation"),
        LatestDeliveryAction=pl.when(moved).then(pl.lit("Moved")).otherwise("DeliveryAction"),
        AdditionalFields=pl.lit('{"VerdictChanged":true}'),
        arrives=pl.when(tried)
        .then(pl.col("zap") + 90_000_000)
        .otherwise(pl.col("arrives") + minutes(draw, 25, 1.0, chosen.height)),
    )


_VERDICT = {"ThreatTypes": pl.String, "DetectionMethods": pl.String, "ConfidenceLevel": pl.String}


def _verdict(kind: str, *, zapped: bool) -> tuple[str, str, str]:
    if kind == SPAM:
        return "Spam", '{"Spam":["Fingerprint matching"]}', '{"Spam":"9"}' if not zapped else '{"Spam":"5"}'
    threat = "Malware" if kind == "file" else "Phish"
    return (
        threat,
        json.dumps({threat: [_PHISH[kind]]}, separators=(",", ":")),
        json.dumps({threat: "High"}, separators=(",", ":")),
    )


def _raised_share() -> float:
    """Of judged spam, what share is judged again, so that with removals it is the declared share of all rows."""
    unwanted = mix("direction").shares["Inbound"] * rate("unwanted")
    removed = (
        unwanted * rate("malicious") * mix("phish").shares[INBOX] * rate("zap_tried")
        + unwanted * mix("spam").shares[INBOX] * _SPAM_ZAP
    )
    return (rate("second_rows") - removed) / (unwanted * (1 - rate("malicious")) * (1 - mix("spam").shares[INBOX]))


_SPAM_ZAP = 0.5


def _removals(draw: np.random.Generator, whole: pl.DataFrame) -> list[pl.Series]:
    count = whole.height
    inside = (whole["DeliveryLocation"] == INBOX).to_numpy()
    spam = (whole["kind"] == SPAM).to_numpy()
    share = np.where(whole["bad"].to_numpy(), rate("zap_tried"), np.where(spam, _SPAM_ZAP, 0.0))
    tried = inside & (draw.random(count) < share)
    when = whole["at"].to_numpy() + minutes(draw, rate("zap_median"), rate("zap_sigma"), count)
    works = tried & (draw.random(count) < np.where(spam, 1.0, rate("zap_success")))
    zap = pl.select(pl.when(pl.Series(tried)).then(pl.Series(when)).otherwise(None)).to_series().alias("zap")
    return [zap, pl.Series("removed", works)]


_FAMILY_OF = {NEWSLETTER: 1, SPAM: 2, "credentials": 3, "link": 3, "advance fee": 3, "file": 4}
_PLACES = (INBOX, JUNK, QUARANTINE, "Dropped", "Failed", EXTERNAL)


def _places(draw: np.random.Generator, family: Ints, out: Flags) -> Ints:
    place = np.zeros(len(family), np.int64)
    for at, name in enumerate(FAMILIES):
        each: Mix = mix("phish" if name == "file" else name)
        mine = np.flatnonzero(family == at)
        numbers = np.array([_PLACES.index(where) for where in each.names])
        place[mine] = numbers[picked(draw, each, len(mine))]
    return np.where(out & (place <= 1), _PLACES.index(EXTERNAL), place)


@cache
def _outcomes() -> pl.DataFrame:
    """The columns of each family and place."""
    return pl.DataFrame([_outcome(family, place) for family in FAMILIES for place in _PLACES])


def _outcome(family: str, place: str) -> dict[str, str]:
    threat, method, level, policy = {
        "clean": ("", "", "", ""),
        "bulk": ("Spam", "Advanced filter", "5", "Antispam bulk mail"),
        "spam": ("Spam", "Advanced filter", "9" if place == QUARANTINE else "5", "Antispam"),
        "phish": ("Phish", "URL malicious reputation", "High" if place == QUARANTINE else "Low", "Antispam phishing"),
        "file": ("Malware", "File detonation", "High", "Antimalware"),
    }[family]
    seen = bool(threat) and place in (JUNK, QUARANTINE)
    blocked = family == "clean" and place == JUNK
    return {
        "DeliveryAction": _ACTIONS.get(place, "Blocked"),
        "DeliveryLocation": place,
        "ThreatTypes": threat if seen else "",
        "DetectionMethods": json.dumps({threat: [method]}, separators=(",", ":")) if seen else "",
        "ConfidenceLevel": json.dumps({threat: level}, separators=(",", ":")) if seen else "",
        "EmailAction": _WORDS.get(place, "No action taken"),
        "EmailActionPolicy": policy if seen else "Enterprise Transport Rules (ETR)" if place == "Dropped" else "",
        "UserLevelAction": "Block" if blocked else "",
        "UserLevelPolicy": "Blocked sender" if blocked else "",
    }


def _bulk(draw: np.random.Generator, family: Ints) -> Ints:
    low = np.array([0, 4, 1, 0, 0])[family]
    high = np.array([1, 8, 4, 1, 1])[family]
    grade: Ints = (low + draw.random(len(family)) * (high - low)).astype(np.int64)
    return grade


def _authentication(draw: np.random.Generator, family: Ints, inbound: Flags) -> pl.Series:
    """Results as JSON text: good for wanted mail, as counted for unwanted, none inside."""
    texts, weights = _results()
    bad = np.flatnonzero(inbound & (family >= FAMILIES.index("spam")))
    good = np.flatnonzero(inbound & (family < FAMILIES.index("spam")))
    code = np.zeros(len(family), np.int64)
    code[good] = 1 + weighted(draw, np.array([0.86, 0.06, 0.04, 0.04]), len(good))
    code[bad] = 5 + weighted(draw, np.array(weights), len(bad))
    return pl.Series(texts).gather(code)


@cache
def _results() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Texts, those of wanted mail first, and the weights of the others: apart but for what passes everything."""
    good = [
        ("pass", "pass", "pass"),
        ("pass", "none", "bestguesspass"),
        ("pass", "none", "none"),
        ("softfail", "pass", "pass"),
    ]
    rest = 1 - rate("all_pass")
    shares = [
        {
            name: (share - rate("all_pass") * (name == "pass")) / rest
            for name, share in zip(each.names, each.weights, strict=True)
        }
        for each in map(mix, ("spf", "dkim", "dmarc"))
    ]
    every = [
        (spf, dkim, dmarc, a * b * c * rest)
        for spf, a in shares[0].items()
        for dkim, b in shares[1].items()
        for dmarc, c in shares[2].items()
    ]
    texts = (
        [_result(*each) for each in good] + [_result("pass", "pass", "pass")] + [_result(*each[:3]) for each in every]
    )
    return ("", *texts), (rate("all_pass"), *(each[3] for each in every))


def _result(spf: str, dkim: str, dmarc: str) -> str:
    trusted = "pass" in (dmarc, dkim) or (spf == "pass" and dmarc != "fail")
    return json.dumps(
        {"SPF": spf, "DKIM": dkim, "DMARC": dmarc, "CompAuth": "pass" if trusted else "fail"}, separators=(",", ":")
    )
