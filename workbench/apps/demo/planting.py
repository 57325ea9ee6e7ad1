"""Planted stories as rows of every table, and ``answers.json``: what was planted, and what has to come of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.originals import event_rows, read
from workbench.apps.demo.plan import FULL, Plan
from workbench.apps.demo.slices import ARRIVES
from workbench.apps.demo.stories import Planted, planted
from workbench.events.tables import table
from workbench.intake.mail import Context

ANSWERS = "answers.json"
_ABOUT = (
    "What was planted in this workspace. Stories with malicious = true have to be found as must_find says; the others"
    " must not alert."
)
_SMALL = "This build has {} people, fewer than {}: the stories are smaller, see 'numbers'."
_IDENTITY = {
    "SigninLogs": ("Id",), "AlertEvidence": ("AlertId", "EntityType", "AccountUpn", "NetworkMessageId", "RemoteUrl"),
    "DeviceNetworkEvents": ("DeviceId", "ReportId"), "DeviceProcessEvents": ("DeviceId", "ReportId"),
    "DeviceFileEvents": ("DeviceId", "ReportId"),
}  # fmt: skip
"""What names a row where the table has no key, or a moment in it."""


@dataclass(frozen=True)
class Garden:
    """All planted rows by table, in order of arrival, and the answers."""

    rows: Mapping[str, pl.DataFrame]
    answers: Mapping[str, object]


def plant(cast: Cast, context: Context, folder: Path) -> Garden:
    """Plant all stories and keep the bytes of their mails."""
    rows: dict[str, list[pl.DataFrame]] = {}
    told = []
    for story in planted(cast):
        mine = _rows(cast, story, context, folder)
        for name, frame in mine.items():
            rows.setdefault(name, []).append(frame)
        told.append(_answer(story, mine))
    whole = {
        name: pl.concat(frames, how="diagonal_relaxed").sort(ARRIVES, maintain_order=True)
        for name, frames in rows.items()
    }
    return Garden(whole, _answers(cast.plan, told))


@dataclass(frozen=True)
class Entry:
    """A story as the documentation lists it, with its numbers in words."""

    name: str
    title: str
    malicious: bool
    numbers: str


def catalogue() -> list[Entry]:
    """Every story with the numbers it has where nothing is scaled down."""
    told = planted(Cast(Plan(1, 200_000, 30)))
    return [
        Entry(
            each.name,
            each.title,
            each.malicious,
            ", ".join(f"{full} {what}" for what, (full, _) in each.numbers.items()),
        )
        for each in told
    ]


def write_answers(home: Path, answers: Mapping[str, object]) -> None:
    """Put the answers beside the workspace's settings."""
    path = home / ANSWERS
    path.with_suffix(".tmp").write_text(
        json.dumps(answers, indent=1, ensure_ascii=False, default=_text) + "\n", "utf-8"
    )
    path.with_suffix(".tmp").replace(path)


def _rows(cast: Cast, story: Planted, context: Context, folder: Path) -> dict[str, pl.DataFrame]:
    found = {name: _arriving(name, frame) for name, frame in story.rows.items()}
    if story.mails:
        known = read([each.mail for each in story.mails], context, folder)
        found |= {"EmailEvents": event_rows(cast, story.mails, known), **known.frames}
    return found


def _arriving(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    time = table(name).time
    moment = frame[time].dt.cast_time_unit("us").dt.convert_time_zone("UTC")
    return frame.with_columns(moment.alias(time), (moment.dt.epoch("us") + 60_000_000).alias(ARRIVES))


def _answer(story: Planted, rows: Mapping[str, pl.DataFrame]) -> dict[str, object]:
    moments = [
        moment
        for name, frame in rows.items()
        for moment in (frame[table(name).time].min(), frame[table(name).time].max())
    ]
    return {
        "story": story.name, "title": story.title, "about": story.about, "malicious": story.malicious,
        "begins": min(_moments(moments)), "ends": max(_moments(moments)),
        "numbers": {what: {"full": full, "here": here} for what, (full, here) in story.numbers.items()},
        "must_find": story.find, "must_not_alert": story.quiet,
        **{name: list(values) for name, values in story.things.items()},
        "users": story.users, "rows": {name: _keys(name, frame) for name, frame in sorted(rows.items())},
    }  # fmt: skip


def _moments(values: Iterable[object]) -> list[datetime]:
    return [value for value in values if isinstance(value, datetime)]


def _keys(name: str, frame: pl.DataFrame) -> dict[str, object]:
    columns = [column for column in _IDENTITY.get(name, table(name).key) if column in frame.columns]
    keys = frame.select(columns).with_columns(pl.col(pl.String).fill_null("")).unique(maintain_order=True)
    return {"count": frame.height, "columns": columns, "keys": [list(row) for row in keys.iter_rows()]}


def _answers(plan: Plan, told: list[dict[str, object]]) -> dict[str, object]:
    small = plan.scale < 1
    return {
        "about": _ABOUT,
        "seed": plan.seed, "mails": plan.mails, "days": plan.days, "begin": plan.begin, "end": plan.end,
        "people": plan.people,
        "scale": plan.scale,
        "scaled": _SMALL.format(plan.people, FULL) if small else "All stories have their full numbers.",
        "stories": told,
    }  # fmt: skip


def _text(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
