import sys
from pathlib import Path

import pytest

from workbench.base.discover import discover
from workbench.base.errors import WorkbenchError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / f"parts_{tmp_path.name.replace('-', '_')}"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield package
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[name]


def test_one_item_a_file_is_found_by_file_name(folder: Path) -> None:
    (folder / "b.py").write_text("item = 2.5")
    (folder / "a.py").write_text("thing = 1.5")
    assert list(discover(folder.name, float).items()) == [("a", 1.5), ("b", 2.5)]


def test_files_that_start_with_an_underscore_are_helpers(folder: Path) -> None:
    (folder / "_help.py").write_text("x = 1.0\ny = 2.0")
    (folder / "a.py").write_text("thing = 1.5")
    assert list(discover(folder.name, float)) == ["a"]


@pytest.mark.parametrize(("text", "count"), [("", "0"), ("a = 1.0\nb = 2.0", "2")])
def test_a_file_with_none_or_two_items_fails_loudly(folder: Path, text: str, count: str) -> None:
    (folder / "wrong.py").write_text(text)
    with pytest.raises(WorkbenchError, match=f"wrong defines {count} items"):
        discover(folder.name, float)
