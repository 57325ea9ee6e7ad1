"""What holds a kernel, without a kernel: in processes that shut themselves in."""

import subprocess
import sys
from pathlib import Path

import pytest

from workbench.operations.runs import fence

SHUT = """
import sys
from pathlib import Path
from workbench.operations.runs import fence

print(fence.shut_in(Path(sys.argv[1])))
"""
IS_HELD = fence.works()
held = pytest.mark.skipif(not IS_HELD, reason="this machine lets no user make namespaces")


def said(folder: Path, code: str) -> str:
    """What a process prints that shut itself in and then ran this."""
    ran = subprocess.run(
        [sys.executable, "-c", SHUT + code, str(folder)], capture_output=True, text=True, cwd=folder, check=False
    )
    return ran.stdout + ran.stderr


@held
def test_what_is_shut_in_writes_to_its_own_folder_only(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    code = f"open('mine', 'w').close()\nopen({str(other / 'forged')!r}, 'w')"
    assert "Read-only file system" in said(own, code)
    assert (own / "mine").exists()
    assert not (other / "forged").exists()


@held
def test_no_right_is_left_nor_got_back_from_another_program(tmp_path: Path) -> None:
    code = (
        "import subprocess\nlines = Path('/proc/self/status').read_text().splitlines()\n"
        "print([line for line in lines if line.startswith(('CapEff', 'CapPrm', 'NoNewPrivs'))])\n"
        "print(subprocess.run(['mount', '-o', 'remount,rw', '/'], capture_output=True).returncode != 0)"
    )
    shown = said(tmp_path, code)
    assert shown.count("0000000000000000") == 2
    assert "NoNewPrivs:\\t1" in shown
    assert shown.endswith("True\n")


@held
def test_it_stays_who_it_is_and_reads_what_it_could(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine")
    (tmp_path / "secret").chmod(0o600)
    assert said(tmp_path, "print(Path('secret').read_text())") == "('network', 'files')\nmine\n"


def test_trying_changes_nothing_here(tmp_path: Path) -> None:
    assert fence.works() is IS_HELD
    (tmp_path / "still").write_text("written")


def test_a_process_follows_its_parent_and_ends_at_once_if_that_is_gone(tmp_path: Path) -> None:
    code = "import os\nfence.follow(1)\nprint('went on')"
    ran = subprocess.run(
        [sys.executable, "-c", "from workbench.operations.runs import fence\n" + code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
