"""Whatever was written, replaced or damaged: answers with accelerators are those without, row for row."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.base.span import Span
from workbench.events.query import StoreCatalog, ask
from workbench.events.query.backend import pages
from workbench.events.store import Batch, Store, write
from workbench.events.store.accelerators import FOLDER, building, faults, lookups, reading, rebuild, rollups
from workbench.events.store.schema import physical
from workbench.events.tables import table

NOW = datetime(2026, 2, 10, tzinfo=UTC)
START = datetime(2026, 1, 30, 22, tzinfo=UTC)
"""Hours and a month end within the rows."""
IDS = ("m1", "m2", "M2", "m3", "m\u212a", "mk", "stra\u00dfe", "", "m4")
ADDRESSES = ("a@x.example", "A@X.example", "b@x.example", "\u017f@x.example", "s@x.example", "")

_row = st.fixed_dictionaries(
    {
        "Timestamp": st.integers(0, 4 * 96).map(lambda at: START + timedelta(minutes=15 * at)),
        "NetworkMessageId": st.sampled_from(IDS),
        "InternetMessageId": st.sampled_from(IDS),
        "RecipientEmailAddress": st.sampled_from(("kim@c.example", "lee@c.example", "zoe@c.example")),
        "SenderFromAddress": st.sampled_from(ADDRESSES),
        "Subject": st.sampled_from(("one", "two")),
        "ThreatTypes": st.sampled_from(("", "Phish", "Phish, Spam", "Malware")),
        "DeliveryAction": st.sampled_from(("Delivered", "Junked", "delivered")),
        "EmailDirection": st.sampled_from(("Inbound", "Outbound", "")),
        "EmailLanguage": st.sampled_from(("en", "de")),
    }
)
_rows = st.lists(_row, min_size=1, max_size=30)
_urls = st.lists(
    st.fixed_dictionaries(
        {
            "Timestamp": st.integers(0, 96).map(lambda at: START + timedelta(hours=at)),
            "NetworkMessageId": st.sampled_from(IDS),
            "Url": st.sampled_from(("https://u.example/1", "https://u.example/2")),
            "UrlDomain": st.sampled_from(("u.example", "U.example", "v.example")),
        }
    ),
    min_size=1,
    max_size=12,
)

_id = st.sampled_from((*IDS, "nowhere")).map(repr)
_ids = st.lists(_id, min_size=1, max_size=3).map(", ".join)
_column = st.sampled_from(("NetworkMessageId", "InternetMessageId", "SenderFromAddress"))
_address = st.sampled_from(ADDRESSES).map(repr)
_moment = st.integers(0, 8 * 96).map(lambda at: f"datetime({(START + timedelta(minutes=7 * at)).isoformat()})")
_tests = st.one_of(
    st.builds("{} {} {}".format, _column, st.sampled_from(("==", "=~", "!=")), st.one_of(_id, _address)),
    st.builds("{} == {}".format, _id, _column),
    st.builds("tolower({}) == {}".format, _column, st.one_of(_id, _address)),
    st.builds("{} {} ({})".format, _column, st.sampled_from(("in", "in~", "!in")), _ids),
    st.builds("NetworkMessageId {} ((EmailUrlInfo | where UrlDomain {} 'u.example' | project NetworkMessageId))".format,
              st.sampled_from(("in", "in~", "!in")), st.sampled_from(("==", "=~"))),
    st.builds("(NetworkMessageId == {} or InternetMessageId == {})".format, _id, _id),
    st.builds("(NetworkMessageId == {} or Subject == 'two')".format, _id),
)  # fmt: skip
_coarse = st.one_of(
    st.sampled_from(
        (
            "ThreatTypes has 'Phish'",
            "isnotempty(ThreatTypes)",
            "DeliveryAction == 'Delivered'",
            "DeliveryAction in~ ('delivered', 'junked')",
            "not(EmailDirection =~ 'inbound')",
            "hourofday(Timestamp) < 12",
            "bin(Timestamp, 1d) == datetime(2026-02-01)",
        )
    ),
    st.builds("Timestamp >= {}".format, _moment),
    st.builds("Timestamp between ({} .. {})".format, _moment, _moment),
)
_filters = st.lists(st.one_of(_tests, _coarse), max_size=2)
_coarse_filters = st.lists(_coarse, max_size=2)
_keys = st.sampled_from(
    (
        "",
        "by DeliveryAction",
        "by ThreatTypes, Time = bin(Timestamp, 1h)",
        "by bin(Timestamp, 1d), EmailDirection",
        "by bin(Timestamp, 30m)",
        "by startofmonth(Timestamp), DeliveryAction",
        "by Folded = tolower(DeliveryAction), datetime_part('hour', Timestamp)",
        "by dayofweek(Timestamp)",
        "by EmailLanguage",
    )
)
_aggs = st.sampled_from(
    (
        "n = count()",
        "n = count(), bad = countif(isnotempty(ThreatTypes)), kinds = dcount(ThreatTypes)",
        "first = min(Timestamp), last = max(Timestamp)",
        "first = minif(Timestamp, ThreatTypes has 'Phish'), places = make_set(DeliveryAction)",
        "sent = sum(strlen(DeliveryAction)), some = sumif(1, EmailDirection == 'Inbound')",
        "one = take_any(Subject)",
        "least = min(DeliveryAction), days = dcount(bin(Timestamp, 1d))",
        "",
    )
)
_groups = st.builds(
    lambda aggs, keys, before: f"{before} | summarize {aggs} {keys}" if aggs or keys else " | count",
    _aggs,
    _keys,
    st.sampled_from(
        (
            "",
            "| extend EmailDirection = iff(EmailDirection == '', 'none', EmailDirection)",
            "| project DeliveryAction = ThreatTypes, ThreatTypes = DeliveryAction, EmailDirection, Timestamp, Subject, "
            "EmailLanguage | where ThreatTypes != 'Junked'",
            "| mv-expand Threat = split(ThreatTypes, ',') to typeof(string) | extend ThreatTypes = trim(' ', Threat)",
        )
    ),
)
_shown = st.sampled_from(
    (
        "",
        "| project Timestamp, NetworkMessageId, Subject",
        "| sort by Timestamp desc, RecipientEmailAddress asc, InternetMessageId asc, NetworkMessageId asc | take 4",
        "| top 3 by Timestamp desc",
        "| distinct DeliveryAction, ThreatTypes",
        "| distinct EmailLanguage | take 1",
        "| project Id = NetworkMessageId, Subject | where Id =~ 'M2'",
        "| where ThreatTypes in ((EmailEvents | where DeliveryAction == 'Junked' | distinct ThreatTypes))",
        "| join kind=leftouter EmailUrlInfo on NetworkMessageId | where NetworkMessageId == 'm2' | count",
    )
)


def _question(filters: list[str], tail: str) -> str:
    return "EmailEvents" + "".join(f" | where {each}" for each in filters) + tail


_questions = st.one_of(
    st.builds(_question, _filters, _shown.map(lambda tail: f" {tail}")), st.builds(_question, _coarse_filters, _groups)
)
_spans = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 300), st.integers(1, 500)).map(
        lambda each: Span(START + timedelta(minutes=13 * each[0]), START + timedelta(minutes=13 * sum(each)))
    ),
)
_harms = st.tuples(
    st.sampled_from(("remove", "cut", "flip", "swap", "rebuild", "rewrite", "drop")),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 1, exclude_max=True),
)


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    """Sizes at which a few rows make several files, blocks, row groups and passes."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, size in (
            (building, "LEAST_ROWS", 2),
            (write, "FILE_ROWS", 13),
            (write, "ROW_GROUP", 4),
            (lookups, "_BLOCK", 3),
            (lookups, "_BYTES", 3 * 6),
            (lookups, "_APART", 1),
            (reading, "MOST_SLICES", 3),
            (reading, "_GROUP", 4),
            (reading, "_NEAR", 1),
            (rollups, "MOST_SHARE", 10),
            (pages, "LARGE", 1),
        ):
            patch.setattr(module, name, size)
        yield


_Harm = tuple[str, float, float]
_histories = st.lists(st.tuples(_rows, st.lists(_harms, max_size=2)), min_size=1, max_size=3)
_asked = st.lists(st.tuples(_questions, _spans), min_size=3, max_size=8)


@settings(max_examples=often(20))
@given(history=_histories, urls=_urls, asked=_asked)
def test_answers_do_not_depend_on_accelerators(
    history: list[tuple[list[dict[str, object]], list[_Harm]]],
    urls: list[dict[str, object]],
    asked: list[tuple[str, Span | None]],
) -> None:
    _compare(history, urls, asked)


@pytest.mark.slow
@settings(max_examples=400)
@given(history=_histories, urls=_urls, asked=_asked)
def test_many_answers_do_not_depend_on_accelerators(
    history: list[tuple[list[dict[str, object]], list[_Harm]]],
    urls: list[dict[str, object]],
    asked: list[tuple[str, Span | None]],
) -> None:
    _compare(history, urls, asked)


def _compare(
    history: list[tuple[list[dict[str, object]], list[_Harm]]],
    urls: list[dict[str, object]],
    asked: list[tuple[str, Span | None]],
) -> None:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        with_them, without = StoreCatalog(store), StoreCatalog(store, accelerators=False)
        store.write("EmailUrlInfo", pl.DataFrame(urls), Batch("urls", 0))
        for number, (rows, harms) in enumerate(history):
            store.write("EmailEvents", pl.DataFrame(rows), Batch("mail", number))
            for harm, where, at in harms:
                _harm(store, harm, where, at)
            for question, span in asked:
                found, wanted = (ask(each, question, now=NOW, span=span).frame for each in (with_them, without))
                assert found.equals(wanted), f"{question} | {span}\n{found}\n{wanted}"


def _harm(store: Store, harm: str, where: float, at: float) -> None:
    """Do something to the store that may happen to it; none of it changes what it holds, but for the dropping."""
    snapshot = store.snapshot("EmailEvents")
    assert snapshot is not None
    sidecars = sorted((snapshot.folder / FOLDER).glob("*"))
    if harm == "rebuild":
        rebuild(store, "EmailEvents", every=at > 0.5)
        assert faults(store, "EmailEvents") == []
    elif harm in ("rewrite", "drop"):
        _rewrite(store, keep=0.6 if harm == "drop" else 1.0)
    elif sidecars:
        path, other = sidecars[int(where * len(sidecars))], sidecars[int(at * len(sidecars))]
        _damage(path, other, harm, at)


def _damage(path: Path, other: Path, harm: str, at: float) -> None:
    content = path.read_bytes()
    place = int(at * len(content))
    if harm == "remove":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(content[:place])
    elif harm == "flip":
        path.write_bytes(
            content[:place] + bytes(each ^ 0x41 for each in content[place : place + 1]) + content[place + 1 :]
        )
    else:
        path.write_bytes(other.read_bytes())


def _rewrite(store: Store, keep: float) -> None:
    """All rows into new files, as compaction does it, or only the newest of them, as retention does."""
    snapshot, declaration = store.snapshot("EmailEvents"), table("EmailEvents")
    assert snapshot is not None
    rows = store.scan("EmailEvents", inner=True).collect().select(list(physical(declaration)))
    kept = rows.sort("Timestamp").tail(max(1, int(rows.height * keep)))
    added = write.stage(declaration, snapshot.folder, kept)
    delta = store._open["EmailEvents"][0]
    write.commit(delta, added, snapshot.files, Batch("rewrite", snapshot.version))
