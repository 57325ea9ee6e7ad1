"""How a step shows what it found: short frames of text in which nothing hides."""

from collections.abc import Sequence

import polars as pl

from workbench.analysis.verdict import Verdict, groups
from workbench.base.render import visible
from workbench.base.text.links import unlinked

UNKNOWN_PLACE = "not known"
_EVENTS = pl.Schema(
    {"Timestamp": pl.Datetime("us", "UTC"), "Who": pl.String(), "What": pl.String(), "Result": pl.String()}
)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 message``, ``2,000 messages``."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def listed(values: Sequence[str], most: int) -> str:
    """The first of a list, and how many more there are."""
    more = f", and {len(values) - most:,} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more


def pairs(values: dict[str, str]) -> pl.DataFrame:
    """Names and what was found, one a row."""
    return pl.DataFrame(list(values.items()), schema=["What", "Found"], orient="row")


def readable(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows for people: times to the second, nothing hidden, nothing that becomes a link."""
    shown = [
        pl.col(name).map_elements(_shown, return_dtype=pl.String)
        if kind == pl.String
        else pl.col(name).dt.truncate("1s")
        for name, kind in rows.schema.items()
        if kind == pl.String or isinstance(kind, pl.Datetime)
    ]
    return rows.with_columns(shown)


def _shown(text: str) -> str:
    return unlinked(visible(text))


def events(taken: pl.DataFrame | None, reported: pl.DataFrame | None) -> pl.DataFrame:
    """Removals and reports in one list, oldest first."""
    frames = [pl.DataFrame(schema=_EVENTS)]
    if taken is not None:
        frames.append(taken.select("Timestamp", Who="RecipientEmailAddress", What="ActionType", Result="ActionResult"))
    if reported is not None:
        frames.append(reported.select("Timestamp", Who="Reporter", What=pl.lit("Reported by user"), Result="Kind"))
    return pl.concat(frames).sort("Timestamp")


def alike(found: pl.DataFrame, copies: pl.DataFrame) -> pl.DataFrame:
    """Similar mail with sender and subject, similarity in per cent."""
    named = copies.unique("NetworkMessageId", keep="first", maintain_order=True)
    share = pl.format("{} %", (pl.col("Similarity") * 100).round().cast(pl.Int64)).fill_null("")
    return (
        found.with_columns(Similarity=share)
        .join(named.select("NetworkMessageId", "SenderFromAddress", "Subject"), on="NetworkMessageId", how="left")
        .select("Timestamp", "How", "Similarity", "SenderFromAddress", "Subject", "NetworkMessageId")
    )


def places(copies: pl.DataFrame) -> pl.DataFrame:
    """Copies per recipient; a place that no row tells is said to be unknown, not left blank."""
    known = [
        pl.when(pl.col(name) == "").then(pl.lit(UNKNOWN_PLACE)).otherwise(name).alias(name)
        for name in ("DeliveryLocation", "LocationNow")
    ]
    columns = ("RecipientEmailAddress", "Subject", "DeliveryLocation", "LocationNow", "MovedBy")
    return copies.with_columns(known).select(columns)


def reasons(verdict: Verdict) -> pl.DataFrame:
    """The verdict, then what speaks for and against it, strongest first, each group with its cap."""
    caps = {group.name: f"{group.title} ({_cap(group.low, group.high)})" for group in groups().values()}
    rows = [("Verdict", f"{verdict.shown}{f': {verdict.rule}' if verdict.rule else ''}", round(verdict.score))]
    rows += [(caps[each.group], each.outcome.why, round(each.points)) for each in verdict.reasons]
    return pl.DataFrame(rows, schema={"Group": pl.String, "Why": pl.String, "Points": pl.Int64}, orient="row")


def _cap(low: float, high: float) -> str:
    return f"at most {high:.0f}" if not low else f"{low:.0f} to +{high:.0f}"
