"""Results of SPF, DKIM and DMARC: whose count, and what they say."""

import json

import pytest

from tests.intake.mail.letters import (
    EXCHANGE_HOPS,
    HOP,
    PLAIN_HEADERS,
    event,
    exchange,
    facts,
    letter,
    reasons,
    seconds,
)
from workbench.intake.mail.authentication import Authentication, read_authentication
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.headers import Header, Headers
from workbench.intake.mail.hops import read_hops
from workbench.intake.mail.reading import Context
from workbench.intake.mail.receiver import judge

GMAIL_HOP = (
    "Received: from evil.example (evil.example. [192.0.2.7]) by mx.google.com with ESMTPS id 1; "
    "Tue, 19 Sep 2023 18:36:44 -0700"
)
GMAIL_RESULTS = (
    "Authentication-Results: mx.google.com; dkim=pass header.i=@evil.example header.s=key1 header.b=abc;"
    " spf=pass (google.com: domain of x@evil.example designates 192.0.2.7 as permitted sender)"
    " smtp.mailfrom=x@evil.example; dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from=evil.example"
)
FORGED = (
    "Authentication-Results: mx.own.example; spf=pass smtp.mailfrom=own.example; dmarc=pass header.from=own.example"
)


def found(*lines: str) -> Authentication:
    pairs = [line.partition(": ") for line in lines]
    block = Headers([Header(place, name.lower(), value) for place, (name, _, value) in enumerate(pairs)])
    return read_authentication(block, judge(block, read_hops(block, Faults())[0], Context()), Faults())


def test_results_of_exchange_without_a_server_name_are_read() -> None:
    read = found(*EXCHANGE_HOPS, *PLAIN_HEADERS)
    assert read.details == {"SPF": "fail", "DKIM": "none", "DMARC": "fail", "CompAuth": "fail"}
    assert read.address == "192.0.2.7"
    assert read.facts["source"] == "above the receiving hop"
    assert read.facts["spf"] == {"result": "fail", "domain": "evil.example", "reason": "sender IP is 192.0.2.7"}
    assert read.facts["dkim"] == [{"result": "none", "domain": "none", "reason": "message not signed"}]
    assert read.facts["dmarc"] == {"result": "fail", "domain": "evil.example", "action": "oreject"}
    assert read.facts["compauth"] == {"result": "fail", "code": "000"}


def test_results_that_gmail_writes_below_its_hop_are_read_by_their_name() -> None:
    read = found("Received: by 2002:a05:6520:4c9:: with SMTP id u9; x", GMAIL_HOP, GMAIL_RESULTS, *PLAIN_HEADERS)
    assert read.details == {"DKIM": "pass", "SPF": "pass", "DMARC": "pass"} | read.details
    assert read.facts["source"] == "named after the receiving host"
    assert read.facts["server"] == "mx.google.com"
    assert read.facts["dmarc"] == {
        "result": "pass", "domain": "evil.example", "policy": "reject", "reason": "p=REJECT sp=NONE dis=NONE"
    }  # fmt: skip
    assert read.facts["dkim"] == [{"result": "pass", "identity": "@evil.example", "selector": "key1"}]


def test_results_in_several_lines_of_one_server_are_put_together() -> None:
    lines = [f"Authentication-Results: mx.own.example; {each}" for each in (
        "dkim=fail header.d=a.example", "dmarc=pass header.from=a.example", "spf=pass", "dkim=pass header.d=b.example",
        "spf=fail",
    )]  # fmt: skip
    read = found(*lines, HOP)
    assert read.details == {"SPF": "pass", "DKIM": "pass", "DMARC": "pass"}
    assert [one["domain"] for one in read.facts["dkim"]] == ["a.example", "b.example"]


def test_results_of_another_server_above_the_border_do_not_mix_in() -> None:
    first, second = (
        "Authentication-Results: in.own.example; spf=fail",
        "Authentication-Results: x.own.example; dkim=pass",
    )
    assert found(first, second, HOP).details == {"SPF": "fail"}


def test_what_the_sender_wrote_is_not_believed_where_the_receiver_wrote_its_own() -> None:
    raw = exchange(FORGED)
    assert json.loads(str(event(raw)["AuthenticationDetails"]))["DMARC"] == "fail"


def test_what_the_sender_wrote_under_another_name_is_not_believed_at_all() -> None:
    raw = letter((HOP, "Authentication-Results: mx.evil.example; spf=pass; dmarc=pass", *PLAIN_HEADERS))
    assert event(raw)["AuthenticationDetails"] == ""
    assert "Authentication-Results: not written by the receiving system, not believed" in reasons(raw)
    assert json.loads(str(facts(raw)["AuthenticationResults"]))["source"] == "none"


def test_without_a_hop_no_result_is_believed() -> None:
    assert event(letter((FORGED, *PLAIN_HEADERS)))["AuthenticationDetails"] == ""


def test_received_spf_counts_where_there_is_no_other_result() -> None:
    line = (
        "Received-SPF: SoftFail (mx.own.example: domain of transitioning evil.example discourages use of 192.0.2.9 as"
        " permitted sender) client-ip=192.0.2.9;"
    )
    read = found(line, HOP, *PLAIN_HEADERS)
    assert read.details == {"SPF": "softfail"}
    assert read.address == "192.0.2.9"
    assert read.facts["received_spf"]["domain"] == "evil.example"


@pytest.mark.parametrize(
    "value",
    ["", ";;;", "mx.own.example; none", "spf", "=pass", "mx.own.example; spf=", "mx.own.example 1; spf=pass", "spf=()"],
)
def test_odd_lines_are_read_without_harm(value: str) -> None:
    assert set(found(f"Authentication-Results: {value}", HOP).details) <= {"SPF"}


@pytest.mark.parametrize("text", ["spf=pass (", "a;", "(", "header.d=x ", "spf=pass "])
def test_lines_made_to_be_slow_are_not(text: str) -> None:
    line = f"Authentication-Results: {text * 9_000}"
    assert seconds(lambda: found(*([line] * 50), f"Received-SPF: {text * 9_000}", HOP)) < 1
