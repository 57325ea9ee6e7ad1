"""Workers and services that are killed, and the proof that nothing was lost or doubled by it."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import psutil

from tests.apps.service.playbooks import wait, write
from workbench.apps.service.durable import Wish, cancel, make_schedule, submit
from workbench.apps.service.durable.alerts import Alerts
from workbench.base.config import Workspace
from workbench.base.errors import Refused
from workbench.events.store import Batch, Store
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run, Schedule
from workbench.ledger.models.words import RunState
from workbench.operations.runs import Process, output, process, sweep

OPEN = (RunState.QUEUED, RunState.RUNNING)
_ROOT = Path(__file__).parents[4]
_PROGRAM = (sys.executable, "-m", "tests.apps.service.durable._program")
_HANDS_OVER = (
    "from IPython.display import display\n"
    "display({'application/vnd.workbench.findings+json': {'n': n}, 'text/plain': ''}, raw=True)"
)


@dataclass
class Scene:
    """A workspace whose workers and services are killed, and what was asked of them."""

    workspace: Workspace
    ledger: Ledger
    dice: random.Random
    temporary: Path
    asked: dict[str, int] = field(default_factory=dict)
    """Runs by id, with the number that each hands over."""
    cancelled: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    schedules: list[str] = field(default_factory=list)
    tag: str = field(default_factory=lambda: f"killed-{uuid4().hex[:12]}")
    """Stands in the environment of all processes of this scene."""
    figures: "Counter[str]" = field(default_factory=Counter)
    _forks: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        write(self.workspace, "short", "import time\ntime.sleep(0.2)", _HANDS_OVER, parameters="n: int = 1")
        write(self.workspace, "slow", "import time\ntime.sleep(120)", parameters="n: int = 1")
        write(self.workspace, "phish_triage", "pass", parameters="message: str = None")
        Alerts(self.workspace, self.ledger).look(datetime.now(UTC))

    def ask(self, name: str = "short", priority: int = 5) -> str:
        number = len(self.asked)
        run, _ = submit(self.workspace, self.ledger, SYSTEM, Wish(name, {"n": number}, priority))
        self.asked[run.id] = number
        return run.id

    def call_off(self, id_: str) -> None:
        with suppress(Refused):
            cancel(self.ledger, SYSTEM, id_)
            self.cancelled.append(id_)

    def alert(self) -> None:
        """A new alert with its evidence, and a schedule whose tick has come."""
        id_, moment = f"alert-{len(self.alerts)}", pl.lit(datetime.now(UTC)).dt.cast_time_unit("us")
        store, number = Store(self.workspace.store), len(self.alerts) + 1
        evidence = {"AlertId": [id_], "EntityType": ["MailMessage"], "NetworkMessageId": [f"m-{id_}"]}
        store.write("AlertEvidence", pl.DataFrame(evidence).with_columns(Timestamp=moment), Batch("test", 2 * number))
        info = pl.DataFrame({"AlertId": [id_], "Title": ["Phish"]}).with_columns(Timestamp=moment)
        store.write("AlertInfo", info, Batch("test", 2 * number + 1))
        self.alerts.append(id_)
        values = {"name": id_, "playbook": "short", "cron": "0 0 1 1 *", "missed": "once", "parameters": {"n": -1}}
        made = make_schedule(self.workspace, self.ledger, SYSTEM, values)
        self.ledger.touch(SYSTEM, Schedule, made.id, {"next_tick_at": datetime.now(UTC) - timedelta(seconds=5)})
        self.schedules.append(made.id)

    def start(self, kind: str, moment: str = "") -> "subprocess.Popen[bytes]":
        """A process of its own from the first import on."""
        return subprocess.Popen([*_PROGRAM, str(self.workspace.home), kind, moment], **self._around())

    def _around(self) -> dict[str, Any]:
        environment = {**os.environ, "USER": self.tag, "TMPDIR": str(self.temporary)}
        return {"cwd": _ROOT, "env": environment, "stdout": subprocess.PIPE}

    def _forked(self, kind: str, moment: str) -> tuple[Process, Path]:
        """A fork of a process that imported everything, since a hundred kills are a hundred starts; what it says."""
        if self._forks is None:
            self._forks = subprocess.Popen([*_PROGRAM, "forks"], stdin=subprocess.PIPE, **self._around())
        said = self.temporary / f"said-{self.figures.total()}-{uuid4().hex[:6]}"
        words = [str(self.workspace.home), kind, moment]
        self._forks.stdin.write(json.dumps([words, str(said)]).encode() + b"\n")
        self._forks.stdin.flush()
        pid = int(self._forks.stdout.readline())
        return process(pid) or Process(pid, 0, ""), said

    def kill(self, kind: str, moment: str = "", patience: float = 60.0) -> None:
        """Start one and kill it: at a named moment, or at any."""
        slow = self.ask("slow", 1) if moment == "losing" else ""
        for _ in range(2):
            self.ask()
        if kind == "service":
            self.alert()
        child, said = self._forked(kind, moment)
        if slow:
            wait(lambda: self.ledger.get(Run, slow).state is RunState.RUNNING or not child.alive)
            self.call_off(slow)
        if moment:
            with suppress(AssertionError):
                wait(lambda: not child.alive, patience)
        else:
            self._at_random(child, said)
        self.figures["moments that did not come" if moment and child.alive else "kills"] += 1
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        wait(lambda: not child.alive, 10)
        if slow:
            self.call_off(slow)

    def _at_random(self, child: Process, said: Path) -> None:
        if self.dice.random() < 0.8:
            wait(lambda: said.exists() and said.read_bytes() and (self.running() or not self.open()))
        time.sleep(self.dice.uniform(0, 1.0))
        assert child.alive, "it ended by itself"
        if self.dice.random() < 0.25:
            self.call_off(self.dice.choice(list(self.asked)))

    def running(self) -> int:
        return self.ledger.number(Run, Search({"state": RunState.RUNNING}))

    def open(self) -> int:
        return self.ledger.number(Run, Search({"state": OPEN}))

    def finale(self, patience: float = 60.0) -> None:
        """A service does what is left, and is stopped in good order."""
        child = self.start("service")
        try:
            assert child.stdout.readline() == b"up\n"
            wait(lambda: self._all_asked() and not self.open() and not self.ledger.unsettled(), patience)
            child.send_signal(signal.SIGTERM)
            assert child.wait(60) == 0
        finally:
            child.kill()
            child.wait()
            child.stdout.close()

    def _all_asked(self) -> bool:
        return self.ledger.number(Run) >= len(self.asked) + len(self.alerts) + len(self.schedules)

    def prove(self) -> None:
        """Every run that was asked for is there once and ended once, and nothing else is left."""
        runs = {run.id: run for at in range(0, 10_000, 1_000) for run in self._page(at)}
        lines = [json.loads(line) for line in b"".join(self.ledger.export_audit()).splitlines()]
        records = [line for line in lines if "verb" in line]
        self._each_is_there_once(runs)
        self._each_is_told_once(runs, records)
        self._outputs_are_whole(runs)
        self._store_has_each_once(runs)
        self._nothing_is_left()
        assert self.ledger.verify().fault is None
        self.figures |= Counter(run.state.value for run in runs.values())
        self.figures["runs"] = len(runs)
        self.figures["begun again"] = sum(run.attempts > 1 for run in runs.values())

    def _page(self, offset: int) -> list[Run]:
        return self.ledger.find(Run, Search({}, ("id",), 1_000, offset, removed=True))

    def _each_is_there_once(self, runs: dict[str, Run]) -> None:
        causes = Counter(run.trigger_ref.partition(" ")[0] for run in runs.values() if run.trigger_ref)
        assert causes == Counter([*self.alerts, *self.schedules])
        assert {id_ for id_, run in runs.items() if not run.trigger_ref} == self.asked.keys()
        for id_ in self.cancelled:
            assert runs[id_].state is RunState.CANCELLED

    def _each_is_told_once(self, runs: dict[str, Run], records: list[dict]) -> None:
        """One transaction an end, a claim an attempt."""
        told = [(each["object_id"], loaded(each["after"])) for each in records if each["verb"] == "run.edit"]
        ends = Counter(id_ for id_, after in told if after.get("finished_at"))
        claims = Counter(id_ for id_, after in told if after.get("state") == "running")
        for id_, run in runs.items():
            assert ends[id_] == 1, (run.state, run.failure_cause)
            assert claims[id_] == run.attempts <= 3
            good = run.state in (RunState.SUCCEEDED, RunState.CANCELLED)
            assert good or (run.attempts == 3 and "3 times" in run.failure_cause), run.failure_cause

    def _outputs_are_whole(self, runs: dict[str, Run]) -> None:
        for run in runs.values():
            if run.state is RunState.SUCCEEDED:
                left = json.loads((self.workspace.runs / run.id / "run.json").read_text())
                assert left["executed_sha256"] == run.executed_digest
                output(self.workspace.runs, run.executed_digest)
                if run.id in self.asked:
                    assert json.loads(output(self.workspace.runs, run.findings_digest)) == {"n": self.asked[run.id]}

    def _store_has_each_once(self, runs: dict[str, Run]) -> None:
        store = Store(self.workspace.store)
        rows = store.scan("WorkbenchRuns").select("RunId", "State", "Version").collect().rows()
        assert sorted(rows) == sorted((run.id, run.state.value, run.version) for run in runs.values())
        seqs = store.scan("WorkbenchAudit").select("Seq").collect()["Seq"]
        assert seqs.len() == seqs.n_unique() == seqs.max() - seqs.min() + 1

    def _nothing_is_left(self) -> None:
        mine = {self._forks.pid} if self._forks else set()
        wait(lambda: not set(self.processes()) - mine, 20)
        runs = self.workspace.runs
        assert [path.name for path in (runs / ".kernels").iterdir() if path.suffix != ".part"] == []
        assert [path.name for path in self.temporary.glob("wb-*")] == []
        partial = [*runs.glob("*/.part-*"), *(runs / ".kernels").glob("*.part")]
        self.figures["half-written files, cleared an hour later"] = len(partial)
        for path in partial:
            os.utime(path, (time.time() - 4_000,) * 2)
        sweep(self.workspace)
        assert not [path for path in runs.rglob("*") if "part" in path.name]

    def processes(self) -> list[int]:
        """What lives of this scene: workers, nurseries, kernels, whatever these began."""
        found = []
        for each in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if each.status() != psutil.STATUS_ZOMBIE and each.environ().get("USER") == self.tag:
                    found.append(each.pid)
        return found

    def close(self) -> None:
        if self._forks is not None:
            self._forks.stdin.close()
            self._forks.wait(30)
            self._forks.stdout.close()
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.temporary, ignore_errors=True)


def loaded(value: object) -> dict[str, object]:
    return json.loads(value or "{}") if isinstance(value, str | None) else value
