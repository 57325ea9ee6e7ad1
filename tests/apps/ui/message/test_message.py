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
from workbench.analysis.entities import Message
from workbench.apps.session import Workbench
from workbench.apps.ui.message.analysis import NO_EXPORT, NO_RAW
from workbench.apps.ui.message.message import row_facts, sections, tabs, triage_command
from workbench.apps.ui.message.tabs import SOURCE
from workbench.apps.ui.widgets.panel import Block, Facts, Listing, Note, Pair, Panel, Section
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


@pytest.fixture
def everyday(pytestconfig: pytest.Config) -> int:
    return 1 if pytestconfig.getoption("--all") else 4


def everything(message: Message) -> list[Section]:
    """What stays, and every tab."""
    return [*sections(message), *(each for tab in tabs(message) for each in tab.sections())]


def tab(message: Message, name: str) -> list[Section]:
    return list(next(each for each in tabs(message) if each.id == name).sections())


@pytest.fixture(scope="module")
def opened_up(hostile: Workbench) -> Mapping[str, list[Section]]:
    """Everything that is told of each hostile mail, by its SHA-256."""
    return {each: everything(hostile.message(each)) for each in ids(hostile)}


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


def test_a_message_stays_in_sight_while_its_tabs_change(sample: Workbench) -> None:
    message = sample.message("e50d1c32-61d5-490d-38ef-08df13c5e0bf")
    assert [section.title for section in sections(message)] == ["Delivery", "Message"]
    assert [(each.label, each.count) for each in tabs(message)] == [
        ("Timeline", None), ("Analysis", None), ("Attachments", 0), ("URL", 1), ("Similar emails", None),
        ("Headers", None), ("Source", None), ("Devices", None),
    ]  # fmt: skip
    shown = facts(sections(message), "Message")
    assert shown["Subject"] == "Your mailbox is 98% full: 14 messages on hold"
    assert shown["Sender domain"] == "postbox-care.example"
    assert shown["Recipient"] == "sanne.dewit@northgate.example"
    assert shown["SHA-256"] == message.raw
    delivery = facts(sections(message), "Delivery")
    assert (delivery["Original location"], delivery["Latest location"]) == ("Inbox/folder", "Quarantine")
    assert delivery["Latest threats"] == "Phish"
    assert "Original threats" not in delivery


def test_a_raw_message_has_every_section(sample: Workbench) -> None:
    message = sample.message("e50d1c32-61d5-490d-38ef-08df13c5e0bf")
    found = everything(message)
    assert [section.title for section in found] == [
        "Delivery", "Message", "Timeline (4)", "Not evaluated", "Query", "Threat detection", "Overrides and policy",
        "Sender and recipients", "Authentication", "Recipients (1)", "Triage it", "Attachments (0)", "URLs (1)",
        "Clicks (1)", "Similar emails (7)", "Query", "Hops, oldest first", "Headers (45)", "Body",
        "Source: headers as stored", "Devices of its recipients (1)", "Not evaluated", "Query",
    ]  # fmt: skip
    assert titled(found, "Recipients").rows == [
        ("sanne.dewit@northgate.example", "Delivered", "Inbox/folder", "Quarantine", "Phish ZAP")
    ]
    assert titled(found, "Clicks").rows[0][1:4] == ("sanne.dewit@northgate.example", "ClickAllowed", True)
    assert titled(found, "URLs").rows[0][1:] == ("restore.mailkeep.example", "Body", 1)
    assert ("DMARC", "fail") in [row[:2] for row in titled(found, "Authentication").rows]
    assert titled(found, "Source").text.startswith("Received:")
    assert titled(found, "Body").text.startswith(SOURCE)


def test_the_tags_of_a_recipient_are_those_of_the_organisation(tmp_path: Path) -> None:
    workbench = opened(tmp_path, EmailEvents=[mail(0), mail(1, RecipientEmailAddress="someone@northgate.example")])
    (tmp_path / "organisation.yml").write_text(
        "vips: [anna@northgate.example]\ntags: {board: [anna@northgate.example]}"
    )
    assert facts(sections(workbench.message("m0"), tmp_path), "Delivery")["Tags"] == "vip, board"
    assert "Tags" not in facts(sections(workbench.message("m1"), tmp_path), "Delivery")


def test_a_message_of_an_export_says_that_its_raw_form_is_not_known(tmp_path: Path) -> None:
    row = mail(0, AuthenticationDetails='{"SPF":"pass","DMARC":"fail"}')
    message = opened(tmp_path, EmailEvents=[row]).message("m0")
    found = everything(message)
    assert NO_RAW in titled(tab(message, "analysis"), "Not evaluated").text
    assert [each.text for name in ("headers", "source") for each in tab(message, name)] == [NO_RAW, NO_RAW]
    assert titled(found, "Clicks").text.startswith("Not evaluated")
    assert [row[:2] for row in titled(found, "Authentication").rows] == [("SPF", "pass"), ("DMARC", "fail")]
    assert not [section for section in found if section.title in ("Headers", "Body", "Hops, oldest first")]
    assert "text (its raw form was not imported)" in titled(tab(message, "similar"), "Not evaluated").text
    assert facts(found, "Sender and recipients")["Size"] is None


@pytest.mark.parametrize(
    ("action", "place"), [("Blocked", "Quarantine"), ("Blocked", "Dropped"), ("Blocked", "Failed"), ("", "")]
)
def test_a_message_that_nobody_received_has_its_page_too(tmp_path: Path, action: str, place: str) -> None:
    row = mail(0, DeliveryAction=action, DeliveryLocation=place, RecipientEmailAddress="", Subject="")
    message = opened(tmp_path, EmailEvents=[row]).message("m0")
    assert len(everything(message)) > 12
    told = titled(tab(message, "timeline"), "Timeline").rows[0][3]
    assert told == (f"{action}: {place}" if action else "Received; only its raw form is known")


def test_a_message_nobody_clicked_is_told_from_one_nobody_can_know_of(tmp_path: Path) -> None:
    other = {
        "Timestamp": NEWEST,
        "NetworkMessageId": "else",
        "ReportId": "r",
        "Url": "http://x.example/",
        "AccountUpn": "a@b",
    }
    found = tab(opened(tmp_path, EmailEvents=[mail(0)], UrlClickEvents=[other]).message("m0"), "urls")
    assert isinstance(titled(found, "Clicks"), Listing)
    assert titled(found, "Clicks").rows == []
    assert "as far as clicks are recorded" in titled(found, "Clicks").empty


def test_raw_mail_alone_says_what_was_not_evaluated(opened_up: Mapping[str, list[Section]]) -> None:
    for found in opened_up.values():
        assert titled(found, "Clicks").text.startswith("Not evaluated")
        assert "EmailPostDeliveryEvents" in titled(found, "Not evaluated").text
        told = facts(found, "Delivery").get("Delivery action")
        assert told or [each for each in found if isinstance(each, Note) and NO_EXPORT in each.text]
        assert isinstance(titled(found, "Source"), Block)


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


def test_links_beyond_those_shown_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.apps.ui.message.tabs.MOST_LINKS", 20)
    urls = [{"Timestamp": NEWEST, "NetworkMessageId": "m0", "Url": f"http://x.example/{at:03}", "UrlDomain": "x.example", "UrlLocation": "Body", "ReportId": f"r{at}"}
            for at in range(25)]  # fmt: skip
    found = titled(tab(opened(tmp_path, EmailEvents=[mail(0)], EmailUrlInfo=urls).message("m0"), "urls"), "URLs")
    assert found.title == "URLs (20 of 25)"
    assert len(found.rows) == 20


def test_urls_are_defanged_on_their_way(sample: Workbench) -> None:
    message = sample.message("e50d1c32-61d5-490d-38ef-08df13c5e0bf")
    for name in ("urls", "timeline"):
        assert '["hxxps://restore[.]mailkeep[.]example/k/8f2c' in shown(tab(message, name))


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
def test_no_body_and_no_raw_byte_is_sent_to_the_browser(
    name: str, sample: Workbench, opened_up: Mapping[str, list[Section]], hostile: Workbench, everyday: int
) -> None:
    """Of the ordinary mails every fourth, unless all tests are run."""
    searched = 0
    workbench = sample if name == "mail" else hostile
    subjects = "\n".join(workbench["EmailEvents"].collect()["Subject"])
    for path in sorted((SAMPLE / name).iterdir())[:: everyday if name == "mail" else 1]:
        told = shown(opened_up.get(_digest(path)) or everything(workbench.message(_digest(path))))
        wanted = {phrase for phrase in phrases(path) if phrase not in subjects}
        assert [phrase for phrase in wanted if phrase in told] == [], path.name
        searched += len(wanted)
    assert searched > (200 // everyday if name == "mail" else 15)


def test_tricks_of_hostile_mail_are_made_visible(opened_up: Mapping[str, list[Section]]) -> None:
    for found in opened_up.values():
        panel = Panel()
        panel.show("t", found)
        cells = [cell for section in panel.sections for cell in _cells(section) if cell]
        assert [cell for cell in cells if BIDI.search(cell if isinstance(cell, str) else cell[0])] == []


def test_every_hostile_mail_is_shown_under_any_name_it_has(hostile: Workbench) -> None:
    for row in hostile["WorkbenchMailFacts"].collect().iter_rows(named=True):
        for name in ("RawSHA256", "NetworkMessageId"):
            assert hostile.message(row[name]).raw == row["RawSHA256"]
    assert len(ids(hostile)) == len(HOSTILE)


def _cells(section: Mapping[str, Any]) -> Iterator[Any]:
    yield from (pair["cell"] for pair in section.get("pairs", ()))
    told = (cell for row in section.get("rows", ()) for cell in row)
    yield from (cell["cell"] if isinstance(cell, dict) else cell for cell in told)
    yield from filter(None, [section.get("text", "")])


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
