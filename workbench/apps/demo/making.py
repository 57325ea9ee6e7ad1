"""The work on one slice, alone or in a child process: rows of all tables, ready to be written, and originals."""

import io
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from multiprocessing import get_context

import polars as pl

from workbench.apps.demo.cast import Cast
from workbench.apps.demo.originals import read, sampled, stamped
from workbench.apps.demo.plan import Plan
from workbench.apps.demo.slices import ARRIVES, mails_of, rows_of
from workbench.base.config import Workspace
from workbench.events.lookups import Lookups
from workbench.events.store.write import ready
from workbench.events.tables import table
from workbench.intake.importing.context import context_of
from workbench.intake.mail import Context

ALONE = 20_000
"""Mails up to which children would take longer to start than they save."""


@dataclass(frozen=True)
class Made:
    """The rows of a slice by table, as Arrow streams."""

    number: int
    mails: int
    streams: dict[str, bytes]

    def frames(self) -> dict[str, pl.DataFrame]:
        """The rows; with ``arrives``."""
        return {name: pl.read_ipc_stream(packed) for name, packed in self.streams.items()}


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
    """A slice, ready to be written."""
    frames = whole(_cast(plan), number, workspace)
    return Made(number, frames["EmailEvents"].height, {name: _packed(name, frame) for name, frame in frames.items()})


def in_order(plan: Plan, workspace: Workspace, numbers: range, processes: int) -> Iterator[Made]:
    """Slices in their order, made by so many processes; a few wait at a time, so memory stays flat."""
    if processes < 2 or plan.mails <= ALONE:
        yield from (made(plan, number, workspace) for number in numbers)
        return
    with _children(processes) as send:
        waiting: deque[Future[Made]] = deque()
        for number in numbers:
            waiting.append(send(plan, number, workspace))
            if len(waiting) > processes + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _children(processes: int) -> Iterator[Callable[[Plan, int, Workspace], Future[Made]]]:
    start = get_context("forkserver")
    start.set_forkserver_preload(["workbench.apps.demo.making"])
    pool = ProcessPoolExecutor(processes, mp_context=start, initializer=_begin)
    try:
        yield lambda plan, number, workspace: pool.submit(made, plan, number, workspace)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Ctrl-C is the parent's; it ends the children."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@cache
def _cast(plan: Plan) -> Cast:
    return Cast(plan)


def _packed(name: str, frame: pl.DataFrame) -> bytes:
    arrives = frame[ARRIVES]
    stream = io.BytesIO()
    ready(table(name), frame.drop(ARRIVES)).with_columns(arrives).write_ipc_stream(stream)
    return stream.getvalue()
