"""The write queue: groups in one transaction, a failing job alone fails, nobody is told too early or not at all."""

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench.base.errors import BadInput, LedgerBusy, LedgerError
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger, Unit
from workbench.ledger.changes import writer as writer_module
from workbench.ledger.changes.writer import Job
from workbench.ledger.models import Note, open_database

NOTE = {"entity": "domain", "value": "evil.example", "text": "0"}


def makes(unit: Unit) -> str:
    return unit.create(Note, NOTE).id


def test_jobs_that_wait_share_a_transaction(ledger: Ledger, ingrid: Actor) -> None:
    gate = threading.Event()
    first = ledger.submit(ingrid, lambda _: gate.wait(30))
    made = [ledger.submit(ingrid, makes) for _ in range(20)]
    gate.set()
    assert first.result(30)
    times = {ledger.get(Note, each.result(30)).created_at for each in made}
    assert len(times) == 1


@pytest.mark.parametrize("error", [BadInput("no"), ValueError("bug"), KeyError("bug")])
def test_a_job_that_fails_takes_back_its_own_and_nothing_else(error: Exception, ledger: Ledger, ingrid: Actor) -> None:
    def fails(unit: Unit) -> None:
        makes(unit)
        unit.record("looked", "note", "x")
        raise error

    def breaks_a_rule_of_the_database(unit: Unit) -> None:
        makes(unit)
        unit.connection.execute(sa.text("INSERT INTO notes (id) VALUES ('x')"))

    gate = threading.Event()
    ledger.submit(ingrid, lambda _: gate.wait(30))
    works = (makes, fails, makes, breaks_a_rule_of_the_database, makes)
    futures = [ledger.submit(ingrid, work) for work in works]
    gate.set()
    with pytest.raises(type(error)):
        futures[1].result(30)
    with pytest.raises(LedgerError):
        futures[3].result(30)
    assert {futures[at].result(30) for at in (0, 2, 4)} == {each.id for each in ledger.find(Note)}
    verdict = ledger.verify()
    assert (verdict.records, verdict.fault) == (4, None)


def test_a_transaction_that_cannot_be_committed_is_told_to_all_in_it(
    ledger: Ledger, ingrid: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise LedgerError("the disk is full")

    gate = threading.Event()
    futures = [ledger.submit(ingrid, lambda _: gate.wait(30)), *(ledger.submit(ingrid, makes) for _ in range(3))]
    monkeypatch.setattr(writer_module, "seal", refuses)
    gate.set()
    for future in futures:
        with pytest.raises(LedgerError, match="disk is full"):
            future.result(30)
    monkeypatch.undo()
    assert ledger.number(Note) == 0
    assert ledger.create(ingrid, Note, NOTE).version == 1
    assert ledger.verify().fault is None


def test_who_finds_no_room_is_told(ledger: Ledger, ingrid: Actor, tmp_path: Path) -> None:
    gate = threading.Event()
    ledger._writer._room = threading.Semaphore(3)
    ledger.submit(ingrid, lambda _: gate.wait(30))
    time.sleep(0.2)
    waiting = [ledger._writer.submit(Job(ingrid, makes), patience=0.01) for _ in range(3)]
    with pytest.raises(LedgerBusy, match="3 changes wait"):
        ledger.submit(ingrid, makes, patience=0)
    gate.set()
    assert len({each.result(30) for each in waiting}) == 3
    assert ledger.create(ingrid, Note, NOTE).version == 1


def test_who_waits_no_more_before_it_is_begun_changes_nothing(ledger: Ledger, ingrid: Actor) -> None:
    gate, begun = threading.Event(), threading.Event()
    first = ledger.submit(ingrid, lambda _: begun.set() or gate.wait(30))
    assert begun.wait(30)
    second, third = ledger.submit(ingrid, makes), ledger.submit(ingrid, makes)
    assert second.cancel()
    assert not first.cancel()
    gate.set()
    assert ledger.get(Note, third.result(30)).version == 1
    assert ledger.number(Note) == 1


def test_closing_does_what_waits_and_takes_no_more(address: str | Path, tmp_path: Path, ingrid: Actor) -> None:
    opened = Ledger(open_database(address), tmp_path / "keys", tmp_path / "anchor")
    gate = threading.Event()
    opened.submit(ingrid, lambda _: gate.wait(30))
    made = [opened.submit(ingrid, makes) for _ in range(200)]
    threading.Timer(0.1, gate.set).start()
    opened.close()
    assert all(each.done() and each.exception() is None for each in made)
    with pytest.raises(LedgerError, match="closed"):
        opened.submit(ingrid, makes)
    with Ledger(open_database(address), tmp_path / "keys", tmp_path / "anchor") as again:
        assert again.number(Note) == 200
        assert again.verify().anchored == 201


def test_two_ledgers_of_one_database_make_one_chain(
    ledger: Ledger, address: str | Path, tmp_path: Path, ingrid: Actor
) -> None:
    with Ledger(open_database(address), tmp_path / "keys", tmp_path / "anchor") as other:
        futures = [each.submit(ingrid, makes) for _ in range(30) for each in (ledger, other)]
        other.rotate_key(ingrid)
        futures += [each.submit(ingrid, makes) for _ in range(10) for each in (ledger, other)]
        assert len({each.result(60) for each in futures}) == 80
    verdict = ledger.verify()
    assert (verdict.records, verdict.fault) == (82, None)
