"""A version is told from the newest by the log alone, whoever wrote to it."""

from pathlib import Path

from tests.events.store.conftest import mails
from workbench.events.store import Batch, Store
from workbench.events.store.snapshot import is_newest


def test_a_commit_of_another_process_is_seen(tmp_path: Path) -> None:
    reader, writer = Store(tmp_path), Store(tmp_path)
    writer.write("EmailEvents", mails(3), Batch("a", 1))
    assert reader.scan("EmailEvents").collect().height == 3
    writer.write("EmailEvents", mails(2, first=3), Batch("a", 2))
    assert reader.scan("EmailEvents").collect().height == 5


def test_a_version_is_the_newest_until_the_next(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("EmailEvents", mails(1), Batch("a", 1))
    version = store.snapshot("EmailEvents").version
    folder = tmp_path / "EmailEvents"
    assert is_newest(folder, version)
    store.write("EmailEvents", mails(1, first=1), Batch("a", 2))
    assert not is_newest(folder, version)
    assert is_newest(folder, version + 1)


def test_a_version_whose_own_commit_is_gone_is_not_taken_for_the_newest(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("EmailEvents", mails(1), Batch("a", 1))
    (tmp_path / "EmailEvents" / "_delta_log" / f"{1:020}.json").unlink()
    assert not is_newest(tmp_path / "EmailEvents", 1)
