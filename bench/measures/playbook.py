"""A playbook run against its own steps in this process: what the notebook, its kernel and the kept copy cost."""

import os
import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

import psutil

from bench.measure import Measure, Row, Setting, middle
from workbench.apps.demo import prepare
from workbench.apps.session import Workbench
from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.operations.runs import Job, Kernel, Nursery, execute, playbook, run_playbook

_NAME = "phish_triage"
_MESSAGE = "e50d1c32-61d5-490d-38ef-08df13c5e0bf"
_Taken: TypeAlias = tuple[float, float, float]
"""Milliseconds by the clock, of the processor, and of these the kernel's."""


def _run(setting: Setting) -> Iterator[Row]:
    workspace, _ = prepare(setting.folder / "home_playbook")
    with Nursery() as nursery:
        rounds = [_round(workspace, _MESSAGE, nursery) for _ in range(setting.repeat + 1)][1:]
    here, there, warm = ([middle(each[at][clock] for each in rounds) for clock in (0, 1)] for at in (0, 1, 2))
    yield Row("the steps in this process", here[0], "ms", note="reference")
    yield Row("workbench playbook run", there[0], "ms", note="one new kernel, imports and all")
    yield Row("a run in a warm kernel", warm[0], "ms")
    yield Row("warm run beyond its steps", warm[0] - here[0], "ms", 300, note=f"load {os.getloadavg()[0]:.1f}")
    yield Row(
        "the same, processor time",
        warm[1] - here[1],
        "ms",
        300,
        note=f"{warm[1]:.0f} ms, its kernel's {middle(each[2][2] for each in rounds):.0f} among them",
    )


def _round(workspace: Workspace, message: str, nursery: Nursery) -> tuple[_Taken, _Taken, _Taken]:
    return _here(workspace, message), _there(workspace, message), _warm(workspace, message, nursery)


def _here(workspace: Workspace, message: str) -> _Taken:
    done = _taking()
    triage = Workbench(workspace).triage(message)
    for step in ("resolve", "authentication", "sender", "lookalikes", "urls", "attachments", "similar", "recipients"):
        getattr(triage, step)()
    for step in ("clicks", "aftermath", "verdict", "conclude"):
        getattr(triage, step)()
    return (*done(), 0)


def _there(workspace: Workspace, message: str) -> _Taken:
    os.environ[HOME_VARIABLE] = str(workspace.home)
    done = _taking()
    run_playbook(workspace, playbook(_NAME, workspace), {"message": message})
    return (*done(), 0)


def _warm(workspace: Workspace, message: str, nursery: Nursery) -> _Taken:
    kernel = nursery.start(workspace)
    before, done = _used(kernel), _taking()
    outcome = execute(Job("warm", playbook(_NAME, workspace), {"message": message}), kernel)
    wall, own = done()
    kernels = _used(kernel) - before
    kernel.discard()
    assert outcome.state == "succeeded", outcome.cause
    return wall, own + kernels, kernels


def _taking() -> Callable[[], tuple[float, float]]:
    """Milliseconds since now, by the clock and of the processor."""
    wall, own = time.perf_counter(), time.process_time()
    return lambda: ((time.perf_counter() - wall) * 1000, (time.process_time() - own) * 1000)


def _used(kernel: Kernel) -> float:
    return sum(psutil.Process(kernel.process.pid).cpu_times()[:2]) * 1000


PLAYBOOK = Measure("Playbook", _run)
