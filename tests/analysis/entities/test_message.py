from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.analysis.entities.conftest import LURE
from workbench.analysis.entities import Message, Window, find_message
from workbench.apps.session import Workbench
from workbench.base.config import Workspace
from workbench.base.errors import NotFound
from workbench.base.span import parse_span
from workbench.intake.importing import import_paths


@pytest.fixture(scope="module")
def lure(window: Window) -> Message:
    return find_message(window, LURE)


def test_a_message_is_found_by_either_id_and_by_its_hash(window: Window, lure: Message) -> None:
    internet = str(lure.summary["InternetMessageId"])
    assert [find_message(window, each).id for each in (LURE, internet, lure.raw, f"  {LURE}\n")] == [LURE] * 4


@pytest.mark.parametrize("identity", ["", "   ", "nobody-knows", "x' or 1==1 //", '"; EmailEvents', "a" * 10_000])
def test_what_names_no_message_is_not_found_and_says_what_would(window: Window, identity: str) -> None:
    with pytest.raises(NotFound) as caught:
        find_message(window, identity)
    assert "Internet message id" in caught.value.next_step


def test_a_message_outside_the_window_is_not_found(window: Window) -> None:
    narrow = Window(window.catalog, window.now, parse_span("2026-09-18..2026-09-18", window.now))
    with pytest.raises(NotFound):
        find_message(narrow, LURE)


def test_what_is_known_of_a_message(lure: Message) -> None:
    assert lure.recipients == ("sanne.dewit@northgate.example",)
    assert dict(lure.auth.select("Method", "Result").iter_rows())["SPF"] == "fail"
    assert lure.urls["UrlDomain"].to_list() == ["restore.mailkeep.example"]
    assert lure.attachments.is_empty()
    assert lure.clicks["AccountUpn"].to_list() == ["sanne.dewit@northgate.example"]
    assert lure.post_delivery["ActionType"].to_list() == ["Phish ZAP"]
    assert "X-MS-Exchange-Organization-Network-Message-Id" in lure.headers
    assert lure.hops.height >= 3
    assert lure.others == 0


def test_a_message_that_only_an_export_knows_has_no_facts(window: Window) -> None:
    known = window.rows("WorkbenchMailFacts | project NetworkMessageId")["NetworkMessageId"]
    rows = window.rows("EmailEvents | where isnotempty(AuthenticationDetails) | project NetworkMessageId")
    exported = find_message(window, rows.filter(~pl.col("NetworkMessageId").is_in(known.implode()))[0, 0])
    assert exported.facts is None
    assert exported.features is None
    assert exported.headers == ""
    assert exported.auth.height > 0


def test_messages_that_share_an_id_are_counted(window: Window) -> None:
    shared = window.rows(
        "union WorkbenchMailFacts, EmailEvents | where isnotempty(InternetMessageId)"
        " | summarize n=dcount(NetworkMessageId) by InternetMessageId | where n > 1"
    )
    assert shared.height
    for identity, count in shared.iter_rows():
        assert find_message(window, identity).others == count - 1


TWIN = """Received: from mail.sender.example (192.0.2.7) by BN8NAM11FT066.mail.protection.outlook.com (10.13.177.138)
 with Microsoft SMTP Server id 15.20.1; Mon, 14 Sep 2026 1{hour}:00:00 +0000
X-MS-Exchange-Organization-Network-Message-Id: 11111111-1111-1111-1111-111111111111
From: Petra <petra@sender.example>
To: {name}@northgate.example
Subject: Minutes for {name}
Message-ID: <same@sender.example>

See https://sender.example/{name}
"""


def test_two_mails_of_one_id_are_told_apart_by_their_time(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "workbench.toml").touch()
    paths = [tmp_path / f"{name}.eml" for name in ("anna", "bela")]
    for hour, path in enumerate(paths):
        path.write_bytes(TWIN.format(hour=hour, name=path.stem).replace("\n", "\r\n").encode())
    workspace = Workspace(tmp_path / "home")
    assert import_paths(workspace, paths).kept == 2
    window = Workbench(workspace).window()
    identity = "11111111-1111-1111-1111-111111111111"
    newest = find_message(window, identity)
    first = find_message(window, identity, received=datetime(2026, 9, 14, 10, tzinfo=UTC))
    for message, name in ((newest, "bela"), (first, "anna"), (find_message(window, first.raw), "anna")):
        assert message.recipients == (f"{name}@northgate.example",)
        assert message.summary["Subject"] == f"Minutes for {name}"
        assert message.urls["Url"].to_list() == [f"https://sender.example/{name}"]
        assert f"Minutes for {name}" in message.headers
    assert newest.others == 1


def test_every_hostile_message_can_be_looked_at(window: Window) -> None:
    for digest in window.rows("WorkbenchMailFacts | project RawSHA256")["RawSHA256"]:
        message = find_message(window, digest)
        assert message.raw == digest
        assert isinstance(message.auth, pl.DataFrame)
        assert isinstance(message.hops, pl.DataFrame)
