"""A worker with real kernels."""

import time
from datetime import UTC, datetime, timedelta

from tests.apps.service.playbooks import wait, write
from workbench.apps.service.durable import Pace, Wish, Worker, cancel, submit
from workbench.base.config import Workspace
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run
from workbench.ledger.models import Worker as Row
from workbench.ledger.models.words import RunState
from workbench.operations.runs import Nursery, Pool, output

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
