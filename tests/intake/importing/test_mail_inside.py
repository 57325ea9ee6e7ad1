"""Messages inside messages on their way into the store: one record each, one message however often it is reported."""

import json
from hashlib import sha256
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
    inner = facts.filter(facts["SourceName"].str.starts_with("inside another"))["RawSHA256"].to_list()
    rows = facts.filter(facts["ReportedBy"] != "").iter_rows(named=True)
    linked = [(row["ReportedBy"], json.loads(row["InnerMessages"])) for row in rows]
    return facts.height, {by for by, found in linked if any(one["sha256"] in inner for one in found)}


@pytest.mark.quirk("raw mail", "messages inside messages; reports unwrapped to the original")
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


STAMPED = "0f0e0d0c-1111-2222-3333-444455556666"
LURE = (
    b"Received: from a.example (a.example [192.0.2.9]) by mx.northgate.example with Microsoft SMTP Server id 15.1;"
    b" Mon, 14 Sep 2026 10:00:00 +0000\nFrom: bad@a.example\nTo: ann@northgate.example\nSubject: Pay\n"
    b"Date: Mon, 14 Sep 2026 10:00:00 +0000\nMessage-ID: <1@a.example>\n"
    b"X-MS-Exchange-Organization-Network-Message-Id: " + STAMPED.encode() + b"\n\nhttp://a.example/pay\n"
)
FROM_OUTSIDE = (
    b"Received: from b.example (b.example [192.0.2.7]) by mx.northgate.example; Mon, 14 Sep 2026 11:00:00 +0000\n"
)
KINDS = {
    "alone": LURE,
    "reported": report_of(LURE, "ann@northgate.example"),
    "claimed": FROM_OUTSIDE + report_of(LURE, "x@b.example"),
}
NAMES = {"alone": ("received", STAMPED), "reported": ("enclosed", STAMPED), "claimed": ("claimed", "")}


def state(store: Store) -> dict[str, list[str]]:
    tables = ("EmailEvents", "EmailUrlInfo", "EmailAttachmentInfo", "WorkbenchMailFacts")
    return {name: sorted(map(str, store.scan(name, inner=True).collect().iter_rows())) for name in tables}


@pytest.mark.quirk("raw mail", "messages inside messages; reports unwrapped to the original")
@pytest.mark.parametrize(
    "kinds",
    [
        ("alone", "reported"),
        *(pytest.param((each, "claimed"), marks=pytest.mark.slow) for each in ("reported", "alone")),
    ],
)
def test_a_message_alone_and_inside_others_is_one_and_the_same_in_any_order_and_batching(
    tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    paths = [tmp_path / f"{kind}.eml" for kind in kinds]
    for path, kind in zip(paths, kinds, strict=True):
        path.write_bytes(KINDS[kind])
    states = []
    for number, imports in enumerate(
        ([paths], [paths[::-1]], [[each] for each in paths], [[each] for each in paths[::-1]])
    ):
        workspace = Workspace(tmp_path / f"home-{number}")
        workspace.home.mkdir()
        assert sum(run(workspace, *each).kept for each in imports) == 2
        states.append(state(Store(workspace.store)))
    assert all(each == states[0] for each in states)
    assert run(workspace, *paths).duplicates == 2
    facts = Store(workspace.store).scan("WorkbenchMailFacts").collect()
    lure = facts.filter(facts["RawSHA256"] == sha256(LURE).hexdigest()).row(0, named=True)
    standing, stamped = NAMES[kinds[0]]
    assert (lure["Standing"], lure["NetworkMessageId"]) == (standing, stamped)
    events = Store(workspace.store).scan("EmailEvents", inner=True).collect()
    assert events.filter(events["_Raw"] == lure["RawSHA256"])["NetworkMessageId"].to_list() == [stamped]


@pytest.mark.quirk("Outlook .msg", "known by its first bytes; Office documents in the same container are none")
def test_a_file_of_outlook_is_imported_and_a_document_of_office_set_aside(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.msg").write_bytes(compound(outlook(p0037="Hello", p5D01="a@b.example", p1000="http://c.example/")))
    (folder / "b.doc").write_bytes(compound({"WordDocument": b"text"}))
    found = run(workspace, folder)
    assert (found.kept, found.quarantined) == (1, 1)
    assert Store(workspace.store).scan("EmailUrlInfo").collect()["Url"].to_list() == ["http://c.example/"]
