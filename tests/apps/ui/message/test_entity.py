import fcntl
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.apps.service.conftest import Site, ready_made, site
from tests.apps.ui.stores import wire
from workbench.analysis.entities import every_kind
from workbench.apps.session import Workbench
from workbench.apps.ui.message.entity import OPENED, RELATED, sections
from workbench.apps.ui.widgets.panel import Block, Listing, Note, Panel, Section, Way
from workbench.base.access import Role
from workbench.base.config import Workspace
from workbench.base.errors import BadInput
from workbench.ledger.api import NoteNew, Removal
from workbench.ledger.client import Client

__all__ = ["ready_made", "site"]
URL = "https://restore.mailkeep.example/k/8f2c?u=c2FubmUuZGV3aXRAbm9ydGhnYXRlLmV4YW1wbGU"
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f]")


@pytest.fixture
def sample(northgate: Workspace) -> Workbench:
    return Workbench(northgate)


def of(workbench: Workbench, kind: str, value: str) -> list[Section]:
    return sections(workbench.entity(kind, value), workbench)


def titled(found: list[Section], title: str) -> Any:
    return next(section for section in found if section.title.startswith(title))


def facts(found: list[Section], title: str) -> Mapping[str, object]:
    return {pair.label: pair.value for pair in titled(found, title).pairs}


def test_a_url_says_what_is_known_and_what_was_not_evaluated(sample: Workbench) -> None:
    found = of(sample, "url", URL)
    told = facts(found, "URL")
    assert told["First seen"] == datetime(2026, 9, 16, 7, 41, 12, 949700, tzinfo=UTC)
    assert (told["Host"], told["Registered domain"]) == ("restore.mailkeep.example", "mailkeep.example")
    assert told["Ours"] is False
    prevalence = dict(titled(found, "Prevalence").rows)
    assert (prevalence["Clicks"], prevalence["Teams messages"]) == ("1", "not evaluated")
    assert (
        titled(found, "Not evaluated").text == "No URLs of Teams messages are held. No connections of devices are held."
    )
    assert titled(found, "Clicks by verdict").rows == [("ClickAllowed", "none", 1)]
    assert titled(found, "Clicks on it (1)").rows[0][1] == "sanne.dewit@northgate.example"
    assert titled(found, "URLs of mail on the same host (3)").columns[0] == ("Url", "url")


def test_every_number_and_every_row_has_its_question(sample: Workbench) -> None:
    found = of(sample, "ip_address", "198.51.100.66")
    numbers, rows = titled(found, "The questions behind the numbers"), titled(found, "The questions behind the rows")
    assert isinstance(numbers, Block)
    asked = re.split(r"(?m)^// .*\n", numbers.text)[1:]
    assert [sample.kql(text).frame.item() for text in asked[:3]] == [2, 1, 3]
    for text in re.split(r"(?m)^// .*\n", rows.text)[1:]:
        assert sample.kql(text).frame.height


def test_more_rows_than_are_shown_are_counted(sample: Workbench) -> None:
    listing = titled(of(sample, "domain", "northgate.example"), "Mail from its addresses")
    assert len(listing.rows) == RELATED
    assert re.search(rf"first {RELATED} of \d+, \d+ more", listing.title)


@pytest.mark.parametrize(
    ("domain", "looks"),
    [
        ("n0rthgate.example", "northgate: letters that look the same"),
        ("northgate.test", "northgate: the same name under another ending"),
        ("rnicrosoft.example", "microsoft: letters that look the same (list brands of"),
        ("mailkeep.example", "no name of ours and no known brand"),
        ("northgate.example", "no name of ours and no known brand"),
    ],
)
def test_a_domain_made_to_be_taken_for_ours_or_a_brands_says_so(sample: Workbench, domain: str, looks: str) -> None:
    told = facts(of(sample, "domain", domain), "Domain")
    assert str(told["Looks like"]).startswith(looks)
    assert told["Ours"] is (domain == "northgate.example")


def test_an_address_says_whether_it_is_ours_and_where_it_is(sample: Workbench) -> None:
    found = of(sample, "ip_address", "198.51.100.66")
    assert facts(found, "IP address")["Ours"] is False
    country = next(row for row in titled(found, "Look-ups").rows if row[0] == "Country")
    assert country[1] == "Singapore (SG)"
    assert re.match(r"own_countries \(Made up for the demo: .*\) of \d{4}-\d\d-\d\d \(\d+ days", country[2])


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    with Client(site.address, site.token("ada", Role.GLOBAL_ADMINISTRATOR)) as opened:
        yield opened


def test_notes_of_analysts_follow_the_entity_however_it_is_written(sample: Workbench, client: Client) -> None:
    sample.__dict__["client"] = client
    assert titled(of(sample, "url", URL), "Notes (0)").empty == "Nobody wrote a note."
    client.write_note(NoteNew(entity="url", value=URL, text="seen \u202e before"))
    client.write_note(NoteNew(entity="url", value="https://other.example/", text="another"))
    removed = client.write_note(NoteNew(entity="url", value=URL, text="taken back"))
    client.remove_note(removed.id, Removal(version=1))
    notes = titled(of(sample, "url", URL.replace(".", "[.]").replace("https", "hxxps")), "Notes (1)")
    assert [row[1:] for row in notes.rows] == [("ada", "seen \u202e before")]


def test_without_the_service_or_a_log_in_notes_were_not_evaluated(sample: Workbench, site: Site) -> None:
    note = titled(of(sample, "url", URL), "Notes")
    assert isinstance(note, Note)
    assert note.text.startswith("Not evaluated: No control service runs")
    with Client(site.address, "no token") as stranger:
        sample.__dict__["client"] = stranger
        assert titled(of(sample, "url", URL), "Notes").text.startswith("Not evaluated: ")


@contextmanager
def at(workspace: Workspace, address: str) -> Iterator[None]:
    """A workspace in which a service runs at an address; it is as before afterwards."""
    workspace.service.parent.mkdir(parents=True, exist_ok=True)
    found = {"address": address, "pid": 1, "boot": "b", "started_at": "2026-09-18T12:00:00Z"}
    workspace.service.write_text(json.dumps(found))
    held = workspace.service.with_suffix(".lock")
    try:
        with held.open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    finally:
        workspace.service.unlink()
        held.unlink()


def test_notes_are_written_on_a_page_of_the_service_where_one_runs(sample: Workbench, client: Client) -> None:
    sample.__dict__["client"] = client
    assert not [each for each in of(sample, "domain", "mailkeep.example") if isinstance(each, Way)]
    with at(sample.workspace, client.address):
        value = "https://mailkeep.example/?a=1&b=%20%22%3Cx"
        (way,) = [each for each in of(sample, "url", value) if isinstance(each, Way)]
        where, _, asked = way.address.partition("?")
        assert (way.label, where) == ("Write a note", f"{client.address}/notes")
        assert parse_qs(asked) == {"entity": ["url"], "value": [value]}
        client.write_note(NoteNew(entity="url", value=value, text="seen"))
        (way,) = [each for each in of(sample, "url", value) if isinstance(each, Way)]
        assert way.label == "Write, change or remove notes"
        assert not [each for each in of(sample, "campaign", "x") if isinstance(each, Way)]
        long = of(sample, "url", f"https://mailkeep.example/{'a' * 7_000}")
        assert titled(long, "Write a note").text.startswith("Too long for the address of a page.")
        with Client(client.address, "no token") as stranger:
            sample.__dict__["client"] = stranger
            (way,) = [each for each in of(sample, "domain", "mailkeep.example") if isinstance(each, Way)]
            assert way.label == "Notes"


def test_kinds_without_a_word_in_the_ledger_take_no_notes(sample: Workbench) -> None:
    assert not [section for section in of(sample, "campaign", "x") if section.title.startswith("Notes")]


def seen(part: object) -> Iterator[str]:
    """Texts that a reader sees: of a cell the first, the second is for the clipboard."""
    match part:
        case str():
            yield part
        case dict():
            for each in part.values():
                yield from seen(each)
        case [str() as shown, str()]:
            yield shown
        case list():
            for each in part:
                yield from seen(each)


EVIL = ("<img src=x onerror=alert(1)>", "\u202egpj.exe\x1b[31m", "=cmd|' /C calc'!A0")


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_values_of_every_kind_are_shown_as_text(sample: Workbench, evil: str) -> None:
    for kind in every_kind():
        for value in (evil, f"{evil}@evil.example", f"https://evil.example/{evil}"):
            try:
                asked = sample.entity(kind, value)
            except BadInput:
                continue
            panel = Panel()
            panel.show(asked.defanged, sections(asked, sample))
            for text in (panel.title, *seen(panel.sections)):
                assert not BIDI.search(text)
                assert "\x1b" not in text


def test_a_cell_leads_to_the_entity_whose_kind_shows_its_value_so() -> None:
    assert {cell: every_kind()[name].cell for cell, name in OPENED.items()} == {cell: cell for cell in OPENED}


def test_every_section_can_be_sent(sample: Workbench) -> None:
    for kind, value in (
        ("mailbox", "sanne.dewit@northgate.example"),
        ("message", "e50d1c32-61d5-490d-38ef-08df13c5e0bf"),
    ):
        found = of(sample, kind, value)
        panel = Panel()
        panel.show(value, found)
        assert all(isinstance(each, Listing) for each in found if each.title.startswith("Over time"))
        assert "sanne.dewit@northgate.example" in wire(panel)
