"""Hostile and changing input through the whole import: the account holds, nothing crashes, nothing is silent."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.importing.conftest import mail
from tests.intake.importing.test_run import counts, held, lines, run
from tests.laws import often
from workbench.base.config import Workspace
from workbench.events.store import EXTRA, Store
from workbench.intake.importing import IntakeLog, Report, import_paths
from workbench.intake.importing.quarantine import held as quarantined
from workbench.intake.importing.report import FURTHER, MOST_FAULTS

EVENT = {"Timestamp": "2026-09-14T10:00:00Z", "NetworkMessageId": "m1"}


def adds_up(report: Report) -> bool:
    return report.rows_in == report.kept + report.duplicates + report.quarantined


@pytest.mark.quirk("any export", "lone surrogates")
def test_lone_surrogates_are_replaced_wherever_they_stand(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "EmailEvents.ndjson"
    row = {**EVENT, "Subject": "\ud800x", "AuthenticationDetails": {"a": "\ud800"}, "Own\ud800": "\udfff"}
    path.write_text(json.dumps(row) + "\n" + json.dumps({**EVENT, "NetworkMessageId": "\ud800", "UrlCount": "\ud800"}))
    report = run(workspace, path)
    assert counts(report) == (1, 0, 1)
    (kept,) = Store(workspace.store).scan("EmailEvents", inner=True).collect().to_dicts()
    assert (kept["Subject"], json.loads(kept[EXTRA])) == ("\ufffdx", {"Own\ufffd": "\ufffd"})
    json.dumps(report.as_json(), ensure_ascii=False).encode()


def test_numbers_too_large_for_their_column_are_set_aside(workspace: Workspace, tmp_path: Path) -> None:
    row = {"TimeGenerated": EVENT["Timestamp"], "AlertName": "a", "AlertSeverity": "Low"}
    path = lines(
        tmp_path / "SecurityAlert.ndjson", [{**row, "ConfidenceScore": 10**400}, {**row, "AlertName": 10**400}]
    )
    assert counts(run(workspace, path)) == (1, 0, 1)


@pytest.mark.quirk("folders and standard input", "file names that are no text")
def test_file_names_that_are_no_text_are_read_and_named(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.eml")).write_bytes(mail(1))
    Path(os.fsdecode(os.fsencode(folder) + b"/\xfe.ndjson.gz")).write_bytes(b"no archive")
    report = run(workspace, folder)
    assert (report.kept, report.quarantined) == (1, 1)
    assert {record.file for record in IntakeLog(workspace.intake).quarantine()} == {"\ufffd.ndjson.gz"}


def test_pipes_and_broken_links_are_counted_and_the_rest_is_read(
    workspace: Workspace, mails: Callable[..., Path]
) -> None:
    folder = mails(range(2))
    os.mkfifo(folder / "pipe.eml")
    (folder / "gone.eml").symlink_to("nowhere")
    (folder / "loop").symlink_to(".")
    assert counts(run(workspace, folder)) == (2, 0, 3)


def test_a_file_that_vanishes_before_its_turn_is_set_aside(workspace: Workspace, mails: Callable[..., Path]) -> None:
    folder = mails(range(3))
    report = import_paths(workspace, [folder], lambda _: (folder / "2.eml").unlink(missing_ok=True))
    assert counts(report) == (2, 0, 1)
    assert any("cannot be opened" in reason for _, _, reason in report.faults)


@pytest.mark.quirk("folders and standard input", "a file that changes while it is read")
@pytest.mark.slow
def test_a_file_that_changes_while_it_is_read_is_not_taken_for_read(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(tmp_path / "EmailEvents.ndjson", [{**EVENT, "NetworkMessageId": f"m{n}"} for n in range(1500)])
    before = path.read_bytes()

    def grow(_: object) -> None:
        with path.open("ab") as file:
            file.write(b"\n" + json.dumps({**EVENT, "NetworkMessageId": "late"}).encode())

    report = import_paths(workspace, [path], grow)
    assert any("changed while it was read" in reason for _, _, reason in report.faults)
    path.write_bytes(before)
    assert counts(run(workspace, path)) == (0, 1500, 0)


def test_the_same_file_twice_in_one_import_is_counted_twice_and_kept_once(workspace: Workspace, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        lines(tmp_path / folder / "EmailEvents.ndjson", [EVENT, {**EVENT, "Timestamp": "never"}])
    report = run(workspace, tmp_path / "a", tmp_path / "b")
    assert (report.rows_in, *counts(report)) == (4, 1, 1, 2)
    again = run(workspace, tmp_path / "a")
    assert (again.rows_in, *counts(again)) == (2, 0, 1, 1)


def test_what_was_refused_for_its_name_is_read_under_another(workspace: Workspace, tmp_path: Path) -> None:
    wrong = lines(tmp_path / "DeviceProcessEvents.ndjson", [EVENT])
    assert counts(run(workspace, wrong)) == (0, 0, 1)
    assert counts(run(workspace, wrong.rename(tmp_path / "EmailEvents.ndjson"))) == (1, 0, 0)


def test_the_same_bytes_are_read_again_under_a_name_that_means_something_else(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Found by fuzzing: an export that was named .eml is one message; under its right name its rows must get in."""
    wrong = lines(tmp_path / "rows.eml", [EVENT, {**EVENT, "NetworkMessageId": "m2"}])
    assert counts(run(workspace, wrong)) == (1, 0, 0)
    assert counts(run(workspace, wrong.rename(tmp_path / "EmailEvents.ndjson"))) == (2, 0, 0)
    assert counts(run(workspace, (tmp_path / "EmailEvents.ndjson").rename(tmp_path / "EmailEvents_2.ndjson"))) == (
        0,
        2,
        0,
    )


def test_an_empty_file_says_that_it_holds_nothing(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "EmailEvents.ndjson.gz").write_bytes(gzip.compress(b""))
    report = run(workspace, tmp_path / "EmailEvents.ndjson.gz")
    assert report.rows_in == 0
    assert report.faults["EmailEvents.ndjson.gz", "", "holds no record"] == 1


def test_faults_beyond_counting_are_counted_together(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "EmailEvents.ndjson"
    path.write_text("7\n" * (MOST_FAULTS + 500))
    path.write_text('{"a":1}\n' + path.read_text())
    report = run(workspace, path)
    assert report.quarantined == MOST_FAULTS + 501 == IntakeLog(workspace.intake).quarantined()
    assert len(report.faults) <= MOST_FAULTS + 1
    assert report.faults["EmailEvents.ndjson", "", FURTHER] == 501


def test_importers_of_the_same_mail_keep_each_message_once_and_both_accounts_hold(
    workspace: Workspace, mails: Callable[..., Path]
) -> None:
    folder = mails(range(60))
    (folder.parent / "box.mbox").write_bytes(
        b"".join(b"From a@b.example Mon Sep 14 10:00:00 2026\r\n" + mail(n) + b"\r\n" for n in range(60))
    )
    reports: list[Report] = []
    both = [
        threading.Thread(target=lambda path=path: reports.append(import_paths(workspace, [path])))
        for path in (folder, folder.parent / "box.mbox")
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sum(report.kept for report in reports) == 60 == held(workspace)["WorkbenchMailFacts"]
    assert [report.rows_in for report in reports] == [60, 60]
    assert all(map(adds_up, reports))


@settings(max_examples=often(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.eml", "a.mbox", "EmailEvents.ndjson", "EmailEvents.json", "EmailEvents.csv", "a.zip"]),
            st.binary(max_size=300) | st.sampled_from([mail(1), json.dumps([EVENT]).encode(), b"A,B\n1,2\n"]),
        ),
        max_size=4,
        unique_by=lambda file: file[0],
    )
)
def test_any_folder_is_accounted_for(tmp_path_factory, files: list[tuple[str, bytes]]) -> None:
    home = tmp_path_factory.mktemp("w")
    (home / "in").mkdir()
    for name, content in files:
        (home / "in" / name).write_bytes(content)
    report = import_paths(Workspace(home), [home / "in"])
    assert adds_up(report)
    assert report.files == len(files)


def _mutated(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(changed) + 1)
        kind = chance.random()
        if kind < 0.5 and at < len(changed):
            changed[at] = chance.randrange(256)
        elif kind < 0.75:
            del changed[at : at + chance.randint(1, 400)]
        else:
            changed[at:at] = chance.choice(
                [b"\x00", b"\r", b"\n\n", b"=?utf-8?b?", b"--", b"<" * 50, b'"', b"\xff\xfe"]
            )
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_mutations_of_real_mail_are_all_kept(workspace: Workspace, shared: Path, tmp_path: Path) -> None:
    import tarfile

    chance, folder = random.Random(11), tmp_path / "mail"
    folder.mkdir()
    with tarfile.open(shared / "datasets/phishing_eml_dev/phishing_eml_dev.tar.xz") as archive:
        raws = [archive.extractfile(member).read() for member in archive if member.isfile()]
    for number in range(1500):
        (folder / f"{number}.eml").write_bytes(_mutated(chance.choice(raws), chance))
    report = run(workspace, folder)
    assert report.kept + report.duplicates == report.rows_in == 1500


def _events(count: int) -> list[str]:
    return [f"2026-09-14T10:00:00Z,m{number},a@northgate.example,{'x' * 40} {number}" for number in range(count)]


@pytest.mark.parametrize("count", [3, 60_000])
def test_a_half_written_file_gives_its_whole_lines_and_keeps_the_rest(
    workspace: Workspace, tmp_path: Path, count: int
) -> None:
    lines = ["Timestamp,NetworkMessageId,RecipientEmailAddress,Subject", *_events(count)]
    packed = gzip.compress("\n".join(lines).encode())
    path = tmp_path / "EmailEvents.csv.gz"
    path.write_bytes(packed[:-12])
    text = zlib.decompressobj(31).decompress(packed[:-12])
    report = import_paths(workspace, [path])
    assert adds_up(report)
    assert (report.kept, report.quarantined) == (text.count(b"\n") - 1, 1)
    (aside,) = IntakeLog(workspace.intake).quarantine()
    assert quarantined(IntakeLog(workspace.intake), aside.id).raw == text.rpartition(b"\n")[2]
    assert f"line {text.count(bytes([10])) + 1} " in aside.place
    assert "not read" in aside.reason


@pytest.mark.parametrize("count", [3, 60_000])
def test_bytes_behind_a_packed_file_and_a_wrong_checksum_are_faults_and_nothing_is_lost(
    workspace: Workspace, tmp_path: Path, count: int
) -> None:
    content = "\n".join(["Timestamp,NetworkMessageId,RecipientEmailAddress,Subject", *_events(count)]).encode()
    (tmp_path / "EmailEvents.csv.gz").write_bytes(gzip.compress(content) + b"garbage")
    report = import_paths(workspace, [tmp_path / "EmailEvents.csv.gz"])
    assert (report.kept, report.quarantined) == (count, 0)
    assert ["behind the end" in reason for _, _, reason in report.faults] == [True]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("EmailEvents.csv", content)
    wrong = packed.getvalue().replace(zlib.crc32(content).to_bytes(4, "little"), b"\1\2\3\4")
    (tmp_path / "a.zip").write_bytes(wrong)
    report = import_paths(workspace, [tmp_path / "a.zip"])
    assert (report.duplicates, report.quarantined) == (count, 0)
    assert [(file, "checksum" in reason) for file, _, reason in report.faults] == [("a.zip!EmailEvents.csv", True)]


@pytest.mark.parametrize("suffix", ["gz", "xz", "bz2"])
def test_a_cut_mail_is_kept_in_quarantine_and_not_taken_for_a_whole_one(
    workspace: Workspace, tmp_path: Path, suffix: str
) -> None:
    mail = b"From: a@b.example\nTo: c@d.example\nSubject: hi\n\n" + random.Random(1).randbytes(500).hex().encode()
    pack = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress}[suffix]
    (tmp_path / f"a.eml.{suffix}").write_bytes(pack(mail)[:-10])
    report = import_paths(workspace, [tmp_path / f"a.eml.{suffix}"])
    assert (report.kept, report.quarantined) == (0, 1)
    (aside,) = IntakeLog(workspace.intake).quarantine()
    assert mail.startswith(quarantined(IntakeLog(workspace.intake), aside.id).raw)
    assert suffix == "bz2" or aside.size
