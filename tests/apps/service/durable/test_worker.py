"""A worker with real kernels."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.apps.service.playbooks import wait, write
from workbench.apps.service.durable import Pace, Wish, Worker, cancel, submit
from workbench.base.config import Workspace
from workbench.base.errors import BadParameter
from workbench.events.store import Store
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run
from workbench.ledger.models import Worker as Row
from workbench.ledger.models.words import RunState
from workbench.operations.runs import Nursery, Pool, outline, output, page

QUICK = Pace(look=0.05, beat=0.5, fence=20)


def test_a_run_goes_through_and_its_row_tells_all(workspace: Workspace, ledger: Ledger, nursery: Nursery) -> None:
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        good = submit(workspace, ledger, SYSTEM, Wish("small", {"n": 21}))[0]
        write(workspace, "small", "raise SystemExit(1)", parameters="n: int = 1")
        write(workspace, "bad", "1 / 0")
        bad = submit(workspace, ledger, SYSTEM, Wish("bad"))[0]
        wait(lambda: ledger.get(Run, bad.id).finished_at and ledger.get(Run, good.id).finished_at)
        worker.close()
    done, failed = ledger.get(Run, good.id), ledger.get(Run, bad.id)
    assert (done.state, done.attempts, done.worker) == (RunState.SUCCEEDED, 1, worker.id)
    assert b"42" in output(workspace.runs, done.executed_digest)  # as it was when it was asked for
    assert failed.state is RunState.FAILED
    assert "ZeroDivisionError" in failed.failure_cause
    assert failed.failure_next_step
    assert any(change.kind == "run" and change.object_id == good.id for change in ledger.pending())
    assert ledger.number(Row) == 0


def test_cancel_ends_the_row_at_once_and_the_kernel_within_a_second(
    workspace: Workspace, ledger: Ledger, nursery: Nursery
) -> None:
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=Pace())
        run = submit(workspace, ledger, SYSTEM, Wish("slow"))[0]
        wait(lambda: ledger.get(Run, run.id).progress_cell)
        kernel = next(iter(worker._making.values())).kernel
        assert kernel.alive
        cancel(ledger, SYSTEM, run.id)
        worker.wake()
        assert ledger.get(Run, run.id).state is RunState.CANCELLED
        began = time.monotonic()
        wait(lambda: not kernel.alive, 10)
        assert time.monotonic() - began < 1.0
        wait(lambda: not worker.going, 10)
        worker.close()
    assert ledger.get(Run, run.id).state is RunState.CANCELLED


def test_a_deadline_ends_the_kernel_too(workspace: Workspace, ledger: Ledger, nursery: Nursery) -> None:
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        run = submit(workspace, ledger, SYSTEM, Wish("slow", seconds=3))[0]
        wait(lambda: ledger.get(Run, run.id).finished_at)
        worker.close()
    assert ledger.get(Run, run.id).state is RunState.TIMED_OUT


def test_a_stop_puts_runs_back_without_an_attempt(workspace: Workspace, ledger: Ledger, nursery: Nursery) -> None:
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        run = submit(workspace, ledger, SYSTEM, Wish("slow"))[0]
        wait(lambda: ledger.get(Run, run.id).progress_cell)
        worker.close()
    held = ledger.get(Run, run.id)
    assert (held.state, held.attempts, held.worker) == (RunState.QUEUED, 0, None)


def test_a_worker_that_was_taken_for_dead_drops_its_run_and_signs_on_anew(
    workspace: Workspace, ledger: Ledger, nursery: Nursery
) -> None:
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        first = worker.id
        run = submit(workspace, ledger, SYSTEM, Wish("slow"))[0]
        wait(lambda: ledger.get(Run, run.id).progress_cell)
        kernel = next(iter(worker._making.values())).kernel
        ledger.remove(SYSTEM, ledger.get(Row, first))
        wait(lambda: worker.id != first and not kernel.alive, 20)
        cancel(ledger, SYSTEM, run.id)
        worker.close()
    assert ledger.get(Run, run.id).state is RunState.CANCELLED


def test_a_worker_without_a_way_to_the_ledger_ends_its_kernels(
    workspace: Workspace, ledger: Ledger, nursery: Nursery
) -> None:
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=Pace(look=0.05, beat=60, fence=2))
        run = submit(workspace, ledger, SYSTEM, Wish("slow"))[0]
        wait(lambda: worker.going)
        kernel = wait_kernel(worker)
        wait(lambda: not kernel.alive, 20)
        assert "no beat" in worker.fault()
        cancel(ledger, SYSTEM, run.id)
        worker.close()


def wait_kernel(worker: Worker):
    wait(lambda: all(each.kernel for each in worker._making.values()) and worker._making)
    return next(iter(worker._making.values())).kernel


def test_runs_of_another_machine_are_rescued_after_thirty_seconds(
    workspace: Workspace, ledger: Ledger, nursery: Nursery
) -> None:
    from workbench.apps.service.durable import queue
    from workbench.base.settings import RunsSettings

    old = datetime.now(UTC) - timedelta(seconds=31)
    other = ledger.create(SYSTEM, Row, {"boot": "elsewhere:1", "host": "elsewhere", "beat_at": old}).id
    run = submit(workspace, ledger, SYSTEM, Wish("small"))[0]
    ledger.apply(SYSTEM, lambda unit: queue.claim(unit, other, 1, RunsSettings()))
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        wait(lambda: ledger.get(Run, run.id).finished_at)
        worker.close()
    assert ledger.get(Run, run.id).attempts == 2
    assert ledger.find(Row, Search()) == []


def test_a_slot_that_is_free_again_waits_for_no_look(workspace: Workspace, ledger: Ledger, nursery: Nursery) -> None:
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=Pace(look=60))
        ids = [submit(workspace, ledger, SYSTEM, Wish("small", {"n": n}))[0].id for n in range(3)]
        worker.wake()
        wait(lambda: all(ledger.get(Run, id_).finished_at for id_ in ids), 40)
        worker.close()


def test_no_more_go_on_at_once_than_there_are_slots(workspace: Workspace, ledger: Ledger, nursery: Nursery) -> None:
    most = 0
    with Pool(workspace, 2, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        ids = [submit(workspace, ledger, SYSTEM, Wish("small", {"n": n}))[0].id for n in range(5)]
        while not all(ledger.get(Run, id_).finished_at for id_ in ids):
            most = max(most, ledger.number(Run, Search({"state": RunState.RUNNING})))
            time.sleep(0.01)
        worker.close()
    assert most == workspace.settings.runs.slots == 2


def test_a_pool_that_stopped_is_told_and_asked_again_and_no_run_is_lost(
    workspace: Workspace, ledger: Ledger, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.apps.service.durable.worker._RESUME_SECONDS", 1.0)
    monkeypatch.setattr("workbench.operations.runs.pool.BACK_OFF_SECONDS", 0.01)
    with monkeypatch.context() as broken, Pool(workspace, 1, nursery=Nursery(("no.such.module",))) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        run = submit(workspace, ledger, SYSTEM, Wish("small"))[0]
        wait(lambda: "no kernels: 3 starts failed" in worker.fault())
        wait(lambda: ledger.get(Run, run.id).attempts == 0)
        broken.setattr(pool, "_nursery", nursery)
        wait(lambda: ledger.get(Run, run.id).finished_at)
        worker.close()
    done = ledger.get(Run, run.id)
    assert (done.state, done.attempts) == (RunState.SUCCEEDED, 1)


def test_a_run_that_is_called_off_leaves_no_traceback_in_the_log(
    workspace: Workspace, ledger: Ledger, nursery: Nursery, caplog: pytest.LogCaptureFixture
) -> None:
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        run = submit(workspace, ledger, SYSTEM, Wish("slow"))[0]
        wait(lambda: ledger.get(Run, run.id).progress_cell)
        cancel(ledger, SYSTEM, run.id)
        wait(lambda: not worker.going, 10)
        worker.close()
    assert [record for record in caplog.records if record.exc_info or "\n" in record.getMessage()] == []


HOSTILE = {
    "loops": ("while True: pass", RunState.TIMED_OUT, "it was not done by"),
    "eats": ("held = bytearray(10 * 1024**3)", RunState.FAILED, "more than its 2 GiB of memory"),
    "writes": (
        "import os\nfrom pathlib import Path\nfrom workbench.base.config import Workspace\nimport polars as pl\n"
        "from workbench.events.store import Batch, Store\n"
        "there = Workspace(Path(os.environ['WORKBENCH_HOME'])).store\n"
        "Store(there).write('AlertInfo', pl.DataFrame({'AlertId': ['x'], 'Title': ['x']}), Batch('x', 1))",
        RunState.FAILED,
        "read",
    ),
    "calls": ("import socket\nsocket.create_connection(('192.0.2.1', 80), 2)", RunState.FAILED, ""),
    "draws": (
        "from IPython.display import HTML, display\ndisplay(HTML('<script>alert(1)</script>'))\n"
        "print('<img src=x onerror=alert(1)>\\x1b[2J')\nraise ValueError('</pre><script>\\0')",
        RunState.FAILED,
        "ValueError: </pre><script>",
    ),
}


@pytest.mark.parametrize("kind", ["sqlite"])
def test_hostile_notebooks_end_as_they_must_and_their_worker_goes_on(
    workspace: Workspace, ledger: Ledger, nursery: Nursery
) -> None:
    """Row 22 of the list of bad input, through the queue; missing and wrong parameters never become a run."""
    for name, (code, _, _) in HOSTILE.items():
        write(workspace, name, code, parameters="n: int = None")
    for values in ({}, {"n": "x"}, {"n": [1]}, {"m": 1}):
        with pytest.raises(BadParameter):
            submit(workspace, ledger, SYSTEM, Wish("loops", values))
    assert ledger.number(Run) == 0
    with Pool(workspace, 2, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        ids = {
            name: submit(workspace, ledger, SYSTEM, Wish(name, {"n": 1}, seconds=4 if name == "loops" else 60))[0].id
            for name in HOSTILE
        }
        wait(lambda: all(ledger.get(Run, id_).finished_at for id_ in ids.values()))
        worker.close()
    for name, id_ in ids.items():
        _, state, said = HOSTILE[name]
        run = ledger.get(Run, id_)
        assert (run.state, run.attempts) == (state, 1), (name, run.failure_cause)
        assert said in run.failure_cause, run.failure_cause
        assert run.failure_next_step
    drawn = page(outline(json.loads(output(workspace.runs, ledger.get(Run, ids["draws"]).executed_digest))))
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert Store(workspace.store).snapshot("AlertInfo") is None
