"""What messages hold: links and files. A link's host belongs to who sent it; files are known ones, or a campaign's."""

import numpy as np
import polars as pl

from workbench.apps.demo.campaigns import KINDS, SPAM
from workbench.apps.demo.cast import FILES, Cast
from workbench.apps.demo.draws import Flags, Ints, either, hexes, picked, stream, times
from workbench.apps.demo.mail import NEWSLETTER
from workbench.apps.demo.parameters import mix

_PATHS = ("view", "track", "docs", "news", "item", "open", "portal", "img")
_FAMILY = "Trojan.Demo/Loader"
_BAD_NAMES = ("Invoice", "Remittance", "PO", "Scan", "Contract", "Form")


def url_rows(cast: Cast, number: int, sent: pl.DataFrame) -> pl.DataFrame:
    """Rows of EmailUrlInfo with ``message``: where in ``sent`` it stands."""
    draw = stream(cast.plan.seed, "links", number)
    source = pl.Series(np.repeat(np.arange(sent.height), sent["urls"].to_numpy()))
    rows = sent.select("message", "at", "NetworkMessageId", "domain", "kind")[source]
    path = pl.Series(_PATHS).gather(draw.integers(0, len(_PATHS), rows.height))
    host = (
        pl.when(pl.col("kind").is_in([SPAM, *KINDS]))
        .then(pl.lit("login."))
        .when(pl.col("kind") == NEWSLETTER)
        .then(pl.lit("links."))
        .otherwise(pl.lit("www."))
    )
    named = rows.with_columns(UrlDomain=host + pl.col("domain"))
    ids = hexes(draw, rows.height, 12)
    return named.select(
        "message", "NetworkMessageId", "UrlDomain",
        Timestamp=times(rows["at"].to_numpy()),
        Url="https://" + pl.col("UrlDomain") + "/" + path + "/" + ids,
        UrlLocation=pl.lit("Body"),
        ReportId=pl.col("NetworkMessageId") + "-u",
        arrives=pl.col("at") + 60_000_000,
    )  # fmt: skip


def file_rows(cast: Cast, number: int, judged: pl.DataFrame) -> pl.DataFrame:
    """Rows of EmailAttachmentInfo for each copy of a message with a file."""
    held = judged.filter(pl.col("files") > 0)
    known = _known(cast, number, held)
    return held.select(
        "NetworkMessageId", "SenderFromAddress", "SenderDisplayName", "SenderObjectId", "RecipientEmailAddress",
        "RecipientObjectId",
        Timestamp=times(held["at"].to_numpy()),
        ThreatTypes=pl.when(pl.col("kind") == "file").then("ThreatTypes").otherwise(pl.lit("")),
        ThreatNames=either((pl.col("kind") == "file") & (pl.col("ThreatTypes") != ""), _FAMILY, ""),
        DetectionMethods=pl.when(pl.col("kind") == "file").then("DetectionMethods").otherwise(pl.lit("")),
        ReportId=pl.col("NetworkMessageId") + "-a",
        arrives=pl.col("at") + 60_000_000,
    ).hstack(known)  # fmt: skip


def _known(cast: Cast, number: int, held: pl.DataFrame) -> pl.DataFrame:
    """The files: one of the known by message, or that of the campaign."""
    draw = stream(cast.plan.seed, "attached", number)
    by_message = pl.Series((held["message"].to_numpy() * 7919 + number * 104_729) % FILES)
    usual = cast.files[by_message]
    bad = (held["kind"] == "file").to_numpy()
    types = mix("bad_files")
    serial = held["file"].fill_null(0).to_numpy()
    kind = pl.Series(types.names).gather(pl.Series(_kind_of(cast.plan.seed, serial)))
    name = pl.Series(_BAD_NAMES).gather(pl.Series(serial % len(_BAD_NAMES)))
    digest = _digests(cast.plan.seed, serial, bad)
    odd = pl.DataFrame(
        {
            "FileName": name + "_" + pl.Series(draw.integers(100, 999, held.height)).cast(pl.String) + "." + kind,
            "FileType": kind, "SHA256": digest, "FileSize": pl.Series(20_000 + serial % 400_000),
        }
    )  # fmt: skip
    flag = pl.Series(bad)
    return pl.select(*(pl.when(flag).then(odd[name]).otherwise(usual[name]).alias(name) for name in odd.columns))


def _kind_of(seed: int, serials: Ints) -> list[int]:
    """The type of a campaign's file, by its serial."""
    types = mix("bad_files")
    known = {int(each): int(picked(stream(seed, "bad file", int(each)), types, 1)[0]) for each in np.unique(serials)}
    return [known[int(each)] for each in serials]


def _digests(seed: int, serials: Ints, wanted: Flags) -> list[str]:
    """The SHA-256 of a campaign's file, by its serial: made up."""
    known = {int(each): hexes(stream(seed, "bad digest", int(each)), 1, 64)[0] for each in np.unique(serials[wanted])}
    return [known.get(int(each), "") for each in serials]
