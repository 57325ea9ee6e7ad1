"""Who received a message, and which headers the receiver wrote."""

import pytest

from tests.intake.mail.letters import EXCHANGE_HOPS, EXCHANGE_STAMPS, HOP, PLAIN_HEADERS
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
