"""A playbook run against its own steps in this process: what the notebook, its kernel and the kept copy cost."""

import json
import os
import time
from collections.abc import Iterator

from bench.measure import Measure, Row, Setting, middle
from workbench.apps.demo import prepare
from workbench.apps.session import Workbench
from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.operations.runs import Job, Nursery, execute, playbook, run_playbook

_NAME = "phish_triage"


def _run(setting: Setting) -> Iterator[Row]:
    workspace, _ = prepare(setting.folder / "home_playbook")
    message = json.loads(playbook(_NAME, workspace).parameters[0].default)
    with Nursery() as nursery:
        rounds = [_round(workspace, message, nursery) for _ in range(setting.repeat + 1)][1:]
    here, there, warm = (middle(each[at] for each in rounds) for at in (0, 1, 2))
    yield Row("the steps in this process", here, "ms", note="reference")
    yield Row("workbench playbook run", there, "ms", note="one new kernel, imports and all")
    yield Row("a run in a warm kernel", warm, "ms")
    yield Row("warm run beyond its steps", warm - here, "ms", 300)


def _round(workspace: Workspace, message: str, nursery: Nursery) -> tuple[float, float, float]:
    return _here(workspace, message), _there(workspace, message), _warm(workspace, message, nursery)


def _here(workspace: Workspace, message: str) -> float:
    started = time.perf_counter()
    triage = Workbench(workspace).triage(message)
    for step in ("resolve", "authentication", "sender", "lookalikes", "urls", "attachments", "similar", "recipients"):
        getattr(triage, step)()
    for step in ("clicks", "aftermath", "verdict", "conclude"):
        getattr(triage, step)()
    return (time.perf_counter() - started) * 1000


def _there(workspace: Workspace, message: str) -> float:
    os.environ[HOME_VARIABLE] = str(workspace.home)
    started = time.perf_counter()
    run_playbook(workspace, playbook(_NAME, workspace), {"message": message})
    return (time.perf_counter() - started) * 1000


def _warm(workspace: Workspace, message: str, nursery: Nursery) -> float:
    kernel = nursery.start(workspace)
    started = time.perf_counter()
    outcome = execute(Job("warm", playbook(_NAME, workspace), {"message": message}), kernel)
    took = (time.perf_counter() - started) * 1000
    kernel.discard()
    assert outcome.state == "succeeded", outcome.cause
    return took


PLAYBOOK = Measure("Playbook", _run)
