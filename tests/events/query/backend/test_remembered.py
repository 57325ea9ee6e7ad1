"""Looked-up values are read once, and again when anything they depend on is another."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from workbench.base.span import Span
from workbench.events.query import StoreCatalog, ask
from workbench.events.query.backend import remembered
from workbench.events.query.backend.frame import Runner
from workbench.events.store import Batch, Store

NOW = datetime(2026, 2, 1, tzinfo=UTC)
LINKED = (
    "EmailEvents | where NetworkMessageId in ((EmailUrlInfo | where Url has 'evil' | project NetworkMessageId)) | count"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path)
    put(made, "EmailEvents", 0, NetworkMessageId=["m1", "m2", "m3"])
    put(made, "EmailUrlInfo", 0, NetworkMessageId=["m1"], Url=["https://evil.test"])
    return made


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lists that are read, by their column."""
    read, found = Runner._members, list[str]()

    def members(runner: Runner, node: remembered.Node) -> pl.Series:
        found.append(node.columns[0][0])
        return read(runner, node)

    monkeypatch.setattr(Runner, "_members", members)
    monkeypatch.setattr(remembered, "_kept", {})
    return found


def put(store: Store, table: str, number: int, **columns: list[str]) -> None:
    rows = {"Timestamp": [NOW] * len(columns["NetworkMessageId"]), **columns}
    store.write(table, pl.DataFrame(rows), Batch("test", number))


def counted(store: Store, text: str = LINKED, span: Span | None = None) -> int:
    return int(ask(StoreCatalog(store), text, now=NOW, span=span).frame.item())


def test_a_list_is_read_once_for_all_questions_that_ask_it(store: Store, reads: list[str]) -> None:
    assert [counted(store), counted(store), counted(store, f"{LINKED} | extend Count = Count * 2")] == [1, 1, 2]
    assert len(reads) == 1


def test_new_rows_are_seen(store: Store, reads: list[str]) -> None:
    assert counted(store) == 1
    put(store, "EmailUrlInfo", 1, NetworkMessageId=["m2"], Url=["https://evil.test/2"])
    assert counted(store) == 2
    assert len(reads) == 2


def test_new_rows_of_the_table_that_is_asked_are_looked_up_in_the_list_as_it_was(
    store: Store, reads: list[str]
) -> None:
    assert counted(store) == 1
    put(store, "EmailEvents", 1, NetworkMessageId=["m4", "m5"])
    assert counted(store) == 1
    assert counted(store, LINKED.replace(" in ", " !in ")) == 4
    assert len(reads) == 1


def test_another_window_and_another_store_are_other_lists(store: Store, reads: list[str], tmp_path: Path) -> None:
    other = Store(tmp_path / "other")
    put(other, "EmailEvents", 0, NetworkMessageId=["m1"])
    early = Span(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC))
    assert [counted(store), counted(other), counted(store, span=early)] == [1, 0, 0]
    assert len(reads) == 3


def test_what_a_workspaces_own_lists_tell_is_asked_every_time(store: Store, reads: list[str]) -> None:
    placed = "EmailUrlInfo | where isnull(geo_info_from_ip_address(Url)) | project NetworkMessageId"
    text = f"EmailEvents | where NetworkMessageId in (({placed})) | count"
    assert [counted(store, text), counted(store, text)] == [1, 1]
    assert len(reads) == 2


def test_the_oldest_lists_are_forgotten(store: Store, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    other = LINKED.replace("evil", "test")
    counted(store)
    size = next(iter(remembered._kept.values())).estimated_size()
    monkeypatch.setattr(remembered, "KEPT_BYTES", size)
    assert [counted(store, other), counted(store)] == [1, 1]
    assert len(reads) == 3
    monkeypatch.setattr(remembered, "KEPT_BYTES", 0)
    counted(store, other)
    assert len(reads) == 4
