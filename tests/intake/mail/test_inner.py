"""Messages inside messages: each is one of its own, the same whoever sends it on, and believed only from our own."""

import base64
import json

import pytest

from tests.intake.mail.letters import (
    EXCHANGE_HOPS,
    EXCHANGE_STAMPS,
    OWN,
    PLAIN_HEADERS,
    SEEN,
    STAMPED_ID,
    attached,
    exchange,
    letter,
    plain,
    seconds,
    text_part,
)
from tests.intake.mail.outlook_files import compound, outlook
from tests.intake.mail.test_rows import check
from workbench.intake.mail import Context, Reading, read_message
from workbench.intake.mail.limits import MOST_INNER

LURE = exchange()
CONTEXT = Context(own_domains=OWN, seen_at=SEEN, secops_mailboxes=("report@own.example",))
OURS = (
    "Received: from MB1.own.example (10.0.0.5) by MB2.own.example (10.0.0.6) with Microsoft SMTP Server id 15.1; "
    "Tue, 19 Sep 2023 19:00:00 +0000",
)
FROM_US = (
    "X-MS-Exchange-Organization-AuthAs: Internal",
    "X-MS-Exchange-Organization-MessageDirectionality: Originating",
)
FROM_OUTSIDE = (
    "Received: from mail.evil.example (mail.evil.example [192.0.2.7]) by mx.own.example (Postfix) with ESMTPS id 4XyZ"
    " for <report@own.example>; Tue, 19 Sep 2023 19:00:00 +0000",
)


def forwarded(
    *parts: bytes,
    sender: str = "ann@own.example",
    to: str = "report@own.example",
    subject: str = "FW",
    ours: bool = True,
) -> bytes:
    """A message with others inside: from one of our own, or from outside."""
    headers = (
        *(OURS if ours else FROM_OUTSIDE),
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        'Content-Type: multipart/mixed; boundary="outer"',
        *(FROM_US if ours else ()),
    )
    body = b"".join(b"--outer\r\n" + part + b"\r\n" for part in (text_part("see"), *parts)) + b"--outer--\r\n"
    return letter(headers, body)


def inside(raw: bytes = LURE) -> bytes:
    return b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + raw


def read(raw: bytes) -> Reading:
    return read_message(raw, "box.mbox message 3", CONTEXT)


def all_facts(reading: Reading) -> list[dict[str, object]]:
    return reading.rows["WorkbenchMailFacts"]


def linked(facts: dict[str, object]) -> list[str]:
    return [each["sha256"] for each in json.loads(str(facts["InnerMessages"]))]


@pytest.mark.parametrize(
    "part",
    [
        inside(),
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(LURE),
        attached(LURE, "suspicious.eml"),
        attached(LURE, "suspicious.eml", "message/rfc822"),
    ],
    ids=["part", "base64", "file", "named"],
)
def test_a_reported_message_has_the_rows_it_would_have_alone(part: bytes) -> None:
    reading, alone = read(forwarded(part)), read_message(LURE, "x", CONTEXT)
    wrapper, original = all_facts(reading)
    check(reading.rows)
    assert (wrapper["ReportKind"], wrapper["ReportedBy"], original["ReportKind"]) == ("user", "ann@own.example", "")
    assert linked(wrapper) == [original["RawSHA256"]] == [alone.sha256]
    assert original["NetworkMessageId"] == STAMPED_ID
    assert (original["SourceName"], original["Standing"]) == ("inside another message", "enclosed")
    row, expected = reading.rows["EmailEvents"][1], alone.rows["EmailEvents"][0]
    differing = {name for name, value in row.items() if expected[name] != value}
    assert differing == {"AdditionalFields"}
    assert json.loads(str(row["AdditionalFields"]))["Inside"] == "another message"
    assert reading.inner == (LURE,)


@pytest.mark.quirk("raw mail", "messages inside messages; reports unwrapped to the original")
def test_five_reports_of_one_message_are_five_reports_and_one_message() -> None:
    readings = [read(forwarded(inside(), sender=f"u{number}@own.example")) for number in range(5)]
    originals = [json.dumps([reading.rows[name][1:] for name in reading.rows], default=str) for reading in readings]
    assert len(set(originals)) == 1
    assert {all_facts(reading)[0]["ReportedBy"] for reading in readings} == {f"u{n}@own.example" for n in range(5)}
    assert len({linked(all_facts(reading)[0])[0] for reading in readings}) == 1


def test_what_comes_from_outside_is_a_claim_and_none_of_its_stamps_is_believed() -> None:
    reading = read(forwarded(inside(), sender="bob@evil.example", ours=False))
    event = reading.rows["EmailEvents"][1]
    assert all_facts(reading)[1]["Standing"] == "claimed"
    assert event["NetworkMessageId"] == f"wb-{all_facts(reading)[1]['RawSHA256']}"[:35]
    assert (event["AuthenticationDetails"], event["ThreatTypes"], event["DeliveryAction"]) == ("", "", "")
    assert "its stamps are not believed" in str(all_facts(reading)[1]["Faults"])


def test_a_sender_who_only_says_that_he_is_ours_is_not_believed() -> None:
    reading = read(forwarded(inside(), sender="ann@own.example", ours=False))
    assert str(reading.rows["EmailEvents"][1]["NetworkMessageId"]).startswith("wb-")


def test_a_message_inside_one_that_is_not_believed_is_not_either() -> None:
    deeper = forwarded(inside())
    reading = read(forwarded(inside(deeper), sender="bob@evil.example", ours=False))
    ids = [str(facts["NetworkMessageId"]) for facts in all_facts(reading)]
    assert len(ids) == 3
    assert all(each.startswith("wb-") for each in ids)


def test_a_message_inside_has_the_same_rows_whatever_it_lies_in() -> None:
    around = (forwarded(inside()), forwarded(inside(), to="eve@own.example"), forwarded(attached(LURE, "a.eml")))
    rows = [json.dumps([read(raw).rows[name][1:] for name in read(raw).rows], default=str) for raw in around]
    assert len(set(rows)) == 1


def test_an_ordinary_forward_is_marked_as_inside_a_message() -> None:
    reading = read(forwarded(inside(plain()), to="eve@own.example"))
    assert (all_facts(reading)[0]["ReportKind"], all_facts(reading)[1]["SourceName"]) == ("", "inside another message")


def test_a_file_of_outlook_inside_a_mail_is_a_message_too() -> None:
    msg = compound(outlook(p0037="Hello", p5D01="bob@evil.example", p1000="see http://evil.example/"))
    reading = read(forwarded(attached(msg, "original.msg")))
    assert reading.rows["EmailEvents"][1]["SenderFromAddress"] == "bob@evil.example"
    assert linked(all_facts(reading)[0]) == [all_facts(reading)[1]["RawSHA256"]]


def test_a_page_or_text_that_begins_like_mail_is_a_file() -> None:
    assert len(all_facts(read(forwarded(attached(b"From: a\r\nSubject: b\r\n", "notes.txt", "text/plain"))))) == 1


def test_the_same_message_twice_in_one_is_one() -> None:
    reading = read(forwarded(inside(), attached(LURE, "again.eml")))
    assert len(all_facts(reading)) == 2


def test_row_1_messages_nested_100_deep_are_read_to_the_limit_in_time() -> None:
    raw = plain("last")
    for number in range(100):
        raw = letter((*OURS, *PLAIN_HEADERS, f"X-Level: {number}", "Content-Type: message/rfc822", *FROM_US), raw)
    assert seconds(lambda: check(read(raw).rows)) < 20
    assert 10 < len(all_facts(read(raw))) <= MOST_INNER + 1
    assert "not evaluated" in str(read(raw).faults)


def test_a_thousand_messages_inside_one_are_read_to_the_limit_in_time() -> None:
    raw = forwarded(*(inside(plain(f"text {number}")) for number in range(400)))
    assert seconds(lambda: read(raw)) < 20
    assert len(all_facts(read(raw))) == MOST_INNER + 1
    assert "not evaluated: not all messages inside" in str(read(raw).faults)


def test_exchange_itself_passes_on_what_it_received() -> None:
    """A report that came in through Exchange Online, from one of our own to the report mailbox."""
    headers = (
        *EXCHANGE_HOPS[:1],
        "From: ann@own.example",
        "To: report@own.example",
        "Content-Type: message/rfc822",
        *(stamp for stamp in EXCHANGE_STAMPS if "Directionality" not in stamp and "Network-Message-Id" not in stamp),
        "X-MS-Exchange-Organization-MessageDirectionality: Originating",
    )
    assert all_facts(read(letter(headers, LURE)))[1]["NetworkMessageId"] == STAMPED_ID
