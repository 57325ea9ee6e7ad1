"""Campaigns of unwanted mail: one text over several domains and addresses, in a burst of two days or for months."""

from functools import cache

import numpy as np
import polars as pl

from workbench.apps.demo.draws import any_number, hexes, picked, stream, weighted
from workbench.apps.demo.parameters import mix, rate
from workbench.apps.demo.plan import Plan, micros
from workbench.apps.demo.subjects import Phrases, lures
from workbench.apps.demo.words import ADJECTIVES, NOUNS

SPAM = "spam"
KINDS = (*mix("attack").names, SPAM)
"""What unwanted mail wants; position is the number of the kind."""

_DAY = 86_400_000_000
_WEEKS = 13
_EACH = 9.5
"""Mails of a campaign on the average: 6,008 in 629 (counted)."""

_MOST = 1_000


def active(plan: Plan, kind: int, number: int) -> pl.DataFrame:
    """The campaigns of a kind that run while a slice lasts; never none."""
    low, high = (micros(edge) for edge in plan.span(number))
    week = (low - micros(plan.begin)) // (7 * _DAY)
    made = pl.concat([_week(plan, kind, each) for each in range(week - _WEEKS, week + 1)])
    running = made.filter((pl.col("first") < high) & (pl.col("last") > low))
    return running if running.height else made.tail(1)


def mails(plan: Plan, kind: str) -> float:
    """Unwanted mails of a kind in the build."""
    unwanted = plan.mails * mix("direction").shares["Inbound"] * rate("unwanted")
    if kind == SPAM:
        return unwanted * (1 - rate("malicious"))
    return unwanted * rate("malicious") * dict(zip(mix("attack").names, mix("attack").weights, strict=True))[kind]


@cache
def _week(plan: Plan, kind: int, week: int) -> pl.DataFrame:
    """The campaigns that begin in a week, counted from the beginning of the build."""
    weekly = mails(plan, KINDS[kind]) * 7 / plan.days
    count = int(np.clip(weekly * (1 - rate("single_mails")) / _EACH, 3, _MOST))
    draw = stream(plan.seed, f"campaigns/{KINDS[kind]}", week + 1000)
    first = micros(plan.begin) + week * 7 * _DAY + (draw.random(count) * 7 * _DAY).astype(np.int64)
    burst, size = draw.random(count) < rate("burst"), draw.pareto(1.1, count) + 1
    lasts = np.where(burst, draw.uniform(0.1, 2, count), draw.uniform(20, 90, count)) * _DAY
    language, subject = _texts(draw, kind, count)
    return pl.DataFrame(
        {
            "first": first,
            "last": first + lasts.astype(np.int64),
            "weight": size / np.where(burst, 1.0, 20.0),
            "subject": subject,
            "language": language,
            "name": _names(draw, count),
            "domains": (1 + draw.pareto(0.9, count) * size).clip(1, 82).astype(np.int64),
            "good": draw.random(count) < rate("good_lures"),
            "cluster": pl.Series(draw.integers(1_000_000_000, 4_000_000_000, count)),
            "net": draw.integers(0, 80_000_000, count),
            "file": draw.integers(0, 1 << 31, count),
        }
    )


def drawn(plan: Plan, kind: int, number: int, count: int) -> pl.DataFrame:
    """That many mails of a kind in a slice: a single is its own campaign."""
    draw = stream(plan.seed, f"unwanted/{KINDS[kind]}", number)
    running = active(plan, kind, number)
    rows = running[weighted(draw, running["weight"].to_numpy(), count)]
    single = pl.Series("single", draw.random(count) < rate("single_mails"))
    turn = pl.Series("turn", (draw.random(count) * rows["domains"].to_numpy()).astype(np.int64))
    language, subject = _texts(draw, kind, count)
    alone = pl.DataFrame(
        {
            "subject": subject,
            "language": language,
            "name": _names(draw, count),
            "cluster": pl.Series(draw.integers(4_000_000_001, 9_000_000_000_000, count)),
            "net": draw.integers(0, 80_000_000, count),
            "good": draw.random(count) < rate("good_lures"),
            "file": draw.integers(0, 1 << 31, count),
        }
    )
    chosen = [pl.when(single).then(alone[name]).otherwise(rows[name]).alias(name) for name in alone.columns]
    whole = pl.select(*chosen).with_columns(turn, single)
    tail = pl.when(pl.col("turn") > 0).then("-" + pl.col("turn").cast(pl.String)).otherwise(pl.lit(""))
    return whole.with_columns(domain=pl.col("name") + tail + ".test", net=pl.col("net") + pl.col("turn"))


def _texts(draw: np.random.Generator, kind: int, count: int) -> tuple[pl.Series, pl.Series]:
    """Languages, and subjects in them."""
    language = picked(draw, mix("languages_bad"), count)
    return pl.Series(mix("languages_bad").names).gather(language), _phrases(kind).filled(
        language, any_number(draw, count)
    )


@cache
def _phrases(kind: int) -> Phrases:
    return lures(mix("languages_bad").names, KINDS[kind])


def _names(draw: np.random.Generator, count: int) -> pl.Series:
    """Names of domains, hardly any of them twice."""
    one = pl.Series(ADJECTIVES).gather(draw.integers(0, len(ADJECTIVES), count))
    two = pl.Series(NOUNS).gather(draw.integers(0, len(NOUNS), count))
    return one + "-" + two + "-" + hexes(draw, count, 4)
