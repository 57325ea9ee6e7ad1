import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from tests.apps.upkeep.conftest import Drill, cut_file, decide, on_server
from workbench.apps.service import accounts
from workbench.apps.service.passwords import Passwords
from workbench.apps.upkeep import Level, Wishes, backup, checked, chosen, examine, restore
from workbench.apps.upkeep.backup import PARTIAL
from workbench.apps.upkeep.manifest import FILE, backups
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, LedgerError, NotFound, StoreError, WorkbenchError
from workbench.events.store import Batch, Store, check
from workbench.ledger.api import AccountNew, NoteNew, TokenNew
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Search, open_ledger
from workbench.ledger.client import connect
from workbench.ledger.client.tokens import TOKEN_VARIABLE
from workbench.ledger.models import Note
from workbench.ledger.models.words import TokenPurpose

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
        return sorted((each.id, each.text, each.version) for each in ledger.find(Note, Search(limit=1000)))


def everything(folder: Path) -> dict[str, bytes]:
    names = ("originals", "lookups", "organisation.yml", "workbench.toml", "keys", "anchor", "runs", "notebooks")
    paths = [path for name in names for path in [folder / name, *(folder / name).rglob("*")] if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_what_is_restored_is_what_was_backed_up(drill: Drill) -> None:
    drill.workspace.exports.mkdir()
    (drill.workspace.notebooks / ".shipped.json").write_text('{"hunting.ipynb": "0"}')
    (drill.workspace.exports / "rows.csv").write_text("a copy of what the store holds")
    made = backup(drill.workspace, drill.backups)
    done = restore(made.folder, drill.home)
    restored = Workspace(drill.home)
    before, after = rows(drill.workspace), rows(restored)
    assert before.keys() == after.keys()
    assert all(frame.equals(after[name]) for name, frame in before.items())
    assert sum(frame.height for frame in before.values()) > 1000
    assert everything(drill.workspace.home) == everything(drill.home)
    assert not restored.exports.exists()
    there = {name.split("/")[0] for name in everything(drill.home)}
    assert there >= {"originals", "keys", "anchor", "runs", "notebooks", "workbench.toml"}
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


def test_an_anchor_kept_elsewhere_that_is_older_than_that_of_the_backup_takes_nothing_away(drill: Drill) -> None:
    kept = drill.backups.with_name("kept.ndjson")
    kept.write_bytes((drill.workspace.anchor / "anchor.ndjson").read_bytes())
    decide(drill.workspace)
    done = restore(backup(drill.workspace, drill.backups).folder, drill.home, Wishes(kept))
    assert not done.old
    assert (drill.home / "anchor" / "anchor.ndjson").read_bytes() != kept.read_bytes()
    assert done.verdict.anchored == done.verdict.records


@pytest.mark.parametrize("wishes", [Wishes(Path("/none")), Wishes(keys=Path("/none"))])
def test_what_was_kept_elsewhere_and_is_not_there_is_told_before_anything_is_made(wishes: Wishes, drill: Drill) -> None:
    with pytest.raises(NotFound, match="no such file"):
        restore(backup(drill.workspace, drill.backups).folder, drill.home, wishes)
    assert not drill.home.exists()


def test_names_that_a_backup_has_for_itself_and_links_to_folders_are_no_trouble(drill: Drill, tmp_path: Path) -> None:
    for name in (FILE, "ledger.dump"):
        (drill.workspace.home / name).write_text("ours")
    (tmp_path / "elsewhere").mkdir()
    (drill.workspace.home / "more").symlink_to(tmp_path / "elsewhere")
    made = backup(drill.workspace, drill.backups)
    assert made.passed == ("more",)
    assert checked(made.folder).files == made.manifest.files


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


def test_nothing_is_restored_over_a_workspace(drill: Drill) -> None:
    made = backup(drill.workspace, drill.backups)
    with pytest.raises(BadInput, match="new or empty folder"):
        restore(made.folder, drill.workspace.home)


def test_a_backup_in_the_workspace_is_refused(drill: Drill) -> None:
    with pytest.raises(BadInput, match="lost with it"):
        backup(drill.workspace, drill.workspace.home / "backups")


def test_a_workspace_whose_ledger_is_gone_is_not_backed_up_without_it(drill: Drill) -> None:
    drill.workspace.ledger.unlink()
    with pytest.raises(LedgerError, match="anchor saw"):
        backup(drill.workspace, drill.backups)
    assert backups(drill.backups) == []


def test_a_damaged_data_file_is_refused_by_name_also_where_a_backup_before_had_it(drill: Drill) -> None:
    backup(drill.workspace, drill.backups)
    path = cut_file(drill.workspace)
    with pytest.raises(StoreError, match=f"EmailEvents has 1,000 bytes .*{path.name}.*store check EmailEvents"):
        backup(drill.workspace, drill.backups)
    assert len(backups(drill.backups)) == 1


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
            made = [backup(drill.workspace, drill.backups) for _ in range(2)]
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


SOON, MANY = (0.05,), tuple(number / 100 for number in range(40))


@pytest.mark.timeout(1_200)
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
    with on_server(drill, server) as (live, emptied):
        decide(live)
        before = notes(live)
        made = backup(live, drill.backups)
        assert made.manifest.ledger == "postgresql"
        with pytest.raises(LedgerError, match="into an empty database only"):
            restore(made.folder, drill.home)
        assert not drill.home.exists()
        emptied()
        done = restore(made.folder, drill.home)
        assert done.verdict is not None
        assert done.verdict.fault is None
        assert notes(Workspace(drill.home)) == before
        old, home = made.folder, drill.home.with_name("old")
        decide(live)
        emptied()
        with pytest.raises(LedgerError, match="This is an old backup"):
            restore(old, home, Wishes(live.anchor / "anchor.ndjson"))


def test_a_full_disk_is_told_and_leaves_nothing(drill: Drill, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes the right to, which this user has not")
    try:
        with pytest.raises((OSError, WorkbenchError), match=r"space|full|room"):
            backup(drill.workspace, place / "backups")
        assert [path.name for path in (place / "backups").iterdir()] == [".lock"]
        subprocess.run(["mount", "-o", "remount,size=90m", str(place)], check=True)
        made = backup(drill.workspace, place / "backups")
        (place / "filler").write_bytes(bytes(shutil.disk_usage(place).free - 100_000))
        with pytest.raises(BadInput, match="are free"):
            restore(made.folder, place / "restored")
        assert not (place / "restored").exists()
        assert restore(made.folder, drill.home).verdict.fault is None
    finally:
        subprocess.run(["umount", str(place)], check=True)


def token_of(workspace: Workspace) -> str:
    """A token of an administrator, as a program has it."""
    with open_ledger(workspace) as ledger:
        new = AccountNew(name="ada", roles=["Global Administrator"])
        holder, _ = accounts.add_account(ledger, Passwords(), SYSTEM, new)
        holder = ledger.edit(SYSTEM, holder, {"must_change": False})
        return accounts.make_token(ledger, SYSTEM, holder, TokenNew(name="test", purpose=TokenPurpose.CLI))[1]


def backups_of_a_running_service(drill: Drill, count: int) -> list[tuple[list[str], Path]]:
    """Backups while notes and rows come in, each with the notes that had been acknowledged when it was begun."""
    kept: list[str] = []
    made, stop = [], threading.Event()
    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(add_rows, drill, stop), pool.submit(write_notes, drill.workspace, stop, kept)]
        try:
            for _ in range(count):
                time.sleep(0.5)
                made.append((list(kept), backup(drill.workspace, drill.backups).folder))
        finally:
            stop.set()
        assert min(each.result() for each in working) > count
    return made


@pytest.mark.slow
def test_a_backup_while_a_service_runs_holds_all_that_was_acknowledged_before(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, token_of(drill.workspace))
    command = [sys.executable, "-c", "from workbench.apps.cli import main; main()", "--home", str(drill.workspace.home)]
    with subprocess.Popen([*command, "serve"], stdout=subprocess.PIPE, text=True) as service:
        try:
            assert service.stdout.readline().startswith("Control service")
            made = backups_of_a_running_service(drill, 5)
        finally:
            service.terminate()
        assert service.wait(60) == 0
    for number, (acknowledged, folder) in enumerate(made):
        home = drill.home.with_name(f"live{number}")
        done = restore(folder, home)
        assert done.verdict.fault is None
        assert {each for each, _, _ in notes(Workspace(home))} >= set(acknowledged)
        assert check(Store(home / "store"), "EmailEvents").faults == ()
        assert not (home / "service.json").exists()


def write_notes(workspace: Workspace, stop: threading.Event, kept: list[str]) -> int:
    """By HTTP, as analysts do; what was acknowledged goes to ``kept``."""
    with connect(workspace) as client:
        while not stop.is_set():
            kept.append(client.write_note(NoteNew(entity="domain", value="evil.example", text="live")).id)
    return len(kept)
