"""Mailboxes are read as mail programs read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds
from workbench.intake.mail.addresses import Mailbox, first_address, read_mailboxes
from workbench.intake.mail.faults import Faults


def boxes(header: str, most: int = 1_000) -> list[tuple[str, str]]:
    return [tuple(box) for box in read_mailboxes(header, Faults(), "header To", most)]


@pytest.mark.quirk("raw mail", "a recipient that is masked (phishing@pot)")
@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("ann@own.example", [("", "ann@own.example")]),
        ("Ann <Ann@Own.Example>", [("Ann", "ann@own.example")]),
        ('"Miller, Ann" <ann@own.example>', [("Miller, Ann", "ann@own.example")]),
        ("Miller, Ann <ann@own.example>", [("Miller, Ann", "ann@own.example")]),
        ("Ann<ann@own.example>", [("Ann", "ann@own.example")]),
        ("ann@own.example (Ann)", [("Ann", "ann@own.example")]),
        ("a@x.example, B <b@x.example>; c@x.example", [("", "a@x.example"), ("B", "b@x.example"), ("", "c@x.example")]),
        (
            "Team: a@x.example, b@x.example; c@x.example",
            [("", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")],
        ),
        ("undisclosed-recipients:;", []),
        ("A <a@x.example> B <b@x.example>", [("A", "a@x.example"), ("B", "b@x.example")]),
        ("<@relay.example:a@x.example>", [("", "a@x.example")]),
        ("< a@x.example >", [("", "a@x.example")]),
        ("A <<a@x.example>>", [("A", "a@x.example")]),
        ("A <a@x.example", [("A", "a@x.example")]),
        ('"a@good.example" <b@evil.example>', [("a@good.example", "b@evil.example")]),
        ('"a@good.example", <b@evil.example>', [("a@good.example", "b@evil.example")]),
        ('"a@x.example", "b@x.example"', [("", "a@x.example"), ("", "b@x.example")]),
        ('"john doe"@x.example', [("", '"john doe"@x.example')]),
        ("=?utf-8?q?J=C3=BCrgen=2C_K?= <j@x.example>", [("Jürgen, K", "j@x.example")]),
        ("=?utf-8?q?a:b,c<d?= <j@x.example>", [("a:b,c<d", "j@x.example")]),
        ("a=b <j@x.example>", [("a=b", "j@x.example")]),
        ('"=?utf-8?q?J=C3=BCrgen?=" <j@x.example>', [("Jürgen", "j@x.example")]),
        ('Team <"team@x.example">', [("Team", "team@x.example")]),
        ("A <a@x.example.>", [("A", "a@x.example")]),
        ("Trust Wallet", [("Trust Wallet", "")]),
        ("<You>", [("", "")]),
        ('"x"@[', [("", '"x"@[')]),
        ("phishing@pot", [("", "phishing@pot")]),
        ("", []),
        (",,;;", []),
    ],
)
def test_mailboxes_are_read(header: str, expected: list[tuple[str, str]]) -> None:
    assert boxes(header) == expected


def test_a_mailbox_without_an_address_is_a_fault() -> None:
    faults = Faults()
    read_mailboxes("Trust Wallet", faults, "header To", 10)
    assert [fault.reason for fault in faults.kept()] == ["no address could be read"]


def test_reading_stops_one_behind_the_limit() -> None:
    assert len(boxes(", ".join(f"u{number}@own.example" for number in range(50)), most=10)) == 11


def test_the_domain_follows_the_last_at() -> None:
    assert Mailbox("", "a@b@evil.example").domain == "evil.example"
    assert Mailbox("", "nobody").domain == ""


@pytest.mark.parametrize(
    ("text", "address"),
    [("<Bounce@Evil.example>", "bounce@evil.example"), ("<>", ""), ("for <a@b.example>; now", "a@b.example"), ("", "")],
)
def test_the_first_address_of_any_text_is_found(text: str, address: str) -> None:
    assert first_address(text) == address


@pytest.mark.parametrize("mark", ['"', "(", "<", ",", "a:", "@", "a,", "<a@b>", '\\"', "=?a?q?"])
def test_headers_made_to_be_slow_are_not(mark: str) -> None:
    assert seconds(lambda: boxes(mark * (65_536 // len(mark)))) < 1
    assert seconds(lambda: first_address(mark * 65_536)) < 1


@given(st.text('ab@.<>"\\(),;: \t\r\n=?utf-8q_é\x00\ud800[]', max_size=80))
def test_any_header_gives_mailboxes_of_sound_text(header: str) -> None:
    for name, address in boxes(header):
        name.encode("utf-8")
        assert not address or "@" in address
        assert address == address.lower()
