"""Laws of the ledger, on both databases: no edit is lost, no acknowledged change is lost, the trail stays whole."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench.base.errors import Clash
from workbench.ledger.audit import Actor, Selection
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Note, TrackedQuery, open_database

WRITERS = 16
WRITING = 8
"""Writers of the program that is killed."""
pytestmark = pytest.mark.timeout(1800)
_PROGRAM = Path(__file__).with_name("_program.py")


def edits(ledger: Ledger, name: str, id_: str, count: int, clashes: list[str]) -> None:
    """Count a number up as a person does: look, change, and where somebody was first, look again."""
    actor = Actor(name)
    for _ in range(count):
        row = ledger.get(TrackedQuery, id_)
        while True:
            try:
                ledger.edit(actor, row, {"note": str(int(row.note) + 1)})
                break
            except Clash as clash:
                clashes.append(name)
                assert int(str(clash.theirs["note"])) >= int(row.note)
                row = ledger.get(TrackedQuery, id_)


@pytest.mark.parametrize("count", [12, pytest.param(1000, marks=pytest.mark.slow)])
def test_writers_of_one_row_lose_no_edit(count: int, ledger: Ledger, ingrid: Actor) -> None:
    row = ledger.create(ingrid, TrackedQuery, {"name": "counter", "kql": "EmailEvents", "note": "0"})
    clashes: list[str] = []
    threads = [
        threading.Thread(target=edits, args=(ledger, f"writer{each}", row.id, count, clashes)) for each in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = ledger.get(TrackedQuery, row.id)
    assert (int(held.note), held.version) == (4 * count, 4 * count + 1)
    assert clashes
    assert ledger.verify().records == 4 * count + 2


@pytest.mark.parametrize("count", [15, pytest.param(1000, marks=pytest.mark.slow)])
def test_sixteen_writers_lose_nothing(count: int, ledger: Ledger, ingrid: Actor) -> None:
    rows = [ledger.create(ingrid, Note, {"entity": "ip", "value": str(at), "text": "-"}) for at in range(WRITERS)]

    def writes(at: int) -> None:
        row = rows[at]
        for number in range(count):
            row = ledger.edit(Actor(f"writer{at}"), row, {"text": str(number)})

    threads = [threading.Thread(target=writes, args=(at,)) for at in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [ledger.get(Note, row.id) for row in rows]
    assert {(row.text, row.version) for row in held} == {(str(count - 1), count + 1)}
    verdict = ledger.verify()
    assert (verdict.records, verdict.fault) == (WRITERS * (count + 1) + 1, None)
    told = ledger.audit(Selection(object_id=rows[3].id, limit=1000))
    assert [each["after"]["text"] for each in told[:count]] == [str(number) for number in range(count)][::-1]


def acknowledged(text: str) -> list[tuple[str, int]]:
    """What the killed program had told; a torn last line was not."""
    return [tuple(json.loads(line)) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def run_and_kill(address: str | Path, folder: Path, how: str, number: int) -> list[tuple[str, int]]:
    """Let a program write until all its writers told of some changes, and kill it in the midst of the next: ever later."""
    command = [sys.executable, str(_PROGRAM), str(address), str(folder), how]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, bufsize=1) as running:
        lines = list[str]()
        while len(lines) < 30 + 17 * number % 100 or len(dict(acknowledged("".join(lines)))) < WRITING:
            lines.append(running.stdout.readline())
            assert lines[-1], "the program ended by itself"
        time.sleep(number % 20 * 0.004)
        os.kill(running.pid, signal.SIGKILL)
        return acknowledged("".join([*lines, running.stdout.read()]))


def torn(address: str | Path) -> int:
    """How many rows have another number of changes than of records."""
    database = open_database(address)
    with database.engine.connect() as connection:
        sql = (
            "SELECT count(*) FROM notes WHERE version <> (SELECT count(*) FROM audit WHERE audit.object_id = notes.id)"
        )
        found = connection.execute(sa.text(sql)).scalar()
    database.close()
    return found


@pytest.mark.parametrize("kills", [1, pytest.param(50, marks=pytest.mark.slow)])
def test_a_kill_loses_no_acknowledged_change_and_tears_nothing(kills: int, address: str | Path, tmp_path: Path) -> None:
    told: dict[str, int] = {}
    for number in range(kills):
        told |= dict(run_and_kill(address, tmp_path, "ledger", number))
        with Ledger(open_database(address), tmp_path / "keys", tmp_path / "anchor") as ledger:
            verdict = ledger.verify()
            assert verdict.fault is None
            assert {id_: version for id_, version in told.items() if ledger.get(Note, id_).version < version} == {}
        assert torn(address) == 0
    assert len(told) >= 8 * kills
    assert verdict.records > sum(told.values())


def test_the_same_kill_does_tear_who_writes_change_and_record_apart(address: str | Path, tmp_path: Path) -> None:
    for number in range(40):
        run_and_kill(address, tmp_path, "apart", number)
        if torn(address):
            return
    pytest.fail("forty kills tore nothing: the test proves nothing")
