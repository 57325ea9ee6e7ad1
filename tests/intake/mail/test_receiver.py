"""Who received a message, and which headers the receiver wrote."""

from ipaddress import ip_network

import pytest

from tests.intake.mail.letters import EXCHANGE_HOPS, EXCHANGE_STAMPS, HOP, PLAIN_HEADERS, event, letter
from workbench.intake.mail import read_message
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.headers import Header, Headers
from workbench.intake.mail.hops import read_hops
from workbench.intake.mail.reading import Context
from workbench.intake.mail.receiver import Receiver, judge, stamp

SCL = "X-MS-Exchange-Organization-SCL"
OUTSIDE = "from evil.example (evil.example [192.0.2.7]) by mx.own.example with ESMTP; x"
FORGED = "from own.example (mx.own.example [10.0.0.1]) by mx.own.example with ESMTP; x"


def headers(*lines: str) -> Headers:
    pairs = [line.partition(": ") for line in lines]
    return Headers([Header(place, name.lower(), value) for place, (name, _, value) in enumerate(pairs)])


def judged(*lines: str, own: tuple[str, ...] = ()) -> tuple[Headers, Receiver]:
    block = headers(*lines)
    return block, judge(block, read_hops(block, Faults())[0], Context(own_domains=own))


def believed(*lines: str, name: str = SCL) -> tuple[str, str]:
    faults = Faults()
    block, receiver = judged(*lines)
    return stamp(block, receiver, name, faults), "; ".join(fault.reason for fault in faults.kept())


def test_without_a_hop_nothing_was_written_by_a_receiver() -> None:
    block, receiver = judged(*PLAIN_HEADERS, f"{SCL}: -1")
    assert receiver == Receiver()
    assert not any(receiver.wrote(entry) for entry in block.entries)
    assert believed(f"{SCL}: -1") == ("", "the receiving system is not Exchange: its stamps are not believed")


def test_the_border_is_the_hop_that_took_the_message_from_outside() -> None:
    block, receiver = judged("X-Above: 1", HOP, "X-Below: 1", *PLAIN_HEADERS)
    assert (receiver.host, receiver.border, receiver.exchange) == ("mx.own.example", 1, False)
    assert receiver.peer is not None
    assert receiver.peer.address == "192.0.2.7"
    assert [entry.name for entry in block.entries if receiver.wrote(entry)] == ["x-above"]


@pytest.mark.parametrize(
    "within",
    [
        "from localhost (localhost [127.0.0.1]) by mx.own.example (Postfix) with ESMTP; x",
        "from mx2.own.example ([10.1.2.3]) by store.own.example with LMTP; x",
        "from anything (mx2.own.example [198.51.100.9]) by mx.own.example with ESMTP; x",
        "by mx.own.example (Postfix, from userid 0); x",
    ],
)
def test_relays_of_the_receiver_itself_are_passed(within: str) -> None:
    _, receiver = judged(f"Received: {within}", "X-Between: 1", f"Received: {OUTSIDE}", "X-Below: 1")
    assert receiver.border == 2


@pytest.mark.parametrize(
    "line",
    [
        "from mx.own.example (mail.evil.example [192.0.2.7]) by mx.own.example with ESMTP; x",
        "from mx.own.example ([192.0.2.7]) by mx.own.example with ESMTP; x",
        "from mx.own.example by mx.own.example with ESMTP; x",
    ],
)
def test_a_peer_that_only_says_it_is_ours_is_outside(line: str) -> None:
    forged = ("Authentication-Results: mx.own.example; dmarc=pass", f"Received: {FORGED}")
    block, receiver = judged(f"Received: {line}", *forged)
    assert receiver.border == 0
    assert not receiver.wrote(block.entries[1])


def test_hops_that_the_sender_wrote_below_the_border_change_nothing() -> None:
    _, receiver = judged(f"Received: {OUTSIDE}", f"Received: {FORGED}", f"Received: {FORGED}")
    assert receiver.border == 0


def test_our_own_domains_are_ours_beside_that_of_the_newest_host() -> None:
    lines = ("Received: from mx.own.example (mx.own.example [198.51.100.9]) by in.hoster.example with ESMTP; x", HOP)
    assert judged(*lines)[1].border == 0
    assert judged(*lines, own=("own.example",))[1].border == 1


def test_relays_of_exchange_online_are_passed_by_their_address() -> None:
    _, receiver = judged(*EXCHANGE_HOPS)
    assert (receiver.exchange, receiver.border) == (True, 4)
    assert receiver.peer is not None
    assert receiver.peer.sender == "mail.evil.example"


def test_mail_from_another_tenant_comes_from_outside() -> None:
    other = (
        "Received: from EUR05-AM6-obe.outbound.protection.outlook.com (40.107.22.7) by"
        " BN8NAM11FT066.mail.protection.outlook.com (10.13.177.138) with Microsoft SMTP Server id 1; x"
    )
    sending = "Received: from A.eurprd05.prod.outlook.com (2603:10a6::1) by B.eurprd05.prod.outlook.com with mapi; x"
    assert judged(*EXCHANGE_HOPS[:4], other, sending)[1].border == 4


def test_stamps_of_exchange_are_believed_where_exchange_received() -> None:
    assert believed(*EXCHANGE_HOPS, *PLAIN_HEADERS, *EXCHANGE_STAMPS) == ("5", "")


@pytest.mark.quirk("raw mail", "forged stamps of a receiver")
def test_stamps_of_exchange_are_not_believed_where_another_system_received() -> None:
    assert believed(HOP, *PLAIN_HEADERS, *EXCHANGE_STAMPS)[0] == ""


def test_of_several_stamps_the_last_counts_and_that_is_said() -> None:
    value, reasons = believed(*EXCHANGE_HOPS, f"{SCL}: -1", *PLAIN_HEADERS, f"{SCL}: 9")
    assert value == "9"
    assert reasons == "stands 2 times with different values, the last counts"


def test_what_came_in_between_the_marks_of_outlook_is_never_believed() -> None:
    mark, end = "X-IncomingTopHeaderMarker: OriginalChecksum:1;Count:2", "X-IncomingHeaderCount: 2"
    value, reasons = believed(*EXCHANGE_HOPS, mark, f"{SCL}: -1", *PLAIN_HEADERS, end)
    assert (value, reasons) == ("", "came with the message as well, only the receiver's counts")
    assert believed(*EXCHANGE_HOPS, mark, f"{SCL}: -1", *PLAIN_HEADERS, end, f"{SCL}: 9")[0] == "9"


def test_marks_that_the_sender_wrote_inside_the_block_do_not_shorten_it() -> None:
    mark, end = "X-IncomingTopHeaderMarker: OriginalChecksum:1;Count:5", "X-IncomingHeaderCount: 5"
    assert believed(*EXCHANGE_HOPS, mark, "Subject: x", end, f"{SCL}: -1", mark, "To: x", end)[0] == ""


def test_results_below_the_border_are_next_only_where_they_name_the_receiver() -> None:
    block, receiver = judged("X-A: 1", HOP, "Authentication-Results: mx.own.example; spf=pass")
    assert receiver.is_next(block.entries[2], ["mail.own.example"])
    assert not receiver.is_next(block.entries[2], ["mx.evil.example"])
    assert not receiver.is_next(block.entries[0], ["mail.own.example"])
    assert not Receiver().is_next(block.entries[2], [""])


GOOGLE = (
    "Delivered-To: ann@own.example",
    "Received: by 2002:a05:6a10:1234:b0:123:4567 with SMTP id x7csp; Tue, 19 Sep 2023 11:36:45 -0700 (PDT)",
    "X-Google-Smtp-Source: AGHT+x",
    "X-Received: by 2002:a05:6a00:1234 with SMTP id a-200; Tue, 19 Sep 2023 11:36:45 -0700 (PDT)",
    "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=google.com; s=arc-20160816; b=x",
    "ARC-Authentication-Results: i=1; mx.google.com; spf=fail smtp.mailfrom=bob@evil.example",
    "Return-Path: <bounce@evil.example>",
    "Received: from mail.evil.example (mail.evil.example. [192.0.2.7]) by mx.google.com with ESMTPS id a1-200 for"
    " <ann@own.example> (version=TLS1_3 cipher=TLS_AES bits=128/128); Tue, 19 Sep 2023 11:36:44 -0700 (PDT)",
    "Received-SPF: fail (google.com: domain of bob@evil.example does not designate 192.0.2.7 as permitted sender)"
    " client-ip=192.0.2.7;",
    "Authentication-Results: mx.google.com; spf=fail (google.com: domain) smtp.mailfrom=bob@evil.example",
)


@pytest.mark.quirk("raw mail", "receiving headers of Exchange, Google, Postfix and others")
def test_mail_of_google_is_read_to_its_border() -> None:
    row = event(letter((*GOOGLE, *PLAIN_HEADERS)))
    assert (row["RecipientEmailAddress"], row["SenderIPv4"]) == ("ann@own.example", "192.0.2.7")
    assert (row["SenderMailFromAddress"], row["EmailDirection"]) == ("bounce@evil.example", "Inbound")
    assert row["AuthenticationDetails"] == '{"SPF":"fail"}'
    assert str(row["Timestamp"]).startswith("2023-09-19 18:36:45")


FRONT = (
    "Received: from mx0.filter.example (198.51.100.9) by BN8NAM11FT066.mail.protection.outlook.com (10.13.177.138) with"
    " Microsoft SMTP Server id 15.20; Tue, 19 Sep 2023 18:36:46 +0000",
    "X-Proofpoint-Spam-Details: rule=phish policy=default score=99",
    "Received: from mail.evil.example (mail.evil.example [192.0.2.7]) by mx0.filter.example (8.17/8.17) with ESMTPS id 3"
    " for <ann@own.example>; Tue, 19 Sep 2023 18:36:45 +0000",
    *PLAIN_HEADERS,
    "X-Sender-IP: 198.51.100.9",
)


def test_a_filter_in_our_own_ranges_is_ours_and_the_sender_stands_behind_it() -> None:
    context = Context(own_domains=("own.example",), egress=(ip_network("198.51.100.0/24"),))
    row = read_message(letter(FRONT), "x", context).rows["EmailEvents"][0]
    assert (row["SenderIPv4"], row["ThreatTypes"]) == ("192.0.2.7", "Phish")
    assert row["RecipientEmailAddress"] == "ann@own.example"


def test_without_the_ranges_it_is_an_outsider_and_its_verdict_a_claim() -> None:
    row = event(letter(FRONT))
    assert (row["SenderIPv4"], row["ThreatTypes"]) == ("198.51.100.9", "")
