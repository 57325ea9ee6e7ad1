from hashlib import sha256
from pathlib import Path

import pytest

from workbench.base.errors import NotFound, StoreError
from workbench.intake.importing.originals import keep, original


@pytest.mark.quirk("raw mail", "bytes exact, with their SHA-256")
def test_bytes_come_back_exactly(tmp_path: Path) -> None:
    messages = [b"", b"\x00\xff\r\n", b"x" * 100_000]
    keep(tmp_path, messages)
    assert [original(tmp_path, sha256(raw).hexdigest()) for raw in messages] == messages


def test_keeping_twice_changes_nothing(tmp_path: Path) -> None:
    keep(tmp_path, [b"a"])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.z")}
    keep(tmp_path, [b"a"])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.suffix == ".z"} == before
    assert not list(tmp_path.rglob("*.tmp"))


def test_an_unknown_or_damaged_original_is_said_to_be(tmp_path: Path) -> None:
    digest = sha256(b"a").hexdigest()
    with pytest.raises(NotFound):
        original(tmp_path, digest)
    keep(tmp_path, [b"a"])
    next(tmp_path.rglob("*.z")).write_bytes(b"damaged")
    with pytest.raises(StoreError, match="damaged"):
        original(tmp_path, digest)
