"""Damage of every kind is found, with its place and what to do."""

import json
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.events.store.conftest import START, mails
from workbench.base.errors import StoreError
from workbench.events.store import Batch, Store, adopt, check, disk, look, maintain
from workbench.events.store.schema import KEY


@pytest.fixture
def held(store: Store, months: None) -> Store:
    store.write("EmailEvents", mails(2000), Batch("t", 1))
    store.write("EmailEvents", mails(9, subject="newer"), Batch("t", 2))
    return store


def victim(store: Store) -> Path:
    return store.root / "EmailEvents" / store.snapshot("EmailEvents").files[1].path


def said(store: Store) -> str:
    return "\n".join(f"{fault.where} {fault.what}" for fault in check(Store(store.root), "EmailEvents").faults)


def pretend(store: Store, **stats: object) -> None:
    """Let the log say something else of the files than what is true."""
    log = store.root / "EmailEvents" / "_delta_log"
    for path in log.glob("*.json"):
        lines = []
        for line in path.read_text("utf-8").splitlines():
            action = json.loads(line)
            if "add" in action:
                action["add"]["stats"] = json.dumps({**json.loads(action["add"]["stats"]), **stats})
            lines.append(json.dumps(action))
        path.write_text("\n".join(lines), "utf-8")


def test_a_sound_table_has_no_fault(held: Store, tmp_path: Path) -> None:
    found = check(held, "EmailEvents")
    assert (found.rows, found.faults) == (2000, ())
    maintain(held, "EmailEvents", grace=0)
    assert check(held, "EmailEvents").faults == ()
    assert check(held, "AlertInfo").files == 0


def test_an_adopted_file_has_no_fault(store: Store, tmp_path: Path) -> None:
    mails(20).write_parquet(tmp_path / "foreign.parquet")
    adopt(store, "EmailEvents", [tmp_path / "foreign.parquet"])
    assert check(store, "EmailEvents").faults == ()


def test_a_missing_file(held: Store) -> None:
    victim(held).unlink()
    assert "cannot be opened" in said(held)


def test_a_file_cut_short(held: Store) -> None:
    path = victim(held)
    path.write_bytes(path.read_bytes()[:-40])
    assert "bytes instead of" in said(held)
    assert "cannot be read to its end" in said(held)


@pytest.mark.parametrize("how", ["cut", "gone", "footer"])
def test_a_look_at_size_and_footer_finds_a_damaged_file(how: str, held: Store) -> None:
    assert list(look(held, "EmailEvents")) == []
    path, content = victim(held), victim(held).read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:1000] if how == "cut" else content[:-300] + bytes(292) + content[-8:])
    (found,) = look(held, "EmailEvents")
    assert str(path).endswith(found.where)
    words = {"cut": "has 1,000 bytes", "gone": "cannot be opened: No such file", "footer": "cannot be read: "}
    assert words[how] in found.what
    with pytest.raises(StoreError, match=f"A data file of EmailEvents {words[how]}.*store check EmailEvents"):
        disk(held, "EmailEvents", START)


def test_a_page_overwritten_in_the_middle(held: Store) -> None:
    path = victim(held)
    content = bytearray(path.read_bytes())
    content[200:2000] = b"\xff" * 1800
    path.write_bytes(content)
    found = check(held, "EmailEvents").faults
    assert found
    assert str(path).endswith(found[0].where)
    assert "--skip-damaged" in found[0].advice


def test_counts_and_times_that_are_not_true(held: Store) -> None:
    pretend(held, numRecords=3)
    assert "rows instead of 3" in said(held)
    pretend(held, minValues={"Timestamp": "2001-01-01T00:00:00.000000Z"})
    assert "instead of from 2001-01-01" in said(held)


def test_rows_out_of_order_and_rows_held_twice(held: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = victim(held)
    frame = pl.read_parquet(path)
    frame.sort("Timestamp", descending=True).write_parquet(path)
    assert "is not in time order" in said(held)
    pl.concat([frame, frame.head(2)]).sort("Timestamp").write_parquet(path)
    assert "holds" in said(held)
    monkeypatch.setattr(sys.modules["workbench.events.store.check"], "KEYS_AT_ONCE", 100)
    frame.with_columns(pl.col("NetworkMessageId").first(), pl.col(KEY).first()).write_parquet(path)
    assert f"{frame.height} rows of facts that are there more than once" in said(held)


def test_a_log_that_cannot_be_read(held: Store) -> None:
    for path in (held.root / "EmailEvents" / "_delta_log").iterdir():
        path.write_text("{not json")
    assert "cannot be read" in said(held)
