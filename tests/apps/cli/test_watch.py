"""A watched folder, by real processes and files that grow, are renamed, appended and taken away."""

import gzip
import os
import resource
import signal
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli, start
from tests.apps.cli.test_intake import GOOD, MAIL
from workbench.apps.cli.output import counted
from workbench.apps.cli.workspace import make_workspace
from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.intake.importing import IntakeLog

CLICK = GOOD.replace('"Url"', '"Workload": "%s", "Url"').replace("a.example/", "a.example/%s")


def click(number: int) -> str:
    return CLICK % (number, number) + "\n"


class Watching:
    """A watcher as a process, and what it said so far."""

    own: Path
    """A folder inside its folder, where a test writes."""

    def __init__(self, home: Path, folder: Path, said: Path) -> None:
        self.home, self.folder, self._said, self._heard = home, folder, said, 0
        with said.open("wb") as file:
            words = ["import", "--watch", str(folder), "--every", "0.2"]
            self.process = start(home, words, stdout=subprocess.DEVNULL, stderr=file, start_new_session=True)

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8", "replace")[self._heard :]

    def hear_no_more_of_this(self) -> None:
        """What was said so far is forgotten."""
        self._heard += len(self.said)

    def until(self, text: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.said and time.monotonic() < deadline and self.process.poll() is None:
            time.sleep(0.05)
        assert text in self.said, self.said

    def stop(self, number: int = signal.SIGTERM) -> str:
        os.killpg(self.process.pid, number)
        assert self.process.wait(60) == 0, self.said
        return self.said

    def rows(self, name: str) -> int:
        held = Store(Workspace(self.home).store).held()
        return held[name].rows if name in held else 0


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[[], Watching]]:
    make_workspace(tmp_path / "w")
    (tmp_path / "in").mkdir()
    begun: list[Watching] = []

    def begin() -> Watching:
        begun.append(Watching(tmp_path / "w", tmp_path / "in", tmp_path / f"said{len(begun)}"))
        return begun[-1]

    yield begin
    for each in begun:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


@pytest.fixture(scope="module")
def always(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watching]:
    """A watcher that goes on through the tests of this file."""
    there = tmp_path_factory.mktemp("always")
    make_workspace(there / "w")
    (there / "in").mkdir()
    watching = Watching(there / "w", there / "in", there / "said")
    watching.until("Watching ")
    yield watching
    watching.stop()


@pytest.fixture
def here(always: Watching, request: pytest.FixtureRequest) -> Watching:
    """That watcher, as it goes on in a folder of the test's own inside its folder."""
    always.hear_no_more_of_this()
    always.own = always.folder / request.node.name
    always.own.mkdir()
    return always


@pytest.mark.quirk("folders and standard input", "a folder that fills: each file once, nothing moved")
def test_files_are_taken_as_they_come_each_once_and_nothing_is_moved(
    watching: Callable[[], Watching], tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    (folder / "ann.eml").write_text(MAIL.format(who="ann"))
    here = watching()
    here.until("ann.eml: 1 record: 1 kept, 0 duplicates, 0 quarantined")
    (folder / "sub").mkdir()
    (folder / "sub" / "clicks.ndjson").write_text(click(1) + "{\n")
    here.until("sub/clicks.ndjson: 2 records: 1 kept, 0 duplicates, 1 quarantined")
    (folder / "copy.eml").write_text(MAIL.format(who="ann"))
    here.until("copy.eml: the same bytes were read before, 1 record")
    (folder / "ann.eml").unlink()
    (folder / "bob.eml.part").write_text(MAIL.format(who="bob"))
    time.sleep(1.5)
    assert "bob.eml" not in here.said
    (folder / "bob.eml.part").rename(folder / "bob.eml")
    here.until("bob.eml: 1 record: 1 kept")
    assert here.stop(signal.SIGINT).endswith("4 files: 4 records: 3 kept, 0 duplicates, 1 quarantined\n")
    assert sorted(path.name for path in folder.rglob("*.*")) == ["bob.eml", "clicks.ndjson", "copy.eml"]
    assert {each.what for each in IntakeLog(Workspace(here.home).intake).imports()} == {"watch"}


@pytest.mark.quirk("folders and standard input", "a file that is still being written")
def test_a_file_that_is_being_written_is_waited_for(here: Watching) -> None:
    with (here.own / "UrlClickEvents.ndjson").open("w") as file:
        for number in range(100, 106):
            file.write(click(number))
            file.flush()
            time.sleep(0.5)
        here.until("UrlClickEvents.ndjson is still open for writing in some program; it is read once that closes it")
        assert "record" not in here.said
    here.until("UrlClickEvents.ndjson: 6 records: 6 kept, 0 duplicates, 0 quarantined")
    with (here.own / "UrlClickEvents.ndjson").open("a") as file:
        file.write(click(107))
    here.until("UrlClickEvents.ndjson: 7 records: 1 kept, 6 duplicates, 0 quarantined")


@pytest.mark.quirk("folders and standard input", "a folder that fills: each file once, nothing moved")
@pytest.mark.slow
def test_what_was_read_before_a_stop_is_not_read_after_it(watching: Callable[[], Watching], tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / "in" / f"{number}.eml").write_text(MAIL.format(who=f"w{number}"))
    first = watching()
    first.until("together 30 records: 30 kept, 0 duplicates, 0 quarantined")
    assert "7.eml: 1 record, 0 quarantined" in first.stop()
    second = watching()
    (tmp_path / "in" / "late.eml").write_text(MAIL.format(who="late"))
    second.until("late.eml: 1 record: 1 kept")
    assert second.stop().count(".eml") == 1


@pytest.mark.quirk("folders and standard input", "two watchers of one folder")
def test_a_second_watcher_of_a_folder_is_refused_and_names_the_first(here: Watching, tmp_path: Path) -> None:
    second = Watching(here.home, here.folder, tmp_path / "said")
    assert second.process.wait(60) == 1
    assert f"is watched for this workspace already, by process {here.process.pid} since" in second.said
    (here.own / "bob.eml").write_text(MAIL.format(who="bob"))
    here.until("bob.eml: 1 record: 1 kept")


@pytest.mark.slow
def test_a_watcher_that_was_killed_is_in_nobodys_way(watching: Callable[[], Watching], tmp_path: Path) -> None:
    (tmp_path / "in" / "bob.eml").write_text(MAIL.format(who="bob"))
    first = watching()
    first.until("bob.eml: 1 record: 1 kept")
    first.process.kill()
    first.process.wait(60)
    second = watching()
    (tmp_path / "in" / "late.eml").write_text(MAIL.format(who="late"))
    second.until("late.eml: 1 record: 1 kept")
    second.stop()


@pytest.mark.slow
def test_a_file_that_grew_leaves_nothing_of_its_beginning_set_aside(here: Watching) -> None:
    whole, before = gzip.compress("".join([*map(click, range(200, 250)), "{\n"]).encode()), here.rows("UrlClickEvents")
    path = here.own / "UrlClickEvents.ndjson.gz"
    path.write_bytes(whole[:-40])
    here.until(f"{path.name}: ")
    log = IntakeLog(Workspace(here.home).intake)
    assert ["not read" in each.reason for each in log.quarantine()] == [True]
    path.write_bytes(whole)
    known = zlib.decompressobj(31).decompress(whole[:-40]).count(b"\n")
    here.until(f"51 records: {50 - known} kept, {counted(known, 'duplicate')}, 1 quarantined")
    assert ["not read" in each.reason for each in log.quarantine()] == [False]
    assert here.rows("UrlClickEvents") - before == 50
    assert any("superseded" in each.given for each in log.imports())


@pytest.mark.slow
def test_a_stop_in_a_batch_of_many_files_ends_it_soon_and_leaves_whole_files(
    watching: Callable[[], Watching], tmp_path: Path
) -> None:
    for number in range(450):
        (tmp_path / "in" / f"{number}.eml").write_text(MAIL.format(who=f"w{number}") * 40)
    first = watching()
    deadline = time.monotonic() + 60
    while not list(first.home.glob("intake.db*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(1)
    first.stop()
    log = IntakeLog(Workspace(first.home).intake)
    assert (log.quarantined(), "not read to its end" in first.said) == (0, False)
    assert first.rows("EmailEvents") < 450
    second = watching()
    second.until("records: ")
    assert (second.rows("EmailEvents"), log.quarantined()) == (450, 0)
    second.stop()


@pytest.mark.slow
def test_a_disk_that_is_full_is_said_and_waited_for(watching: Callable[[], Watching], tmp_path: Path) -> None:
    here = watching()
    here.until("Watching ")
    resource.prlimit(here.process.pid, resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    (tmp_path / "in" / "clicks.ndjson").write_text("".join(map(click, range(500))))
    here.until("; next try in ")
    assert "waiting: " in here.said
    resource.prlimit(here.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    here.until("clicks.ndjson: 500 records: ")
    assert here.rows("UrlClickEvents") == 500
    here.stop()


@pytest.mark.quirk("folders and standard input", "kill -9 of the watcher")
@pytest.mark.slow
def test_a_kill_costs_nothing(watching: Callable[[], Watching], tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / "in" / f"{number}.eml").write_text(MAIL.format(who=f"w{number}"))
    first = watching()
    deadline = time.monotonic() + 60
    while not (first.home / "originals").is_dir() and time.monotonic() < deadline:
        time.sleep(0.01)
    first.process.kill()
    first.process.wait()
    second = watching()
    second.until("together 60 records: ")
    assert second.rows("EmailEvents") == 60
    second.stop()


@pytest.mark.slow
def test_a_folder_that_cannot_be_watched_is_one_line(tmp_path: Path, cli: Cli) -> None:
    make_workspace(tmp_path / "w")
    (tmp_path / "file").touch()
    tries = [(tmp_path / "no", 1), (tmp_path / "file", 2), (tmp_path, 2)]
    for folder, status in tries:
        said = cli("import", "--watch", str(folder), home=tmp_path / "w")
        assert (said.status, said.err.splitlines()[-1].startswith("error: The folder ")) == (status, True)
    assert cli("import", "--watch", str(tmp_path), "x.eml", home=tmp_path / "w").status == 2
    assert cli("import", home=tmp_path / "w").status == 2
