"""Files that are written before the table is touched join it once, whole, and fold among themselves."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from tests.events.store.conftest import mails
from workbench.events.store import Batch, Store, Written, join, log, maintain, stage


def files(store: Store) -> list[Path]:
    return [path for path in (store.root / "EmailEvents").rglob("*.parquet") if "_delta_log" not in path.parts]


def test_staged_rows_are_seen_once_they_join(store: Store) -> None:
    staged = stage(store.root, "EmailEvents", mails(50))
    assert store.snapshot("EmailEvents").rows == 0
    assert join(store, staged, Batch("t", 0)) == Written(kept=50)
    assert store.scan("EmailEvents").collect().select(mails(1).columns).sort("Timestamp").equals(mails(50))
    assert store.write("EmailEvents", mails(50), Batch("other", 1)) == Written(duplicates=50)


def test_a_batch_joins_once_and_what_was_staged_again_goes(store: Store) -> None:
    for turn in range(2):
        staged = stage(store.root, "EmailEvents", mails(20))
        assert join(store, staged, Batch("t", 3)) == (Written(duplicates=20) if turn else Written(kept=20))
    assert len(files(store)) == 1
    assert join(store, stage(store.root, "EmailEvents", mails(5, first=20)), Batch("t", 4)).kept == 5
    assert join(store, stage(store.root, "EmailEvents", mails(5, first=30)), Batch("u", 1)).kept == 5
    assert Store(store.root).snapshot("EmailEvents").rows == 30


def test_a_batch_that_joined_is_known_after_checkpoints_and_upkeep(store: Store) -> None:
    join(store, stage(store.root, "EmailEvents", mails(9)), Batch("t", 1))
    log.checkpoint(store.delta("EmailEvents"))
    for number in range(5):
        store.write("EmailEvents", mails(1, first=100 + number), Batch("other", number))
    maintain(store, "EmailEvents", grace=0)
    again = Store(store.root)
    assert join(again, stage(store.root, "EmailEvents", mails(9)), Batch("t", 1)) == Written(duplicates=9)


def test_of_several_states_the_latest_is_staged(store: Store) -> None:
    rows = pl.concat([mails(4), mails(4), mails(2).with_columns(ThreatTypes=pl.lit("Phish"))], how="diagonal")
    staged = stage(store.root, "EmailEvents", rows)
    assert (staged.rows, staged.duplicates) == (4, 6)
    assert join(store, staged, Batch("t", 1)) == Written(kept=4, duplicates=6)
    assert store.scan("EmailEvents").collect()["ThreatTypes"].to_list().count("Phish") == 2


def test_other_processes_can_stage(store: Store) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as pool:
        staged = pool.submit(stage, store.root, "EmailEvents", mails(7)).result()
    assert join(store, staged, Batch("t", 1)).kept == 7
