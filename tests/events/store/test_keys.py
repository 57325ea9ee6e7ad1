"""Which of two states of one fact stays does not depend on the order they came in, nor on how they were batched."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.store.conftest import START
from tests.laws import often
from workbench.events.store import RAW, Batch, Store, Written, keys, write
from workbench.events.store.schema import KEY
from workbench.events.tables import Table, table

STATES = replace(
    table("EmailEvents"),
    version=("LatestDeliveryAction", "Timestamp"),
    progress=(("LatestDeliveryLocation", "DeliveryLocation"),),
)
"""A declaration with every way of telling which state is later."""


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr("workbench.events.store.store.table", lambda _: STATES)
    return STATES


def state(**values: object) -> dict[str, object]:
    return {"Timestamp": START, "NetworkMessageId": "m", "RecipientEmailAddress": "a@x", **values}


def frame(*states: dict[str, object]) -> pl.DataFrame:
    rows = write.complete(STATES, pl.DataFrame(list(states), infer_schema_length=None))
    return keys.with_key(STATES, rows)


def later(*states: dict[str, object], declaration: Table = STATES) -> dict[str, object]:
    """What stays of two states, asserted to be the same in either order, in one batch and in two."""
    found = []
    for first, second in (states, states[::-1]):
        together = keys.sort_out(declaration, frame(first, second), nothing())
        stored = frame(first).with_columns(row=pl.lit(0, dtype=pl.UInt32), file=pl.lit(0, dtype=pl.UInt32))
        apart = keys.sort_out(declaration, frame(second), stored)
        found += [together.rows.row(0, named=True), (apart.rows if apart.kept else stored).row(0, named=True)]
    contents = [{name: row[name] for name in keys.content(declaration)} for row in found]
    assert all(content == contents[0] for content in contents)
    return contents[0]


def nothing() -> pl.DataFrame:
    places = {"row": pl.UInt32, "file": pl.UInt32}
    return frame(state()).clear().with_columns(pl.lit(0, dtype=kind).alias(name) for name, kind in places.items())


@pytest.mark.parametrize(
    ("early", "late"), [("", "Spam"), ("Spam", "Phish"), ("Phish, Spam", "Malware"), ("Spam", "Phish, Spam")]
)
def test_the_stricter_verdict_is_the_later_though_it_says_less(early: str, late: str) -> None:
    assert later(state(ThreatTypes=early, Subject="zzz"), state(ThreatTypes=late))["ThreatTypes"] == late


def test_a_move_counts_more_than_a_verdict() -> None:
    moved = state(ThreatTypes="", DeliveryLocation="Quarantine", LatestDeliveryLocation="Inbox/folder")
    assert later(state(ThreatTypes="Phish", DeliveryLocation="Quarantine"), moved)["ThreatTypes"] == ""


def test_the_later_version_wins_over_all_else() -> None:
    early = state(LatestDeliveryAction="1", Subject="zzz", Connectors="x", DeliveryLocation="Inbox")
    assert later(early, state(LatestDeliveryAction="2"))["LatestDeliveryAction"] == "2"


def test_a_version_that_is_missing_is_earlier_than_any() -> None:
    assert later(state(Subject="zzz"), state(LatestDeliveryAction="0"))["LatestDeliveryAction"] == "0"


def test_the_second_version_column_decides_where_the_first_is_equal() -> None:
    assert later(state(Subject="z"), state(Timestamp=START + timedelta(1)))["Timestamp"] == START + timedelta(1)


def test_a_message_that_was_moved_is_later_than_one_that_was_not() -> None:
    delivered = state(DeliveryLocation="Quarantine", LatestDeliveryLocation="Quarantine", Subject="zzz")
    moved = state(DeliveryLocation="Quarantine", LatestDeliveryLocation="Inbox")
    unsaid = state(DeliveryLocation="Quarantine")
    assert later(delivered, moved)["LatestDeliveryLocation"] == "Inbox"
    assert later(unsaid, moved)["LatestDeliveryLocation"] == "Inbox"


def test_a_verdict_that_was_filled_in_is_later() -> None:
    assert later(state(Subject="zzz"), state(Subject="zzz", ThreatTypes="Phish"))["ThreatTypes"] == "Phish"


def test_what_else_differs_is_settled_by_the_content_case_and_space_included() -> None:
    assert later(state(Subject="invoice"), state(Subject="Invoice"))["Subject"] == "invoice"
    assert later(state(Subject="a"), state(Subject="a "))["Subject"] == "a "


def test_states_are_not_mixed() -> None:
    kept = later(state(LatestDeliveryAction="2"), state(LatestDeliveryAction="1", ThreatTypes="Phish"))
    assert kept["ThreatTypes"] == ""


def test_rows_of_two_raw_mails_are_no_states_of_one_another() -> None:
    both = frame(state(**{RAW: "aa"}), state(**{RAW: "bb", "LatestDeliveryAction": "9"}))
    assert keys.sort_out(STATES, both, nothing()).kept == 2


@pytest.mark.parametrize("mark", ["\x1f", "\x1e", "\x00", "\x1e1"])
def test_text_that_holds_our_marks_makes_no_two_facts_one(mark: str) -> None:
    one = state(NetworkMessageId=f"a{mark}", RecipientEmailAddress="b")
    two = state(NetworkMessageId="a", RecipientEmailAddress=f"{mark}b")
    both = frame(one, two)
    assert keys.sort_out(STATES, both, nothing()).kept == 2
    assert both[KEY].n_unique() == 2


def test_a_value_that_is_our_mark_for_nothing_is_not_nothing() -> None:
    declaration = replace(STATES, key=())
    both = frame(state(Connectors="\x00"), state(Connectors="\x1e2"))
    assert keys.sort_out(declaration, both, nothing()).kept == 2


STATE = st.fixed_dictionaries(
    {
        "NetworkMessageId": st.sampled_from(["m1", "m2", ""]),
        "LatestDeliveryAction": st.sampled_from(["", "1", "2"]),
        "DeliveryLocation": st.sampled_from(["", "Inbox"]),
        "LatestDeliveryLocation": st.sampled_from(["", "Inbox", "Junk"]),
        "Subject": st.sampled_from(["a", "b", "A\x1f"]),
        "UrlCount": st.sampled_from([None, 0, 1]),
        "Timestamp": st.sampled_from([START, START + timedelta(days=40)]),
    }
)


@settings(max_examples=often(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), states=st.lists(STATE, min_size=1, max_size=7))
def test_any_order_and_any_batching_of_the_same_rows_gives_the_same_store(
    data: st.DataObject, states: list[dict[str, object]], declared: Table, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = [state(**each) for each in states]
    found = [_held(tmp_path_factory, [whole], len(whole))]
    mixed = data.draw(st.permutations(whole))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole)), max_size=3)) | {0, len(whole)})
    found.append(_held(tmp_path_factory, [mixed[a:b] for a, b in pairwise(cuts)], len(whole)))
    assert found[0] == found[1]


def _held(factory: pytest.TempPathFactory, batches: list[list[dict[str, object]]], rows_in: int) -> list[object]:
    """The rows of a new store after these batches; the account of every batch adds up."""
    store = Store(factory.mktemp("store"))
    account = [store.write("EmailEvents", frame(*batch), Batch("t", at)) for at, batch in enumerate(batches)]
    assert sum(each.kept + each.duplicates for each in account) == rows_in
    held = sum(each.kept - each.updated for each in account)
    rows = store.scan("EmailEvents", inner=True).select(keys.content(STATES)).collect().rows()
    assert len(rows) == held
    assert store.write("EmailEvents", frame(*(row for batch in batches for row in batch)), Batch("t", 99)) == Written(
        duplicates=rows_in
    )
    return sorted(rows, key=repr)
