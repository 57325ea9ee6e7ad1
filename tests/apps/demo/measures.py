"""What a build comes to, parameter by parameter: the figures that tests hold against the declared ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

import numpy as np
import orjson
import polars as pl

from workbench.apps.demo import parameters
from workbench.apps.demo.campaigns import KINDS
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.delivery import INBOX, JUNK
from workbench.apps.demo.phrases import ANSWERS, FORWARDS, PREFIXED
from workbench.apps.demo.plan import Plan, planned
from workbench.apps.demo.slices import mails_of, rows_of

ATTACKS = KINDS[:-1]


@dataclass(frozen=True)
class Whole:
    """All slices of a build, as the generators make them: before the store folds what comes twice."""

    plan: Plan
    copies: pl.DataFrame
    events: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]

    @cached_property
    def inbound(self) -> pl.DataFrame:
        return self.copies.filter(pl.col("EmailDirection") == "Inbound")

    @cached_property
    def attacks(self) -> pl.DataFrame:
        return self.copies.filter("bad")

    @cached_property
    def delivered(self) -> pl.DataFrame:
        return self.attacks.filter(pl.col("DeliveryLocation") == INBOX)

    @cached_property
    def sent(self) -> pl.DataFrame:
        return self.copies.unique("NetworkMessageId", keep="first", maintain_order=True)

    def of(self, kind: str) -> pl.DataFrame:
        return self.copies.filter(pl.col("kind") == kind)


def whole(plan: Plan) -> Whole:
    cast = Cast(plan)
    mails = [mails_of(cast, number) for number in range(plan.slices)]
    made = [rows_of(cast, number, each) for number, each in enumerate(mails)]
    names = sorted({name for each in made for name in each})
    tables = {name: pl.concat([each[name] for each in made if name in each], how="diagonal_relaxed") for name in names}
    return Whole(
        plan,
        pl.concat([each.judged for each in mails], how="diagonal_relaxed"),
        pl.concat([each.events for each in mails], how="diagonal_relaxed"),
        tables,
    )


def share(of: pl.Series, value: object) -> float:
    return float((of == value).sum()) / max(1, of.len())


def shares(of: pl.Series) -> dict[str, float]:
    return {str(name): count / of.len() for name, count in of.value_counts().iter_rows()}


def _by_person(w: Whole) -> pl.Series:
    """Inbound mail by person, of those who get enough of it for a logarithm to mean something."""
    return w.inbound.group_by("person").len()["len"]


def _day(w: Whole, *, unwanted: bool, rest: bool) -> float:
    """Mails of a full day at the weekend or in the week, on the average."""
    day = pl.from_epoch(pl.col("at"), time_unit="us").dt.date()
    mine = w.copies.filter(pl.col("kind").is_in(KINDS) == unwanted).with_columns(day=day)
    counted = (
        mine.group_by("day")
        .len()
        .filter(
            pl.col("day").is_between(w.plan.begin.date() + timedelta(days=1), w.plan.end.date() - timedelta(days=1))
        )
    )
    return float(counted.filter((pl.col("day").dt.weekday() >= 6) == rest)["len"].mean())


def _delay(w: Whole) -> np.ndarray:
    tried = w.copies.filter(pl.col("zap").is_not_null())
    return np.log((tried["zap"] - tried["at"]).to_numpy() / 60e6)


def _zipf(w: Whole) -> float:
    known = w.inbound.filter(pl.col("domain").is_in(Cast(w.plan).outside.domains.to_list()))
    counts = known["domain"].value_counts(sort=True)["count"].to_numpy()[:60]
    return float(-np.polyfit(np.log(np.arange(1, len(counts) + 1)), np.log(counts), 1)[0])


def _first_contact(w: Whole) -> float:
    outside = Cast(w.plan).outside
    known = pl.concat([outside.addresses, "news@" + outside.newsletters]).implode()
    return _mean(w.inbound["SenderFromAddress"].is_first_distinct() & ~w.inbound["SenderFromAddress"].is_in(known))


def _singles(w: Whole) -> float:
    return float((w.copies.filter(pl.col("kind").is_in(KINDS))["EmailClusterId"] > 4_000_000_000).mean())


def _mean(values: pl.Series) -> float:
    return float(values.mean() or 0)


def _results(w: Whole, name: str) -> dict[str, float]:
    return shares(
        w.attacks["AuthenticationDetails"].map_elements(lambda text: orjson.loads(text)[name], return_dtype=pl.String)
    )


def _all_pass(w: Whole) -> float:
    return share(w.attacks["AuthenticationDetails"], '{"SPF":"pass","DKIM":"pass","DMARC":"pass","CompAuth":"pass"}')


def _reports(w: Whole) -> pl.DataFrame:
    return w.tables["WorkbenchSubmissions"].filter(pl.col("State") == "UserSubmissionTriage")


def _mail_per_day(_: Whole) -> float:
    """Where the mail is enough for its people: by the plan alone."""
    large = planned(1, 2_000_000, 5)
    return large.mails * 0.83 / large.people / 4.1 if (large.end.weekday() == 4) else 0.0


def _ham_clicks(w: Whole) -> float:
    seen = w.inbound.filter(
        (pl.col("DeliveryLocation") == INBOX) & ~pl.col("bad") & (pl.col("urls") > 0) & (pl.col("kind") != "spam")
    )
    return _clicks_on(w, seen).height / seen.height


def _clicks_on(w: Whole, seen: pl.DataFrame) -> pl.DataFrame:
    """The clicks on some mails, each once: a row of the block page and one of going past it are of one click."""
    mine = w.tables["UrlClickEvents"].filter(pl.col("NetworkMessageId").is_in(seen["NetworkMessageId"].implode()))
    return mine.unique("ReportId", keep="first", maintain_order=True)


def _junked(w: Whole) -> pl.DataFrame:
    junk = pl.col("DeliveryLocation") == JUNK
    return w.inbound.filter(junk & pl.col("kind").is_in(KINDS) & (pl.col("urls") > 0))


def _wanted_clicks(w: Whole) -> pl.Series:
    return _clicks_on(w, w.inbound.filter(~pl.col("kind").is_in(KINDS)))["ActionType"]


def _gone_on(w: Whole) -> float:
    pages = w.tables["UrlClickEvents"].filter(pl.col("ActionType") == "ClickBlocked").group_by("ReportId").agg(
        pl.col("IsClickedThrough").any()
    )  # fmt: skip
    return _mean(pages["IsClickedThrough"])


def _clicked(w: Whole, *, good: bool) -> float:
    seen = w.delivered.filter((pl.col("urls") > 0) & (pl.col("good") == good))
    return float(seen["NetworkMessageId"].is_in(w.tables["UrlClickEvents"]["NetworkMessageId"].implode()).mean())


def _opening(w: Whole) -> float:
    clicks = w.tables["UrlClickEvents"].join(
        w.copies.unique("NetworkMessageId").select("NetworkMessageId", "at"), on="NetworkMessageId"
    )
    return float(np.median((clicks["Timestamp"].dt.epoch("us") - clicks["at"]).to_numpy()) / 60e6)


def _report_time(w: Whole) -> float:
    made = w.tables["WorkbenchSubmissions"].filter(pl.col("State") == "UserSubmission")
    return _mean_log((made["Timestamp"] - made["MessageTime"]).dt.total_microseconds() / 60e6)


def _mean_log(values: pl.Series) -> float:
    return float(np.exp(np.log(values.to_numpy()).mean()))


def _letters(w: Whole) -> pl.Series:
    return w.sent.filter(pl.col("kind") == "personal")["Subject"]


def _came_before(subjects: pl.Series) -> float:
    return 1 - subjects.n_unique() / subjects.len()


_PREFIXES = {**dict.fromkeys(ANSWERS.values(), "thread"), **dict.fromkeys(FORWARDS.values(), "forward")}

RATES: Mapping[str, Callable[[Whole], float]] = {
    "mail_per_day": _mail_per_day,
    "mail_sigma": lambda w: float(np.log(_by_person(w).to_numpy()).std()),
    "weekend": lambda w: _day(w, unwanted=False, rest=True) / _day(w, unwanted=False, rest=False),
    "phish_weekend": lambda w: _day(w, unwanted=True, rest=True) / _day(w, unwanted=True, rest=False),
    "unwanted": lambda w: _mean(w.inbound["kind"].is_in(KINDS)),
    "malicious": lambda w: w.attacks.height / w.copies.filter(pl.col("kind").is_in(KINDS)).height,
    "newsletters": lambda w: w.of("newsletter").height / w.inbound.filter(~pl.col("kind").is_in(KINDS)).height,
    "zap_tried": lambda w: _mean(w.delivered["zap"].is_not_null()),
    "zap_success": lambda w: _mean(w.delivered.filter(pl.col("zap").is_not_null())["removed"]),
    "zap_median": lambda w: float(np.exp(np.median(_delay(w)))),
    "zap_sigma": lambda w: float(_delay(w).std()),
    "open_median": _opening,
    "click_dull": lambda w: _clicked(w, good=False),
    "click_good": lambda w: _clicked(w, good=True),
    "ham_clicks": _ham_clicks,
    "junk_clicks": lambda w: _clicks_on(w, _junked(w)).height / _junked(w).height,
    "junk_blocked": lambda w: share(_clicks_on(w, _junked(w))["ActionType"], "ClickBlocked"),
    "override": _gone_on,
    "policy_blocked": lambda w: share(_wanted_clicks(w), "ClickBlockedByTenantPolicy"),
    "scanned": lambda w: share(_wanted_clicks(w), "UrlScanInProgress"),
    "report_others": lambda w: _reports(w).filter(pl.col("Verdict") == "Phish").height / w.delivered.height,
    "report_median": _report_time,
    "reports_right": lambda w: share(_reports(w)["Verdict"], "Phish"),
    "reports_per_user": lambda w: float(
        _reports(w)["SubmitterUpn"].value_counts()["count"].quantile(0.9, "lower") or 0
    ),
    "zipf": _zipf,
    "first_contact": _first_contact,
    "single_mails": _singles,
    "all_pass": _all_pass,
    "repeats": lambda w: 1 - w.events.select(pl.exclude("arrives")).unique().height / w.events.height,
    "second_rows": lambda w: w.events.filter(pl.col("AdditionalFields").is_not_null()).height / w.copies.height,
    "late": lambda w: _mean(
        (w.events["arrives"] - w.events["Timestamp"].dt.epoch("us") > 3600e6).filter(
            w.events["AdditionalFields"].is_null()
        )
    ),
    "failed_sign_ins": lambda w: 1 - share(w.tables["SigninLogs"]["ResultType"], "0"),
    "subject_repeats": lambda w: _came_before(_letters(w).str.replace(PREFIXED, "")),
    "lure_repeats": lambda w: _came_before(w.copies.filter(pl.col("kind").is_in(KINDS))["Subject"]),
    "services": lambda w: share(w.tables["OfficeActivity"]["UserType"], "System"),
}

MIXES: Mapping[str, Callable[[Whole], Mapping[str, float]]] = {
    "direction": lambda w: shares(w.copies["EmailDirection"]),
    "attack": lambda w: shares(w.attacks["kind"]),
    "bad_files": lambda w: shares(
        w.tables["EmailAttachmentInfo"].filter(pl.col("ThreatTypes") == "Malware")["FileType"]
    ),
    "clean": lambda w: shares(
        w.copies.filter((pl.col("kind") == "personal") & (pl.col("EmailDirection") != "Outbound"))["DeliveryLocation"]
    ),
    "bulk": lambda w: shares(w.of("newsletter")["DeliveryLocation"]),
    "spam": lambda w: shares(w.of("spam")["DeliveryLocation"]),
    "phish": lambda w: shares(w.attacks["DeliveryLocation"]),
    "spf": lambda w: _results(w, "SPF"),
    "dkim": lambda w: _results(w, "DKIM"),
    "dmarc": lambda w: _results(w, "DMARC"),
    "languages_bad": lambda w: shares(
        w.copies.filter(pl.col("kind").is_in(KINDS)).unique("EmailClusterId")["EmailLanguage"]
    ),
    "languages": lambda w: shares(w.sent.filter(pl.col("kind") == "personal")["EmailLanguage"]),
    "failures": lambda w: shares(w.tables["SigninLogs"].filter(pl.col("ResultType") != "0")["ResultType"]),
    "repliers": lambda w: shares(
        _letters(w).str.extract(f"({PREFIXED})").replace_strict(_PREFIXES, default="personal")
    ),
}

SPREADS: Mapping[str, Callable[[Whole], pl.Series]] = {
    "urls_phish": lambda w: w.of("spam")["urls"],
    "urls_newsletter": lambda w: w.of("newsletter")["urls"],
    "urls_personal": lambda w: w.sent.filter(pl.col("kind") == "personal")["urls"],
}


RARE = frozenset(
    [
        "zap_tried",
        "zap_success",
        "zap_median",
        "zap_sigma",
        "open_median",
        "report_others",
        "report_median",
        "reports_right",
        "all_pass",
        "attack",
        "bad_files",
        "phish",
        "spf",
        "dkim",
        "dmarc",
        "click_good",
        "click_dull",
        "junk_clicks",
        "junk_blocked",
        "override",
        "policy_blocked",
        "scanned",
    ]
)
"""What is measured on a build that is nearly all attacks: in a usual one there are too few."""


def stormy() -> dict[str, Mapping[str, object]]:
    """Declarations under which most inbound mail is malicious and nothing else changes."""
    rates = dict(parameters.RATES)
    for name, value in (("unwanted", 0.6), ("malicious", 0.9)):
        rates[name] = replace(rates[name], value=value)
    mixes = {
        **parameters.MIXES,
        "direction": replace(
            parameters.MIXES["direction"], shares={"Intra-org": 0.05, "Inbound": 0.9, "Outbound": 0.05}
        ),
    }
    return {"RATES": rates, "MIXES": mixes}
