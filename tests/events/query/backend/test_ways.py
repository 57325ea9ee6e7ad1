"""Members of documents answer alike from columns of their own and from the whole documents, for every kind of value."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.query.documents import CELLS
from tests.laws import often
from workbench.events.query import ask, bind, parse
from workbench.events.query.catalog import StoreCatalog
from workbench.events.query.running import lazy
from workbench.events.store import Batch, Store
from workbench.events.store import paths as kept
from workbench.events.tables import table

START = datetime(2026, 9, 1, tzinfo=UTC)
NOW = START + timedelta(days=30)

QUESTIONS = {
    "CloudAppEvents": (
        "RawEventData",
        "RawEventData.UserId",
        (
            "m = RawEventData.UserId",
            'm = RawEventData["UserId"]',
            "m = RawEventData.UserId[0]",
            "m = todynamic(RawEventData).UserId",
        ),
    ),
    "EmailEvents": (
        "AuthenticationDetails",
        "parse_json(AuthenticationDetails).DMARC",
        ("m = parse_json(AuthenticationDetails).DMARC", "m = parse_json(tostring(AuthenticationDetails)).DMARC.other"),
    ),
    "AuditLogs": (
        "TargetResources",
        "TargetResources[0].displayName",
        ("m = TargetResources[0].displayName", "m = parse_json(tostring(TargetResources)).displayName"),
    ),
}
USES = (
    "project m, t = tostring(m), n = tolong(m), r = toreal(m), b = tobool(m), w = todatetime(m), k = gettype(m)",
    "project a = array_length(m), e = isempty(m), s = isnull(m), x = m.other, y = m[0], z = strcat(m, '|')",
    "summarize c = count() by t = tostring(m)",
    "project h = tostring(m) has 'pass', i = tostring(m) == '5', j = tostring(parse_json(tostring(m)).UserId)",
    "summarize l = make_list(m), d = dcount(tostring(m))",
)


def store_of(folder: Path, name: str, cells: list[str]) -> Store:
    column = QUESTIONS[name][0]
    time = [START + timedelta(minutes=number) for number in range(len(cells))]
    rows = pl.DataFrame({table(name).time: time, column: cells}, schema_overrides={column: pl.String})
    store = Store(folder)
    store.write(name, rows, Batch("test", 1))
    return store


def rows(store: Store, kql: str, *, walked: bool) -> pl.DataFrame:
    return ask(StoreCatalog(store, walked=walked), kql, now=NOW).frame


def read(store: Store, kql: str) -> str:
    """What the engine will read."""
    return lazy(bind(parse(kql), catalog := StoreCatalog(store), now=NOW), catalog).explain()


@pytest.mark.parametrize("name", QUESTIONS)
@settings(max_examples=often(6), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(CELLS, min_size=1, max_size=16))
def test_answers_are_those_of_the_documents(name: str, cells: list[str]) -> None:
    with TemporaryDirectory() as folder:
        store = store_of(Path(folder), name, cells)
        for extended in QUESTIONS[name][2]:
            for use in USES:
                kql = f"{name} | extend {extended} | {use}"
                assert rows(store, kql, walked=True).equals(rows(store, kql, walked=False)), kql


def test_documents_with_odd_values_and_deep_ones_keep_their_members(tmp_path: Path) -> None:
    deep = "[" * 300 + '"evil"' + "]" * 300
    odd = [r'"z":"\ud800"', '"z":1e999', '"z":"x\ty"', f'"z":{deep}']
    cells = [*(f'{{"UserId":"kim",{each}}}' for each in odd), f'{{"UserId":{deep}}}']
    store = store_of(tmp_path, "CloudAppEvents", cells)
    for condition, count in (
        ("RawEventData.UserId == 'kim'", len(odd)),
        ("tostring(RawEventData.UserId) has 'evil'", 1),
    ):
        kql = f"CloudAppEvents | where {condition} | count"
        assert [rows(store, kql, walked=walked).item() for walked in (True, False)] == [count, count]


@pytest.mark.parametrize(
    ("column", "own", "kql"),
    [
        ("RawEventData", "UserId", "CloudAppEvents | where RawEventData.UserId == 'kim' | count"),
        ("RawEventData", "UserId", "CloudAppEvents | where tolower(tostring(RawEventData['UserId'])) == 'kim' | count"),
        (
            "RawEventData",
            "UserId",
            "CloudAppEvents | extend d = parse_json(RawEventData) | where d.UserId == 'kim' | count",
        ),
        (
            "RawEventData",
            "UserId",
            "CloudAppEvents | project d = RawEventData | summarize count() by tostring(d.UserId)",
        ),
        ("RawEventData", "Parameters", "CloudAppEvents | mv-expand p = RawEventData.Parameters | project p.Name"),
        (
            "AuthenticationDetails",
            "DMARC",
            "EmailEvents | where parse_json(AuthenticationDetails).DMARC == 'fail' | count",
        ),
        ("TargetResources", "0.displayName", "AuditLogs | where TargetResources[0].displayName == 'kim' | count"),
    ],
)
def test_a_member_is_read_without_its_document(column: str, own: str, kql: str, tmp_path: Path) -> None:
    asked = read(store_of(tmp_path, kql.split()[0], ['{"UserId":"kim"}']), kql)
    assert f'col("_{column}.{own}")' in asked
    assert f'col("{column}")' not in asked
    assert "PROJECT 1/" in asked


def test_columns_of_members_are_seen_by_nobody(tmp_path: Path) -> None:
    store = store_of(tmp_path, "CloudAppEvents", ['{"UserId":"kim"}'])
    shown = list(table("CloudAppEvents").types)
    assert rows(store, "CloudAppEvents", walked=True).columns == shown
    assert rows(store, "CloudAppEvents | getschema | project ColumnName", walked=True).to_series().to_list() == shown
    assert store.scan("CloudAppEvents").collect_schema().names() == shown
    assert (
        rows(store, "CloudAppEvents | top 5 by Timestamp | project-away ReportId", walked=True).width == len(shown) - 1
    )


def test_a_column_that_is_replaced_is_read_as_it_is_now(tmp_path: Path) -> None:
    store = store_of(tmp_path, "CloudAppEvents", ['{"UserId":"kim"}'])
    for kql in (
        'CloudAppEvents | extend RawEventData = parse_json(\'{"UserId":"lee"}\') | project m = tostring(RawEventData.UserId)',
        "CloudAppEvents | extend ['_RawEventData.UserId'] = 'lee' | project m = tostring(RawEventData.UserId)",
        "CloudAppEvents | project RawEventData, ['_RawEventData.UserId'] = 1 | project m = tostring(RawEventData.UserId)",
        "CloudAppEvents | extend RawEventData = bag_pack('UserId', 1), o = RawEventData | project m = tostring(o.UserId)",
    ):
        assert rows(store, kql, walked=True).equals(rows(store, kql, walked=False)), kql


def test_files_from_before_a_way_was_declared_are_read_by_their_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(tmp_path, "CloudAppEvents", ['{"UserId":"kim"}'])
    monkeypatch.setattr(kept, "ending", lambda _table: ".parquet")
    monkeypatch.setattr(kept, "with_paths", lambda _table, rows: rows)
    later = pl.DataFrame(
        {"Timestamp": [START + timedelta(days=40)], "RawEventData": ['{"UserId":"lee"}'], "ReportId": ["2"]}
    )
    store.write("CloudAppEvents", later, Batch("test", 2))
    kql = "CloudAppEvents | where {} | project m = tostring(RawEventData.UserId)"
    assert rows(store, kql.format("true"), walked=True)["m"].to_list() == ["kim", "lee"]
    assert "_RawEventData.UserId" not in read(store, kql.format("true"))
    assert "_RawEventData.UserId" in read(store, kql.format("Timestamp < datetime(2026-09-02)"))


def test_rows_that_an_update_leaves_keep_their_members(tmp_path: Path) -> None:
    store = store_of(tmp_path, "CloudAppEvents", ['{"UserId":"kim"}', '{"UserId":"lee"}'])
    ids = pl.DataFrame({"Timestamp": [START] * 2, "ReportId": ["a", "b"], "RawEventData": ['{"UserId":"x"}', "{}"]})
    store.write("CloudAppEvents", ids, Batch("test", 2))
    store.write("CloudAppEvents", ids[:1].with_columns(RawEventData=pl.lit('{"UserId":"y"}')), Batch("test", 3))
    kql = "CloudAppEvents | summarize count() by m = tostring(RawEventData.UserId) | order by m asc"
    assert rows(store, kql, walked=True).rows() == [("", 1), ("kim", 1), ("lee", 1), ("y", 1)]


def test_the_columns_of_members_have_names_of_their_own() -> None:
    for name in ("CloudAppEvents", "AuditLogs", "SigninLogs", "EmailEvents", "DeviceEvents"):
        named = list(kept.columns(table(name)).values())
        assert len(named) == len(set(named)) == len(table(name).paths)
        assert not set(named) & set(table(name).types)
        assert all(path.column in table(name).types for path in table(name).paths)
