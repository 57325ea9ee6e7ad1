"""Rows have the columns of their tables and values of the right types."""

from datetime import UTC, datetime

import orjson
import pytest

from tests.intake.mail.letters import (
    OWN,
    attached,
    changed,
    event,
    exchange,
    facts,
    letter,
    multipart,
    page,
    plain,
    read,
    reasons,
    text_part,
)
from workbench.events.tables.mail import EMAIL_ATTACHMENT_INFO, EMAIL_EVENTS, EMAIL_URL_INFO
from workbench.events.tables.mail_facts import WORKBENCH_MAIL_FACTS
from workbench.intake.mail.limits import MOST_ATTACHMENT_ROWS
from workbench.intake.mail.rows import json_text, language

TABLES = {table.name: table for table in (EMAIL_EVENTS, EMAIL_URL_INFO, EMAIL_ATTACHMENT_INFO, WORKBENCH_MAIL_FACTS)}
PYTHON = {"string": (str,), "datetime": (datetime,), "int": (int,), "long": (int,), "dynamic": (str,)}
EMPTY_ALLOWED = {"int", "long", "datetime"}
MESSAGES = (
    b"",
    plain("http://a.example/"),
    exchange(),
    multipart(text_part("x"), attached(b"%PDF", "a.pdf")),
    page("<a href='http://a.example/'>x</a>"),
)


def check(rows: dict[str, list[dict[str, object]]]) -> None:
    """Every row has all declared columns and no other, with values of their types."""
    for name, kept in rows.items():
        types = TABLES[name].types
        for row in kept:
            assert set(row) == {*types, "_Raw"}
            assert isinstance(row["_Raw"], str)
            assert isinstance(row["Timestamp"], datetime)
            for column, kind in types.items():
                value = row[column]
                if value is None:
                    assert kind in EMPTY_ALLOWED, column
                    continue
                assert type(value) in PYTHON[kind], (column, value)
                if kind == "datetime":
                    assert value.utcoffset() == datetime.now(UTC).utcoffset()
                if kind == "dynamic":
                    orjson.loads(value)


@pytest.mark.parametrize("raw", MESSAGES)
def test_rows_have_the_columns_of_their_tables(raw: bytes) -> None:
    rows = read(raw).rows
    assert list(rows) == list(TABLES)
    check(rows)
    assert rows["EmailEvents"]
    assert len(rows["WorkbenchMailFacts"]) == 1


@pytest.mark.parametrize("raw", MESSAGES)
def test_every_row_carries_the_hash_of_the_message_and_the_same_id_and_time(raw: bytes) -> None:
    reading = read(raw)
    every = [row for rows in reading.rows.values() for row in rows]
    assert {row["_Raw"] for row in every} == {reading.sha256}
    assert len({row["NetworkMessageId"] for row in every}) == 1
    assert len({row["Timestamp"] for row in every}) == 1


def test_reports_of_one_message_are_told_apart() -> None:
    raw = multipart(text_part("http://a.example/ http://b.example/"), attached(b"1", "a.bin"), attached(b"2", "b.bin"))
    every = [row["ReportId"] for name in list(TABLES)[:3] for row in read(raw).rows[name]]
    assert len(set(every)) == len(every) == 5


def test_an_event_has_what_the_receiver_found() -> None:
    row = event(exchange())
    assert row["AuthenticationDetails"] == '{"SPF":"fail","DKIM":"none","DMARC":"fail","CompAuth":"fail"}'
    assert (row["SenderIPv4"], row["SenderIPv6"]) == ("192.0.2.7", "")
    assert (row["ThreatTypes"], row["ConfidenceLevel"]) == ("Phish", '{"Phish":"High"}')
    assert (row["DeliveryAction"], row["DeliveryLocation"]) == ("Junked", "Junk folder")
    assert (row["EmailDirection"], row["EmailLanguage"], row["BulkComplaintLevel"]) == ("Inbound", "de", 7)
    assert (row["SenderMailFromAddress"], row["SenderMailFromDomain"]) == ("bounce@evil.example", "evil.example")


@pytest.mark.parametrize(
    ("address", "columns"),
    [
        ("198.51.100.1", ("198.51.100.1", "")),
        ("2001:db8::7", ("", "2001:db8::7")),
        ("::ffff:198.51.100.1", ("198.51.100.1", "")),
    ],
)
def test_the_sending_address_stands_in_the_column_of_its_family(address: str, columns: tuple[str, str]) -> None:
    row = event(exchange(stamps=(f"X-Sender-IP: {address}",)))
    assert (row["SenderIPv4"], row["SenderIPv6"]) == columns


def test_without_a_stamp_the_peer_of_the_receiving_hop_is_the_sender() -> None:
    assert event(plain())["SenderIPv4"] == "192.0.2.7"
    assert event(letter(("From: a@b.example",)))["SenderIPv4"] == ""


def test_the_direction_is_that_of_each_recipient() -> None:
    raw = letter(("From: ann@own.example", "To: bob@own.example, x@else.example"))
    assert [row["EmailDirection"] for row in read(raw).rows["EmailEvents"]] == ["Inbound", "Unknown"]
    assert event(plain(), own=())["EmailDirection"] == "Unknown"
    assert event(plain(), own=("@OWN.example ",))["EmailDirection"] == "Inbound"
    assert OWN == ("own.example",)


def test_the_cluster_of_a_message_is_that_of_its_words() -> None:
    words = "one two three four five six seven eight nine ten " * 4
    first, second = event(plain(words)), event(page(f"<p>{words.upper()}</p>"))
    assert first["EmailClusterId"] == second["EmailClusterId"]
    assert isinstance(first["EmailClusterId"], int)
    assert 0 <= first["EmailClusterId"] < 2**63
    assert event(plain("too short"))["EmailClusterId"] is None


def test_counts_are_those_of_links_and_files() -> None:
    row = event(multipart(text_part("http://a.example/ http://a.example/"), attached(b"1", "a.bin")))
    assert (row["UrlCount"], row["AttachmentCount"]) == (1, 1)


def test_rows_of_files_and_recipients_are_cut_with_a_fault() -> None:
    parts = [attached(b"x", f"{number}.bin") for number in range(60)]
    raw = multipart(*parts).replace(b" for <ann@own.example>", b"")
    raw = raw.replace(b"To: Ann <ann@own.example>", b"To: " + b", ".join(b"u%d@own.example" % n for n in range(200)))
    assert len(read(raw).rows["EmailAttachmentInfo"]) == MOST_ATTACHMENT_ROWS
    assert f"12000 rows of attachments, only {MOST_ATTACHMENT_ROWS} are written" in reasons(raw)


def test_the_facts_say_where_a_message_came_from_and_what_is_wrong_with_it() -> None:
    raw = changed(subject="=?klingon?q?x?=")
    own = facts(raw)
    assert (own["SourceName"], own["RawSize"], own["RawSHA256"]) == ("test.eml", len(raw), own["_Raw"])
    assert orjson.loads(str(own["Faults"])) == [
        {"where": "header Subject", "reason": "character set 'klingon' is not known"}
    ]
    assert own["FaultCount"] == 1


@pytest.mark.parametrize(
    ("declared", "expected"),
    [(("pt-BR, en-US",), "pt-br"), (("", "de"), "de"), (("x" * 30, "ru_RU"), "ru-ru"), (("1", "", "?"), ""), ((), "")],
)
def test_the_language_is_the_first_that_is_one(declared: tuple[str, ...], expected: str) -> None:
    assert language(*declared) == (expected or "")


def test_json_holds_no_lone_surrogates() -> None:
    assert orjson.loads(json_text({"a\ud800": ["\udfff", {"b": "ok"}], "n": None})) == {
        "a\ufffd": ["\ufffd", {"b": "ok"}],
        "n": None,
    }
