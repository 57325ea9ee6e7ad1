import gzip
import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli, start
from workbench.apps.cli.intake import _stopped, summary
from workbench.apps.cli.workspace import make_workspace
from workbench.base.config import Workspace, shipped
from workbench.events.store import Store
from workbench.intake.importing import Import, IntakeLog, Report

MAIL = "From: {who}@sender.example\r\nTo: a@northgate.example\r\nSubject: {who}\r\nMessage-ID: <{who}@x>\r\n\r\nHello {who}\r\n"
GOOD = '{"Timestamp": "2026-09-14T10:00:00Z", "AccountUpn": "a@northgate.example", "Url": "https://a.example/", "ActionType": "ClickAllowed"}'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_workspace(tmp_path / "w")
    return tmp_path / "w"


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    (folder / "exports").mkdir(parents=True)
    for who in ("ann", "bob"):
        (folder / f"{who}.eml").write_text(MAIL.format(who=who), "utf-8")
    (folder / "again.eml").write_text(MAIL.format(who="bob"), "utf-8")
    (folder / "exports" / "clicks.ndjson").write_text(f"{GOOD}\n{GOOD[:40]}\n", "utf-8")
    return folder


def test_a_report_has_exactly_the_promised_shape_and_adds_up(home: Path, mails: Path, cli: Cli, tmp_path: Path) -> None:
    said = cli("import", str(mails), "--report", str(tmp_path / "r.json"), home=home)
    assert said.status == 0, said.err
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert list(report) == ["files", "rows_in", "kept", "duplicates", "quarantined", "by_table", "faults"]
    assert {name: report[name] for name in ("files", "rows_in", "kept", "duplicates", "quarantined")} == {
        "files": 4, "rows_in": 5, "kept": 3, "duplicates": 1, "quarantined": 1,
    }  # fmt: skip
    assert report["by_table"]["EmailEvents"] == 2
    assert [list(fault) for fault in report["faults"]] == [["file", "where", "reason", "count"]] * len(report["faults"])
    assert "clicks.ndjson" in {fault["file"] for fault in report["faults"]}


def test_importing_again_adds_nothing(home: Path, mails: Path, cli: Cli) -> None:
    cli("import", str(mails), home=home)
    before = {name: held.rows for name, held in Store(Workspace(home).store).held().items()}
    said = cli("import", str(mails), "--again", home=home)
    assert "0 kept, 4 duplicates, 1 quarantined" in said.err
    assert {name: held.rows for name, held in Store(Workspace(home).store).held().items()} == before
    assert IntakeLog(Workspace(home).intake).quarantined() == 1


def test_the_account_is_said_in_words_on_standard_error(home: Path, mails: Path, cli: Cli) -> None:
    said = cli("import", str(mails), home=home)
    assert said.out == ""
    assert said.err.startswith("5 records in 4 files")
    assert ": 3 kept, 1 duplicate, 1 quarantined\nRows written: EmailEvents 2, UrlClickEvents 1" in said.err
    assert said.err.endswith(f"What was set aside, and why: workbench --home {home} quarantine\n")


@pytest.mark.quirk("quarantine and account", "hostile text shown: file names, subjects, rule names, URLs")
def test_names_of_files_cannot_move_the_cursor(home: Path, tmp_path: Path, cli: Cli) -> None:
    evil = tmp_path / "mail\x1b[2J\u202e.xyz"
    evil.write_bytes(b"\x00\x01")
    said = cli("import", str(evil), home=home)
    assert "\x1b" not in said.err
    assert "\u202e" not in said.err


def test_a_report_that_cannot_be_written_is_said_before_anything_is_imported(
    home: Path, mails: Path, cli: Cli, tmp_path: Path
) -> None:
    said = cli("import", str(mails), "--report", str(tmp_path / "no" / "r.json"), home=home)
    assert said.status == 2
    assert said.err == f"error: {tmp_path}/no/r.json cannot be written: No such file or directory.\n"
    assert Store(Workspace(home).store).held() == {}


def test_a_path_that_is_not_there_is_one_line(home: Path, cli: Cli) -> None:
    said = cli("import", "/nowhere/mail", home=home)
    assert said.status == 1
    assert said.err == "error: There is no file or folder /nowhere/mail.\n"


def test_many_kinds_of_fault_are_cut_and_the_cut_is_said() -> None:
    account = Report()
    account.faults.update({("f", "1", f"kind {n}"): n for n in range(1, 12)})
    lines = summary(account)
    assert sum(" × " in line for line in lines) == 8
    assert lines[-1] == "  and 3 more kinds of fault; --report FILE lists all"


def test_a_fault_of_a_header_is_said_with_its_name() -> None:
    account = Report()
    account.fault("a.eml", "header Date", "there is none")
    account.fault("b.eml", "column Timestamp of row 7", "is no time")
    assert {"  1 × header Date: there is none", "  1 × column is no time"} <= set(summary(account))


def test_ctrl_c_keeps_what_was_read_and_the_same_command_goes_on(home: Path, tmp_path: Path, cli: Cli) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(300):
        (folder / f"{n:03}.eml").write_text(MAIL.format(who=f"w{n}"), "utf-8")
    child = start(home, ["import", str(folder)], stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 60
    while not (home / "originals").is_dir() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 130, told.decode()
    assert told.decode().startswith(("Stopped. Kept so far, of ", "Stopped before anything was kept"))
    assert told.decode().count("\n") == 1
    said = cli("import", str(folder), home=home)
    assert said.status == 0
    assert "0 quarantined" in said.err
    assert Store(Workspace(home).store).held()["EmailEvents"].rows == 300


@pytest.mark.quirk("folders and standard input", "standard input, plain or packed, with and without a name")
def test_standard_input_is_read_by_its_name_or_its_content(home: Path, cli: Cli) -> None:
    packed = gzip.compress(f"{GOOD}\n{GOOD[:40]}\n".encode())
    said = cli("import", "-", "--name", "UrlClickEvents.ndjson", home=home, given=GOOD.encode())
    assert ": 1 kept, 0 duplicates, 0 quarantined" in said.err
    said = cli("import", "-", home=home, given=packed)
    assert ": 0 kept, 1 duplicate, 1 quarantined" in said.err
    (record,) = IntakeLog(Workspace(home).intake).quarantine()
    assert record.file == "standard-input.gz"
    assert [(each.what, each.given) for each in IntakeLog(Workspace(home).intake).imports()] == [
        ("standard input", "standard-input.gz"), ("standard input", "UrlClickEvents.ndjson"),
    ]  # fmt: skip


def test_a_dry_run_says_what_would_be_kept_and_keeps_nothing(home: Path, cli: Cli) -> None:
    said = cli("import", "-", "--dry-run", "--name", "UrlClickEvents.ndjson", home=home, given=GOOD.encode())
    assert ": 1 kept, 0 duplicates, 0 quarantined" in said.err
    assert "dry run: nothing was written" in said.err
    assert IntakeLog(Workspace(home).intake).imports() == []
    assert cli("import", "--watch", str(home), "--dry-run", home=home).status == 2


def test_standard_input_goes_alone(home: Path, cli: Cli) -> None:
    assert cli("import", "-", "x.eml", home=home).status == 2
    assert cli("import", "-", "--name", "a/b", home=home, given=b"x").status == 2


def test_empty_standard_input_is_said_to_be_empty_whenever_it_comes(home: Path, cli: Cli) -> None:
    for _ in range(2):
        said = cli("import", "-", home=home, given=b"")
        assert "1 × is empty" in said.err


def test_a_file_that_comes_again_has_its_reasons_again(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "UrlClickEvents.ndjson"
    path.write_text(f"{GOOD}\n{GOOD[:40]}\n{GOOD[:50]}\n[]\n")
    first, again = (cli("import", str(path), "--report", str(tmp_path / "r.json"), home=home).err for _ in range(2))
    assert (":1 kept" in first, "3 quarantined" in again) == (False, True)
    assert [line for line in again.splitlines() if "×" in line] == [line for line in first.splitlines() if "×" in line]
    faults = json.loads((tmp_path / "r.json").read_text())["faults"]
    assert [each["where"] for each in faults] == ["line 2", "line 3", "line 4"]


def test_files_have_names_of_their_own(home: Path, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text("From: a@x.example\n\nx")
    said = cli("import", str(tmp_path / "a.eml"), "--name", "b.eml", home=home)
    assert (said.status, "--name names standard input" in said.err) == (2, True)
    assert cli("import", "--watch", str(tmp_path), "--name", "b.eml", home=home).status == 2


def test_what_was_kept_at_a_stop_is_said_in_numbers() -> None:
    assert _stopped(None).startswith("Stopped before anything was kept")
    done = Import("i", "import", "x", "me", "2026-09-01T00:00:00.000Z", "", 1, 1200, 1000, 1, 199)
    assert _stopped(done).startswith(
        "Stopped. Kept so far, of 1,200 records: 1,000 kept, 1 duplicate, 199 quarantined."
    )


def test_the_shipped_sample_can_be_named_from_anywhere() -> None:
    assert (shipped("data") / "sample" / "northgate" / "mail").is_dir()
