"""Received headers of many relays are read leniently."""

from datetime import UTC, datetime

import pytest

from tests.intake.mail.letters import EXCHANGE_HOPS, HOP, seconds
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.headers import Header, Headers
from workbench.intake.mail.hops import Hop, address_of, newest_time, read_hops, told
from workbench.intake.mail.limits import MOST_HOPS


def hops(*lines: str) -> list[Hop]:
    entries = [Header(place, "received", line.removeprefix("Received: ")) for place, line in enumerate(lines)]
    return read_hops(Headers(entries), Faults())[0]


def test_a_hop_of_postfix_is_read() -> None:
    assert hops(HOP) == [
        Hop(
            place=0,
            sender="mail.evil.example",
            by="mx.own.example",
            address="192.0.2.7",
            checked="mail.evil.example",
            protocol="ESMTPS",
            recipient="ann@own.example",
            time=datetime(2023, 9, 19, 18, 36, 44, tzinfo=UTC),
        )
    ]


@pytest.mark.quirk("raw mail", "receiving headers of Exchange, Google, Postfix and others")
@pytest.mark.parametrize(
    ("line", "sender", "by", "address", "protocol"),
    [
        (EXCHANGE_HOPS[1], "bn8nam11ft066.eop-nam11.prod.protection.outlook.com", "bn0pr03ca0023.outlook.office365.com",
         "2603:10b6:408:e6:cafe::23", "Microsoft SMTP Server"),
        ("by 2002:a05:6520:4c9:b0:26f:3a0c:4933 with SMTP id u9; Tue, 19 Sep 2023 18:36:44 -0700", "",
         "2002:a05:6520:4c9:b0:26f:3a0c:4933", "", "SMTP"),
        ("from [192.0.2.7] (helo=evil.example) by mx.own.example with esmtp (Exim 4.96) id 1; x", "192.0.2.7",
         "mx.own.example", "192.0.2.7", "esmtp"),
        ("from unknown (HELO own.example) (192.0.2.7) by mx.own.example with SMTP; x", "own.example", "mx.own.example",
         "192.0.2.7", "SMTP"),
        ("from [10.0.0.1] (unknown [192.0.2.7]) by mx.own.example (Postfix) with ESMTP id 1; x", "10.0.0.1",
         "mx.own.example", "192.0.2.7", "ESMTP"),
        ("from a.example ([IPv6:2001:db8::7]) by mx.own.example with ESMTP; x", "a.example", "mx.own.example",
         "2001:db8::7", "ESMTP"),
        ("from a.example ([fe80::1%11]) by b.example ([fe80::2%11]) with mapi id 15.20; x", "a.example", "b.example",
         "fe80::1", "mapi"),
        ("(qmail 1234 invoked from network); 19 Sep 2023 18:36:44 -0000", "", "", "", ""),
        ("", "", "", "", ""),
    ],
)  # fmt: skip
def test_hops_of_other_relays_are_read(line: str, sender: str, by: str, address: str, protocol: str) -> None:
    hop = hops(line)[0]
    assert (hop.sender, hop.by, hop.address, hop.protocol) == (sender, by, address, protocol)


def test_the_address_is_what_the_relay_saw_and_not_what_the_peer_said() -> None:
    assert hops("from [127.0.0.1] (HELO [10.1.1.1]) (192.0.2.7) by mx.own.example; x")[0].address == "192.0.2.7"


def test_only_the_newest_are_read_and_all_are_counted() -> None:
    faults = Faults()
    entries = [Header(place, "received", f"from a by b{place}.example; x") for place in range(10_000)]
    kept, count = read_hops(Headers(entries), faults)
    assert (len(kept), kept[0].by, count) == (MOST_HOPS, "b0.example", 10_000)
    assert faults.kept()[0].reason == f"10000 hops, only the newest {MOST_HOPS} are read"


def test_hops_are_told_oldest_first_with_the_delay_of_each() -> None:
    rows = told(hops(*(line for line in EXCHANGE_HOPS if line.startswith("Received: "))))
    assert [row["delay"] for row in rows] == [None, 1, 1]
    assert rows[0]["from"] == "mail.evil.example"
    assert rows[0]["time"] == "2023-09-19T18:36:44Z"


def test_a_hop_without_a_time_has_no_delay_and_does_not_break_the_next() -> None:
    first, last = "from a by b; Tue, 19 Sep 2023 10:00:00 +0000", "from c by d; Tue, 19 Sep 2023 10:00:09 +0000"
    assert [row["delay"] for row in told(hops(last, "from b by c; whenever", first))] == [None, None, 9]


def test_the_newest_time_is_that_of_the_newest_hop_that_has_one() -> None:
    assert newest_time(hops("from a by b", HOP)) == datetime(2023, 9, 19, 18, 36, 44, tzinfo=UTC)
    assert newest_time([]) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [("192.0.2.7", "192.0.2.7"), ("[2001:DB8::7]", "2001:db8::7"), ("999.1.1.1", ""), ("evil.example", ""), ("", "")],
)
def test_addresses_have_one_form(text: str, address: str) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize(
    "text", ["from " * 9_000, "from a by " * 5_000, "(" * 60_000, "[1.1.1.1" * 8_000, "for a@" * 9_000]
)
def test_hops_made_to_be_slow_are_not(text: str) -> None:
    assert seconds(lambda: hops(*([text] * MOST_HOPS))) < 2


@pytest.mark.quirk("raw mail", "receiving headers of Exchange, Google, Postfix and others")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "from unknown (HELO mail.evil.example) (192.0.2.7) by mx.own.example with SMTP; 19 Sep 2023 18:36:44 -0000",
            ("mail.evil.example", "mx.own.example", "192.0.2.7", ""),
        ),
        ("(qmail 1234 invoked by uid 89); 19 Sep 2023 18:36:44 -0000", ("", "", "", "")),
        (
            "from mail.evil.example ([192.0.2.7] helo=foo) by mx.own.example with esmtps (TLS1.3) (Exim 4.94.2)"
            " (envelope-from <b@evil.example>) id 1qiX-00 for ann@own.example; Tue, 19 Sep 2023 18:36:44 +0000",
            ("mail.evil.example", "mx.own.example", "192.0.2.7", "ann@own.example"),
        ),
        (
            "from mail.evil.example (mail.evil.example [192.0.2.7] (may be forged)) by mx.own.example (8.14.4/8.14.4)"
            " with ESMTP id x8 for <ann@own.example>; Tue, 19 Sep 2023 18:36:44 +0000",
            ("mail.evil.example", "mx.own.example", "192.0.2.7", "ann@own.example"),
        ),
        (
            "by 2002:a05:6a10:1234:b0:123:4567 with SMTP id x7csp; Tue, 19 Sep 2023 11:36:44 -0700 (PDT)",
            ("", "2002:a05:6a10:1234:b0:123:4567", "", ""),
        ),
        (
            "from mail.evil.example (192.0.2.7) by server-9.tower-555.messagelabs.com with ECDHE-RSA-AES128-GCM-SHA256"
            " encrypted SMTP; Tue, 19 Sep 2023 18:36:44 +0000",
            ("mail.evil.example", "server-9.tower-555.messagelabs.com", "192.0.2.7", ""),
        ),
        (
            "from evil.example ([192.0.2.7]) by mx1.ess.us.cudaops.com (version=TLSv1.2 cipher=X bits=256 verify=NO);"
            " Tue, 19 Sep 2023 18:36:44 +0000",
            ("evil.example", "mx1.ess.us.cudaops.com", "192.0.2.7", ""),
        ),
        (
            "from evil.example (evil.example. [192.0.2.7]) by relay.mimecast.com with ESMTP with STARTTLS"
            " (version=TLSv1.2) id uk-mta-1-xxx; Tue, 19 Sep 2023 18:36:44 +0000",
            ("evil.example", "relay.mimecast.com", "192.0.2.7", ""),
        ),
    ],
    ids=["qmail", "qmail-local", "exim", "sendmail", "google-inner", "symantec", "barracuda", "mimecast"],
)
def test_every_program_writes_them_in_its_own_way(line: str, expected: tuple[str, ...]) -> None:
    hop = read_hops(Headers([Header(0, "received", line)]), Faults())[0][0]
    assert (hop.sender, hop.by, hop.address, hop.recipient) == expected
    assert hop.time == datetime(2023, 9, 19, 18, 36, 44, tzinfo=UTC)
