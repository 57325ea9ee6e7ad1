import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.apps.demo.conftest import SMALL
from tests.apps.demo.measures import Whole
from workbench.apps.demo.cast import Cast
from workbench.apps.demo.plan import micros, planned
from workbench.apps.demo.slices import ARRIVES, LONGEST_WAY, arrived, mails_of, rows_of
from workbench.events.store.write import complete
from workbench.events.tables import table


def made(cast: Cast, number: int) -> dict[str, pl.DataFrame]:
    return rows_of(cast, number, mails_of(cast, number))


def test_a_slice_is_the_same_whatever_was_made_before_it() -> None:
    fresh, used = Cast(SMALL), Cast(SMALL)
    made(used, 0)
    first, second = made(fresh, 1), made(used, 1)
    assert first.keys() == second.keys()
    for name, frame in first.items():
        assert_frame_equal(frame, second[name])


def test_another_seed_makes_other_rows() -> None:
    one, other = (made(Cast(planned(seed, 10_000, 2)), 0)["EmailEvents"] for seed in (1, 2))
    assert set(one["NetworkMessageId"]).isdisjoint(other["NetworkMessageId"])


def test_rows_fit_their_tables(usual: Whole) -> None:
    for name, frame in usual.tables.items():
        declared = table(name)
        assert set(frame.columns) - {ARRIVES} <= set(declared.types), name
        assert declared.needs <= set(frame.columns), name
        whole = complete(declared, frame.drop(ARRIVES))
        for column in declared.needs:
            empty = whole[column] == "" if whole[column].dtype == pl.String else whole[column].is_null()
            assert not empty.any(), f"{name}.{column}"


def test_keys_are_unique_where_rows_come_once(usual: Whole) -> None:
    for name, frame in usual.tables.items():
        key = list(table(name).key)
        if key and name != "EmailEvents":
            assert not frame.select(key).is_duplicated().any(), name
    assert usual.copies.select("NetworkMessageId", "RecipientEmailAddress").is_duplicated().sum() == 0


def test_everything_arrives_after_it_happened_and_within_two_days(usual: Whole) -> None:
    for name, frame in usual.tables.items():
        way = frame[ARRIVES] - frame[table(name).time].dt.epoch("us")
        assert way.min() > 0, name
        assert way.max() < LONGEST_WAY.total_seconds() * 1e6, name


def test_links_and_files_are_those_that_the_mails_say(usual: Whole) -> None:
    said = usual.sent.select("NetworkMessageId", "urls").filter(pl.col("urls") > 0)
    found = usual.tables["EmailUrlInfo"].group_by("NetworkMessageId").len()
    assert said.join(found, on="NetworkMessageId").height == said.height == found.height
    both = said.join(found, on="NetworkMessageId")
    assert (both["urls"] == both["len"]).all()
    assert usual.tables["EmailAttachmentInfo"].height == usual.copies["files"].sum()


def test_there_are_as_many_mails_as_asked_for(usual: Whole) -> None:
    assert usual.copies.height == pytest.approx(usual.plan.mails, abs=10)


def test_a_later_state_is_what_the_store_keeps(usual: Whole) -> None:
    again = usual.events.filter(pl.col("zap").is_not_null() & pl.col("removed") & pl.col("bad"))
    assert set(again.filter(pl.col("AdditionalFields").is_not_null())["LatestDeliveryLocation"]) == {"Quarantine"}


def test_rows_are_told_apart_by_when_they_arrive() -> None:
    frame = pl.DataFrame({"a": [1, 2, 3], ARRIVES: [micros(SMALL.begin), micros(SMALL.end), micros(SMALL.end) + 1]})
    assert arrived(frame, SMALL.end)["a"].to_list() == [1, 2]
    assert arrived(frame, SMALL.end, SMALL.begin)["a"].to_list() == [2]
