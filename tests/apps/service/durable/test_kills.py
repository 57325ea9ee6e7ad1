"""kill -9 of a worker, again and again: no run lost, none doubled, each end recorded once, no kernel left."""

import json
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.apps.service.playbooks import wait, write
from workbench.apps.service.durable import Pace, Wish, Worker, submit
from workbench.base.config import Workspace
from workbench.ledger.audit import SYSTEM, Selection
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run
from workbench.ledger.models.words import RunState
from workbench.operations.runs import Nursery, Pool

RUNS_A_KILL = 4
_ROOT = Path(__file__).parents[4]


def start(workspace: Workspace, address: str | Path) -> subprocess.Popen:
    program = [sys.executable, "-m", "tests.apps.service.durable._program", str(workspace.home), str(address)]
    return subprocess.Popen(program, cwd=_ROOT, stdout=subprocess.PIPE)


def kernels(workspace: Workspace) -> set[int]:
    found = set()
    for path in (workspace.runs / ".kernels").glob("*.json"):
        with suppress(OSError, ValueError):
            told = json.loads(path.read_text()).get("kernel")
            found |= {told["pid"]} if told else set()
    return found


def alive(pids: set[int]) -> list[int]:
    living = [pid for pid in pids if psutil.pid_exists(pid)]
    return [pid for pid in living if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_kills_lose_and_double_nothing(
    kills: int, workspace: Workspace, ledger: Ledger, address: str | Path, nursery: Nursery
) -> None:
    write(workspace, "short", "import time\ntime.sleep(0.2)", "print(n)", parameters="n: int = 1")
    dice, asked, seen = random.Random(kills), [], set()
    for _ in range(kills):
        asked += [submit(workspace, ledger, SYSTEM, Wish("short", {"n": n}))[0].id for n in range(RUNS_A_KILL)]
        worker = start(workspace, address)
        assert worker.stdout.readline() == b"up\n"
        wait(lambda: ledger.find(Run, Search({"state": RunState.RUNNING}, limit=1)) or not open_(ledger))
        time.sleep(dice.uniform(0, 1.0))
        seen |= kernels(workspace)
        worker.kill()
        worker.wait()
        worker.stdout.close()
    with Pool(workspace, 2, nursery=nursery) as pool:
        last = Worker(workspace, ledger, pool, pace=Pace(look=0.1, beat=0.5))
        wait(lambda: not open_(ledger), 60 + 5 * kills)
        seen |= kernels(workspace)
        last.close()
    wait(lambda: not alive(seen), 20)
    proved(ledger, asked)


def open_(ledger: Ledger) -> int:
    return ledger.number(Run, Search({"state": (RunState.QUEUED, RunState.RUNNING)}))


def proved(ledger: Ledger, asked: list[str]) -> None:
    """Every run that was asked for is there once and ended once; one that killed its worker thrice may have failed."""
    assert ledger.number(Run, Search(removed=True)) == len(asked) == len(set(asked))
    for id_ in asked:
        records = ledger.audit(Selection(object_id=id_, limit=100))
        ends = [each for each in records if json.loads(text(each["after"])).get("finished_at")]
        assert len(ends) == 1
        run = ledger.get(Run, id_)
        assert run.state is RunState.SUCCEEDED or (run.attempts == 3 and "3 times" in run.failure_cause)
    assert ledger.verify().fault is None


def text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
