"""Stamps of Exchange and other filters become values, where the receiver wrote them."""

from datetime import UTC, datetime

import pytest

from tests.intake.mail.letters import EXCHANGE_STAMPS, HOP, PLAIN_HEADERS, STAMPED_ID, event, exchange, letter
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.hops import read_hops
from workbench.intake.mail.mime import open_message
from workbench.intake.mail.reading import Context
from workbench.intake.mail.receiver import judge
from workbench.intake.mail.stamps import Stamps, read_stamps


def stamps(raw: bytes) -> tuple[Stamps, str]:
    faults = Faults()
    headers = open_message(raw, Faults()).headers
    receiver = judge(headers, read_hops(headers, Faults())[0], Context())
    return read_stamps(headers, receiver, faults), "; ".join(fault.reason for fault in faults.kept())


def test_all_stamps_of_exchange_are_read() -> None:
    read, reasons = stamps(exchange())
    assert read.message_id == STAMPED_ID
    assert read.arrival == datetime(2023, 9, 19, 18, 36, 44, 129_841, tzinfo=UTC)
    assert read.arrival_name == "X-MS-Exchange-CrossTenant-OriginalArrivalTime"
    assert (read.scl, read.bcl, read.directionality, read.auth_as) == (5, 7, "incoming", "anonymous")
    assert read.report["CAT"] == "HPHISH"
    assert read.report["LANG"] == "de"
    assert read.mailbox["DEST"] == "J"
    assert read.sender_address == "192.0.2.7"
    assert read.others == {"SFV": "SPM", "CAT": "HPHISH", "CTRY": "NL"}
    assert reasons == ""


def test_without_exchange_nothing_of_it_is_read() -> None:
    read, reasons = stamps(letter((HOP, *PLAIN_HEADERS, *EXCHANGE_STAMPS)))
    assert (read.message_id, read.arrival, read.scl, read.report) == ("", None, None, {})
    assert "not believed" in reasons


@pytest.mark.parametrize(
    "name", ["X-MS-Office365-Filtering-Correlation-Id", "X-MS-Exchange-CrossTenant-Network-Message-Id"]
)
def test_the_message_id_has_other_names_too(name: str) -> None:
    assert stamps(exchange(stamps=(f"{name}: {STAMPED_ID.upper()}",)))[0].message_id == STAMPED_ID


@pytest.mark.parametrize("value", ["not-a-guid", "' OR 1=1", "", STAMPED_ID + "0"])
def test_an_id_that_is_no_guid_is_not_used(value: str) -> None:
    read, reasons = stamps(exchange(stamps=(f"X-MS-Exchange-Organization-Network-Message-Id: {value}",)))
    assert read.message_id == ""
    assert ("not a GUID, not used" in reasons) == bool(value)


@pytest.mark.parametrize(("value", "level"), [("-1", -1), (" 9 ", 9), ("nine", None), ("", None), ("1; x", None)])
def test_the_spam_level_is_a_number_or_nothing(value: str, level: int | None) -> None:
    assert stamps(exchange(stamps=(f"X-MS-Exchange-Organization-SCL: {value}",)))[0].scl == level


def test_the_spam_level_of_the_report_counts_where_there_is_no_other() -> None:
    assert stamps(exchange(stamps=("X-Forefront-Antispam-Report: SCL:8;CAT:SPM;",)))[0].scl == 8


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (("X-Sender-IP: 198.51.100.1", "X-Forefront-Antispam-Report: CIP:192.0.2.1;"), "198.51.100.1"),
        (("X-MS-Exchange-Organization-OriginalClientIPAddress: 2001:db8::7",), "2001:db8::7"),
        (("X-Forefront-Antispam-Report: CIP:255.255.255.255;",), ""),
        (("X-Sender-IP: somewhere",), ""),
    ],
)
def test_the_sending_address_is_the_first_that_is_one(lines: tuple[str, ...], address: str) -> None:
    assert stamps(exchange(stamps=lines))[0].sender_address == address


def test_the_receiver_names_the_recipient_above_its_hop_or_in_it() -> None:
    read, _ = stamps(letter(("Delivered-To: Ann@Own.Example", HOP, *PLAIN_HEADERS)))
    assert (read.recipients_name, read.recipients) == ("Delivered-To", ("ann@own.example",))
    read, _ = stamps(letter((HOP, *PLAIN_HEADERS)))
    assert (read.recipients_name, read.recipients) == ("Received", ("ann@own.example",))


def test_a_delivery_line_below_the_hop_is_a_claim() -> None:
    read, _ = stamps(letter((HOP.replace(" for <ann@own.example>", ""), "Delivered-To: x@y.example", *PLAIN_HEADERS)))
    assert (read.recipients_name, read.recipients) == ("", ())


def test_spam_headers_count_above_the_hop_only() -> None:
    flag = "X-Spam-Flag: YES"
    assert stamps(letter((flag, HOP, *PLAIN_HEADERS)))[0].others == {"X-Spam-Flag": "YES"}
    assert stamps(letter((HOP, flag, *PLAIN_HEADERS)))[0].others == {}
    assert event(letter((flag, HOP, *PLAIN_HEADERS)))["AdditionalFields"] == '{"X-Spam-Flag":"YES"}'
