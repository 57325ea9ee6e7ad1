"""Messages inside messages on their way into the store: one record each, one message however often it is reported."""

import json
from pathlib import Path

import pytest

from tests.intake.importing.conftest import mail
from tests.intake.mail.outlook_files import compound, outlook
from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.intake.importing import Report, import_paths, original

REPORTERS = 5


def report_of(inner: bytes, sender: str) -> bytes:
    head = f"From: {sender}\nTo: report@northgate.example\nSubject: Phish?\nDate: Mon, 14 Sep 2026 11:00:00 +0000\n"
    return head.encode() + b"Content-Type: message/rfc822\n\n" + inner


def run(workspace: Workspace, *paths: Path) -> Report:
    found = import_paths(workspace, list(paths))
    assert found.rows_in == found.kept + found.duplicates + found.quarantined
    return found


@pytest.fixture
def reports(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.eml" for number in range(REPORTERS)]
    for number, path in enumerate(paths):
        path.write_bytes(report_of(mail(1), f"u{number}@northgate.example"))
    return paths


def told(workspace: Workspace) -> tuple[int, set[str]]:
    """How many messages there are, and who reported the one inside."""
    facts = Store(workspace.store).scan("WorkbenchMailFacts").collect()
    inner = facts.filter(facts["SourceName"].str.starts_with("inside"))["RawSHA256"].to_list()
    rows = facts.filter(facts["ReportedBy"] != "").iter_rows(named=True)
    linked = [(row["ReportedBy"], json.loads(row["InnerMessages"])) for row in rows]
    return facts.height, {by for by, found in linked if any(one["sha256"] in inner for one in found)}


def test_a_message_that_five_people_report_is_one_and_all_five_are_told(
    workspace: Workspace, reports: list[Path]
) -> None:
    (workspace.home / "organisation.yml").write_text("secops_mailboxes: [report@northgate.example]\n")
    assert run(workspace, *reports[:3]).kept == 3
    assert run(workspace, *reports[3:]).kept == 2
    assert told(workspace) == (REPORTERS + 1, {f"u{number}@northgate.example" for number in range(REPORTERS)})
    assert Store(workspace.store).held()["EmailEvents"].rows == REPORTERS + 1


def test_its_bytes_are_kept_too(workspace: Workspace, reports: list[Path]) -> None:
    run(workspace, reports[0])
    facts = Store(workspace.store).scan("WorkbenchMailFacts").collect()
    assert mail(1) in {original(workspace.originals, digest) for digest in facts["RawSHA256"]}


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2)])
def test_the_message_itself_is_no_second_one_in_any_order(
    workspace: Workspace, tmp_path: Path, reports: list[Path], order: tuple[int, ...]
) -> None:
    alone = tmp_path / "alone.eml"
    alone.write_bytes(mail(1))
    paths = [alone, *reports[:2]]
    for at in order:
        run(workspace, paths[at])
    assert Store(workspace.store).held()["WorkbenchMailFacts"].rows == 3
    assert Store(workspace.store).held()["EmailEvents"].rows == 3


def test_a_file_of_outlook_is_imported_and_a_document_of_office_set_aside(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.msg").write_bytes(compound(outlook(p0037="Hello", p5D01="a@b.example", p1000="http://c.example/")))
    (folder / "b.doc").write_bytes(compound({"WordDocument": b"text"}))
    found = run(workspace, folder)
    assert (found.kept, found.quarantined) == (1, 1)
    assert Store(workspace.store).scan("EmailUrlInfo").collect()["Url"].to_list() == ["http://c.example/"]
