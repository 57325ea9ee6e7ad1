"""Updates rewrite the files they touch, in time order, and leave no trail of small ones."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.store.conftest import START, mails
from tests.events.store.test_compact import files_in, is_tidy, rows_in
from tests.laws import often
from workbench.base.errors import StoreError
from workbench.events.store import Batch, Store, upsert

WITHIN = START + timedelta(days=3)


def test_updates_leave_files_in_time_order_and_no_more_of_them(store: Store, months: None) -> None:
    store.write("EmailEvents", mails(900, start=WITHIN), Batch("t", 0))
    assert len(files_in(store)) == 2
    for number in range(1, 25):
        change = mails(30, start=WITHIN, first=number * 30, subject="newer").sample(
            fraction=1, shuffle=True, seed=number
        )
        assert store.write("EmailEvents", change, Batch("t", number)).updated == 30
    assert len(files_in(store)) == 2
    assert is_tidy(store.snapshot("EmailEvents"))
    assert sum(row.count("newer") for row in rows_in(store)) == 720


def test_new_rows_of_a_touched_stretch_of_time_join_its_file(store: Store) -> None:
    store.write("EmailEvents", mails(100, start=WITHIN), Batch("t", 0))
    both = pl.concat(
        [
            mails(1, start=WITHIN, first=5, subject="newer"),
            mails(90, start=WITHIN).with_columns(pl.col("NetworkMessageId") + "x"),
        ]
    )
    store.write("EmailEvents", both, Batch("t", 1))
    assert [file.rows for file in files_in(store)] == [190]
    assert is_tidy(store.snapshot("EmailEvents"))


def test_an_update_of_a_large_file_is_written_a_piece_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.events.store.stream.PIECE_BYTES", 5_000)
    store.write("EmailEvents", mails(600, start=WITHIN), Batch("t", 0))
    monkeypatch.setattr("workbench.events.store.write.FILE_ROWS", 250)
    store.write("EmailEvents", mails(300, start=WITHIN, first=150, subject="newer"), Batch("t", 1))
    assert is_tidy(store.snapshot("EmailEvents"))
    assert store.snapshot("EmailEvents").rows == 600
    assert max(file.rows for file in files_in(store)) == 250


def test_an_update_that_would_lose_rows_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write("EmailEvents", mails(10), Batch("t", 0))
    monkeypatch.setattr(upsert, "_merged", lambda *_: iter(()))
    with pytest.raises(StoreError, match="Nothing was changed"):
        store.write("EmailEvents", mails(1, subject="newer"), Batch("t", 1))
    assert store.snapshot("EmailEvents").rows == 10


@settings(max_examples=often(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60), st.sampled_from("abc")), min_size=1, max_size=9),
        min_size=1,
        max_size=5,
    ),
    most=st.sampled_from([1, 3, 500_000]),
)
def test_any_updates_leave_every_file_in_order(batches, most, tmp_path_factory) -> None:
    store, model = Store(tmp_path_factory.mktemp("store")), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.events.store.write.FILE_ROWS", most)
        patch.setattr("workbench.events.store.stream.PIECE_BYTES", 1_500)
        for number, batch in enumerate(batches):
            frames = []
            for key, day, text in batch:
                frames.append(mails(1, first=key, subject=text).with_columns(Timestamp=START + timedelta(days=day)))
                filled_and_greater = (START + timedelta(days=day), text)
                model[key] = max(filled_and_greater, model.get(key, filled_and_greater))
            store.write("EmailEvents", pl.concat(frames), Batch("t", number))
    for file in files_in(store):
        times = pl.read_parquet(store.root / "EmailEvents" / file.path)["Timestamp"]
        assert times.is_sorted()
        assert (times.min(), times.max(), len(times)) == (file.first, file.newest, file.rows)
    found = store.scan("EmailEvents").select("NetworkMessageId", "Timestamp", "Subject").collect().rows()
    assert {name: (time, text) for name, time, text in found} == {f"m{key}": state for key, state in model.items()}
    assert len(found) == len(model)
