import gzip
import json
import mailbox
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.importing.conftest import mail
from tests.laws import often
from workbench.base.config import Workspace, shipped
from workbench.base.errors import NotFound
from workbench.events.store import RAW, Store
from workbench.intake.importing import IntakeLog, Report, import_paths, original


def run(workspace: Workspace, *paths: Path, again: bool = False) -> Report:
    report = import_paths(workspace, list(paths), again=again)
    assert report.rows_in == report.kept + report.duplicates + report.quarantined
    return report


def counts(report: Report) -> tuple[int, int, int]:
    return report.kept, report.duplicates, report.quarantined


def held(workspace: Workspace) -> dict[str, int]:
    return {name: snapshot.rows for name, snapshot in Store(workspace.store).held().items()}


def lines(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def event(number: int, **values: object) -> dict[str, object]:
    return {
        "Timestamp": "2026-09-14T10:00:00Z",
        "NetworkMessageId": f"m{number}",
        "RecipientEmailAddress": "anna@northgate.example",
        "Subject": "hello",
        **values,
    }


@pytest.mark.quirk("raw mail", "bytes exact, with their SHA-256")
def test_messages_become_rows_and_their_originals_are_kept(workspace: Workspace, mails: Callable[..., Path]) -> None:
    report = run(workspace, mails(range(5)))
    assert counts(report) == (5, 0, 0)
    assert held(workspace) == {"EmailEvents": 5, "EmailUrlInfo": 5, "WorkbenchMailFacts": 5}
    facts = Store(workspace.store).scan("WorkbenchMailFacts").collect()
    kept = {original(workspace.originals, digest) for digest in facts["RawSHA256"]}
    assert kept == {mail(number) for number in range(5)}


def test_one_message_to_three_people_is_one_record_and_three_rows(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(1, to="a@northgate.example, b@northgate.example, c@northgate.example"))
    report = run(workspace, tmp_path / "a.eml")
    assert counts(report) == (1, 0, 0)
    assert report.by_table["EmailEvents"] == 3


@pytest.mark.quirk("any export", "repeated rows fold; a later state updates")
def test_importing_again_adds_nothing(workspace: Workspace, mails: Callable[..., Path]) -> None:
    folder = mails(range(5))
    run(workspace, folder)
    before = held(workspace)
    assert counts(run(workspace, folder)) == (0, 5, 0)
    assert counts(run(workspace, folder, again=True)) == (0, 5, 0)
    assert held(workspace) == before


@pytest.mark.quirk("raw mail", "exact duplicates, also in another form")
def test_the_same_message_in_another_form_is_a_duplicate(workspace: Workspace, mails: Callable[..., Path]) -> None:
    folder = mails(range(3))
    run(workspace, folder)
    box = mailbox.mbox(folder.parent / "all.mbox")
    for number in range(4):
        box.add(mail(number).replace(b"\r\n", b"\n"))
    box.close()
    maildir = folder.parent / "Maildir"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    (maildir / "new" / "1.host").write_bytes(mail(1))
    assert counts(run(workspace, maildir)) == (0, 1, 0)
    report = run(workspace, folder.parent / "all.mbox")
    assert report.rows_in == 4


@pytest.mark.quirk("raw mail", "no or shared Message-ID, shared Network-Message-Id: neither is a key")
def test_two_messages_that_share_their_ids_are_both_kept(workspace: Workspace, tmp_path: Path) -> None:
    stamp = b"X-MS-Exchange-Organization-Network-Message-Id: 11111111-1111-1111-1111-111111111111\r\n"
    for name, text in (("a", b"one"), ("b", b"two")):
        (tmp_path / f"{name}.eml").write_bytes(stamp + mail(1) + text)
    assert counts(run(workspace, tmp_path / "a.eml", tmp_path / "b.eml")) == (2, 0, 0)
    rows = Store(workspace.store).scan("EmailEvents", inner=True).collect()
    assert rows[RAW].n_unique() == 2


def test_a_message_without_a_recipient_gives_one_row_and_a_fault(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"From: a@b.example\r\nSubject: x\r\n\r\nhello\r\n")
    report = run(workspace, tmp_path / "a.eml")
    assert Store(workspace.store).scan("EmailEvents").collect()["RecipientEmailAddress"].to_list() == [""]
    assert any("recipient" in reason for _, _, reason in report.faults)


@pytest.mark.quirk("any export", "repeated rows fold; a later state updates")
def test_equal_rows_are_duplicates_and_changed_rows_update(workspace: Workspace, tmp_path: Path) -> None:
    first = lines(tmp_path / "EmailEvents.ndjson", [event(1), event(2), event(2)])
    assert counts(run(workspace, first)) == (2, 1, 0)
    later = lines(tmp_path / "EmailEvents_later.ndjson", [event(1), event(2, LatestDeliveryLocation="Quarantine")])
    assert counts(run(workspace, later)) == (1, 1, 0)
    rows = Store(workspace.store).scan("EmailEvents").sort("NetworkMessageId").collect()
    assert rows["LatestDeliveryLocation"].to_list() == ["", "Quarantine"]


@pytest.mark.quirk("quarantine and account", "bad records keep bytes, place and reason; the sum matches")
def test_rows_that_cannot_be_read_are_set_aside_with_place_and_bytes(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(tmp_path / "EmailEvents.ndjson", [event(1), event(2, Timestamp="never"), event(3, UrlCount="many")])
    with path.open("a") as file:
        file.write('\n{"Timestamp": "2026-09-')
    assert counts(run(workspace, path)) == (1, 0, 3)
    found = {record.place: record.reason for record in IntakeLog(workspace.intake).quarantine()}
    assert set(found) == {"line 2", "line 3", "line 4"}
    assert "Timestamp is not a datetime: 'never'" in found["line 2"]


def test_quarantined_records_are_not_set_aside_twice(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(tmp_path / "EmailEvents.ndjson", [event(1), event(2, Timestamp="never")])
    for again in (False, False, True):
        assert run(workspace, path, again=again).quarantined == 1
    assert IntakeLog(workspace.intake).quarantined() == 1


def test_a_row_of_another_table_is_not_taken_for_what_the_file_says(workspace: Workspace, tmp_path: Path) -> None:
    device = {"Timestamp": "2026-09-14T10:00:00Z", "DeviceId": "d", "ActionType": "LdapSearch", "ReportId": 1}
    run(workspace, lines(tmp_path / "EmailEvents.ndjson", [device]))
    (found,) = IntakeLog(workspace.intake).quarantine()
    assert "DeviceEvents" in found.reason


@pytest.mark.quirk("any export", "the same row from two forms is one row")
def test_json_array_csv_and_compressed_lines_give_the_same_rows(workspace: Workspace, tmp_path: Path) -> None:
    rows = [event(number) for number in range(4)]
    (tmp_path / "EmailEvents.json").write_text(json.dumps(rows))
    with gzip.open(tmp_path / "EmailEvents.ndjson.gz", "wt") as file:
        file.write("\n".join(json.dumps(row) for row in rows))
    pl.DataFrame(rows).write_csv(tmp_path / "EmailEvents.csv")
    names = ("EmailEvents.json", "EmailEvents.ndjson.gz", "EmailEvents.csv")
    assert [counts(run(workspace, tmp_path / name)) for name in names] == [(4, 0, 0), (0, 4, 0), (0, 4, 0)]


def test_undeclared_columns_are_kept_and_counted(workspace: Workspace, tmp_path: Path) -> None:
    report = run(workspace, lines(tmp_path / "EmailEvents.ndjson", [event(1, Own="x"), event(2)]))
    assert report.faults["EmailEvents.ndjson", "column Own", "is not declared for EmailEvents; kept with the row"] == 1
    assert counts(report) == (2, 0, 0)


@pytest.mark.quirk("any export", "events of the future")
def test_events_of_the_future_are_kept_and_marked(workspace: Workspace, tmp_path: Path) -> None:
    report = run(workspace, lines(tmp_path / "EmailEvents.ndjson", [event(1, Timestamp="2099-01-01T00:00:00Z")]))
    assert counts(report) == (1, 0, 0)
    assert any("after the time of import" in reason for _, _, reason in report.faults)


@pytest.mark.quirk("quarantine and account", "README and licence files among the data")
def test_what_is_no_data_is_named_and_not_counted(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("about")
    (tmp_path / "photo.bin").write_bytes(b"\x00\x01\x02")
    report = run(workspace, tmp_path / "README.md", tmp_path / "photo.bin")
    assert report.skipped == ["README.md"]
    assert counts(report) == (0, 0, 1)


def test_a_damaged_message_among_messages_is_a_message(workspace: Workspace, mails: Callable[..., Path]) -> None:
    folder = mails(range(2))
    (folder / "odd.csv").write_text("Email,Name,Phone\na@b.example,A,1\n")
    assert counts(run(workspace, folder)) == (3, 0, 0)


def test_an_export_among_messages_is_an_export(workspace: Workspace, mails: Callable[..., Path]) -> None:
    folder = mails(range(2))
    lines(folder / "rows.json", [event(7)])
    lines(folder / "others.json", [{"a": 1}, {"a": 2}])
    lines(folder / "EmailEvents.ndjson", [event(8), event(9)])
    report = run(workspace, folder)
    assert counts(report) == (5, 0, 2)
    assert (report.by_table["EmailEvents"], report.by_table["WorkbenchMailFacts"]) == (5, 2)


def test_a_missing_path_is_said_before_anything_is_read(workspace: Workspace, mails: Callable[..., Path]) -> None:
    with pytest.raises(NotFound):
        import_paths(workspace, [mails(range(1)), Path("nowhere.eml")])
    assert held(workspace) == {}


def test_progress_ends_with_all_bytes_done(workspace: Workspace, mails: Callable[..., Path]) -> None:
    steps = []
    import_paths(workspace, [mails(range(3))], steps.append)
    assert steps[-1].done_bytes == steps[-1].all_bytes > 0


@pytest.mark.quirk("quarantine and account", "bad records keep bytes, place and reason; the sum matches")
def test_the_sample_is_accounted_for_to_the_last_record(workspace: Workspace) -> None:
    report = run(workspace, shipped("data") / "sample")
    assert report.by_table == held(workspace)
    assert report.quarantined == IntakeLog(workspace.intake).quarantined() > 0
    assert counts(run(workspace, shipped("data") / "sample", again=True))[0] == 0


@pytest.mark.quirk("raw mail", "no message is dropped, whatever its parts")
def test_every_developer_mail_is_kept_with_a_row_at_least(workspace: Workspace, shared: Path) -> None:
    archives = [shared / f"datasets/{name}/{name}.tar.xz" for name in ("phishing_eml_dev", "ham_and_spam_dev")]
    assert counts(run(workspace, *archives)) == (784, 0, 0)
    rows = Store(workspace.store).scan("EmailEvents", inner=True).collect()
    facts = Store(workspace.store).scan("WorkbenchMailFacts").collect()
    assert set(rows[RAW]) == set(facts["RawSHA256"])
    assert facts.height == 784
    assert facts["RawSHA256"].n_unique() == 784


rows_of_exports = st.lists(
    st.fixed_dictionaries(
        {
            "NetworkMessageId": st.sampled_from("abc"),
            "Timestamp": st.sampled_from(["2026-09-14", "2026-10-02", "bad", ""]),
        },
        optional={"Subject": st.text(max_size=3), "UrlCount": st.integers(0, 2) | st.just("x"), "Own": st.integers()},
    ),
    max_size=12,
)


@settings(max_examples=often(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows_of_exports)
def test_any_export_is_accounted_for_and_importing_it_again_adds_nothing(tmp_path_factory, rows) -> None:
    folder = tmp_path_factory.mktemp("w")
    (folder / "home").mkdir()
    workspace = Workspace(folder / "home")
    path = lines(folder / "EmailEvents.ndjson", rows)
    report = run(workspace, path)
    assert report.rows_in == len(rows)
    before = Counter(Store(workspace.store).scan("EmailEvents").collect().iter_rows())
    second = run(workspace, path, again=True)
    assert (second.rows_in, second.quarantined) == (len(rows), report.quarantined)
    last_of_key = {row["NetworkMessageId"] for row in rows}
    assert len(before) <= len(last_of_key)
    assert Counter(Store(workspace.store).scan("EmailEvents").collect().iter_rows()) == before
