"""A backup that somebody made to do harm is refused before anything of it is made."""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest

from workbench.apps.upkeep import checked, restore
from workbench.apps.upkeep import manifest as manifest_module
from workbench.apps.upkeep.manifest import FILE, is_proper, read
from workbench.apps.upkeep.restore import PARTIAL
from workbench.base.errors import BadInput, NotFound

EVIL = b"evil"


def made(folder: Path, names: dict[str, bytes], **more: object) -> Path:
    """A backup with a true manifest of any names."""
    folder.mkdir()
    for name, content in names.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    files = {name: {"size": len(text), "sha256": sha256(text).hexdigest()} for name, text in names.items()}
    told = {"product": "0", "made_at": "", "ledger": "none", "secrets": False, "files": files} | more
    (folder / FILE).write_text(json.dumps(told))
    return folder


def refused(folder: Path, home: Path) -> None:
    before = sorted(home.parent.iterdir())
    with pytest.raises(BadInput):
        restore(folder, home)
    assert sorted(home.parent.iterdir()) == before
    assert not list(home.parent.glob(f"{PARTIAL}*"))


NAMES = {
    "up": "../evil",
    "up and down": "store/../../evil",
    "absolute": "/etc/evil",
    "itself": FILE,
    "nothing": "",
    "here": ".",
    "twice": "a//b",
    "dot": "./a",
    "slash at the end": "a/",
    "NUL": "a\0b",
    "long": "x" * 300,
    "half a character": "\ud800",
    "address of a service": "service.json",
    "hidden": "notebooks/.ipynb_checkpoints/evil.py",
    "lock": "service.lock",
    "write-ahead log": "ledger.db-wal",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_that_no_backup_of_ours_has_is_refused(name: str, tmp_path: Path) -> None:
    assert not is_proper(name)
    folder = made(tmp_path / "backup", {"workbench.toml": b""})
    told = json.loads((folder / FILE).read_text())
    told["files"][name] = {"size": 4, "sha256": sha256(EVIL).hexdigest()}
    (folder / FILE).write_text(json.dumps(told))
    (tmp_path / "evil").write_bytes(EVIL)
    refused(folder, tmp_path / "home")


@pytest.mark.parametrize(
    "name", ["workbench.toml", "store/EmailEvents/_delta_log/0.json", "notebooks/Größe ü.ipynb", "a\\..\\b"]
)
def test_a_name_of_ours_is_not(name: str) -> None:
    assert is_proper(name)


def link_to_a_file(folder: Path) -> None:
    (folder.parent / "secret").write_bytes(EVIL)
    (folder / "a" / "b").unlink()
    (folder / "a" / "b").symlink_to(folder.parent / "secret")


def link_to_a_folder(folder: Path) -> None:
    (folder / "a").rename(folder.parent / "elsewhere")
    (folder / "a").symlink_to(folder.parent / "elsewhere")


def device(folder: Path) -> None:
    (folder / "a" / "b").unlink()
    try:
        os.mknod(folder / "a" / "b", 0o020600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("making a device takes the right to")


def pipe(folder: Path) -> None:
    (folder / "a" / "b").unlink()
    os.mkfifo(folder / "a" / "b")


def pipe_beside(folder: Path) -> None:
    os.mkfifo(folder / "a" / "more")


def folder_instead(folder: Path) -> None:
    (folder / "a" / "b").unlink()
    (folder / "a" / "b").mkdir()


@pytest.mark.parametrize("change", [link_to_a_file, link_to_a_folder, device, pipe, pipe_beside, folder_instead])
def test_what_is_no_plain_file_is_refused(change: Callable[[Path], None], tmp_path: Path) -> None:
    folder = made(tmp_path / "backup", {"a/b": EVIL})
    checked(folder)
    change(folder)
    refused(folder, tmp_path / "home")


def test_more_than_the_disk_has_room_for_is_refused_before_it_is_read_twice(tmp_path: Path, monkeypatch) -> None:
    folder = made(tmp_path / "backup", {"a": EVIL})
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 3}))
    refused(folder, tmp_path / "home")


def test_a_hole_of_many_gigabytes_is_not_what_was_written(tmp_path: Path) -> None:
    folder = made(tmp_path / "backup", {"a": EVIL})
    os.truncate(folder / "a", 10**12)
    refused(folder, tmp_path / "home")


def test_a_manifest_that_is_too_large_or_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path / "backup", {"a": EVIL})
    monkeypatch.setattr(manifest_module, "LARGEST", 10)
    refused(folder, tmp_path / "home")
    monkeypatch.undo()
    (folder / FILE).rename(tmp_path / FILE)
    (folder / FILE).symlink_to(tmp_path / FILE)
    with pytest.raises(NotFound):
        read(folder)
    (folder / FILE).unlink()
    os.mkfifo(folder / FILE)
    with pytest.raises(NotFound):
        read(folder)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "nonsense", '{"format": 2}', '{"files": {"a": {"size": "x", "sha256": 1}}}', "[" * 100_000]
)
def test_a_manifest_that_is_none(text: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "backup", {"a": EVIL})
    (folder / FILE).write_text(text)
    refused(folder, tmp_path / "home")


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path / "backup", {"a": EVIL})
    real = checked(folder)

    def looked_at(path: Path) -> object:
        (path / "a").write_bytes(b"good")
        return real

    monkeypatch.setattr(import_module("workbench.apps.upkeep.restore"), "checked", looked_at)
    refused(folder, tmp_path / "home")


def test_a_backup_without_a_ledger_is_restored(tmp_path: Path) -> None:
    done = restore(made(tmp_path / "backup", {"workbench.toml": b"", "a/b": EVIL}), tmp_path / "home")
    assert (done.verdict, (tmp_path / "home" / "a" / "b").read_bytes()) == (None, EVIL)
