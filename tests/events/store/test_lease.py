import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbench.base.config import READ_ONLY_VARIABLE
from workbench.base.errors import StoreBusy, StoreError
from workbench.events.store.lease import lease

HOLDER = """
import sys, time
from pathlib import Path
from workbench.events.store.lease import lease
with lease(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    process = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path / "T.lease"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_lease_is_free_again_after_use(tmp_path: Path) -> None:
    for _ in range(2):
        with lease(tmp_path / "T.lease", patience=0):
            pass


def test_waiting_for_another_process_ends_with_its_name(tmp_path: Path, holder: subprocess.Popen) -> None:
    with pytest.raises(StoreBusy, match=f"table T is being written by process {holder.pid}"):
        with lease(tmp_path / "T.lease", patience=0.2):
            pass


def test_who_waits_is_told_for_whom(tmp_path: Path, holder: subprocess.Popen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.events.store.lease.TOLD_SECONDS", 0.1)
    told: list[str] = []
    with pytest.raises(StoreBusy), lease(tmp_path / "T.lease", patience=0.35, waiting=told.append):
        pass
    assert 1 <= len(told) <= 3
    assert told[0].startswith(f"the table T, which process {holder.pid} since ")


def test_a_killed_holder_leaves_the_lease_free(tmp_path: Path, holder: subprocess.Popen) -> None:
    holder.kill()
    holder.wait()
    begun = time.monotonic()
    with lease(tmp_path / "T.lease", patience=5):
        assert time.monotonic() - begun < 5


def test_a_process_that_may_only_read_gets_no_lease_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(READ_ONLY_VARIABLE, "1")
    with pytest.raises(StoreError, match="open for reading only"):
        with lease(tmp_path / "leases" / "T.lease"):
            pass
    assert not (tmp_path / "leases").exists()
