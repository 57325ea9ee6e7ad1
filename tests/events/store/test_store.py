import shutil
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.store.conftest import START, mails
from tests.laws import often
from workbench.base.errors import StoreError, UnknownName
from workbench.base.span import Span
from workbench.events.store import EXTRA, RAW, Batch, Store, Written, check

ONE = Batch("test", 1)


def subjects(store: Store) -> list[str]:
    return store.scan("EmailEvents").sort("NetworkMessageId").collect()["Subject"].to_list()


def test_a_table_without_rows_is_empty_with_its_columns(store: Store) -> None:
    frame = store.scan("EmailEvents").collect()
    assert frame.height == 0
    assert frame.schema["Timestamp"] == pl.Datetime("us", "UTC")
    assert store.snapshot("EmailEvents") is None


def test_an_undeclared_table_is_refused(store: Store) -> None:
    with pytest.raises(UnknownName, match="EmailEvents"):
        store.scan("EmailEventz")


def test_rows_come_back_as_they_went_in(store: Store) -> None:
    assert store.write("EmailEvents", mails(50), ONE) == Written(kept=50)
    assert store.scan("EmailEvents").collect().select(mails(1).columns).sort("Timestamp").equals(mails(50))


def test_missing_text_is_empty_and_never_null(store: Store) -> None:
    store.write("EmailEvents", mails(3), ONE)
    frame = store.scan("EmailEvents").collect()
    assert frame["SenderFromAddress"].to_list() == ["", "", ""]
    assert frame["UrlCount"].to_list() == [None, None, None]


def test_equal_rows_are_duplicates(store: Store) -> None:
    store.write("EmailEvents", mails(20), ONE)
    assert store.write("EmailEvents", mails(20), ONE) == Written(duplicates=20)
    assert store.snapshot("EmailEvents").rows == 20


def test_equal_rows_of_one_batch_are_duplicates(store: Store) -> None:
    assert store.write("EmailEvents", pl.concat([mails(5), mails(5)]), ONE) == Written(kept=5, duplicates=5)


def test_a_known_key_with_new_content_updates(store: Store) -> None:
    store.write("EmailEvents", mails(100), ONE)
    change = mails(1, subject="newer", first=40)
    assert store.write("EmailEvents", change, ONE) == Written(kept=1, updated=1)
    assert subjects(store).count("newer") == 1
    assert store.snapshot("EmailEvents").rows == 100


def test_an_update_may_move_a_row_to_another_month(store: Store) -> None:
    store.write("EmailEvents", mails(3), ONE)
    moved = mails(1).with_columns(Timestamp=pl.lit(datetime(2026, 5, 1, tzinfo=UTC)))
    store.write("EmailEvents", moved, ONE)
    snapshot = store.snapshot("EmailEvents")
    assert snapshot.rows == 3
    assert {file.part for file in snapshot.files} == {"2026-01", "2026-05"}


def test_of_several_states_in_one_batch_the_latest_is_kept_and_the_others_are_duplicates(store: Store) -> None:
    store.write("EmailEvents", mails(1), ONE)
    batch = pl.concat([mails(1, subject=text) for text in ("x", "z", "z", "b")])
    assert store.write("EmailEvents", batch, ONE) == Written(kept=1, updated=1, duplicates=3)
    assert subjects(store) == ["z"]


def test_a_state_that_is_not_later_than_what_is_held_changes_nothing(store: Store) -> None:
    store.write("EmailEvents", mails(1), ONE)
    version = store.snapshot("EmailEvents").version
    assert store.write("EmailEvents", mails(1, subject="a"), ONE) == Written(duplicates=1)
    assert store.snapshot("EmailEvents").version == version


def test_rows_of_two_raw_mails_that_share_an_id_are_both_kept(store: Store) -> None:
    for digest in ("aa", "bb"):
        store.write("EmailEvents", mails(1).with_columns(pl.lit(digest).alias(RAW)), ONE)
    assert store.snapshot("EmailEvents").rows == 2


def test_rows_without_a_key_are_told_apart_by_content(store: Store) -> None:
    evidence = pl.DataFrame({"Timestamp": [START] * 3, "AlertId": ["a"] * 3, "RemoteUrl": ["x", "y", "y"]})
    assert store.write("AlertEvidence", evidence, ONE) == Written(kept=2, duplicates=1)


def test_rows_whose_key_columns_are_empty_are_told_apart_by_content(store: Store) -> None:
    activity = pl.DataFrame({"TimeGenerated": [START] * 2, "Operation": ["Send", "Move"]})
    assert store.write("OfficeActivity", activity, ONE).kept == 2


def test_undeclared_input_is_kept_beside_the_row_and_stays_invisible(store: Store) -> None:
    store.write("EmailEvents", mails(1).with_columns(pl.lit('{"New":1}').alias(EXTRA)), ONE)
    assert EXTRA not in store.scan("EmailEvents").collect_schema()
    assert store.scan("EmailEvents", inner=True).collect()[EXTRA].to_list() == ['{"New":1}']


def test_a_window_cuts_rows_at_start_and_before_end(store: Store) -> None:
    store.write("EmailEvents", mails(100), ONE)
    span = Span(START + timedelta(hours=10), START + timedelta(hours=20))
    times = store.scan("EmailEvents", span).collect()["Timestamp"]
    assert (len(times), times.min(), times.max()) == (10, span.start, span.end - timedelta(hours=1))


def test_a_window_opens_only_the_files_it_needs(store: Store) -> None:
    store.write("EmailEvents", mails(100), ONE)
    store.write("EmailEvents", mails(5, first=10_000), ONE)
    span = Span(START, START + timedelta(days=1))
    assert len(store.snapshot("EmailEvents").within(span)) == 1


def test_rows_lie_in_time_order_in_every_file(store: Store) -> None:
    store.write("EmailEvents", mails(200).sample(fraction=1, shuffle=True, seed=1), ONE)
    store.write("EmailEvents", mails(1, subject="newer", first=3), ONE)
    snapshot = store.snapshot("EmailEvents")
    assert all(pl.read_parquet(snapshot.folder / file.path)["Timestamp"].is_sorted() for file in snapshot.files)


def test_newest_is_over_all_tables_but_not_beyond_the_clock(store: Store) -> None:
    clock = START + timedelta(days=10)
    store.write("EmailEvents", mails(3), ONE)
    store.write("AlertInfo", pl.DataFrame({"Timestamp": [START + timedelta(days=3)], "AlertId": ["a"]}), ONE)
    store.write("EmailEvents", mails(1, first=9_000), ONE)
    assert store.newest(clock) == START + timedelta(days=3)


def test_what_the_product_writes_about_itself_is_no_event_but_can_be_asked_for(store: Store) -> None:
    done = pl.DataFrame(
        {"Timestamp": [START + timedelta(days=9)], "Seq": [1], "Actor": ["admin"], "Verb": ["run.submit"]}
    )
    store.write("WorkbenchAudit", done, ONE)
    clock = START + timedelta(days=10)
    assert store.newest(clock) is None
    store.write("EmailEvents", mails(3), ONE)
    assert store.newest(clock) == START + timedelta(hours=2)
    assert store.newest(clock, ["WorkbenchAudit"]) == START + timedelta(days=9)


def test_another_reader_sees_a_commit_at_once(store: Store) -> None:
    reader = Store(store.root)
    store.write("EmailEvents", mails(3), ONE)
    assert reader.snapshot("EmailEvents").rows == 3
    store.write("EmailEvents", mails(3, first=3), ONE)
    assert reader.snapshot("EmailEvents").rows == 6


def test_every_commit_carries_its_batch(store: Store) -> None:
    store.write("EmailEvents", mails(1), Batch("import-7", 42))
    from deltalake import DeltaTable

    assert DeltaTable(store.root / "EmailEvents").transaction_version("import-7") == 42


def test_data_files_without_a_log_are_no_table_that_never_had_rows(store: Store) -> None:
    store.write("EmailEvents", mails(1), ONE)
    shutil.rmtree(store.root / "EmailEvents" / "_delta_log")
    with pytest.raises(StoreError, match="EmailEvents has data files and no log") as told:
        Store(store.root).held()
    assert "backup" in told.value.next_step
    with pytest.raises(StoreError, match="no log"):
        Store(store.root).write("EmailEvents", mails(1), ONE)
    assert len(list((store.root / "EmailEvents").rglob("*.parquet"))) == 1
    (found,) = check(Store(store.root), "EmailEvents").faults
    assert "no log" in found.what


def test_a_damaged_log_is_a_store_error_that_names_the_place(store: Store) -> None:
    store.write("EmailEvents", mails(1), ONE)
    log = store.root / "EmailEvents" / "_delta_log"
    for path in log.glob("*.json"):
        path.write_text("{not json")
    with pytest.raises(StoreError, match="EmailEvents"):
        Store(store.root).snapshot("EmailEvents")


@settings(max_examples=often(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abc")), max_size=8), max_size=5))
def test_any_sequence_of_batches_leaves_the_latest_state_of_each_key(tmp_path_factory, batches) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    model: dict[int, str] = {}
    for number, batch in enumerate(batches):
        frames = [mails(1, subject=text, first=key) for key, text in batch]
        written = store.write("EmailEvents", pl.concat(frames), Batch("t", number)) if frames else Written()
        for key, text in batch:
            model[key] = max(text, model.get(key, ""))
        assert written.kept + written.duplicates == len(batch)
    found = store.scan("EmailEvents").collect()
    assert dict(found.select("NetworkMessageId", "Subject").iter_rows()) == {f"m{k}": v for k, v in model.items()}


def test_a_data_file_that_cannot_be_written_says_what_to_do(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(StoreError, match="room on the disk"):
        store.write("EmailEvents", mails(1), ONE)
