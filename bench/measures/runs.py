"""Runs of a five-cell playbook: how many an hour on this machine, and what a run costs beside its own work."""

import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import psutil

from bench.measure import OVER, Measure, Row, Setting, middle
from workbench.base.config import Workspace
from workbench.operations.runs import Job, Nursery, Pool, execute, playbook

RUNS, ROWS, CELL_BUDGET = 30, 200_000, 300
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
        yield from _back_to_back(workspace, nursery, path)


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


def _back_to_back(workspace: Workspace, nursery: Nursery, path: str) -> Iterator[Row]:
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


RUNS_MEASURE = Measure("Runs", _run)
