"""Sender, recipients, ids and times of a message."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.intake.mail.letters import (
    HOP,
    PLAIN_HEADERS,
    SEEN,
    STAMPED_ID,
    changed,
    event,
    exchange,
    facts,
    letter,
    plain,
    read,
    reasons,
)
from workbench.intake.mail import Context, read_message
from workbench.intake.mail.clues import NO_TIME
from workbench.intake.mail.limits import LONGEST_VALUE, MOST_RECIPIENTS

NO_FOR = HOP.replace(" for <ann@own.example>", "")


def addressed(*lines: str) -> bytes:
    rest = [line for line in PLAIN_HEADERS if not line.startswith("To:")]
    return letter((NO_FOR, *rest, *lines))


def recipients(raw: bytes) -> list[object]:
    return [row["RecipientEmailAddress"] for row in read(raw).rows["EmailEvents"]]


def test_every_recipient_of_to_and_cc_has_a_row_and_each_only_one() -> None:
    raw = addressed("To: A <a@own.example>, b@own.example", "Cc: C@own.example, A@own.example")
    assert recipients(raw) == ["a@own.example", "b@own.example", "c@own.example"]
    assert facts(raw)["RecipientSource"] == "To, Cc"


def test_the_receivers_recipient_counts_before_what_the_sender_wrote() -> None:
    raw = letter(("Delivered-To: real@own.example", HOP, *PLAIN_HEADERS))
    assert recipients(raw) == ["real@own.example"]
    assert facts(raw)["RecipientSource"] == "Delivered-To"
    assert recipients(plain()) == ["ann@own.example"]
    assert facts(plain())["RecipientSource"] == "Received"


def test_what_forwarders_left_counts_where_to_and_cc_name_nobody() -> None:
    raw = addressed("To: undisclosed-recipients:;", "Bcc: b@own.example", "Envelope-To: c@own.example")
    assert recipients(raw) == ["b@own.example", "c@own.example"]
    assert facts(raw)["RecipientSource"] == "Bcc, Envelope-To"


def test_a_message_without_any_recipient_has_one_row_and_a_fault() -> None:
    raw = addressed("To: Trust Wallet")
    assert recipients(raw) == [""]
    assert facts(raw)["RecipientSource"] == "none"
    assert "header To: no recipient could be read" in reasons(raw)


def test_more_recipients_than_the_limit_are_cut_with_a_fault() -> None:
    lines = [f"To: u{number}@own.example" for number in range(MOST_RECIPIENTS + 20)]
    assert len(recipients(addressed(*lines))) == MOST_RECIPIENTS
    assert f"more than {MOST_RECIPIENTS} recipients" in reasons(addressed(*lines))


def test_the_sender_is_the_topmost_from_and_others_are_a_fault() -> None:
    raw = letter((HOP, "From: One <one@a.example>", "From: Two <two@b.example>", "To: ann@own.example"))
    row = event(raw)
    assert (row["SenderFromAddress"], row["SenderDisplayName"]) == ("one@a.example", "One")
    assert row["SenderFromDomain"] == "a.example"
    assert "header From: stands 2 times, the topmost counts" in reasons(raw)


def test_several_senders_in_one_from_and_a_missing_one_are_faults() -> None:
    raw = changed(**{"from": "one@a.example, two@b.example"})
    assert event(raw)["SenderFromAddress"] == "one@a.example"
    assert "more than one mailbox" in reasons(raw)
    assert "header From: is missing" in reasons(letter((HOP, "To: ann@own.example")))


def test_the_envelope_sender_is_what_the_receiver_recorded() -> None:
    top = letter(("Return-Path: <bounce@evil.example>", HOP, *PLAIN_HEADERS, "Return-Path: <forged@own.example>"))
    assert event(top)["SenderMailFromAddress"] == "bounce@evil.example"
    assert event(exchange("Return-Path: forged@own.example"))["SenderMailFromAddress"] == "bounce@evil.example"
    assert facts(exchange())["ReturnPathAddress"] == "bounce@evil.example"


def test_the_domain_that_spf_judged_stands_in_for_an_empty_return_path() -> None:
    row = event(exchange(stamps=("Return-Path: <>",)))
    assert (row["SenderMailFromAddress"], row["SenderMailFromDomain"]) == ("", "evil.example")


def test_the_receivers_stamp_is_the_time_received() -> None:
    own = facts(exchange())
    assert own["Timestamp"] == datetime(2023, 9, 19, 18, 36, 44, 129_841, tzinfo=UTC)
    assert own["ReceivedFrom"] == "X-MS-Exchange-CrossTenant-OriginalArrivalTime"
    assert own["HeaderDate"] == datetime(2023, 9, 19, 18, 35, 49, tzinfo=UTC)


def test_then_the_newest_hop_then_date_then_other_headers() -> None:
    own = facts(plain())
    assert (own["Timestamp"], own["ReceivedFrom"]) == (datetime(2023, 9, 19, 18, 36, 44, tzinfo=UTC), "Received")
    own = facts(letter(PLAIN_HEADERS))
    assert (own["Timestamp"], own["ReceivedFrom"]) == (own["HeaderDate"], "Date")
    raw = letter(("From: a@b.example", "DKIM-Signature: v=1; a=rsa-sha256; t=1695148604; b=x"))
    own = facts(raw)
    assert (own["Timestamp"], own["ReceivedFrom"]) == (datetime(2023, 9, 19, 18, 36, 44, tzinfo=UTC), "DKIM-Signature")
    assert own["HeaderDate"] is None
    assert "message: neither hops nor Date tell a time: that of DKIM-Signature is taken" in reasons(raw)


@pytest.mark.parametrize("raw", [letter(("From: a@b.example",)), b"", letter(("Date: soon", "Received: from x by y"))])
def test_a_message_that_tells_no_time_is_the_same_at_every_import(raw: bytes) -> None:
    first, later = (read_message(raw, "a.eml", Context(seen_at=seen)) for seen in (SEEN, SEEN + timedelta(days=400)))
    assert first == later
    assert first.rows["EmailEvents"][0]["Timestamp"] == NO_TIME
    assert facts(raw)["ReceivedFrom"] == "none"
    assert "message: tells no time at all: 1970-01-01 stands for it" in reasons(raw)


def test_a_time_after_the_import_is_a_fault_and_is_kept() -> None:
    late = SEEN + timedelta(days=2)
    raw = letter((f"Date: {late:%a, %d %b %Y %H:%M:%S} +0000", "From: a@b.example"))
    assert facts(raw)["Timestamp"] == late
    assert "header Date: the time received lies more than a day after the import" in reasons(raw)
    assert "after the import" not in reasons(plain())


def test_a_stamp_far_from_the_newest_hop_is_a_fault() -> None:
    raw = exchange(stamps=("X-MS-Exchange-CrossTenant-OriginalArrivalTime: 1 Sep 2021 10:00:00.0 (UTC)",))
    assert "more than a day from the newest hop" in reasons(raw)


def test_the_message_has_the_stamped_id_or_one_of_its_content() -> None:
    assert event(exchange())["NetworkMessageId"] == STAMPED_ID
    reading = read(plain())
    assert reading.rows["EmailEvents"][0]["NetworkMessageId"] == f"wb-{reading.sha256[:32]}"


@pytest.mark.parametrize(
    "written",
    ["<a@b>", '""', "x OR ALL ALL", "{3}", "<[a-b]c@d>", "  <with blanks inside@b>  ", "<a\x01b@c>", "not an id"],
)
def test_the_message_id_is_kept_exactly_as_it_is_written(written: str) -> None:
    assert event(changed(message_id=written))["InternetMessageId"] == written.strip()


def test_a_missing_repeated_or_endless_message_id_is_a_fault() -> None:
    assert "header Message-ID: is missing" in reasons(changed(message_id=""))
    assert "stands 2 times" in reasons(letter((HOP, *PLAIN_HEADERS, "Message-ID: <2@evil.example>")))
    raw = changed(message_id=f"<{'x' * 10_000}@b>")
    assert len(str(event(raw)["InternetMessageId"])) == LONGEST_VALUE
    assert f"header Message-ID: longer than {LONGEST_VALUE} characters, cut" in reasons(raw)


def test_the_thread_is_what_in_reply_to_and_references_name() -> None:
    raw = changed(in_reply_to="<2@x>", references="<1@x> <2@x>")
    assert facts(raw)["InReplyTo"] == "<2@x> <1@x>"
    assert facts(plain())["InReplyTo"] == ""


def test_reply_to_is_its_first_address() -> None:
    assert facts(changed(reply_to="Other <other@else.example>"))["ReplyToAddress"] == "other@else.example"
