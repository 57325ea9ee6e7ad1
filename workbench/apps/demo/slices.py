"""All rows of a slice of time, in every table: the one place where the generators meet.

A row carries ``arrives``, the microsecond at which it would come in; those of the build's last days that arrive after
its end are left to ``live``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from workbench.apps.demo.activity import activity_rows
from workbench.apps.demo.alerts import alert_rows, usual_alerts
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.clicks import click_rows
from workbench.apps.demo.contents import file_rows, url_rows
from workbench.apps.demo.delivery import event_rows, judged, removal_rows
from workbench.apps.demo.machines import Machines
from workbench.apps.demo.mail import copies, messages
from workbench.apps.demo.people import identity_rows
from workbench.apps.demo.plan import Plan, micros
from workbench.apps.demo.reports import audited, report_rows
from workbench.apps.demo.signins import sign_in_rows
from workbench.apps.demo.teams import chat_rows

Frames = Mapping[str, pl.DataFrame]

LONGEST_WAY = timedelta(hours=50)
"""After this long everything that a slice brings has arrived: removals end after 48 hours."""

_WEEK, _DAY = 7, 1
ARRIVES = "arrives"
_INNER = ("kind", "bad", "zap", "removed", "message", "turn")


@dataclass(frozen=True)
class Mails:
    """The mail of a slice with what only the generator knows: for tests and for the raw originals."""

    sent: pl.DataFrame
    judged: pl.DataFrame
    events: pl.DataFrame
    urls: pl.DataFrame
    files: pl.DataFrame


def mails_of(cast: Cast, number: int) -> Mails:
    """The messages of a slice, their copies, links and files."""
    sent = messages(cast, number)
    outcome = judged(cast.plan, number, copies(cast, sent))
    files = file_rows(cast, number, outcome)
    return Mails(
        sent, outcome, event_rows(cast.plan, number, outcome, outcome["files"]), url_rows(cast, number, sent), files
    )


def rows_of(cast: Cast, number: int, mails: Mails) -> dict[str, pl.DataFrame]:
    """Every table's rows of a slice whose mail is made."""
    removals = removal_rows(mails.events)
    clicks = click_rows(cast, number, mails.judged, mails.urls)
    reports = report_rows(cast, number, mails.judged, clicks)
    subjects = dict(mails.judged.filter("bad").select("NetworkMessageId", "Subject").iter_rows())
    found = {
        "EmailEvents": mails.events,
        "EmailUrlInfo": mails.urls,
        "EmailAttachmentInfo": mails.files,
        "EmailPostDeliveryEvents": removals,
        "UrlClickEvents": clicks,
        "WorkbenchSubmissions": reports,
        **alert_rows(usual_alerts(reports, removals, clicks, subjects)),
        **activity_rows(cast, number),
        **sign_in_rows(cast, number),
        **Machines(cast).rows(number),
        **chat_rows(cast, number),
        **_inventory(cast, number),
    }
    if reports.height:
        found["CloudAppEvents"] = pl.concat([found["CloudAppEvents"], audited(cast, reports)], how="diagonal_relaxed")
    return {name: frame.drop(_INNER, strict=False) for name, frame in found.items() if frame.height}


def arrived(frame: pl.DataFrame, until: datetime, since: datetime | None = None) -> pl.DataFrame:
    """The rows that arrive up to a moment, and after another; without ``arrives``."""
    came = pl.col(ARRIVES) <= micros(until)
    if since is not None:
        came &= pl.col(ARRIVES) > micros(since)
    return frame.filter(came).drop(ARRIVES)


def is_settled(plan: Plan, number: int, moment: datetime) -> bool:
    """Whether all that a slice brings has arrived at a moment."""
    return plan.span(number)[1] + LONGEST_WAY < moment


def _inventory(cast: Cast, number: int) -> dict[str, pl.DataFrame]:
    """What is told about people once a week and about computers once a day, in the slice where that falls."""
    low, _ = cast.plan.span(number)
    day, part = divmod(number, cast.plan.parts)
    if part:
        return {}
    made = {"DeviceInfo": Machines(cast).info_rows(low)}
    if day % _WEEK == 0:
        made["IdentityInfo"] = identity_rows(cast.people, low)
    return {
        name: frame.with_columns(pl.lit(micros(low) + 60_000_000, pl.Int64).alias(ARRIVES))
        for name, frame in made.items()
    }
