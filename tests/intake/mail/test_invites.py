"""Invitations: every text in which an address may stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import attached, features, multipart, read, seconds, text_part
from workbench.intake.mail.invites import read_invite

INVITE = (
    'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nORGANIZER;CN="Payroll: team":mailto:boss@evil.example\r\n'
    "ATTENDEE:mailto:ann@own.example\r\nATTENDEE;CN=Bob:mailto:bob@own.example\r\n"
    'DESCRIPTION;ALTREP="http://altrep.example/x":Join\\nhttp://described.exam\r\n ple/a\\, now\r\n'
    "LOCATION:http://place.example/room\r\nURL:http://url.example/\r\nATTACH:http://attach.example/file.exe\r\n"
    'X-ALT-DESC;FMTTYPE=text/html:<a href="http://html.exam\r\n ple/b">Join\\, please</a>\r\n'
    "X-MICROSOFT-SKYPETEAMSMEETINGURL:http://teams.example/\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
ADDRESSES = {
    "http://described.example/a",
    "http://altrep.example/x",
    "http://place.example/room",
    "http://url.example/",
    "http://attach.example/file.exe",
    "http://html.example/b",
    "http://teams.example/",
}


@pytest.mark.quirk("raw mail", "calendar invites with URLs")
@pytest.mark.parametrize(
    ("part", "place"),
    [
        (text_part(INVITE, "text/calendar"), "Body"),
        (attached(INVITE.encode(), "invite.ics", "text/calendar"), "Attachment"),
        (attached(INVITE.encode(), "invite.ics"), "Attachment"),
    ],
)
def test_addresses_of_every_property_are_rows(part: bytes, place: str) -> None:
    rows = read(multipart(text_part("see"), part)).rows["EmailUrlInfo"]
    assert {(str(row["Url"]), row["UrlLocation"]) for row in rows} == {(url, place) for url in ADDRESSES}


@pytest.mark.quirk("raw mail", "calendar invites with URLs")
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["invite.ics", "invite.vcs"])
def test_a_calendar_file_is_read_as_one_whatever_type_and_character_set_it_has(charset: str, name: str) -> None:
    rows = read(multipart(text_part("see"), attached(INVITE.encode(charset), name))).rows["EmailUrlInfo"]
    assert {row["Url"] for row in rows} == ADDRESSES
    assert {row["UrlLocation"] for row in rows} == {"Attachment"}


def test_who_invites_whom_is_told() -> None:
    found = features(multipart(text_part(INVITE, "text/calendar")))["invites"]
    assert found == [{"method": "REQUEST", "organizer": "boss@evil[.]example", "attendees": 2}]


@pytest.mark.parametrize("piece", ["A:", 'A;B="', "\r\n ", "A;;;;;", "\\n", "DESCRIPTION:x\r\n"])
def test_calendars_made_to_be_slow_are_not(piece: str) -> None:
    assert seconds(lambda: read_invite(piece * (1_000_000 // len(piece)))) < 3


@given(st.text('AB:;"=\\n\r\n ,', max_size=200))
def test_any_text_can_be_read(source: str) -> None:
    assert isinstance(read_invite(source).attendees, int)
