"""Every check of the doctor can fail: each is shown a workspace with what it looks for, and one without."""

import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
from packaging.requirements import Requirement

from tests.apps.upkeep.conftest import Drill, cut_file, decide
from workbench.apps.upkeep import Level, examine
from workbench.apps.upkeep.checks import disk, versions
from workbench.apps.upkeep.doctor import asked
from workbench.apps.upkeep.finding import Checks, Finding
from workbench.base.config import Workspace
from workbench.base.discover import discover
from workbench.events.store import Batch, Store
from workbench.ledger.changes import Search, open_ledger, writer
from workbench.ledger.models import Note
from workbench.ledger.models.upgrade import HEAD

OLD = time.time() - 7 * 3600
CHECKS = {
    check.__name__ if about not in ("ledger", "freshness") else f"{about}.{check.__name__}": check
    for about, each in discover("workbench.apps.upkeep.checks", Checks).items()
    for check in each.every
}


def aged(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    os.utime(path, (OLD, OLD))


def settings(text: str) -> Callable[[Workspace], None]:
    return lambda workspace: (workspace.home / "workbench.toml").write_text(text)


def forget_note(workspace: Workspace) -> None:
    """An old copy of the database comes back."""
    copy = workspace.home.with_name("old.db")
    shutil.copy(workspace.ledger, copy)
    decide(workspace)
    shutil.copy(copy, workspace.ledger)


def break_table(workspace: Workspace) -> None:
    for path in (workspace.store / "EmailEvents" / "_delta_log").iterdir():
        path.write_text("not a log")


def kill_service(workspace: Workspace) -> None:
    workspace.service.write_text(json.dumps({"address": "http://127.0.0.1:1", "pid": 1, "boot": "x"}))


def sql(statement: str) -> Callable[[Workspace], None]:
    def run(workspace: Workspace) -> None:
        with closing(sqlite3.connect(workspace.ledger)) as connection, connection:
            connection.execute(statement)

    return run


def bad_list(workspace: Workspace) -> None:
    workspace.lookups.mkdir(exist_ok=True)
    (workspace.lookups / "own.txt").write_text("nothing of its head is here\n")


def quarantine(workspace: Workspace) -> None:
    from workbench.intake.importing import import_paths

    path = workspace.home.with_name("EmailEvents.ndjson")
    path.write_text('{"Timestamp": "no time", "NetworkMessageId": "x"}\n')
    import_paths(workspace, [path])


BREAK: dict[str, tuple[Callable[[Workspace], object], Level, str]] = {
    "running": (kill_service, Level.WARN, "was killed"),
    "listening": (settings('[service]\nhost = "0.0.0.0"\n'), Level.FAULT, "TLS"),
    "leftovers": (lambda w: aged(w.originals / "aa" / "bb" / "x.tmp"), Level.WARN, "killed process"),
    "readable": (break_table, Level.FAULT, "EmailEvents cannot be read"),
    "secrets": (lambda w: (w.keys / "audit.key").chmod(0o644), Level.FAULT, "others may use"),
    "settings": (lambda w: (w.home / "workbench.toml").chmod(0o666), Level.FAULT, "others may change"),
    "freshness.tables": (settings('now = "clock"\n'), Level.WARN, "has had no event"),
    "freshness.faults": (quarantine, Level.WARN, "in quarantine"),
    "freshness.lookups": (bad_list, Level.WARN, "own"),
    "owners": (lambda w: os.chown(w.ledger, 65534, 65534), Level.FAULT, "belong to another user"),
    "ledger.tables": (sql("DROP TRIGGER audit_no_update"), Level.FAULT, "lacks the guard audit_no_update"),
    "ledger.keys": (lambda w: (w.keys / "anchor.key").unlink(), Level.FAULT, "cannot be read: No such file"),
    "ledger.outbox": (sql("UPDATE outbox SET at = '2026-01-01 00:00:00'"), Level.WARN, "wait for the event store"),
    "ledger.trail": (forget_note, Level.FAULT, "old backup restored"),
    "ledger.accounts": (sql("UPDATE accounts SET disabled = 1"), Level.WARN, "nobody may administer"),
    "ledger.settings": (lambda w: (w.home / "organisation.yml").write_text("domains: 3"), Level.FAULT, "domains"),
    "database_programs": (settings('ledger = "postgresql://x@localhost/x"\n'), Level.FAULT, "pg_dump"),
}
JUDGED = {"python", "packages", "programs", "room", "growth"}
"""Checks whose judgement is tested by itself, since a test cannot fill a disk or take Python away."""


def test_every_check_is_tried() -> None:
    assert CHECKS.keys() == BREAK.keys() | JUDGED


@pytest.mark.parametrize("name", BREAK)
def test_a_check_finds_what_it_looks_for(name: str, drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = drill.workspace
    if name == "database_programs":
        monkeypatch.setenv("PATH", "")
    if name == "owners" and os.geteuid():
        pytest.skip("giving a file away takes the right to")
    do, level, words = BREAK[name]
    before = set(asked(CHECKS[name], workspace))
    do(workspace)
    found = set(asked(CHECKS[name], Workspace(workspace.home))) - before
    hits = [each for each in found if words in each.what]
    assert hits, found
    assert {each.level for each in hits} == {level}
    assert all(each.fix for each in hits)


def about(workspace: Workspace, name: str) -> list[Finding]:
    return list(asked(CHECKS[name], Workspace(workspace.home)))


def test_other_states_of_a_ledger_are_told_and_how_to_go_on(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first migration is the only one there is, so that one before it is stood in for."""
    sql("UPDATE alembic_version SET version_num = '9999'")(drill.workspace)
    (newer,) = about(drill.workspace, "ledger.tables")
    assert (newer.level, "newer version" in newer.what, "Install" in newer.fix) == (Level.FAULT, True, True)
    monkeypatch.setattr(import_module("workbench.ledger.models.upgrade"), "known", lambda: ("", "0000", HEAD))
    sql("UPDATE alembic_version SET version_num = '0000'")(drill.workspace)
    (older,) = about(drill.workspace, "ledger.tables")
    assert (older.level, older.fix) == (Level.WARN, "workbench upgrade")
    drill.workspace.ledger.unlink()
    (gone,) = about(drill.workspace, "ledger.tables")
    assert (gone.level, "anchor saw" in gone.what, "workbench restore" in gone.fix) == (Level.FAULT, True, True)
    assert not drill.workspace.ledger.exists()
    shutil.rmtree(drill.workspace.anchor)
    (none,) = about(drill.workspace, "ledger.tables")
    assert (none.what, none.fix) == ("there is no ledger yet", "workbench upgrade")
    assert about(drill.workspace, "ledger.trail") == about(drill.workspace, "ledger.outbox") == []


def test_a_damaged_data_file_is_named_and_no_check_ends_the_doctor(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = cut_file(drill.workspace)
    found = [each for each in about(drill.workspace, "readable") if path.name in each.what]
    assert [(each.level, each.fix) for each in found] == [(Level.FAULT, "workbench store check EmailEvents")]
    assert "has 1,000 bytes instead of" in found[0].what
    (growth,) = about(drill.workspace, "growth")
    assert (growth.level, path.name in growth.what) == (Level.FAULT, True)

    def judged_room(_: int) -> Finding:
        raise ZeroDivisionError("by no room")

    monkeypatch.setattr(disk, "judged_room", judged_room)
    (room,) = [line for line in examine(drill.workspace) if line.check == "room"]
    assert (room.level, room.what) == (Level.FAULT, "the check 'room' could not be made: ZeroDivisionError: by no room")


def test_a_clock_that_was_set_back_is_told(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(tz) - timedelta(days=2)

    monkeypatch.setattr(writer, "datetime", Clock)
    decide(drill.workspace)
    found = about(drill.workspace, "ledger.trail")
    assert levels(*found) == [Level.OK, Level.WARN]
    assert "clock was set back" in found[1].what


def test_a_fix_is_a_command_whatever_is_in_a_path(drill: Drill) -> None:
    strange = drill.workspace.home.rename(drill.workspace.home.with_name("it's $HOME; here"))
    (strange / "keys" / "audit.key").chmod(0o644)
    (found,) = [each for each in about(Workspace(strange), "secrets") if each.level is Level.FAULT]
    subprocess.run(["sh", "-c", found.fix], check=True)
    assert about(Workspace(strange), "secrets")[0].level is Level.OK


def test_rows_that_the_product_writes_about_itself_do_not_look_fresh_nor_old(drill: Drill) -> None:
    before = about(drill.workspace, "freshness.tables")
    done = pl.DataFrame({"Timestamp": [datetime.now(UTC)], "Seq": [1], "Actor": ["admin"], "Verb": ["run.submit"]})
    Store(drill.workspace.store).write("WorkbenchAudit", done, Batch("test", 1))
    assert about(drill.workspace, "freshness.tables") == before
    assert "newest event 2026-09-18" in before[0].what


def levels(*found: Finding) -> list[Level]:
    return [each.level for each in found]


def test_an_old_python_is_a_fault() -> None:
    assert levels(versions.judged_python((3, 10, 1)), versions.judged_python((3, 11, 0))) == [Level.FAULT, Level.OK]


def test_a_package_that_is_missing_or_out_of_range_is_a_fault() -> None:
    needs = [Requirement("polars>=99"), Requirement("no-such-package-of-ours"), Requirement("rich>=1")]
    found = list(versions.judged_packages(needs))
    assert levels(*found) == [Level.FAULT, Level.FAULT]
    assert "not within >=99" in found[0].what
    assert levels(*versions.judged_packages(needs[2:])) == [Level.OK]


def test_programs_that_are_missing_are_told(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    assert levels(*versions.programs(drill.workspace)) == [Level.WARN] * 4


def test_a_full_disk_is_a_fault_and_one_that_will_be_full_a_warning() -> None:
    assert levels(disk.judged_room(1000), disk.judged_room(2**40)) == [Level.FAULT, Level.OK]
    assert levels(disk.judged_growth(10, 2000, 1000), disk.judged_growth(10, 900, 1000)) == [Level.WARN, Level.OK]


def test_the_doctor_changes_nothing(drill: Drill) -> None:
    examine(drill.workspace)
    with open_ledger(drill.workspace) as ledger:
        before = ledger.find(Note, Search({}))
    assert len(before) == 3
