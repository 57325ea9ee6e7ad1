"""What `make test` brings to a machine that has nothing: the script is run among stand-ins for the machine's commands."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "tools" / "system_packages.sh"

pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="runs on a checkout only")


def said(folder: Path, user: int, *stand_ins: str) -> tuple[str, str]:
    """What the script prints for a user, and what it asked of the stand-ins."""
    commands, asked = folder / "bin", folder / "asked"
    commands.mkdir()
    asked.touch()
    for name in ("sed", "dirname", "timeout"):
        (commands / name).symlink_to(str(shutil.which(name)))
    for name, does in {"id": f"echo {user}", **dict.fromkeys(stand_ins, f'echo "${{0##*/}} $*" >> {asked}')}.items():
        (commands / name).write_text(f"#!/bin/sh\n{does}\n")
        (commands / name).chmod(0o755)
    surroundings = {"PATH": str(commands), "HOME": str(folder)}
    done = subprocess.run(
        ["/bin/sh", str(SCRIPT)], env=surroundings, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout, asked.read_text()


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
class TestSystemPackages:
    def test_root_gets_what_is_missing(self, tmp_path: Path) -> None:
        told, asked = said(tmp_path, 0, "apt-get", "npm")
        assert "Installing Chromium" in told
        assert re.search("apt-get install .*chromium", asked)
        assert re.search("npm install .*axe-core@[0-9]", asked)

    def test_others_are_told_the_command(self, tmp_path: Path) -> None:
        told, asked = said(tmp_path, 1000, "apt-get")
        assert "sudo apt-get install chromium" in told
        assert "axe-core" in told
        assert not asked

    def test_what_is_there_is_left_alone(self, tmp_path: Path) -> None:
        told, asked = said(tmp_path, 0, "apt-get", "npm", "chromium")
        assert "Chromium" not in told
        assert "apt-get" not in asked
