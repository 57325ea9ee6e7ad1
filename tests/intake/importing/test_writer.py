"""What is written beside the reading: in order, told exactly, and stopped by its first failure."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.events.store.conftest import mails
from workbench.base.errors import StoreError
from workbench.events.store import Batch, Store, Written
from workbench.intake.importing.writer import Load, Writer


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "events")


@pytest.fixture
def writer(store: Store) -> Iterator[Writer]:
    with closing(Writer(store)) as made:
        yield made


def load(rows: int, number: int, first: int = 0) -> Load:
    return Load("EmailEvents", [mails(rows, first=first)], "a.ndjson", Batch("t", number), counts=True)


def test_nothing_that_was_begun_is_nothing_to_collect(writer: Writer) -> None:
    assert not writer.is_busy
    assert writer.collect() == []


def test_what_became_of_each_load_is_told_once(writer: Writer, store: Store) -> None:
    writer.begin([load(3, 1), load(2, 2, first=2)])
    assert writer.is_busy
    assert [written for _, written in writer.collect()] == [Written(3, 0, 0), Written(1, 0, 1)]
    assert not writer.is_busy
    assert writer.collect() == []
    assert store.held()["EmailEvents"].rows == 4


def test_a_failure_is_raised_by_whoever_collects_and_what_follows_is_not_written(store: Store, tmp_path: Path) -> None:
    (tmp_path / "events").write_text("in the way")
    with closing(Writer(store)) as writer:
        writer.begin([load(3, 1), load(3, 2)])
        with pytest.raises(StoreError):
            writer.collect()
        assert not writer.is_busy


def test_closing_waits_for_what_was_begun(store: Store) -> None:
    with closing(Writer(store)) as writer:
        writer.begin([load(3, 1)])
    assert writer.is_done
    assert store.held()["EmailEvents"].rows == 3
