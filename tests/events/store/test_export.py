"""What is written out is what is held, with a true list of it; another workspace takes it in with equal rows."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.events.store.conftest import START, mails
from tests.laws import often
from workbench.apps.cli.workspace import make_workspace
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, StoreError
from workbench.base.render import FORMULA, csv_cell
from workbench.base.span import Span
from workbench.events.store import EXTRA, Batch, Form, Store, export
from workbench.events.store.export import DAY
from workbench.events.store.schema import declared
from workbench.events.tables import KqlType, table, tables
from workbench.intake.activity import Context
from workbench.intake.importing import import_paths
from workbench.intake.importing.taking import Task, take
from workbench.intake.sources import Block, kind_of

ODD = ["plain", '=cmd|" /C calc"!A0', "line\nbreak", 'quo"te', "comma, and ünïcode \u202e", "@sum", " -1", "null", ""]


@pytest.fixture
def held(store: Store) -> Store:
    rows = (
        mails(90)
        .with_columns(
            Subject=pl.Series([ODD[at % len(ODD)] for at in range(90)]),
            UrlCount=pl.when(pl.int_range(90) % 3 > 0).then(pl.int_range(90)),
            AuthenticationDetails=pl.lit('{"SPF": "pass",  "DMARC":"fail"}'),
        )
        .with_columns(
            pl.when(pl.int_range(90) == 4).then(pl.lit('{"New": [1, "x"]}')).otherwise(pl.lit("")).alias(EXTRA)
        )
    )
    store.write("EmailEvents", rows, Batch("t", 1))
    store.write("AlertInfo", pl.DataFrame({"Timestamp": [START], "AlertId": ["a"], "Title": ["t"]}), Batch("t", 1))
    return store


def rows(store: Store, name: str) -> list[tuple[object, ...]]:
    return sorted(store.scan(name).collect().rows(), key=repr)


@pytest.mark.parametrize("form", list(Form))
def test_the_manifest_tells_what_was_written(held: Store, tmp_path: Path, form: Form) -> None:
    done = export(held, ["AlertInfo", "EmailEvents"], tmp_path / "out", form)
    assert [(each.table, each.rows) for each in done] == [("AlertInfo", 1), ("EmailEvents", 90)]
    told = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert told["tables"][1]["first"] == "2026-01-30T00:00:00Z"
    listed = {part["path"]: part for each in told["tables"] for part in each["files"]}
    on_disk = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert set(listed) == on_disk - {"manifest.json"}
    for name, part in listed.items():
        content = (tmp_path / "out" / name).read_bytes()
        assert (len(content), sha256(content).hexdigest()) == (part["bytes"], part["sha256"])


def test_parquet_lies_in_a_folder_a_day(held: Store, tmp_path: Path) -> None:
    export(held, ["EmailEvents"], tmp_path / "out", Form.parquet)
    folder = tmp_path / "out" / "EmailEvents"
    assert sorted(path.name for path in folder.iterdir()) == [
        f"_Day=2026-{d}" for d in ("01-30", "01-31", "02-01", "02-02")
    ]
    scanned = pl.scan_parquet(folder, hive_partitioning=True, missing_columns="insert", extra_columns="ignore")
    frame = scanned.select("Timestamp", "_Day").collect()
    assert frame.height == 90
    assert (frame["Timestamp"].dt.date() == frame["_Day"].cast(pl.Date)).all()


def test_a_window_is_cut_exactly(held: Store, tmp_path: Path) -> None:
    span = Span(START + timedelta(hours=10), START + timedelta(hours=20))
    assert export(held, ["EmailEvents"], tmp_path / "out", Form.ndjson, span=span)[0].rows == 10


def test_a_csv_runs_nothing_in_a_spreadsheet_and_others_hold_the_text_as_it_is(held: Store, tmp_path: Path) -> None:
    for form in Form:
        export(held, ["EmailEvents"], tmp_path / form, form)
    text = pl.read_csv(tmp_path / "csv" / "EmailEvents.csv")["Subject"].to_list()
    assert set(text) == {csv_cell(odd) for odd in ODD}
    lines = (tmp_path / "ndjson" / "EmailEvents.ndjson").read_text("utf-8").splitlines()
    assert {json.loads(line)["Subject"] for line in lines} == set(ODD)
    assert [json.loads(line)["New"] for line in lines if '"New"' in line] == [[1, "x"]]


@given(st.text(st.one_of(st.characters(), st.sampled_from("=+-@|%\t\r\n \x1c\xa0\u3000＝")), max_size=4))
def test_the_rule_for_spreadsheets_is_the_same_for_columns_as_for_cells(text: str) -> None:
    found = pl.Series([text.encode("utf-8", "ignore").decode()])
    assert found.str.contains(FORMULA).item() == (csv_cell(found.item()) != found.item())


def others(store: Store) -> list[str]:
    """A table without a key, whose rows are told apart by all they say, and one with documents and truths."""
    odd = pl.DataFrame({"Timestamp": [START + timedelta(hours=at) for at in range(7)]}).with_columns(
        texts=pl.Series(["a", "", "null", "a", "b", " c ", "NaN"]),
        numbers=pl.Series([None, 0, 1, None, 2**40, -1, 3]),
        truths=pl.Series([True, False, None, True, None, False, True]),
        documents=pl.Series([None, "[1]", "{}", '{"a":[1,{"b":null}]}', "[]", '"text"', '{"a":"\\u0001"}']),
    )
    evidence = odd.select("Timestamp", Severity="texts", FileSize="numbers", AccountUpn="documents")
    events = odd.select(
        "Timestamp", ActionType="texts", ReportId="texts", IsAdminOperation="truths", RawEventData="documents"
    )
    store.write("AlertEvidence", evidence, Batch("t", 1))
    store.write("CloudAppEvents", events, Batch("t", 1))
    return ["AlertEvidence", "CloudAppEvents"]


@pytest.mark.parametrize("form", list(Form))
def test_another_workspace_takes_it_in_with_equal_rows(held: Store, tmp_path: Path, form: Form) -> None:
    names = ["AlertInfo", "EmailEvents", *others(held)]
    export(held, names, tmp_path / "out", form)
    make_workspace(tmp_path / "other")
    report = import_paths(Workspace(tmp_path / "other"), [tmp_path / "out"])
    other = Store(tmp_path / "other" / "store")
    assert (report.kept, report.quarantined) == (sum(len(rows(held, name)) for name in names), 0)
    for name in names:
        assert rows(other, name) == rows(held, name)
    extra = other.scan("EmailEvents", inner=True).filter(pl.col(EXTRA) != "").collect()[EXTRA].to_list()
    assert [json.loads(each) for each in extra] == [{"New": [1, "x"]}]


TEXT = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("=+-@|%'\t\r\n \"\\,;0\x00")), max_size=6)
DOCUMENT = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
MOMENT = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))  # written out as UTC
VALUES: dict[KqlType, st.SearchStrategy[object]] = {
    "string": TEXT,
    "guid": TEXT,
    "dynamic": DOCUMENT,
    "datetime": MOMENT.map(lambda moment: f"{moment.isoformat()}Z"),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "real": st.floats(allow_nan=False, allow_infinity=False),
    "decimal": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "timespan": st.integers(-(2**63), 2**63 - 1),
}


@st.composite
def tables_of_rows(draw: st.DrawFn) -> tuple[str, list[dict[str, object]]]:
    declared_ = table(draw(st.sampled_from(sorted(tables()))))
    always = {*declared_.needs, declared_.time} - {""}
    columns = {name: VALUES[kind] for name, kind in declared_.types.items()}
    fixed = {name: each for name, each in columns.items() if name in always}
    chosen = draw(st.lists(st.sampled_from(sorted(columns)), max_size=6))
    others_ = {name: columns[name] for name in chosen if name not in always} | {"Undeclared": TEXT}
    return declared_.name, draw(st.lists(st.fixed_dictionaries(fixed, optional=others_), min_size=1, max_size=4))


def read_into(store: Store, name: str, paths: list[Path]) -> None:
    """What an import does with exports, in one process."""
    for number, path in enumerate(paths):
        with path.open("rb") as stream:
            kind = kind_of(path.name, stream.peek(4096))
            assert kind is not None
            pieces = [piece for piece in kind.split(stream) if isinstance(piece, Block)]
            taken = take([Task(kind.name, name, (piece,)) for piece in pieces], START, Context())
        assert pieces
        assert not [refusal for each in taken for refusal in each.refusals]
        frames = [pl.read_ipc_stream(packed) for each in taken for _, _, packed in each.frames]
        store.write(name, pl.concat(frames, how="diagonal"), Batch("t", number))


def everything(store: Store, name: str) -> list[tuple[object, ...]]:
    frame = store.scan(name, inner=True).drop("_Key", "_Raw").collect()
    extra = [json.loads(each) if each else {} for each in frame[EXTRA]]
    return sorted(zip(frame.drop(EXTRA).rows(), extra, strict=True), key=repr)


@settings(max_examples=often(6), deadline=None)
@given(tables_of_rows())
def test_any_table_comes_back_as_it_was_from_every_form(made: tuple[str, list[dict[str, object]]]) -> None:
    name, given_rows = made
    with TemporaryDirectory() as folder:
        home, given_ = Path(folder), Path(folder) / f"{name}.ndjson"
        given_.write_text("".join(f"{json.dumps(row)}\n" for row in given_rows), "utf-8")
        first = Store(home / "store")
        read_into(first, name, [given_])
        for form in Form:
            export(first, [name], home / form, form)
            second = Store(home / f"{form}-store")
            read_into(second, name, sorted(each for each in (home / form).rglob(f"{name}*.*")))
            assert everything(second, name) == everything(first, name)


def test_a_column_that_is_called_date_comes_back_as_it_was(tmp_path: Path) -> None:
    assert not [name for name, each in tables().items() if DAY in each.types]
    given_, first, second = tmp_path / "McasShadowItReporting.ndjson", Store(tmp_path / "a"), Store(tmp_path / "b")
    given_.write_text(
        '{"TimeGenerated": "2026-02-01T10:00:00Z", "Date": "2026-01-31T00:00:00Z", "AppName": "a", "TotalBytes": 1}\n',
        "utf-8",
    )
    read_into(first, "McasShadowItReporting", [given_])
    export(first, ["McasShadowItReporting"], tmp_path / "out", Form.parquet)
    read_into(second, "McasShadowItReporting", sorted((tmp_path / "out").rglob("*.parquet")))
    dates = [each.scan("McasShadowItReporting").select("Date").collect().item() for each in (first, second)]
    assert dates == [datetime(2026, 1, 31, tzinfo=UTC)] * 2


def test_parquet_written_out_holds_the_declared_columns_with_their_types(held: Store, tmp_path: Path) -> None:
    export(held, ["EmailEvents"], tmp_path / "out", Form.parquet)
    paths = sorted((tmp_path / "out").rglob("*.parquet"))
    frames = [
        pl.read_parquet(path, hive_partitioning=False).select(list(declared(table("EmailEvents")))) for path in paths
    ]
    assert sorted(pl.concat(frames).rows(), key=repr) == rows(held, "EmailEvents")


def test_a_folder_with_something_in_it_is_not_written_to(held: Store, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").touch()
    with pytest.raises(BadInput, match="not an empty folder"):
        export(held, ["EmailEvents"], tmp_path / "out", Form.csv)


def test_damaged_files_are_left_out_when_asked_and_named(held: Store, tmp_path: Path) -> None:
    file = held.snapshot("EmailEvents").files[0]
    (held.root / "EmailEvents" / file.path).write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(StoreError, match="--skip-damaged"):
        export(held, ["EmailEvents"], tmp_path / "a", Form.ndjson)
    found = export(held, ["EmailEvents"], tmp_path / "b", Form.ndjson, skip_damaged=True)[0]
    assert (found.rows, found.skipped) == (90 - file.rows, (file.path,))
