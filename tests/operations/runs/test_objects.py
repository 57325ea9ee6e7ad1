import os
from hashlib import sha256
from pathlib import Path

import pytest

from workbench.base.errors import NotFound
from workbench.operations.runs import objects


def test_bytes_are_kept_once_under_their_hash_and_nobody_may_write_them(tmp_path: Path) -> None:
    digest = objects.put(tmp_path, b"found")
    assert digest == sha256(b"found").hexdigest() == objects.put(tmp_path, b"found")
    (path,) = (tmp_path / "objects").iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == (digest, 0o444)
    assert objects.get(tmp_path, digest) == b"found"


def test_what_was_changed_or_is_not_there_is_not_given(tmp_path: Path) -> None:
    digest = objects.put(tmp_path, b"found")
    path = tmp_path / "objects" / digest
    path.chmod(0o600)
    path.write_bytes(b"forged")
    for wrong in (digest, "0" * 64, "../../etc/passwd", ""):
        with pytest.raises(NotFound):
            objects.get(tmp_path, wrong)


def test_what_was_damaged_is_kept_anew(tmp_path: Path) -> None:
    digest = objects.put(tmp_path, b"found")
    (tmp_path / "objects" / digest).chmod(0o600)
    (tmp_path / "objects" / digest).write_bytes(b"fou")
    objects.put(tmp_path, b"found")
    assert objects.get(tmp_path, digest) == b"found"


def test_a_name_shows_the_same_bytes_without_keeping_them_twice(tmp_path: Path) -> None:
    digest = objects.put(tmp_path, b"found")
    for _ in range(2):
        objects.show(tmp_path, digest, tmp_path / "executed.ipynb")
    assert (tmp_path / "executed.ipynb").stat().st_ino == (tmp_path / "objects" / digest).stat().st_ino
    assert sorted(path.name for path in tmp_path.iterdir()) == ["executed.ipynb", "objects"]


def test_where_nothing_can_be_linked_a_copy_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    digest = objects.put(tmp_path, b"found")
    objects.show(tmp_path, digest, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"found"


def test_what_cannot_be_written_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    objects.replace(path, b"first")
    folder = tmp_path / "taken"
    folder.mkdir()
    with pytest.raises(OSError, match="directory"):
        objects.replace(folder, b"second")
    assert path.read_bytes() == b"first"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["run.json", "taken"]
