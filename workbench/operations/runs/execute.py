"""Run one playbook in a kernel that is given: watched, limited, and kept below ``runs/`` whatever became of it.

The notebook works in a thread beside the caller's. The caller's waits for it: it tells how far the run is, looks at
time and memory, and ends the kernel when a limit is passed, when somebody calls ``Kernel.end``, or on Ctrl-C.
"""

import re
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Any

from workbench.base.errors import BadParameter
from workbench.operations.runs import objects, processes
from workbench.operations.runs.engine import Course, Tell, play
from workbench.operations.runs.failure import LONGEST, Failure, judged, more_memory
from workbench.operations.runs.job import Cell, Job, Outcome, Progress
from workbench.operations.runs.keep import bytes_of, cells_of, findings_of, plain, said, unplayed
from workbench.operations.runs.kernel import Kernel
from workbench.operations.runs.scrub import Scrub, own, places, scrub

FINDINGS = "findings.json"
EXECUTED = "executed.ipynb"
RUN = "run.json"

BEAT_SECONDS = 5.0
"""How often it is told of a cell that goes on."""

_LOOK_SECONDS = 0.1
_DONE = Progress(0, 0, "")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_RESERVED = frozenset({objects.OBJECTS})


def execute(job: Job, kernel: Kernel, tell: Tell = lambda _: None) -> Outcome:
    """Make one run. Whatever the notebook does is an outcome; the caller discards the kernel afterwards.

    A run that is made again under the same id replaces what it left before; what is kept by digest stays.

    Raises:
        ValueError: the run's id cannot be the name of a folder.
        OSError: what the run left cannot be kept.
    """
    if not _NAME.fullmatch(job.run_id) or job.run_id in _RESERVED:
        raise ValueError(f"{job.run_id!r} is no id of a run: letters, figures, . _ - and at most 120 of them")
    started = datetime.now(UTC)
    clean = scrub((*job.secrets, *own(kernel.workspace)), places(kernel.workspace, kernel.folder))
    course = Course(kernel, lambda step: tell(replace(step, heading=said(step.heading, clean))), job.cell_seconds)
    try:
        parameters = job.playbook.validated(job.parameters)
    except BadParameter as error:
        return _kept(job, course, clean, started, Failure("failed", error.what, error.next_step))
    try:
        failure = _made(job, parameters, course)
    except BaseException as error:
        _kept(job, course, clean, started, judged(error, job, course))
        raise
    return _kept(job, course, clean, started, failure)


def _made(job: Job, parameters: Mapping[str, object], course: Course) -> Failure | None:
    """Play the notebook beside this thread and watch it; gives why it ended early."""
    inbox: SimpleQueue[Progress] = SimpleQueue()
    tell, course.tell = course.tell, inbox.put
    _look(job, course.kernel, time.monotonic())
    course.kernel.limit(job.memory)
    with ThreadPoolExecutor(1, thread_name_prefix="playbook") as beside:
        running = beside.submit(play, job.playbook.content, parameters, course)
        running.add_done_callback(lambda _: inbox.put(_DONE))
        try:
            _watch(job, course.kernel, inbox, tell)
        except BaseException as error:
            ctrl_c = isinstance(error, KeyboardInterrupt)
            course.kernel.end("stopped by Ctrl-C" if ctrl_c else f"its worker stopped: {error}")
            raise
    return _ended(running, job, course)


def _ended(running: Future[None], job: Job, course: Course) -> Failure | None:
    try:
        running.result()
    except Exception as error:  # noqa: BLE001  the kernel run: whatever a notebook does, or makes papermill do
        return judged(error, job, course)
    return None


def _watch(job: Job, kernel: Kernel, inbox: "SimpleQueue[Progress]", tell: Tell) -> None:
    """Tell what comes in, and look at the limits, until the notebook is done."""
    began = looked = beaten = since = time.monotonic()
    last: Progress | None = None
    while True:
        said = _heard(inbox)
        now = time.monotonic()
        if now - looked >= _LOOK_SECONDS:
            looked = now
            _look(job, kernel, began)
        if said == _DONE:
            return
        if said:
            last, since, beaten = said, now, now
            tell(said)
        elif last and now - beaten >= BEAT_SECONDS:
            beaten = now
            tell(replace(last, seconds=now - since))


def _heard(inbox: "SimpleQueue[Progress]") -> Progress | None:
    """What came in, or nothing after a while."""
    try:
        return inbox.get(timeout=_LOOK_SECONDS)
    except Empty:
        return None


def _look(job: Job, kernel: Kernel, began: float) -> None:
    if kernel.ended:
        return
    if job.deadline and datetime.now(UTC) >= job.deadline:
        kernel.end(f"it was not done by {_iso(job.deadline)}", "timed_out")
    elif time.monotonic() - began >= job.seconds:
        kernel.end(f"the run took more than {job.seconds:g} seconds", "timed_out")
    elif kernel.allowed and processes.memory(kernel.process.pid) > kernel.allowed:
        kernel.end(more_memory(job.memory).cause, "failed")


def _kept(job: Job, course: Course, clean: Scrub, started: datetime, failure: Failure | None) -> Outcome:
    """Write down what the run left: bytes by their digest, and one record of it all."""
    runs = course.kernel.workspace.runs
    executed = course.notebook or unplayed(job.playbook.content)
    findings, summary = findings_of(executed)
    ended = f"The playbook stopped: {failure.cause}" if failure else summary or "The playbook handed over no findings."
    copy = plain(executed, ended, clean)
    left = {EXECUTED: objects.put(runs, bytes_of(copy))}
    if findings is not None:
        left[FINDINGS] = objects.put(runs, bytes_of(clean.whole(findings)))
    outcome = _outcome(job, course, started, failure, (left, cells_of(copy), clean))
    _record(job, course, outcome, left, clean)
    return outcome


def _outcome(
    job: Job,
    course: Course,
    started: datetime,
    failure: Failure | None,
    kept: tuple[dict[str, str], tuple[Cell, ...], Scrub],
) -> Outcome:
    left, cells, clean = kept
    return Outcome(
        job.run_id,
        failure.state if failure else "succeeded",
        cause=_short(said(failure.cause, clean)) if failure else "",
        next_step=said(failure.next_step, clean) if failure else "",
        step=said(course.heading, clean) if failure else "",
        findings=left.get(FINDINGS, ""),
        executed=left[EXECUTED],
        notebook=job.playbook.digest,
        started=_iso(started),
        finished=_iso(datetime.now(UTC)),
        cells=cells,
        barriers=course.kernel.barriers,
    )


def _record(job: Job, course: Course, outcome: Outcome, left: Mapping[str, str], clean: Scrub) -> None:
    runs = course.kernel.workspace.runs
    folder = runs / job.run_id
    folder.mkdir(parents=True, exist_ok=True)
    for name, digest in left.items():
        objects.show(runs, digest, folder / name)
    for name in {EXECUTED, FINDINGS} - left.keys():
        (folder / name).unlink(missing_ok=True)
    objects.replace(folder / RUN, bytes_of(clean.whole(_told(job, outcome))))


def _told(job: Job, outcome: Outcome) -> dict[str, Any]:
    hashes = {"notebook_sha256": outcome.notebook, "executed_sha256": outcome.executed}
    if outcome.findings:
        hashes["findings_sha256"] = outcome.findings
    return {
        "id": outcome.run_id,
        "playbook": job.playbook.name,
        "parameters": dict(job.parameters),
        "started": outcome.started,
        "finished": outcome.finished,
        **hashes,
        "state": outcome.state,
        "failed": outcome.cause,
        "next_step": outcome.next_step,
        "step": outcome.step,
        "barriers": list(outcome.barriers),
        "cells": [vars(each) for each in outcome.cells],
    }


def _short(cause: str) -> str:
    """Cut only now, when no secret is in it that a cut would leave a part of."""
    return cause if len(cause) <= LONGEST else f"{cause[:LONGEST]}…"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
