"""The work on a parcel of slices, alone or in a child process: rows of all tables, as files that are yet to join."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from threading import Thread

import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.originals import read, sampled, stamped
from workbench.apps.demo.plan import Plan
from workbench.apps.demo.planting import plant
from workbench.apps.demo.slices import arrived, mails_of, rows_of
from workbench.base.config import Workspace
from workbench.events.lookups import Lookups
from workbench.events.store import Staged, stage
from workbench.intake.importing.context import context_of
from workbench.intake.mail import Context

ALONE = 20_000
"""Mails up to which children would take longer to start than they save."""

_TICK_SECONDS = 0.25


@dataclass(frozen=True)
class Made:
    """A parcel, ready to join the store: the planted stories are number 0, and slices follow."""

    number: int
    mails: int
    staged: tuple[Staged, ...]
    answers: Mapping[str, object] = field(default_factory=dict)
    """What was planted, where it was."""


def whole(cast: Cast, number: int, workspace: Workspace) -> dict[str, pl.DataFrame]:
    """All rows of a slice; the originals of some of its mails are kept."""
    mails = mails_of(cast, number)
    known = read(sampled(cast, number, mails), context(workspace, cast.plan.span(number)[1]), workspace.originals)
    found = rows_of(cast, number, mails)
    for name in ("EmailEvents", "EmailUrlInfo"):
        if name in found:
            found[name] = stamped(found[name], known)
    if (facts := known.frames.get("WorkbenchMailFacts")) is not None:
        found["WorkbenchMailFacts"] = facts
    return found


def context(workspace: Workspace, moment: datetime) -> Context:
    """What the reader of mail knows of the organisation; the made-up time stands for the clock."""
    return context_of(workspace.organisation, Lookups(workspace.lookups), moment)


def made(plan: Plan, number: int, workspace: Workspace) -> Made:
    """A parcel; rows that arrive after the end of the build are left to ``live``."""
    cast, answers = _cast(plan), dict[str, object]()
    if number:
        frames = [whole(cast, each, workspace) for each in plan.parcel(number)]
    else:
        garden = plant(cast, context(workspace, plan.end), workspace.originals)
        frames, answers = [dict(garden.rows)], dict(garden.answers)
    mails = sum(each["EmailEvents"].height for each in frames) if number else 0
    tables = sorted({name for each in frames for name in each})
    staged = tuple(
        stage(workspace.store, name, rows) for name in tables if (rows := _of(plan, name, frames)).height
    )  # fmt: skip
    return Made(number, mails, staged, answers)


def in_order(
    plan: Plan, workspace: Workspace, numbers: range, processes: int, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Made]:
    """Parcels in their order, made by so many processes; a few wait at a time. ``meanwhile`` is called now and then."""
    if processes < 2 or plan.mails <= ALONE:
        yield from (made(plan, number, workspace) for number in numbers)
        return
    with _children(processes) as send:
        waiting: deque[Future[Made]] = deque()
        for number in numbers:
            waiting.append(send(plan, number, workspace))
            if len(waiting) > processes + 1:
                yield _result(waiting.popleft(), meanwhile)
        while waiting:
            yield _result(waiting.popleft(), meanwhile)


def _result(future: Future[Made], meanwhile: Callable[[], None]) -> Made:
    while not futures.wait([future], _TICK_SECONDS).done:
        meanwhile()
    return future.result()


def _of(plan: Plan, name: str, frames: list[dict[str, pl.DataFrame]]) -> pl.DataFrame:
    """The rows of a table; what they were made of is let go."""
    parts = [arrived(each.pop(name), plan.end) for each in frames if name in each]
    return pl.concat(parts, how="diagonal_relaxed")


@contextmanager
def _children(processes: int) -> Iterator[Callable[[Plan, int, Workspace], Future[Made]]]:
    """Processes that end with the block at once if it fails, and with this process whatever ends it."""
    start = get_context("forkserver")
    start.set_forkserver_preload(["workbench.apps.demo.making"])
    line, held = start.Pipe(duplex=False)
    pool = ProcessPoolExecutor(processes, mp_context=start, initializer=_begin, initargs=(line,))
    try:
        yield lambda plan, number, workspace: pool.submit(made, plan, number, workspace)
        pool.shutdown(wait=True)
    finally:
        held.close()
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(line: Connection) -> None:
    """Ctrl-C is the parent's; the other end of the line is its own."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(line,), daemon=True).start()


def _end_with(line: Connection) -> None:
    wait([line])
    os._exit(1)


@cache
def _cast(plan: Plan) -> Cast:
    return Cast(plan)
