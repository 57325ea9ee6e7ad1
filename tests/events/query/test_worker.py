"""Questions that may be killed: what a limit does, and that nothing of it stays behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from tests.events.conftest import pinned
from tests.events.query.conftest import NOW
from workbench.base.errors import BadQuery, LimitReached, WorkbenchError
from workbench.events.lookups.feeds import FOLDER
from workbench.events.query import Limits, StoreCatalog, ask
from workbench.events.store import Store

PATIENT = Limits(seconds=60)
ROWS = "let t = range x from 1 to 9000000 step 1 | extend k = x % 3; "
EXPLODING = ROWS + "t | join kind=inner t on k | count"
HOARDING = ROWS + "t | project s = strcat('a long text that takes memory ', x) | summarize make_list(s)"


others: set[int] = set()
"""Processes that answered for another catalog and may still be there when a test begins."""


@pytest.fixture(autouse=True)
def looked() -> None:
    """Who is there before the test begins."""
    others.clear()
    others.update(children())


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoreCatalog:
    """A catalog of empty tables, whose worker writes its rows below the test's own folder."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    return StoreCatalog(Store(tmp_path / "store"))


def children() -> list[int]:
    """Processes that answer for the test's own catalog."""
    found = (each for each in psutil.Process().children(recursive=True) if each.pid not in others)
    return [each.pid for each in found if _answers(each)]


def _answers(process: psutil.Process) -> bool:
    try:
        return "workbench.events.query.child" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def left_behind() -> list[str]:
    return [path.name for path in Path(tempfile.gettempdir()).iterdir()]


def test_the_child_stays_warm_and_gives_what_the_process_itself_gives(catalog: StoreCatalog) -> None:
    text = "range x from 1 to 5 step 1 | extend d = pack_array(x, 'é'), t = now(), p = 1h, s = tostring(x)"
    here, there = ask(catalog, text, now=NOW), ask(catalog, text, now=NOW, limits=PATIENT)
    first = children()
    assert here.frame.equals(there.frame)
    assert here.digest == there.digest
    assert ask(catalog, "EmailEvents | count", now=NOW, limits=PATIENT).frame.item() == 0
    assert children() == first
    assert left_behind() == []


def test_rows_over_the_limit_are_cut_in_the_child_too(catalog: StoreCatalog) -> None:
    found = ask(catalog, "range x from 1 to 500000 step 1", now=NOW, limits=Limits(rows=10, seconds=60))
    assert (found.frame.height, found.cut) == (10, 10)


def test_a_question_that_takes_too_long_is_ended_in_time(catalog: StoreCatalog) -> None:
    ask(catalog, "print 1", now=NOW, limits=PATIENT)
    started = time.monotonic()
    with pytest.raises(LimitReached, match=r"longer than 1 seconds.*narrow the question"):
        ask(catalog, EXPLODING, now=NOW, limits=Limits(seconds=1))
    assert time.monotonic() - started < 5
    assert children() == []
    assert left_behind() == []


def test_a_question_that_takes_too_much_memory_is_ended_and_the_next_is_answered(catalog: StoreCatalog) -> None:
    with pytest.raises(LimitReached, match=r"more than 150 MB of memory.*Limits\(memory_mb"):
        ask(catalog, HOARDING, now=NOW, limits=Limits(seconds=60, memory_mb=150))
    assert children() == []
    assert left_behind() == []
    assert ask(catalog, "EmailEvents | count", now=NOW, limits=PATIENT).frame.item() == 0


def test_a_child_that_was_killed_is_told_and_replaced(catalog: StoreCatalog) -> None:
    ask(catalog, "print 1", now=NOW, limits=PATIENT)
    (pid,) = children()
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert ask(catalog, "print 2", now=NOW, limits=PATIENT).frame.item() == 2
    assert children() != [pid]


def test_a_child_that_fails_by_itself_is_not_taken_for_one_without_memory(
    catalog: StoreCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\necho '{}'\nread question\nexit 3\n")
    failing.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(failing))
    with pytest.raises(WorkbenchError, match=r"broken off.*fault of the product"):
        ask(catalog, "print 1", now=NOW, limits=PATIENT)


def test_as_many_rows_as_anybody_may_name_are_all(catalog: StoreCatalog) -> None:
    assert ask(catalog, "print 1", now=NOW, limits=Limits(rows=2**63, seconds=60)).frame.item() == 1


def test_faults_of_the_child_come_back_as_they_are(catalog: StoreCatalog) -> None:
    text = "datatable(a:string)['[1'] | project x = extract_json('$[', a)"
    with pytest.raises(BadQuery, match="no path into JSON"):
        ask(catalog, text, now=NOW, limits=PATIENT)


def test_the_child_ends_with_its_catalog(tmp_path: Path) -> None:
    catalog = StoreCatalog(Store(tmp_path))
    ask(catalog, "print 1", now=NOW, limits=PATIENT)
    assert children()
    del catalog
    assert children() == []


PARENT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from workbench.events.query import Limits, StoreCatalog, ask
from workbench.events.store import Store
catalog = StoreCatalog(Store(Path(sys.argv[1])))
now = datetime(2026, 9, 18, tzinfo=UTC)
ask(catalog, "print 1", now=now, limits=Limits(seconds=60))
sys.stdout.write("warm\\n")
sys.stdout.flush()
ask(catalog, sys.argv[2], now=now, limits=Limits(seconds=60))
"""


def test_a_child_in_the_middle_of_a_question_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "store"), EXPLODING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)}) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"warm\n"
        time.sleep(0.5)
        (child,) = psutil.Process(parent.pid).children()
        parent.kill()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert alive == []


def test_columns_of_the_data_are_found_in_the_child_and_alike(catalog: StoreCatalog) -> None:
    text = """let t = datatable(k:string, d:dynamic) ["a", dynamic({"x": 1}), "b", dynamic({"y": "z"})];
    t | evaluate bag_unpack(d) | join kind=inner (t | evaluate pivot(k, count(), k)) on k | where y != 'q' or c == 0"""
    here, there = ask(catalog, text, now=NOW), ask(catalog, text, now=NOW, limits=PATIENT)
    assert here.frame.columns == ["k", "x", "y", "c", "k1", "a", "b", "c1"]
    assert here.digest == there.digest
    assert here.notes == there.notes


def test_pinned_files_are_read_in_the_child_too(tmp_path: Path) -> None:
    pinned(tmp_path / "lookups" / FOLDER, "https://x.example/a.csv", b"evil.example\n")
    catalog = StoreCatalog(Store(tmp_path / "store"), reference=tmp_path / "lookups")
    text = "externaldata(a:string)['https://x.example/{}.csv']"
    assert ask(catalog, text.format("a"), now=NOW, limits=PATIENT).frame.item() == "evil.example"
    with pytest.raises(BadQuery, match="is not pinned"):
        ask(catalog, text.format("b"), now=NOW, limits=PATIENT)
