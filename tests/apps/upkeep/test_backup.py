import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from tests.apps.upkeep.conftest import Drill, decide
from tests.ledger.conftest import run_sql
from workbench.apps.upkeep import Level, Wishes, backup, checked, chosen, examine, restore
from workbench.apps.upkeep.backup import PARTIAL
from workbench.apps.upkeep.manifest import FILE, backups
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, LedgerError, NotFound
from workbench.events.store import Batch, Store, check
from workbench.ledger.changes import Search, open_ledger
from workbench.ledger.models import Note

PROGRAM = """
import sys
from pathlib import Path
from workbench.apps.upkeep import backup
from workbench.base.config import Workspace
print("go", flush=True)
backup(Workspace(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def rows(workspace: Workspace) -> dict[str, pl.DataFrame]:
    store = Store(workspace.store)
    return {name: store.scan(name, inner=True).collect() for name in store.held()}


def notes(workspace: Workspace) -> list[tuple[str, str, int]]:
    with open_ledger(workspace) as ledger:
        return sorted((each.id, each.text, each.version) for each in ledger.find(Note, Search({})))


def everything(folder: Path) -> dict[str, bytes]:
    names = ("originals", "lookups", "organisation.yml", "workbench.toml", "keys")
    paths = [path for name in names for path in [folder / name, *(folder / name).rglob("*")] if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_what_is_restored_is_what_was_backed_up(drill: Drill) -> None:
    made = backup(drill.workspace, drill.backups)
    done = restore(made.folder, drill.home)
    restored = Workspace(drill.home)
    before, after = rows(drill.workspace), rows(restored)
    assert before.keys() == after.keys()
    assert all(frame.equals(after[name]) for name, frame in before.items())
    assert sum(frame.height for frame in before.values()) > 1000
    assert everything(drill.workspace.home) == everything(drill.home)
    assert any(name.startswith("originals/") for name in everything(drill.home))
    assert done.verdict is not None
    assert done.verdict.fault is None
    assert done.verdict.records >= 3
    assert notes(drill.workspace) == notes(restored)
    assert len(notes(restored)) == 3
    for name in ("EmailEvents", "EmailUrlInfo"):
        assert check(Store(restored.store), name).faults == ()
    with open_ledger(restored) as ledger:
        assert ledger.verify().fault is None
    assert (drill.home / "keys" / "audit.key").stat().st_mode & 0o777 == 0o600
    assert [line for line in examine(restored) if line.about == "permissions" and line.level != Level.OK] == []


def test_a_restored_workspace_goes_on(drill: Drill) -> None:
    restore(backup(drill.workspace, drill.backups).folder, drill.home)
    decide(Workspace(drill.home), 2)
    assert len(notes(Workspace(drill.home))) == 5
    again = backup(Workspace(drill.home), drill.backups)
    assert checked(again.folder).tables == again.manifest.tables


def test_an_old_backup_is_told_by_the_anchor_kept_elsewhere(drill: Drill) -> None:
    old = backup(drill.workspace, drill.backups).folder
    decide(drill.workspace)
    anchor = drill.workspace.anchor / "anchor.ndjson"
    with pytest.raises(LedgerError, match="This is an old backup"):
        restore(old, drill.home, Wishes(anchor))
    assert not drill.home.exists()
    done = restore(old, drill.home, Wishes(anchor, accept_old="the disk burnt"))
    assert done.old
    with open_ledger(Workspace(drill.home)) as ledger:
        verdict = ledger.verify()
    assert verdict.fault is None
    assert [line.reason for line in verdict.restored] == ["the disk burnt"]


def test_the_newest_backup_agrees_with_the_anchor_kept_elsewhere(drill: Drill) -> None:
    backup(drill.workspace, drill.backups)
    decide(drill.workspace)
    backup(drill.workspace, drill.backups)
    done = restore(chosen(drill.backups), drill.home, Wishes(drill.workspace.anchor / "anchor.ndjson"))
    assert not done.old
    assert done.verdict is not None
    assert done.verdict.fault is None


def test_unchanging_files_are_shared_with_the_backup_before_unless_it_is_to_be_full(drill: Drill) -> None:
    first = backup(drill.workspace, drill.backups)
    second = backup(drill.workspace, drill.backups)
    third = backup(drill.workspace, drill.backups, full=True)
    assert (first.linked, third.linked) == (0, 0)
    assert second.linked > 10
    one = next(name for name in second.manifest.files if name.startswith("originals/"))
    inodes = [(each.folder / one).stat().st_ino for each in (first, second, third)]
    assert inodes[0] == inodes[1] != inodes[2]
    assert checked(second.folder).files == second.manifest.files


def test_without_keys_no_secret_is_in_it_and_they_are_given_back_at_the_restoration(drill: Drill) -> None:
    (drill.workspace.home / "tls.key").write_text("secret")
    with (drill.workspace.home / "workbench.toml").open("a") as file:
        file.write('\n[service]\ncertificate = "tls.pem"\nkey = "tls.key"\n')
    made = backup(Workspace(drill.workspace.home), drill.backups, secrets=False)
    assert [name for name in made.manifest.files if "key" in name] == ["keys/anchor.pub"]
    assert not (made.folder / "tls.key").exists()
    assert restore(made.folder, drill.home).verdict is None
    other = drill.home.with_name("other")
    done = restore(made.folder, other, Wishes(keys=drill.workspace.keys))
    assert done.verdict is not None
    assert done.verdict.fault is None


@pytest.mark.parametrize("what", ["changed", "missing", "added", "manifest"])
def test_a_damaged_backup_is_refused_before_anything_is_made(what: str, drill: Drill) -> None:
    made = backup(drill.workspace, drill.backups)
    victim = made.folder / next(name for name in made.manifest.files if name.startswith("originals/"))
    if what == "changed":
        victim.write_bytes(bytes(victim.stat().st_size))
    elif what == "missing":
        victim.unlink()
    elif what == "added":
        (made.folder / "store" / "more").write_text("x")
    else:
        (made.folder / FILE).write_text('{"format": 1')
    with pytest.raises(BadInput, match=r"damaged|manifest"):
        restore(made.folder, drill.home)
    assert [path.name for path in drill.home.parent.iterdir() if "restor" in path.name] == []


def test_a_manifest_cannot_lead_out_of_the_backup(drill: Drill) -> None:
    made = backup(drill.workspace, drill.backups)
    text = (made.folder / FILE).read_text().replace('"workbench.toml"', '"../workbench.toml"')
    (made.folder / FILE).write_text(text)
    with pytest.raises(BadInput, match="outside"):
        restore(made.folder, drill.home)


def test_nothing_is_restored_over_a_workspace(drill: Drill) -> None:
    made = backup(drill.workspace, drill.backups)
    with pytest.raises(BadInput, match="new or empty folder"):
        restore(made.folder, drill.workspace.home)


def test_a_backup_in_the_workspace_is_refused(drill: Drill) -> None:
    with pytest.raises(BadInput, match="lost with it"):
        backup(drill.workspace, drill.workspace.home / "backups")


def add_rows(drill: Drill, stop: threading.Event) -> int:
    """Batches of fifty new mails until told to stop; how many there were."""
    store = Store(drill.workspace.store)
    template = store.scan("EmailEvents").head(50).collect()
    for number in range(1000):
        if stop.is_set():
            return number
        ids = pl.Series([f"new-{number}-{row}" for row in range(template.height)])
        store.write("EmailEvents", template.with_columns(NetworkMessageId=ids), Batch("test", number))
    return 1000


def add_decisions(drill: Drill, stop: threading.Event) -> int:
    while not stop.is_set():
        decide(drill.workspace, 5)
    return 1


def test_a_backup_is_consistent_while_rows_and_decisions_come_in(drill: Drill) -> None:
    stop = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(each, drill, stop) for each in (add_rows, add_decisions)]
        try:
            made = [backup(drill.workspace, drill.backups) for _ in range(3)]
        finally:
            stop.set()
        assert all(each.result() for each in working)
    for number, each in enumerate(made):
        home = drill.home.with_name(f"restored{number}")
        done = restore(each.folder, home)
        new = Store(home / "store").scan("EmailEvents").collect()["NetworkMessageId"].str.starts_with("new-")
        assert new.sum() % 50 == 0
        assert done.verdict is not None
        assert done.verdict.fault is None
        assert check(Store(home / "store"), "EmailEvents").faults == ()


def killed(drill: Drill, after: float) -> int:
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(drill.workspace.home), str(drill.backups)], stdout=subprocess.PIPE
    )
    assert child.stdout.readline() == b"go\n"
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    return child.returncode


SOON, MANY = (0.02, 0.1), tuple(number / 100 for number in range(40))


@pytest.mark.parametrize("moments", [SOON, pytest.param(MANY, marks=pytest.mark.slow)])
def test_a_kill_leaves_no_half_backup_that_looks_whole(moments: tuple[float, ...], drill: Drill) -> None:
    codes = [killed(drill, after) for after in moments]
    assert -signal.SIGKILL in codes
    for each in backups(drill.backups):
        checked(each)
    for left in drill.backups.glob(f"{PARTIAL}*"):
        with pytest.raises(NotFound):
            chosen(left)
    made = backup(drill.workspace, drill.backups)
    assert list(drill.backups.glob(f"{PARTIAL}*")) == []
    assert restore(made.folder, drill.home).verdict is not None


def test_a_ledger_on_a_server_is_dumped_and_loaded_into_an_empty_database(drill: Drill, server: str) -> None:
    run_sql(server % "postgres", "CREATE DATABASE kept")
    settings = drill.workspace.home / "workbench.toml"
    settings.write_text(f'ledger = "{server % "kept"}"\n{settings.read_text()}')
    for path in (drill.workspace.ledger, *drill.workspace.keys.iterdir(), *drill.workspace.anchor.iterdir()):
        path.unlink()
    live = Workspace(drill.workspace.home)
    decide(live)
    before = notes(live)
    made = backup(live, drill.backups)
    assert made.manifest.ledger == "postgresql"
    with pytest.raises(LedgerError, match="into an empty database only"):
        restore(made.folder, drill.home)
    assert not drill.home.exists()
    run_sql(server % "postgres", "DROP DATABASE kept WITH (FORCE)")
    run_sql(server % "postgres", "CREATE DATABASE kept")
    done = restore(made.folder, drill.home)
    assert done.verdict is not None
    assert done.verdict.fault is None
    assert notes(Workspace(drill.home)) == before
    run_sql(server % "postgres", "DROP DATABASE kept WITH (FORCE)")
