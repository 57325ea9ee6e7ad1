"""What is worked out before rows reach the store is what the store works out itself."""

import orjson
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.store.conftest import START, mails
from tests.laws import often
from workbench.events.store import Batch, Store, keys, paths, write
from workbench.events.store.scan import read
from workbench.events.store.schema import KEY, physical
from workbench.events.tables import table

DOCUMENTS = st.sampled_from(
    ["", "null", "[1]", '{"SPF":"pass"}', '{"SPF":5,"DKIM":null}', '{"SPF":"\\u0001x"}', "{", None]
)
IDS = st.sampled_from(["", "m", "n", "\x1f", "\x00", None])
ROWS = st.lists(st.tuples(IDS, IDS, DOCUMENTS), min_size=1, max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.sampled_from(["", "pass", "\x01", "5"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)
EMAILS = table("EmailEvents")


def rows_of(given_: list[tuple[str | None, ...]]) -> pl.DataFrame:
    names = ["NetworkMessageId", "RecipientEmailAddress", "AuthenticationDetails"]
    frame = pl.DataFrame(given_, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame.with_columns(pl.lit(START).alias("Timestamp"))


@settings(deadline=None)
@given(ROWS)
def test_rows_made_ready_have_the_key_and_the_members_the_store_gives_them(rows: list[tuple[str | None, ...]]) -> None:
    plain = rows_of(rows)
    whole = paths.with_paths(EMAILS, keys.with_key(EMAILS, write.complete(EMAILS, plain)))
    made = write.ready(EMAILS, plain)
    assert made.select(KEY, *paths.columns(EMAILS).values()).equals(whole.select(KEY, *paths.columns(EMAILS).values()))
    assert paths.with_paths(EMAILS, keys.with_key(EMAILS, write.complete(EMAILS, made))).equals(whole)


@settings(deadline=None)
@given(ROWS)
def test_columns_that_say_nothing_come_back_as_they_were(rows: list[tuple[str | None, ...]]) -> None:
    plain = rows_of(rows)
    assert write.complete(EMAILS, write.without_nothing(EMAILS, plain)).equals(write.complete(EMAILS, plain))


@settings(deadline=None)
@given(st.lists(st.none() | st.dictionaries(st.sampled_from(["SPF", "DKIM", "own"]), VALUES), max_size=6))
def test_members_of_documents_are_those_of_their_text(documents: list[dict[str, object] | None]) -> None:
    texts = pl.Series("AuthenticationDetails", [orjson.dumps(each).decode() for each in documents], pl.String)
    given_ = paths.with_members(EMAILS, texts.to_frame(), "AuthenticationDetails", documents)
    assert given_.equals(paths.with_paths(EMAILS, texts.to_frame())) or not documents


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=often(10), deadline=None)
@given(first=ROWS, second=ROWS)
def test_the_store_keeps_the_same_whoever_worked_it_out(
    first: list[tuple[str | None, ...]], second: list[tuple[str | None, ...]], store: Store
) -> None:
    held = []
    for number, prepare in enumerate((lambda frame: frame, lambda frame: write.ready(EMAILS, frame))):
        one = Store(store.root / str(len(list(store.root.glob("*")))) / str(number))
        for turn, rows in enumerate((first, second)):
            one.write("EmailEvents", prepare(rows_of(rows)), Batch("t", turn))
        snapshot = one.snapshot("EmailEvents")
        assert snapshot is not None
        columns = {**physical(EMAILS), **dict.fromkeys(paths.columns(EMAILS).values(), pl.String())}
        held.append(sorted(map(repr, read(snapshot, snapshot.files, columns).collect().iter_rows())))
    assert held[0] == held[1]


def test_an_update_among_rows_made_ready_keeps_the_members_of_all(store: Store) -> None:
    said = pl.lit('{"SPF":"pass"}').alias("AuthenticationDetails")
    store.write("EmailEvents", write.ready(EMAILS, mails(20).with_columns(said)), Batch("t", 0))
    newer = mails(1, first=3, subject="newer").with_columns(said)
    assert store.write("EmailEvents", write.ready(EMAILS, newer), Batch("t", 1)).updated == 1
    snapshot = store.snapshot("EmailEvents")
    assert snapshot is not None
    name = paths.columns(EMAILS)["AuthenticationDetails", ("SPF",)]
    assert read(snapshot, snapshot.files, {name: pl.String()}).collect()[name].to_list() == ["pass"] * 20
