"""Who clicks, and when: on attacks that were delivered, and on links in wanted mail."""

import numpy as np
import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.delivery import INBOX
from workbench.apps.demo.draws import Ints, Reals, either, guids, minutes, stream, times
from workbench.apps.demo.parameters import rate
from workbench.apps.demo.places import OFFICES

SECOND = 1_000_000


def click_rows(cast: Cast, number: int, judged: pl.DataFrame, urls: pl.DataFrame) -> pl.DataFrame:
    """Rows of UrlClickEvents, with ``turn`` and ``message`` of the copy, and ``bad``.

    A click after the removal is stopped by the block page. The first link of a message is the one that is clicked.
    """
    draw = stream(cast.plan.seed, "clicks", number)
    first = urls.unique("message", keep="first", maintain_order=True).select("message", "Url")
    seen = judged.filter(
        (pl.col("DeliveryLocation") == INBOX) & (pl.col("EmailDirection") == "Inbound") & (pl.col("urls") > 0)
    )
    share = np.where(
        seen["bad"].to_numpy(),
        np.where(seen["good"].fill_null(value=False).to_numpy(), rate("click_good"), rate("click_dull")),
        np.where(seen["kind"].to_numpy() == "spam", 0.0, rate("ham_clicks")),
    )
    clicked = seen.filter(pl.Series(draw.random(seen.height) < share)).join(
        first, on="message", how="inner", maintain_order="left"
    )
    when = clicked["at"].to_numpy() + delay(draw, clicked.height)
    blocked = clicked["zap"].is_not_null() & (clicked["zap"] < pl.Series(when))
    who = clicked["person"].cast(pl.Int64)
    return clicked.select(
        "message", "turn", "bad", "NetworkMessageId", "Url", "ThreatTypes",
        Timestamp=times(when),
        ActionType=either(blocked, "ClickBlocked", "ClickAllowed"),
        AccountUpn="RecipientEmailAddress",
        Workload=pl.lit("Email"),
        DetectionMethods=pl.when(blocked).then(pl.lit('{"Phish":["URL malicious reputation"]}')).otherwise(pl.lit("")),
        IPAddress=pl.Series([office.address for office in OFFICES]).gather(pl.Series(cast.people.office).gather(who)),
        IsClickedThrough=~blocked,
        UrlChain='["' + pl.col("Url") + '"]',
        ReportId=guids(draw, clicked.height),
        AppName=pl.lit("Mail"), SourceId="NetworkMessageId", AppVersion=pl.lit("16.0"),
        arrives=pl.Series(when + 90 * SECOND),
    ).with_columns(ThreatTypes=either(pl.col("ActionType") == "ClickBlocked", "Phish", ""))  # fmt: skip


def delay(draw: np.random.Generator, count: int) -> Ints:
    """From delivery to the click: the mail is opened after a while, the link is clicked within seconds of that."""
    seconds: Reals = np.exp(np.log(rate("click_seconds")) + 0.7 * draw.standard_normal(count)) * SECOND
    return np.add(minutes(draw, rate("open_median"), rate("open_sigma"), count), seconds.astype(np.int64))
