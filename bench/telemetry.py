"""Mail for measuring: four tables of the demo organisation in folders by day, the same rows for the same seed.

Rows have the shape of a real tenant where that matters to an engine; see docs/demo.md. Here each copy of a message has
one row, in its latest state, with every column filled in that an export has. ``generate`` also picks what the questions
ask about: one message, one recipient, one link and one file.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.clicks import click_rows
from workbench.apps.demo.plan import Plan
from workbench.apps.demo.slices import ARRIVES, Mails, mails_of
from workbench.events.tables import table

FIRST_DAY = date(2025, 3, 3)
ROW_GROUP = 65_536
_MAKER = "demo 3"
"""Changes when the rows do, so that what lies there from before is made anew."""

_IN_HINDSIGHT = 12
"""One in so many delivered mails from outside counts as phish here, far more than in a real tenant: the questions
about delivered attacks are to find thousands in a million rows, and some of them clicked on."""

_UNDECLARED = (
    "RecipientDomain",
    "EmailSize",
    "IsFirstContact",
    "ExchangeTransportRule",
    "ForwardingInformation",
    "Context",
)
"""Columns that exports of a year have and the public schema has not."""


@dataclass(frozen=True)
class Marks:
    """What the questions ask about, under the names they use."""

    first: str
    last: str
    d7: str
    nmid: str
    rcpt: str
    url: str
    sha: str
    ip: str


Tables = dict[str, pl.DataFrame]


def generate(folder: Path, rows: int, *, days: int = 30, seed: int = 7) -> Marks:
    """Write the tables below a folder and say what to ask for; a folder that holds the same already is left alone.

    There are as many rows of EmailEvents as asked for, give or take a few that rounding costs.
    """
    asked = {"rows": rows, "days": days, "seed": seed, "maker": _MAKER}
    note = folder / "meta.json"
    if note.exists() and (known := json.loads(note.read_text("utf-8")))["asked"] == asked:
        return Marks(**known["marks"])
    cast = Cast(plan_of(rows, days, seed))
    picked: Marks | None = None
    for number in range(days):
        made = day(cast, number)
        if number == days // 2:
            picked = _marks(made, days)
        for name, frame in made.items():
            _write(frame, folder / name / f"Date={FIRST_DAY + timedelta(days=number)}" / "part-0.parquet")
    assert picked is not None
    note.write_text(json.dumps({"asked": asked, "marks": asdict(picked)}, indent=1), "utf-8")
    return picked


def plan_of(rows: int, days: int, seed: int = 7) -> Plan:
    """So many rows of EmailEvents in so many days from the first on."""
    return Plan(seed, rows, days, datetime.combine(FIRST_DAY + timedelta(days=days), datetime.min.time(), UTC))


def day(cast: Cast, number: int) -> Tables:
    """All tables of one day, in order of time."""
    parts = range(number * cast.plan.parts, (number + 1) * cast.plan.parts)
    made = [_tables(cast, part) for part in parts]
    return {name: pl.concat([each[name] for each in made], how="vertical").sort("Timestamp") for name in made[0]}


def _tables(cast: Cast, number: int) -> Tables:
    mails = mails_of(cast, number)
    clicks = click_rows(cast, number, mails.judged, mails.urls)
    end = pl.lit(cast.plan.span(number)[1]).cast(pl.Datetime("us", "UTC")) - pl.duration(milliseconds=1)
    return {
        "EmailEvents": _events(mails),
        "EmailUrlInfo": mails.urls.drop("message", ARRIVES),
        "EmailAttachmentInfo": mails.files.drop(ARRIVES),
        "UrlClickEvents": clicks.drop("message", "turn", "bad", ARRIVES).with_columns(
            pl.min_horizontal("Timestamp", end)
        ),
    }


def _events(mails: Mails) -> pl.DataFrame:
    """The latest state of each copy: the columns of the table, and those that exports have besides."""
    ordered = mails.events.with_columns(later=pl.col("AdditionalFields").is_not_null()).sort(
        "later", maintain_order=True
    )
    latest = ordered.unique(["NetworkMessageId", "RecipientEmailAddress"], keep="last", maintain_order=True)
    kinds = {name: pl.Int64 if kind == "long" else pl.String for name, kind in table("EmailEvents").types.items()}
    bare = [pl.lit(None, kind).alias(name) for name, kind in kinds.items() if name not in latest.columns]
    size = 15_000 + pl.col("EmailClusterId") % 90_000
    phish = (
        (pl.col("EmailDirection") == "Inbound")
        & (pl.col("DeliveryAction") == "Delivered")
        & (pl.col("EmailClusterId") % _IN_HINDSIGHT == 0)
    )
    return (
        latest.with_columns(
            *bare,
            ThreatTypes=pl.when(phish).then(pl.lit("Phish")).otherwise("ThreatTypes"),
            LatestDeliveryLocation=pl.col("LatestDeliveryLocation").fill_null(pl.col("DeliveryLocation")),
            LatestDeliveryAction=pl.col("LatestDeliveryAction").fill_null(pl.col("DeliveryAction")),
            RecipientDomain=pl.col("RecipientEmailAddress").str.split("@").list.last(),
            EmailSize=size.cast(pl.Int32),
            IsFirstContact=pl.col("bad"),
            **{name: pl.lit("") for name in _UNDECLARED[3:]},
        )
        .select(pl.col(*table("EmailEvents").types, *_UNDECLARED))
        .with_columns(pl.col(pl.String).fill_null(""))
    )


def _marks(made: Tables, days: int) -> Marks:
    """The busiest recipient but two, a message of the busiest campaign, its link, and the file sent most often."""
    mails, files = made["EmailEvents"], made["EmailAttachmentInfo"]
    inbound = mails.filter(pl.col("EmailDirection") == "Inbound")
    lure = _commonest(made["EmailUrlInfo"].filter(pl.col("UrlDomain").str.starts_with("login."))["UrlDomain"])[0]
    planted = mails.filter(pl.col("SenderFromDomain") == lure.removeprefix("login."))
    bad = files.filter(pl.col("ThreatTypes") == "Malware")
    last = FIRST_DAY + timedelta(days=days - 1)
    return Marks(
        first=str(FIRST_DAY),
        last=str(last),
        d7=str(last - timedelta(days=6)),
        nmid=planted["NetworkMessageId"][0],
        rcpt=_commonest(inbound["RecipientEmailAddress"])[2],
        url=lure,
        sha=_commonest((files if bad.is_empty() else bad)["SHA256"])[0],
        ip="198.51.",
    )


def _commonest(values: pl.Series) -> pl.Series:
    name = values.name
    return values.value_counts().sort("count", name, descending=[True, False])[name]


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="zstd", compression_level=3, row_group_size=ROW_GROUP)
