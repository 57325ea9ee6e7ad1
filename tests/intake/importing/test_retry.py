"""Quarantined records read again: through the same importer, by today's rules, at any moment of a crash."""

import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.intake.activity.records import record
from tests.intake.importing.conftest import mail
from tests.intake.importing.test_log import old_log
from tests.intake.importing.test_run import event, held, lines, run
from tests.laws import often
from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.intake.importing import IntakeLog
from workbench.intake.importing.log import INLINE_BYTES, Aside, Quarantined
from workbench.intake.importing.quarantine import Held
from workbench.intake.importing.quarantine import held as quarantined
from workbench.intake.importing.retry import NOT_WHOLE, _Given, _written, reasons_of, retry

DROPPER = """
import sys
from pathlib import Path
from workbench.base.config import Workspace
from workbench.intake.importing import retry
from workbench.intake.importing.log import IntakeLog
from workbench.intake.importing.quarantine import numbers, Selection
if __name__ == "__main__":
    retry.BATCH = 20
    workspace = Workspace(Path(sys.argv[1]))
    retry.retry(workspace, numbers(IntakeLog(workspace.intake), Selection()))
"""


def aside(workspace: Workspace, *records: Aside) -> list[int]:
    log = IntakeLog(workspace.intake)
    log.set_aside(records)
    return sorted(record.id for record in log.quarantine())


def row(number: int, **values: object) -> bytes:
    return json.dumps(event(number, **values)).encode()


def test_rows_are_read_by_what_they_were_meant_for(workspace: Workspace) -> None:
    ids = aside(
        workspace,
        Aside("f", "a.ndjson", "1", "unread", row(1), "json_rows", "EmailEvents"),
        Aside("f", "x.csv", "2", "unread", b"m2,2026-09-14T10:00:00Z", "csv_rows", "EmailEvents", b"NetworkMessageId,Timestamp\r\n"),
        Aside("f", "box.mbox", "message 3", "the message cannot be read", mail(3), "mbox"),
        Aside("f", "README.ndjson", "line 1", "unread", row(4), "json_rows"),
    )  # fmt: skip
    done = retry(workspace, ids)
    assert (done.recovered, done.kept, done.still) == (4, 4, {})
    assert (held(workspace)["EmailEvents"], held(workspace)["WorkbenchMailFacts"]) == (4, 1)
    assert IntakeLog(workspace.intake).quarantined() == 0


@pytest.mark.quirk("quarantine and account", "what can be read today leaves the quarantine")
def test_what_still_cannot_be_read_stays_with_the_new_reason_and_all_else_leaves(workspace: Workspace) -> None:
    both = row(1) + b"\n" + row(2, Timestamp="never")
    ids = aside(
        workspace,
        Aside("f", "EmailEvents.ndjson", "1", "old reason", row(3, UrlCount="many"), "json_rows", "EmailEvents"),
        Aside("f", "EmailEvents.ndjson", "2", "old reason", both, "json_rows", "EmailEvents"),
        Aside("f", "EmailEvents.ndjson", "3", "old reason", row(1), "json_rows", "EmailEvents"),
    )
    done = retry(workspace, ids)
    assert (done.recovered, sorted(done.still)) == (1, ids[:2])
    first, second = sorted(IntakeLog(workspace.intake).quarantine(), key=lambda each: each.id)
    assert "UrlCount is not a" in first.reason
    assert "Timestamp is not a datetime" in second.reason
    assert (first.place, first.file, bool(first.tried_at)) == ("1", "EmailEvents.ndjson", True)
    (noted,) = IntakeLog(workspace.intake).imports()
    assert (noted.what, noted.rows_in, noted.quarantined) == ("retry", 3, 2)


def test_what_was_not_kept_whole_keeps_its_reason_and_says_to_import_again(workspace: Workspace) -> None:
    ids = aside(
        workspace,
        Aside("f", "a.zip", "", "cannot be unpacked: encrypted", b""),
        Aside("f", "a.bin", "", "is not a kind of file that can be read", b"\x00\x01"),
        Aside("f", "EmailEvents.json", "item 2", "is not JSON: x; what follows is not read", row(1), "json_rows"),
    )
    done = retry(workspace, ids)
    assert (done.recovered, done.still) == (0, dict.fromkeys(ids, NOT_WHOLE))
    assert {each.reason.partition(":")[0] for each in IntakeLog(workspace.intake).quarantine()} == {
        "cannot be unpacked", "is not a kind of file that can be read", "is not JSON",
    }  # fmt: skip
    assert held(workspace) == {}


def test_records_of_an_earlier_version_are_read_by_name_and_bytes(workspace: Workspace) -> None:
    log = old_log(
        workspace.intake,
        ("EmailEvents.ndjson", row(1), len(row(1))),
        ("a.tar!EmailEvents.ndjson.gz", row(2), len(row(2))),
        ("EmailEvents.csv", b"m3,2026-09-14T10:00:00Z", 23),
        ("EmailEvents.ndjson", row(4), 5 * INLINE_BYTES),
        ("a.eml", mail(5), len(mail(5))),
    )
    done = retry(workspace, sorted(each.id for each in log.quarantine()))
    assert (done.recovered, list(done.still.values())) == (3, [NOT_WHOLE] * 2)
    assert held(workspace)["EmailEvents"] == 3


def test_a_long_record_comes_back_exactly(workspace: Workspace) -> None:
    long = row(1, Subject="x" * (3 * INLINE_BYTES))
    done = retry(workspace, aside(workspace, Aside("f", "EmailEvents.ndjson", "1", "unread", long, "json_rows")))
    assert done.recovered == 1
    assert Store(workspace.store).scan("EmailEvents").collect()["Subject"].str.len_bytes().item() == 3 * INLINE_BYTES
    assert not any(path.is_file() for path in IntakeLog(workspace.intake).folder.rglob("*"))


def test_a_file_read_again_after_a_recovery_counts_the_record_as_known(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(tmp_path / "EmailEvents.ndjson", [event(1), event(2, Timestamp="never")])
    assert run(workspace, path).quarantined == 1
    log = IntakeLog(workspace.intake)
    with log.database.writing() as database:
        database.execute("DELETE FROM quarantine")
    digest = sha256(path.read_bytes()).hexdigest()
    retry(workspace, aside(workspace, Aside(digest, "EmailEvents.ndjson", "line 2", "unread", row(2), "json_rows")))
    report = run(workspace, path)
    assert (report.duplicates, report.quarantined) == (2, 0)


def _rounds(workspace: Workspace, tmp_path: Path, kills: int) -> None:
    records = [
        Aside("f", "EmailEvents.ndjson", f"line {n}", "old reason", row(n, **bad), "json_rows", "EmailEvents")
        for n in range(100)
        for bad in [{"Timestamp": "never"} if n % 10 == 0 else {}]
    ]
    ids = aside(workspace, *records)
    script = tmp_path / "retrier.py"
    script.write_text(DROPPER)
    chance, torn = random.Random(5), 0
    for _ in range(kills):
        process = subprocess.Popen([sys.executable, script, workspace.home], cwd=Path(__file__).parents[3])
        time.sleep(chance.uniform(0.8, 2.5))
        process.kill()
        torn += process.wait() == -signal.SIGKILL
    assert torn, "no kill hit a retry under way"
    retry(workspace, [id_ for id_ in ids if id_ in {each.id for each in IntakeLog(workspace.intake).quarantine()}])
    assert held(workspace)["EmailEvents"] == 90
    left = IntakeLog(workspace.intake).quarantine()
    assert sorted(each.place for each in left) == sorted(f"line {n}" for n in range(0, 100, 10))


def test_kills_in_mid_retry_lose_nothing_and_double_nothing(workspace: Workspace, tmp_path: Path) -> None:
    _rounds(workspace, tmp_path, 2)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_many_kills_in_mid_retry_lose_nothing_and_double_nothing(workspace: Workspace, tmp_path: Path) -> None:
    _rounds(workspace, tmp_path, 25)


GOOD = st.integers(0, 30).map(row)
SPOILT = st.sampled_from(
    [
        row(1, UrlCount="many"),
        row(2, Timestamp="never"),
        row(3, Timestamp="9/14/2026 10:00:00"),
        row(4, Timestamp="31/12/2026 10:00:00"),
        row(5) + row(6, Timestamp="never"),
        row(7) + b"{x",
        row(8) + b"\n" + row(9),
        row(10) + b" ",
        b"\xef\xbb\xbf" + row(11),
        row(12) + b"\xef\xbb\xbf",
        b"\x1e" + row(13),
        b"{",
        b"[]",
        b"[" + row(14) + b"]",
        b'{"records": []}',
        b"{}",
        json.dumps({"records": [event(15), event(16, UrlCount="x"), {"a": 1}]}).encode(),
        json.dumps({"records": [{"category": "AdvancedHunting-EmailEvents", "properties": event(17)}]}).encode(),
        json.dumps(
            {"category": "AdvancedHunting-AlertInfo", "properties": {"Timestamp": "x", "AlertId": "a"}}
        ).encode(),
        json.dumps({"category": "AdvancedHunting-NoSuchTable", "properties": event(18)}).encode(),
        json.dumps(record()).encode(),
        json.dumps(record(CreationTime="soon")).encode(),
        row(19, Subject="caf\xe9").replace(b"caf\\u00e9", b"caf\xe9"),
        row(20, UrlCount=float("nan")),
    ]
)
CELLS = st.sampled_from(
    [b"m1,2026-09-14T10:00:00Z", b"m2,never", b"m3", b'"m4","2026-09-14T10:00:00Z"', b'm5",2026-09-14T10:00:00Z', b'"m6,2026-09-14T10:00:00Z', b'm"7,"x', b'"m8",2026-09-14T10:00:00Z,"', b"m9,9/14/2026 10:00:00", b" ", b"m\xe9,2026-09-14T10:00:00Z", b"'m,2026-09-14T10:00:00Z"]
)  # fmt: skip
HEADERS = (
    b"NetworkMessageId,Timestamp\r\n",
    b"NetworkMessageId;Timestamp\n",
    b'#DATES {"Timestamp":"day"}\nNetworkMessageId,Timestamp\n',
)
ASIDES = st.one_of(
    st.builds(lambda raw, hint: ("json_rows", raw, hint, b""), GOOD | SPOILT, st.sampled_from(["", "EmailEvents"])),
    st.builds(lambda raw: ("parquet_rows", raw, "EmailEvents", b""), GOOD | SPOILT),
    st.builds(lambda raw, header: ("csv_rows", raw, "EmailEvents", header), CELLS, st.sampled_from(HEADERS)),
)


def _retried(home: Path, made: list[tuple[str, bytes, str, bytes]], *, together: bool) -> tuple[object, ...]:
    home.mkdir()
    (home / "workbench.toml").touch()
    workspace = Workspace(home)
    ids = aside(workspace, *(Aside("f", "x.dat", f"{at}", "unread", raw, kind, hint, context) for at, (kind, raw, hint, context) in enumerate(made)))  # fmt: skip
    done = retry(workspace, ids, together=together)
    store = Store(workspace.store)
    rows = {name: sorted(map(repr, store.scan(name, inner=True).collect().rows())) for name in store.held()}
    left = [(each.id, each.reason) for each in IntakeLog(workspace.intake).quarantine()]
    return done.recovered, done.kept, done.duplicates, done.still, done.tables, left, rows


@settings(max_examples=often(4), deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(ASIDES, min_size=12, max_size=40))
def test_records_read_together_come_to_what_they_come_to_alone(made: list[tuple[str, bytes, str, bytes]]) -> None:
    with TemporaryDirectory() as folder:
        fast, slow = (_retried(Path(folder) / f"{way}", made, together=way) for way in (True, False))
    for one, other in zip(fast, slow, strict=True):
        assert one == other


def test_a_line_that_cannot_be_told_from_another_is_read_alone() -> None:
    given_ = _Given("f", tuple(Held(Quarantined(id_, "f", "", "", 1, "", ""), b"{}", b"", True) for id_ in (4, 9)))
    failed = Quarantined(1, "f", "line 2", "bad", 1, "", "")
    assert reasons_of(given_, 2, [failed]) == {9: "bad"}
    assert reasons_of(given_, 2, [replace(failed, place="line 3")]) is None
    assert reasons_of(given_, 2, [replace(failed, place="from here on")]) is None
    assert reasons_of(given_, 1, []) is None


def test_ten_thousand_lines_are_read_together(workspace: Workspace) -> None:
    ids = aside(workspace, *(Aside("f", "EmailEvents.ndjson", f"line {n}", "unread", row(n), "json_rows", "EmailEvents") for n in range(500)))  # fmt: skip
    batch = [quarantined(IntakeLog(workspace.intake), id_) for id_ in ids]
    with TemporaryDirectory() as folder:
        assert len(_written(Path(folder), batch, together=True)) == 1
        assert len(_written(Path(folder) / "b", batch, together=False)) == 500


def test_a_table_that_a_retry_fills_names_the_file_that_its_records_came_from(workspace: Workspace) -> None:
    retry(workspace, aside(workspace, Aside("f", "EmailEvents.ndjson", "line 1", "unread", row(1), "json_rows")))
    assert IntakeLog(workspace.intake).filled()["EmailEvents"].file == "EmailEvents.ndjson"


@pytest.mark.parametrize("table", ["/../../../../../../../../../../evil", "x" * 5_000, "a\0b", "\u00e9" * 200])
def test_what_an_envelope_calls_its_table_leads_nowhere(workspace: Workspace, tmp_path: Path, table: str) -> None:
    (id_,) = aside(workspace, Aside("f", "hub.json", "line 1", "unread", b"{", "json_rows", table))
    with TemporaryDirectory(dir=tmp_path) as folder:
        _written(Path(folder), [quarantined(IntakeLog(workspace.intake), id_)], together=True)
        assert [path.name[:2] for path in Path(folder).rglob("*.*")] == [f"{id_}."]
    assert not list(tmp_path.rglob("*evil*"))
