"""What a panel says of a message, and that no body and no raw byte is on its way to the browser."""

import base64
import email
import email.policy
import re
from collections.abc import Iterator, Mapping
from email.message import Message as Mail
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.apps.ui.stores import NEWEST, mail, opened, wire
from workbench.apps.session import Workbench
from workbench.apps.ui.message import MOST_LINKS, NO_BODY, NO_RAW, row_facts, sections, triage_command
from workbench.apps.ui.panel import Block, Facts, Listing, Note, Pair, Panel, Section
from workbench.base.config import Workspace, shipped
from workbench.intake.importing import import_paths

SAMPLE = shipped("data") / "sample" / "northgate"
HOSTILE = sorted((SAMPLE / "hostile" / "mail").iterdir())
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f]")


@pytest.fixture(scope="module")
def sample(northgate: Workspace) -> Workbench:
    return Workbench(northgate)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """The mails that try to break what shows them, and nothing else."""
    home = tmp_path_factory.mktemp("hostile")
    (home / "workbench.toml").write_text("now = 'newest'")
    import_paths(Workspace(home), [SAMPLE / "hostile" / "mail"])
    return Workbench(Workspace(home))


def titled(found: list[Section], title: str) -> Any:
    return next(section for section in found if section.title.startswith(title))


def facts(found: list[Section], title: str) -> Mapping[str, object]:
    return {pair.label: pair.value for pair in titled(found, title).pairs}


def ids(workbench: Workbench) -> list[str]:
    return sorted(workbench["WorkbenchMailFacts"].collect()["RawSHA256"])


def shown(found: list[Section]) -> str:
    panel = Panel()
    panel.show("title", found)
    return wire(panel)


def test_a_raw_message_has_every_section(sample: Workbench) -> None:
    found = sections(sample.message("e50d1c32-61d5-490d-38ef-08df13c5e0bf"))
    assert [section.title for section in found] == [
        "Message", "Delivery", "Authentication", "Recipients", "URLs (1)", "Attachments (0)", "Clicks (1)",
        "After delivery", "Triage it", "Hops, oldest first", "Headers", "Body",
    ]  # fmt: skip
    message = facts(found, "Message")
    assert message["Subject"] == "Your mailbox is 98% full: 14 messages on hold"
    assert message["Sender domain"] == "postbox-care.example"
    assert titled(found, "Recipients").rows == [
        ("sanne.dewit@northgate.example", "Inbox/folder", "Quarantine", "Phish ZAP")
    ]
    assert titled(found, "Clicks").rows[0][1:4] == ("sanne.dewit@northgate.example", "ClickAllowed", True)
    assert titled(found, "After delivery").rows[0][1] == "Phish ZAP"
    assert ("DMARC", "fail") in [row[:2] for row in titled(found, "Authentication").rows]
    assert titled(found, "Headers").text.startswith("Received:")
    assert titled(found, "Body").text == NO_BODY


def test_a_message_of_an_export_says_that_its_raw_form_is_not_known(tmp_path: Path) -> None:
    row = mail(0, AuthenticationDetails='{"SPF":"pass","DMARC":"fail"}')
    found = sections(opened(tmp_path, EmailEvents=[row]).message("m0"))
    assert titled(found, "Not evaluated").text == NO_RAW
    assert titled(found, "Clicks").text.startswith("Not evaluated")
    assert titled(found, "After delivery").text.startswith("Not evaluated")
    assert [row[:2] for row in titled(found, "Authentication").rows] == [("SPF", "pass"), ("DMARC", "fail")]
    assert not [section for section in found if section.title in ("Headers", "Body", "Hops, oldest first")]
    assert facts(found, "Message")["Size"] is None


def test_a_message_nobody_clicked_is_told_from_one_nobody_can_know_of(tmp_path: Path) -> None:
    other = {
        "Timestamp": NEWEST,
        "NetworkMessageId": "else",
        "ReportId": "r",
        "Url": "http://x.example/",
        "AccountUpn": "a@b",
    }
    found = sections(opened(tmp_path, EmailEvents=[mail(0)], UrlClickEvents=[other]).message("m0"))
    assert isinstance(titled(found, "Clicks"), Listing)
    assert titled(found, "Clicks").rows == []
    assert "as far as clicks are recorded" in titled(found, "Clicks").empty


def test_raw_mail_alone_says_what_was_not_evaluated(hostile: Workbench) -> None:
    for each in ids(hostile):
        found = sections(hostile.message(each))
        assert titled(found, "Clicks").text.startswith("Not evaluated")
        assert titled(found, "After delivery").text.startswith("Not evaluated")
        assert isinstance(titled(found, "Headers"), Block)


def test_messages_that_share_an_id_are_said_to(hostile: Workbench) -> None:
    found = sections(hostile.message("<shared.17@hostile.example>"))
    assert isinstance(found[0], Note)
    assert found[0].text.startswith("1 more messages share this id")
    assert "second mail" in str(facts(found, "Message")["Subject"])


def test_the_address_of_a_sender_leads_to_the_property_it_is_of(tmp_path: Path) -> None:
    rows = [mail(0, SenderIPv6="2001:db8::7"), mail(1, SenderIPv4="192.0.2.7", SenderIPv6="2001:db8::7")]
    workbench = opened(tmp_path, EmailEvents=rows)
    pairs = [
        next(p for p in titled(sections(workbench.message(f"m{at}")), "Message").pairs if p.label == "Sender IP")
        for at in (0, 1)
    ]
    assert [(pair.value, pair.pivot) for pair in pairs] == [("2001:db8::7", "SenderIPv6"), ("192.0.2.7", "SenderIPv4")]


def test_links_beyond_those_shown_are_counted(tmp_path: Path) -> None:
    urls = [{"Timestamp": NEWEST, "NetworkMessageId": "m0", "Url": f"http://x.example/{at:03}", "UrlDomain": "x.example", "UrlLocation": "Body", "ReportId": f"r{at}"}
            for at in range(MOST_LINKS + 5)]  # fmt: skip
    found = titled(sections(opened(tmp_path, EmailEvents=[mail(0)], EmailUrlInfo=urls).message("m0")), "URLs")
    assert found.title == f"URLs ({MOST_LINKS} of {MOST_LINKS + 5})"
    assert len(found.rows) == MOST_LINKS


def test_urls_are_defanged_on_their_way(sample: Workbench) -> None:
    cells = shown(sections(sample.message("e50d1c32-61d5-490d-38ef-08df13c5e0bf")))
    assert "hxxps://restore[.]mailkeep[.]example/k/8f2c" in cells


def test_the_line_that_triages_a_message_cannot_be_broken_out_of(tmp_path: Path) -> None:
    evil = "x'; rm -rf ~; '"
    message = opened(tmp_path, EmailEvents=[mail(0, NetworkMessageId=evil)]).message(evil)
    assert " --home '/srv/my team' playbook run phish_triage -p" in triage_command(message, Path("/srv/my team"))
    assert triage_command(message).endswith("""-p message='x'"'"'; rm -rf ~; '"'"''""")


def test_a_row_that_belongs_to_no_message_is_shown_as_it_is() -> None:
    assert row_facts({"ActionType": "Send", "Empty": "", "None": None, "Zero": 0}) == Facts(
        "Row", [Pair("ActionType", "Send"), Pair("Zero", 0)]
    )


def parts(path: Path) -> Iterator[tuple[Mail, bytes]]:
    for part in email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32).walk():
        body = part.get_payload(decode=True)
        if isinstance(body, bytes):
            yield part, body


def phrases(path: Path) -> set[str]:
    """Telling pieces of a body: long lines of text as sent and as read, and the lines files are encoded in."""
    found: set[str] = set()
    for part, body in parts(path):
        if part.get_content_maintype() == "text":
            text = re.sub(r"<[^>]*>", "\n", body.decode("utf-8", "replace"))
            lines = {line.strip() for line in text.splitlines()}
            found |= {line for line in lines if len(line) >= 40 and "://" not in line and "javascript:" not in line}
        encoded = base64.encodebytes(body).decode().splitlines()
        found |= {line for line in encoded if len(line) >= 60}
    return found


@pytest.mark.parametrize("name", ["mail", "hostile/mail"])
def test_no_body_and_no_raw_byte_is_sent_to_the_browser(name: str, sample: Workbench, hostile: Workbench) -> None:
    searched = 0
    workbench = sample if name == "mail" else hostile
    for path in sorted((SAMPLE / name).iterdir()):
        told = shown(sections(workbench.message(_digest(path))))
        wanted = phrases(path)
        assert [phrase for phrase in wanted if phrase in told] == [], path.name
        searched += len(wanted)
    assert searched > (200 if name == "mail" else 15)


def test_tricks_of_hostile_mail_are_made_visible(hostile: Workbench) -> None:
    for each in ids(hostile):
        panel = Panel()
        panel.show("t", sections(hostile.message(each)))
        cells = [cell for section in panel.sections for cell in _cells(section) if cell]
        assert [cell for cell in cells if BIDI.search(cell if isinstance(cell, str) else cell[0])] == []


def test_every_hostile_mail_is_shown_under_any_name_it_has(hostile: Workbench) -> None:
    for row in hostile["WorkbenchMailFacts"].collect().iter_rows(named=True):
        for name in ("RawSHA256", "NetworkMessageId"):
            assert hostile.message(row[name]).raw == row["RawSHA256"]
    assert len(ids(hostile)) == len(HOSTILE)


def _cells(section: Mapping[str, Any]) -> Iterator[Any]:
    yield from (pair["cell"] for pair in section.get("pairs", ()))
    yield from (cell for row in section.get("rows", ()) for cell in row)
    yield from filter(None, [section.get("text", "")])


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
