"""Fragments of the changelog are well formed, and the tool that gathers them finds each."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "changes"
NAME = re.compile(r"\d+\.(breaking|added|changed|fixed)(\.\d+)?\.md")
LONGEST, SENTENCES = 400, 3

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="runs on a checkout only")


def fragments() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*") if path.name != "README.md") if FOLDER.is_dir() else []


@pytest.mark.parametrize("path", fragments(), ids=lambda path: path.name)
def test_a_fragment_is_a_few_plain_sentences_under_a_known_name(path: Path) -> None:
    text = path.read_text("utf-8")
    assert NAME.fullmatch(path.name)
    assert text.endswith(".\n")
    assert text.count("\n") == 1
    assert len(text) <= LONGEST
    assert len(re.findall(r"[.?]\s", text)) <= SENTENCES
    assert "!" not in text


def test_the_changelog_is_gathered_from_every_fragment(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "changes")
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "changes" / "9.breaking.md").write_text("Something is gone.\n", "utf-8")
    command = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", "9.9.9", "--date", "2026-01-01"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    written = (tmp_path / "CHANGELOG.md").read_text("utf-8")
    assert "## 9.9.9 (2026-01-01)" in written
    assert written.index("### Breaking changes") < written.index("Something is gone.") < written.index("### Added")
    flat = " ".join(written.split())
    assert [path.name for path in fragments() if " ".join(path.read_text("utf-8").split()) not in flat] == []
