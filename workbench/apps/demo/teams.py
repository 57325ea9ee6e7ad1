"""Chats: messages of Teams, the links in them, and what was removed."""

import numpy as np
import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.draws import guid, guids, hexes, stream, times, weighted
from workbench.apps.demo.parameters import PER_MAIL
from workbench.apps.demo.people import DOMAIN
from workbench.apps.demo.words import DEPARTMENTS

_GROUPS = [(name, guid("team", name)) for name, _, _ in DEPARTMENTS]
_LINKS = 0.12


def chat_rows(cast: Cast, number: int) -> dict[str, pl.DataFrame]:
    """Rows of MessageEvents and MessageUrlInfo: all harmless; the planted stories have the others."""
    plan, people = cast.plan, cast.people
    draw = stream(plan.seed, "chats", number)
    count = plan.count(plan.mails * PER_MAIL["chats"], "office", number)
    who = pl.Series(weighted(draw, people.weights, count))
    other = pl.Series(weighted(draw, people.weights, count))
    at, group = plan.moments("chats", "office", number, count), pl.Series(draw.integers(0, len(_GROUPS), count))
    team = pl.Series(draw.random(count) < 0.5)
    ids = guids(draw, count)
    thread = (
        pl.when(team)
        .then("19:" + pl.Series([key for _, key in _GROUPS]).gather(group) + "@thread.tacv2")
        .otherwise("19:" + people.object_id.gather(who) + "_" + people.object_id.gather(other))
    )
    to = pl.concat_str(
        pl.lit('[{"RecipientSmtpAddress":"'),
        people.address.gather(other),
        pl.lit('","RecipientDisplayName":"'),
        people.name.gather(other),
        pl.lit('","RecipientType":"User","RecipientObjectId":"'),
        people.object_id.gather(other),
        pl.lit('"}]'),
    )
    chats = pl.DataFrame({"Timestamp": times(at), "arrives": at + 60_000_000, "TeamsMessageId": ids}).with_columns(
        SenderEmailAddress=people.address.gather(who), SenderDisplayName=people.name.gather(who),
        SenderObjectId=people.object_id.gather(who),
        SenderType=pl.lit("User"), RecipientDetails=to, IsOwnedThread=pl.lit(value=True),
        IsExternalThread=pl.lit(value=False), ThreadId=thread,
        MessageId=pl.Series((at // 1000).astype(np.int64)).cast(pl.String), MessageVersion=pl.lit("1"),
        ReportId="TeamsMessageId",
        GroupId=pl.when(team).then(pl.Series([key for _, key in _GROUPS]).gather(group)).otherwise(pl.lit("")),
        GroupName=pl.when(team).then(pl.Series([name for name, _ in _GROUPS]).gather(group)).otherwise(pl.lit("")),
        MessageFormatType=pl.lit("RichText"), MessageFormatSubtype=pl.lit("HTML"), DeliveryAction=pl.lit("Delivered"),
        DeliveryLocation=pl.lit("Teams"),
    )  # fmt: skip
    linked = chats.filter(pl.Series(draw.random(count) < _LINKS)).select(
        "Timestamp", "arrives", "TeamsMessageId", "ReportId"
    )
    links = linked.with_columns(
        Url=f"https://files.{DOMAIN}/sites/work/" + hexes(draw, linked.height, 12), UrlDomain=pl.lit(f"files.{DOMAIN}")
    )
    return {"MessageEvents": chats, "MessageUrlInfo": links}
