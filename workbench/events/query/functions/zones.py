"""Moments on the clocks of other places."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from workbench.base.errors import BadQuery, nearest
from workbench.events.query.backend.values import ENGINE, Value, as_text, in_calendar, json, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct
from workbench.events.query.kql.literals import json_text


def _moved(*, away: bool) -> Callable[[Value, Value], Value]:
    """From UTC to the clock of a place, or back; of an hour that a clock shows twice, the first."""

    def build(moment: Value, zone: Value) -> Value:
        if zone.known:
            return plain(in_calendar(_at_once(moment.expr, _known(str(zone.const)), away=away)), "datetime")
        found = distinct("datetime", _shown if away else _meant)(moment.expr, as_text(zone))
        return plain(in_calendar(found), "datetime")

    return build


def _at_once(moment: pl.Expr, zone: str, *, away: bool) -> pl.Expr:
    if away:
        return moment.dt.convert_time_zone(zone).dt.replace_time_zone("UTC")
    clock = moment.dt.replace_time_zone(None)
    held = clock.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = (clock + pl.duration(hours=1)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return pl.coalesce(held, later).dt.convert_time_zone("UTC").cast(ENGINE["datetime"])


def _known(zone: str) -> str:
    if zone in available_timezones():
        return zone
    hits = nearest(zone, sorted(available_timezones()))
    raise BadQuery(f"There is no time zone named {zone!r}", next_step=f"Did you mean {hits[0]}?" if hits else "")


def _shown(moment: datetime, zone: str) -> datetime | None:
    if zone not in available_timezones():
        return None
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)


def _meant(moment: datetime, zone: str) -> datetime | None:
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if zone in available_timezones() else None


def _list() -> Value:
    return json(pl.lit(json_text(sorted(available_timezones()))))


FAMILY = Family(
    "Time zones",
    (
        Function(
            "datetime_utc_to_local",
            "(moment:datetime, zone:string)",
            "datetime",
            "What clocks show in a time zone, such as 'Europe/Paris', at a moment.",
            _moved(away=True),
            raw=True,
        ),
        Function(
            "datetime_local_to_utc",
            "(clock:datetime, zone:string)",
            "datetime",
            "The moment at which clocks in a time zone show that time.",
            _moved(away=False),
            raw=True,
        ),
        Function("datetime_list_timezones", "()", "dynamic", "The names of all time zones.", _list, raw=True),
    ),
)
