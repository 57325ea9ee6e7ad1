"""Two workers on one PostgreSQL server: they share, one takes over from the other, and one that is cut off lets go."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from tests.apps.service.durable.kills import Scene
from tests.apps.service.durable.test_kills import book, place, scene  # noqa: F401
from tests.apps.service.playbooks import wait, write
from tests.ledger.conftest import run_sql
from workbench.apps.service.durable import Pace, Wish, Worker, queue, submit
from workbench.base.config import Workspace
from workbench.base.settings import RunsSettings
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Run, open_database
from workbench.ledger.models import Worker as Row
from workbench.ledger.models.words import RunState
from workbench.operations.runs import Nursery, Pool

pytestmark = pytest.mark.slow


@pytest.fixture
def kind() -> str:
    return "postgresql"


def test_forty_runs_are_shared_and_none_is_made_twice(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    for _ in range(40):
        scene.ask()
    service = scene.start("service")
    program = [sys.executable, "-c", "from workbench.apps.cli import main; main()"]
    command = [*program, "--home", str(scene.workspace.home), "worker"]
    helper = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        wait(lambda: not scene.open(), 180)
        shares = Counter(scene.ledger.get(Run, id_).worker for id_ in scene.asked)
        for each in (helper, service):
            each.send_signal(signal.SIGTERM)
            assert each.wait(60) == 0
        assert "Stopped." in helper.stderr.read()
    finally:
        for each in (helper, service):
            each.kill()
            each.wait()
        helper.stderr.close()
        service.stdout.close()
    scene.finale()
    scene.prove()
    with capsys.disabled():
        sys.stdout.write(f"\nshares of two workers: {sorted(shares.values())}\n")
    assert len(shares) == 2
    assert min(shares.values()) >= 8
    assert scene.figures["begun again"] == 0


def test_who_is_killed_on_another_machine_is_replaced_within_35_seconds(
    scene: Scene,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    ids = [scene.ask("slow") for _ in range(2)]
    far = scene.start("elsewhere")
    wait(lambda: scene.running() == 2)
    workers = {scene.ledger.get(Run, id_).worker for id_ in ids}
    near = scene.start("service")
    try:
        assert near.stdout.readline() == b"up\n"
        time.sleep(6)
        assert {scene.ledger.get(Run, id_).worker for id_ in ids} == workers, "it lives, and keeps its runs"
        far.kill()
        far.wait()
        began = time.monotonic()
        wait(lambda: all(scene.ledger.get(Run, id_).attempts == 2 for id_ in ids), 60)
        took = time.monotonic() - began
        with capsys.disabled():
            sys.stdout.write(f"\ntaken over after {took:.1f} s\n")
        assert took < 35
        for id_ in ids:
            scene.call_off(id_)
    finally:
        near.kill()
        near.wait()
        near.stdout.close()
        far.stdout.close()


@pytest.fixture
def cut(address: str, place: Workspace) -> Iterator[tuple[Ledger, "partial[None]", "partial[None]"]]:  # noqa: F811
    """A ledger of one's own login, and how it is cut off and let in again."""
    run_sql(address, "DROP ROLE IF EXISTS cut")
    run_sql(address, "CREATE ROLE cut SUPERUSER LOGIN")
    off = "ALTER ROLE cut NOLOGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cut'"
    opened = open_database(address.replace("ledger@", "cut@"))
    with Ledger(opened, place.keys, place.anchor) as far:
        yield far, partial(run_sql, address, off), partial(run_sql, address, "ALTER ROLE cut LOGIN")


def test_who_is_cut_off_ends_its_kernels(
    place: Workspace,  # noqa: F811
    book: Ledger,  # noqa: F811
    cut: tuple,
    nursery: Nursery,
) -> None:
    far, cut_off, let_in = cut
    write(place, "slow", "import time\ntime.sleep(120)")
    with Pool(place, 1, nursery=nursery) as pool:
        worker = Worker(place, far, pool, pace=Pace(look=0.1, beat=0.3, fence=3))
        run = submit(place, book, SYSTEM, Wish("slow"))[0]
        wait(lambda: book.get(Run, run.id).progress_cell)
        kernel = next(iter(worker._making.values())).kernel
        cut_off()
        began = time.monotonic()
        wait(lambda: not kernel.alive, 20)
        assert time.monotonic() - began < 6
        assert "no beat came through" in worker.fault()
        assert book.get(Run, run.id).state is RunState.RUNNING, "nobody could write an end"
        let_in()
        wait(lambda: book.get(Run, run.id).attempts == 2 and worker.going, 30)
        time.sleep(3)
        assert book.get(Run, run.id).attempts == 2, "back with the ledger it begins anew once, not thrice"
        worker.close()
    assert book.get(Run, run.id).state is RunState.QUEUED


@pytest.mark.parametrize(("careful", "state"), [(True, RunState.RUNNING), (False, RunState.SUCCEEDED)])
def test_the_late_end_of_who_was_cut_off_is_refused(
    careful: bool,
    state: RunState,
    place: Workspace,  # noqa: F811
    book: Ledger,  # noqa: F811
    cut: tuple,
    nursery: Nursery,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a control: an end that is written at whatever version there is takes the run from the next worker."""
    far, cut_off, let_in = cut
    write(place, "short", "import time\ntime.sleep(2)")
    real = queue.finish
    if not careful:
        at_any = lambda unit, taken, outcome: real(unit, queue.Claim(unit.get(Run, taken.run.id)), outcome)  # noqa: E731
        monkeypatch.setattr(queue, "finish", at_any)
    with Pool(place, 1, nursery=nursery) as pool:
        worker = Worker(place, far, pool, pace=Pace(look=60, beat=60, fence=120))
        first, run = worker.id, submit(place, book, SYSTEM, Wish("short"))[0]
        worker.wake()
        wait(lambda: book.get(Run, run.id).progress_cell)
        cut_off()
        book.apply(SYSTEM, lambda unit: queue.rescue(unit, [first]))
        other = book.create(SYSTEM, Row, {"boot": "x", "host": "other", "beat_at": datetime.now(UTC)}).id
        assert len(book.apply(SYSTEM, lambda unit: queue.claim(unit, other, 1, RunsSettings()))) == 1
        wait((place.runs / run.id / "run.json").exists, 30)
        let_in()
        wait(lambda: not worker.going, 30)
        held = book.get(Run, run.id)
        worker.close()
    assert held.state is state
    assert held.worker == other
