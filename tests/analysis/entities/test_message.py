import polars as pl
import pytest

from tests.analysis.entities.conftest import LURE
from workbench.analysis.entities import Message, Window, find_message
from workbench.base.errors import NotFound
from workbench.base.span import parse_span


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


def test_every_hostile_message_can_be_looked_at(window: Window) -> None:
    for digest in window.rows("WorkbenchMailFacts | project RawSHA256")["RawSHA256"]:
        message = find_message(window, digest)
        assert message.raw == digest
        assert isinstance(message.auth, pl.DataFrame)
        assert isinstance(message.hops, pl.DataFrame)
