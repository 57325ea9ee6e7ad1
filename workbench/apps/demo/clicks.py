"""Who clicks, when, and what comes of it: on attacks that were delivered, on junked mail, on links in wanted mail."""

import numpy as np
import polars as pl

from workbench.apps.demo.campaigns import SPAM
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.delivery import INBOX, JUNK
from workbench.apps.demo.draws import Ints, Reals, either, guids, minutes, stream, times
from workbench.apps.demo.parameters import rate
from workbench.apps.demo.trips import FLYING, PLACES, places

SECOND = 1_000_000
ALLOWED, BLOCKED, LISTED, SCANNED = "ClickAllowed", "ClickBlocked", "ClickBlockedByTenantPolicy", "UrlScanInProgress"
FOUND = '{"Phish":["URL malicious reputation"]}'
"""How the filter knew a link on which it blocked a click."""

READING_SECONDS = 9
"""How long somebody looks at the block page who goes on all the same."""


def click_rows(cast: Cast, number: int, judged: pl.DataFrame, urls: pl.DataFrame) -> pl.DataFrame:
    """Rows of UrlClickEvents, with ``turn`` and ``message`` of the copy, and ``bad``.

    The first link of a message is the one that is clicked. A click after the removal is stopped by the block page, and
    so are some on junked mail; who goes on all the same leaves a second row under the id of the first, as real tables
    have it. ThreatTypes is what was known at the click, so it is empty where a link was judged only later.
    """
    draw = stream(cast.plan.seed, "clicks", number)
    first = urls.unique("message", keep="first", maintain_order=True).select("message", "Url")
    seen = judged.filter((pl.col("EmailDirection") == "Inbound") & (pl.col("urls") > 0))
    clicked = seen.filter(pl.Series(draw.random(seen.height) < _shares(seen))).join(
        first, on="message", how="inner", maintain_order="left"
    )
    when = clicked["at"].to_numpy() + delay(draw, clicked.height)
    there = places(cast.plan, cast.people.office, clicked["person"].to_numpy(), when)
    clicked, when, there = clicked.filter(pl.Series(there != FLYING)), when[there != FLYING], there[there != FLYING]
    rows = clicked.select(
        "message", "turn", "bad", "NetworkMessageId", "Url",
        Timestamp=times(when),
        ActionType=_actions(draw, clicked, when),
        AccountUpn="RecipientEmailAddress",
        Workload=pl.lit("Email"),
        IPAddress=pl.Series([each.address for each in PLACES]).gather(there),
        UrlChain='["' + pl.col("Url") + '"]',
        ReportId=guids(draw, clicked.height),
        AppName=pl.lit("Mail"), SourceId="NetworkMessageId", AppVersion=pl.lit("16.0"),
        arrives=pl.Series(when + 90 * SECOND),
    )  # fmt: skip
    blocked = pl.col("ActionType") == BLOCKED
    whole = rows.with_columns(
        ThreatTypes=either(blocked, "Phish", ""),
        DetectionMethods=either(blocked, FOUND, ""),
        IsClickedThrough=pl.col("ActionType") == ALLOWED,
    )
    stopped = whole["ActionType"].is_in([BLOCKED, SCANNED])
    return pl.concat([whole, _gone_on(whole.filter(stopped & pl.Series(draw.random(rows.height) < rate("override"))))])


def delay(draw: np.random.Generator, count: int) -> Ints:
    """From delivery to the click: the mail is opened after a while, the link is clicked within seconds of that."""
    seconds: Reals = np.exp(np.log(rate("click_seconds")) + 0.7 * draw.standard_normal(count)) * SECOND
    return np.add(minutes(draw, rate("open_median"), rate("open_sigma"), count), seconds.astype(np.int64))


def _shares(seen: pl.DataFrame) -> Reals:
    """How likely a copy is clicked on."""
    inside, junked = ((seen["DeliveryLocation"] == where).to_numpy() for where in (INBOX, JUNK))
    bad, spam = seen["bad"].to_numpy(), (seen["kind"] == SPAM).to_numpy()
    good = seen["good"].fill_null(value=False).to_numpy()
    lured = np.where(good, rate("click_good"), rate("click_dull"))
    found: Reals = np.where(bad, lured, np.where(spam, 0.0, rate("ham_clicks"))) * inside
    shares: Reals = np.where(junked & (bad | spam), rate("junk_clicks"), found)
    return shares


def _actions(draw: np.random.Generator, clicked: pl.DataFrame, when: Ints) -> pl.Expr:
    """What the filter did about each click."""
    removed = clicked["zap"].is_not_null() & (clicked["zap"] < pl.Series(when))
    junked = clicked["DeliveryLocation"] == JUNK
    by = draw.random(clicked.height)
    known = removed.fill_null(value=False) | (junked & pl.Series(by < rate("junk_blocked")))
    wanted = ~junked & ~clicked["bad"]
    listed, scanned = rate("policy_blocked"), rate("policy_blocked") + rate("scanned")
    return (
        pl.when(known).then(pl.lit(BLOCKED))
        .when(wanted & pl.Series(by < listed)).then(pl.lit(LISTED))
        .when(wanted & pl.Series(by < scanned)).then(pl.lit(SCANNED))
        .otherwise(pl.lit(ALLOWED))
    )  # fmt: skip


def _gone_on(stopped: pl.DataFrame) -> pl.DataFrame:
    """The rows of those who go past the page."""
    return stopped.with_columns(
        pl.col("Timestamp").dt.offset_by(f"{READING_SECONDS}s"),
        pl.col("arrives") + READING_SECONDS * SECOND,
        IsClickedThrough=pl.lit(value=True),
    )
