"""Mail telemetry made up for measuring: four tables in folders by day, the same rows for the same seed.

Rows have the shape of a real tenant where that matters to an engine: working hours, a few senders that write most of
the mail, campaigns that share a subject, a link and a file, threats in one mail of twenty, random ids that do not
compress. ``generate`` also picks what the questions ask about: one message, one recipient, one link and one file.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from bench.columns import attachments, clicks, events, urls

FIRST_DAY = date(2025, 3, 3)
ROW_GROUP = 65_536
WEEKEND = 0.35
"""Mail of a day at the weekend, as a share of a working day."""


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

_WORDS = """project status meeting budget review invoice payment order shipment contract renewal security update
account statement report agenda travel booking offer survey feedback training policy holiday release ticket password
request approval signature document folder scan voicemail delivery notice parcel tax refund payroll"""


def generate(folder: Path, rows: int, *, days: int = 30, seed: int = 7) -> Marks:
    """Write the tables below a folder and say what to ask for; a folder that holds the same already is left alone."""
    asked = {"rows": rows, "days": days, "seed": seed}
    note = folder / "meta.json"
    if note.exists() and (known := json.loads(note.read_text("utf-8")))["asked"] == asked:
        return Marks(**known["marks"])
    cast = Cast(rows / days, days, seed)
    picked: Marks | None = None
    for number, size in enumerate(day_sizes(rows, days)):
        made = day(cast, number, size)
        if number == days // 2:
            picked = _marks(made, days)
        for name, frame in made.items():
            _write(frame, folder / name / f"Date={FIRST_DAY + timedelta(days=number)}" / "part-0.parquet")
    assert picked is not None
    note.write_text(json.dumps({"asked": asked, "marks": asdict(picked)}, indent=1), "utf-8")
    return picked


def day_sizes(rows: int, days: int) -> list[int]:
    """Rows of each day; they add up to ``rows``."""
    weights = [1.0 if (FIRST_DAY + timedelta(days=number)).weekday() < 5 else WEEKEND for number in range(days)]
    sizes = [int(rows * weight / sum(weights)) for weight in weights]
    return [sizes[0] + rows - sum(sizes), *sizes[1:]]


class Cast:
    """Who writes to whom about what, for all days: pools that rows are drawn from."""

    def __init__(self, per_day: float, days: int, seed: int) -> None:
        self.seed, self.days = seed, days
        draw = np.random.default_rng([seed, 999])
        self.mailboxes = _numbered("person", int(min(100_000, max(200, per_day / 40))), "@contoso.example")
        self.domains = _numbered("partner", 10_000, ".example")
        home = skewed(draw, 100_000, self.domains.len())
        local = pl.Series(np.arange(100_000)).cast(pl.String)
        self.senders = "sender" + local + "@" + self.domains.gather(home)
        self.sender_domains = self.domains.gather(home)
        self.subjects = _subjects(draw, 80_000)
        self.files = hexes(draw, 10_000, 64)
        self.campaigns = _campaigns(draw, days)


def day(cast: Cast, number: int, rows: int) -> Tables:
    """All tables of one day, in order of time."""
    draw = np.random.default_rng([cast.seed, number])
    live = cast.campaigns.filter((pl.col("first") <= number) & (pl.col("last") >= number))
    midnight = datetime.combine(FIRST_DAY + timedelta(days=number), datetime.min.time(), UTC)
    mails = _mails(cast, draw, live, midnight, rows)
    copies = _copies(cast, draw, mails, rows)
    links = urls(draw, mails, cast.domains)
    return {
        "EmailEvents": events(draw, copies),
        "EmailUrlInfo": links,
        "EmailAttachmentInfo": attachments(draw, mails, cast.files),
        "UrlClickEvents": clicks(draw, copies, links),
    }


def skewed(draw: np.random.Generator, count: int, size: int) -> np.ndarray:
    """Numbers below ``size``, small ones far more often."""
    return np.minimum(size ** draw.random(count), size - 1).astype(np.int64)


def hexes(draw: np.random.Generator, count: int, width: int) -> pl.Series:
    """Random hexadecimal texts."""
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[draw.integers(0, 16, (count, width), dtype=np.uint8)]
    return pl.Series(digits.view(f"S{width}").ravel()).cast(pl.String)


def _mails(cast: Cast, draw: np.random.Generator, live: pl.DataFrame, midnight: datetime, rows: int) -> pl.DataFrame:
    """One row a message, with all that its copies share. A campaign's mail carries its sender, subject and link."""
    copies = np.where(draw.random(rows) < 0.84, 1, 1 + draw.geometric(0.3, rows)).clip(1, 40)
    count = int(np.searchsorted(copies.cumsum(), rows)) + 1
    copies = copies[:count]
    copies[-1] -= copies.sum() - rows
    hours = np.array([2, 1, 1, 1, 1, 2, 4, 8, 14, 16, 15, 13, 11, 13, 14, 13, 11, 8, 6, 5, 4, 3, 3, 2], float)
    at = np.sort((draw.choice(24, count, p=hours / hours.sum()) + draw.random(count)) * 3.6e9).astype(np.int64)
    direction = draw.choice(3, count, p=[0.62, 0.22, 0.16])
    hit = (draw.random(count) < 0.055) & (direction == 0)
    weight = live["weight"].to_numpy()
    campaign = draw.choice(live.height, count, p=weight / weight.sum())
    sender = skewed(draw, count, cast.senders.len())
    kind = np.where(hit, live["kind"].to_numpy()[campaign], np.where(draw.random(count) < 0.08, 2, 3))
    frame = pl.DataFrame({"copies": copies, "at": at, "direction": direction, "hit": hit, "kind": kind})
    own = cast.mailboxes.gather(draw.integers(0, cast.mailboxes.len(), count))
    subject = skewed(draw, count, cast.subjects.len())
    return frame.with_columns(
        Timestamp=pl.lit(midnight).cast(pl.Datetime("us", "UTC")) + pl.duration(microseconds="at"),
        NetworkMessageId=_ids(draw, count),
        sender=pl.when("hit").then(live["sender"].gather(campaign)).otherwise(cast.senders.gather(sender)),
        own=own,
        Subject=pl.when("hit").then(live["subject"].gather(campaign)).otherwise(cast.subjects.gather(subject)),
        cluster=pl.when("hit").then(live["cluster"].gather(campaign)).otherwise(pl.Series(subject * 1_000_003 + 17)),
        net=pl.when("hit").then(live["net"].gather(campaign)).otherwise(pl.Series(sender % 60_000)),
        link=pl.when("hit").then(live["link"].gather(campaign)),
        file=pl.when("hit").then(live["file"].gather(campaign)),
        serial=pl.Series(draw.integers(10_000, 999_999, count)),
    )


def _copies(cast: Cast, draw: np.random.Generator, mails: pl.DataFrame, rows: int) -> pl.DataFrame:
    """One row a message and recipient; the recipients of one message differ."""
    each = mails["copies"].to_numpy()
    source = np.repeat(np.arange(mails.height), each)
    turn = np.arange(rows) - np.repeat(each.cumsum() - each, each)
    base = (draw.beta(0.9, 2.2, mails.height) * cast.mailboxes.len()).astype(np.int64)[source]
    outside = skewed(draw, mails.height, cast.senders.len())[source]
    return mails[source].with_columns(
        inside=cast.mailboxes.gather((base + turn) % cast.mailboxes.len()),
        outside=cast.senders.gather((outside + turn) % cast.senders.len()),
    )


def _campaigns(draw: np.random.Generator, days: int) -> pl.DataFrame:
    """Twenty new ones a day, and first of all the one that the questions look for, which goes on every day."""
    count = days * 20 + 1
    first = draw.integers(-3, days, count)
    numbered = pl.DataFrame({"n": np.arange(count), "first": first, "last": first + draw.integers(0, 5, count)})
    planted = pl.col("n") == 0
    made = numbered.with_columns(
        first=pl.when(planted).then(0).otherwise("first"),
        last=pl.when(planted).then(days).otherwise("last"),
        kind=pl.when(planted).then(0).otherwise(pl.Series(draw.choice(3, count, p=[0.6, 0.08, 0.32]))),
        weight=pl.when(planted).then(40.0).otherwise(pl.Series(draw.pareto(1.1, count) + 1)),
        cluster=pl.col("n") + 7_000_000_000_000,
        net=pl.when(planted).then(0).otherwise(pl.col("n") * 7 % 60_000 + 100_000),
        subject=pl.when(planted)
        .then(pl.lit("Urgent invoice payment overdue"))
        .otherwise(pl.concat_str(_subjects(draw, count), pl.lit(" now"))),
    )
    name = pl.col("n").cast(pl.String)
    return made.with_columns(
        sender=pl.concat_str(pl.lit("notice@pay-portal"), name, pl.lit(".test")),
        link=pl.concat_str(pl.lit("login-portal"), name, pl.lit(".test")),
        file=9_999 - pl.col("n") % 10_000,
    )


def _subjects(draw: np.random.Generator, count: int) -> pl.Series:
    words = pl.Series(_WORDS.split())
    chosen = [words.gather(draw.integers(0, words.len(), count)) for _ in range(4)]
    return chosen[0].str.to_titlecase() + " " + chosen[1] + " " + chosen[2] + " " + chosen[3]


def _ids(draw: np.random.Generator, count: int) -> pl.Series:
    digits = hexes(draw, count, 32)
    parts = [digits.str.slice(start, length) for start, length in ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))]
    return parts[0] + "-" + parts[1] + "-" + parts[2] + "-" + parts[3] + "-" + parts[4]


def _numbered(word: str, count: int, end: str) -> pl.Series:
    return word + pl.Series(np.arange(count)).cast(pl.String) + end


def _marks(made: Tables, days: int) -> Marks:
    """The busiest recipient but two, a message of the planted campaign, its link, and the bad file sent most often."""
    mails, files = made["EmailEvents"], made["EmailAttachmentInfo"]
    planted = mails.filter(pl.col("SenderFromDomain") == "pay-portal0.test")
    inbound = mails.filter(pl.col("EmailDirection") == "Inbound")
    bad = files.filter(pl.col("ThreatTypes") == "Malware")
    last = FIRST_DAY + timedelta(days=days - 1)
    return Marks(
        first=str(FIRST_DAY),
        last=str(last),
        d7=str(last - timedelta(days=6)),
        nmid=planted["NetworkMessageId"][0],
        rcpt=_commonest(inbound["RecipientEmailAddress"])[2],
        url="login-portal0.test",
        sha=_commonest((files if bad.is_empty() else bad)["SHA256"])[0],
        ip="185.220.",
    )


def _commonest(values: pl.Series) -> pl.Series:
    name = values.name
    return values.value_counts().sort("count", name, descending=[True, False])[name]


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="zstd", compression_level=3, row_group_size=ROW_GROUP)
