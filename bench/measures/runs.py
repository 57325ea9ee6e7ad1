"""Runs of a five-cell playbook: how many an hour on this machine, what a run costs beside its work, and the queue."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import psutil

from bench.measure import OVER, Measure, Row, Setting, middle
from workbench.apps.service.durable import Wish, Worker, queue, submit
from workbench.base.config import Workspace
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run, open_database
from workbench.ledger.models import Worker as Worker_
from workbench.ledger.models.words import RunState
from workbench.operations.runs import Job, Nursery, Outcome, Pool, execute, playbook

RUNS, ROWS, CELL_BUDGET = 30, 200_000, 300
EMPTY, ADDS, IDLE, IDLE_SECONDS = 200, 50, 3.0, 20
_CELLS = (
    "import polars as pl\nframe = pl.scan_parquet(path)",
    "most = frame.group_by('sender').agg(pl.len()).sort('len', descending=True).head(10).collect(engine='streaming')",
    "late = frame.filter(pl.col('size') > days * 1000).select(pl.len()).collect(engine='streaming')",
    "print(late.item())\nmost",
    "most.height",
)


def _run(setting: Setting) -> Iterator[Row]:
    workspace, path = _prepared(setting.folder / "home_runs")
    here = middle(_here(path) for _ in range(5))
    yield Row("the cells in this process", here, "ms", note="reference")
    with Nursery() as nursery:
        nursery.start(workspace).discard()
        alone = [_alone(workspace, nursery, path, at) for at in range(5)]
        yield Row(
            "start of a kernel", middle(each[0] for each in alone), "ms", note="a fork of what is imported already"
        )
        yield Row("a run in a warm kernel", middle(each[1] for each in alone), "ms")
        beyond = middle(each[1] for each in alone) - here
        yield Row("run beyond its cells", beyond, "ms", CELL_BUDGET)
        spent = yield from _back_to_back(workspace, nursery, path)
        with Ledger(open_database(workspace.ledger), workspace.keys, workspace.anchor) as ledger:
            yield from _queue_alone(workspace, ledger)
            yield from _through_the_queue(workspace, ledger, nursery, path, spent)
    yield from _idle(workspace)


def _prepared(home: Path) -> tuple[Workspace, str]:
    folder = home / "notebooks" / "incident_playbooks"
    folder.mkdir(parents=True, exist_ok=True)
    (home / "workbench.toml").touch()
    path = home / "mail.parquet"
    values = {"sender": [f"s{at * at % 997}@x.example" for at in range(ROWS)], "size": list(range(ROWS))}
    pl.DataFrame(values).write_parquet(path)
    empty = {"outputs": [], "execution_count": None, "cell_type": "code"}
    first = {**empty, "id": "p", "metadata": {"tags": ["parameters"]}, "source": 'path: str = ""\ndays: int = 7'}
    cells = [first, *({**empty, "id": f"c{at}", "metadata": {}, "source": text} for at, text in enumerate(_CELLS))]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "five.ipynb").write_text(json.dumps(whole), "utf-8")
    return Workspace(home), str(path)


def _here(path: str) -> float:
    started = time.perf_counter()
    names: dict[str, object] = {"path": path, "days": 7}
    for text in _CELLS[:-2]:
        exec(text, names)
    return (time.perf_counter() - started) * 1000


def _alone(workspace: Workspace, nursery: Nursery, path: str, at: int) -> tuple[float, float]:
    started = time.perf_counter()
    kernel = nursery.start(workspace)
    ready = time.perf_counter()
    outcome = execute(Job(f"alone{at}", playbook("five", workspace), {"path": path}), kernel)
    done = time.perf_counter()
    kernel.discard()
    assert outcome.state == "succeeded", outcome.cause
    return (ready - started) * 1000, (done - ready) * 1000


def _back_to_back(workspace: Workspace, nursery: Nursery, path: str) -> Generator[Row, None, float]:
    """Gives the processor seconds of this process for a run."""
    chosen = playbook("five", workspace)
    with Pool(workspace, 2, spare=4, nursery=nursery) as pool, ThreadPoolExecutor(2) as slots:

        def one(at: int) -> tuple[str, float]:
            kernel = pool.take()
            outcome = execute(Job(f"row{at}", chosen, {"path": path}), kernel)
            used = sum(psutil.Process(kernel.process.pid).cpu_times()[:2])
            pool.discard(kernel)
            return outcome.state, used

        while pool.state.ready < 4:
            time.sleep(0.01)
        started, spent = time.perf_counter(), time.process_time()
        made = list(slots.map(one, range(RUNS)))
        wall, spent = time.perf_counter() - started, time.process_time() - spent
    cpu = (spent + sum(used for _, used in made)) / RUNS
    assert {state for state, _ in made} == {"succeeded"}, made
    yield Row("runs an hour, 2 slots", RUNS / wall * 3600, "", 5_000, OVER, note=f"{RUNS} runs in {wall:.1f} s")
    yield Row("processor time of a run, kernel and all", cpu * 1000, "ms")
    cores = len(os.sched_getaffinity(0))
    yield Row("runs an hour that this time allows", cores * 3600 / cpu, "", 5_000, OVER, note=f"{cores} cores, at rest")
    return spent / RUNS


def _queue_alone(workspace: Workspace, ledger: Ledger) -> Iterator[Row]:
    """What accepting, claiming and finishing cost without any kernel: an empty run, as queues are measured."""
    worker = ledger.create(SYSTEM, Worker_, {"boot": "bench", "beat_at": datetime.now(UTC)}).id
    asked, claimed, ended, limits = [], [], [], workspace.settings.runs
    started, spent = time.perf_counter(), time.process_time()
    for at in range(EMPTY):
        asked.append(_timed(lambda at=at: submit(workspace, ledger, SYSTEM, Wish("five", {"days": at}))))
        claimed.append(_timed(lambda: ledger.apply(SYSTEM, lambda unit: queue.claim(unit, worker, 1, limits))))
        (taken,) = claimed[-1][1]
        outcome = Outcome(taken.run.id, "succeeded")
        ended.append(
            _timed(lambda taken=taken, done=outcome: ledger.apply(SYSTEM, lambda unit: queue.finish(unit, taken, done)))
        )
    wall, spent = time.perf_counter() - started, time.process_time() - spent
    ledger.remove(SYSTEM, ledger.get(Worker_, worker))
    for name, times in (("accept a run", asked), ("claim a run", claimed), ("write its end", ended)):
        yield Row(f"queue: {name}", middle(took for took, _ in times), "ms", note="on the disk when it returns")
    yield Row("queue: processor time of an empty run", spent / EMPTY * 1000, "ms", note="dbos: 14.4 to 15.1")
    yield Row("queue: empty runs a second, one after another", EMPTY / wall, "", note="dbos, 2 slots: 7 to 8")


def _through_the_queue(
    workspace: Workspace, ledger: Ledger, nursery: Nursery, path: str, direct: float
) -> Iterator[Row]:
    """The same runs by a worker with two slots; beside that each alone, to see what passes between."""
    with Pool(workspace, 2, spare=4, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool)
        try:
            alone = [_one(workspace, ledger, pool, worker, path) for _ in range(5)]
            _filled(pool)
            spent, started = time.process_time(), time.perf_counter()
            for _ in range(RUNS):
                submit(workspace, ledger, SYSTEM, Wish("five", {"path": path}))
            worker.wake()
            while ledger.number(Run, Search({"state": (RunState.QUEUED, RunState.RUNNING)})):
                time.sleep(0.1)
            wall, spent = time.perf_counter() - started, time.process_time() - spent
        finally:
            worker.close()
    for name, at in (("accepted to claimed", 0), ("claimed to begun", 1), ("done to written", 2)):
        yield Row(f"queue: {name}", middle(each[at] for each in alone), "ms", note="alone, kernels ready")
    whole = middle(sum(each) for each in alone)
    yield Row("queue: all that it adds to a run", whole, "ms", ADDS, note="dbos: 133 to 162 until it starts")
    yield Row("queue: runs an hour, 2 slots", RUNS / wall * 3600, "", 5_000, OVER, note=f"{RUNS} runs in {wall:.1f} s")
    yield Row("queue: processor time it adds to a run", (spent / RUNS - direct) * 1000, "ms")


def _one(workspace: Workspace, ledger: Ledger, pool: Pool, worker: Worker, path: str) -> tuple[float, float, float]:
    _filled(pool)
    run, _ = submit(workspace, ledger, SYSTEM, Wish("five", {"path": path}))
    worker.wake()
    while not (held := ledger.get(Run, run.id)).finished_at:
        time.sleep(0.02)
    told = json.loads((workspace.runs / run.id / "run.json").read_text())
    begun, done = (datetime.fromisoformat(told[name]) for name in ("started", "finished"))
    assert held.state is RunState.SUCCEEDED, held.failure_cause
    steps = ((held.created_at, held.started_at), (held.started_at, begun), (done, held.finished_at))
    return tuple((late - early).total_seconds() * 1000 for early, late in steps)


def _filled(pool: Pool) -> None:
    while pool.state.ready < 4:
        time.sleep(0.01)


def _idle(workspace: Workspace) -> Iterator[Row]:
    """What a service costs that has nothing to do, and its kernels that wait."""
    program = [sys.executable, "-c", "from workbench.apps.cli import main; main()", "--home", str(workspace.home)]
    child = subprocess.Popen([*program, "serve"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        child.stdout.readline()
        time.sleep(10)
        whole = [psutil.Process(child.pid), *psutil.Process(child.pid).children(recursive=True)]
        before = [sum(each.cpu_times()[:2]) for each in whole]
        time.sleep(IDLE_SECONDS)
        used = [(sum(each.cpu_times()[:2]) - was) / IDLE_SECONDS * 100 for each, was in zip(whole, before, strict=True)]
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()
    yield Row("idle service", used[0], "% of a core", IDLE, note="dbos alone: 3.2")
    yield Row("its kernels that wait", sum(used[1:]), "% of a core", note=f"{len(used) - 1} processes")


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    started = time.perf_counter()
    value = work()
    return (time.perf_counter() - started) * 1000, value


RUNS_MEASURE = Measure("Runs", _run)
