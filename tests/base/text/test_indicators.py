import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.text.defang import defang
from workbench.base.text.indicators import KINDS, Indicators, fields, read_indicators

SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
GUID = "3c4d1f2e-0a6b-4a53-9c1e-08dc5f0a9b7d"
REPORT = f"""
The kit at hxxps://login-portal[.]example/a/b.php?x=1 sends to 203.0.113[.]7, (198.51.100.4:8080) and
2001:db8::bad. Senders: "Billing" <billing@pay-portal[.]example>; notice[at]pay-portal[.]example.
Domains:
  * evil[.]example.
  - EVIL.example
  • münchen.example
sha256:{SHA256}, {SHA256.upper()}
md5 d41d8cd98f00b204e9800998ecf8427e
Message-ID: <1@mx>
<CAF0aBcDeFgHiJkLmNoPqRs@mail.lure.example>
Network message {GUID}; network 192.0.2.0/24.
Files: invoice.exe, 300.1.2.3
"""


def of(kind: str, text: str) -> list[str]:
    return list(read_indicators(text).found.get(kind, ()))


def test_a_report_is_read_by_kind_and_what_is_left_is_told() -> None:
    read = read_indicators(REPORT)
    assert dict(read.found) == {
        "url": ("https://login-portal.example/a/b.php?x=1",),
        "domain": ("evil.example", "xn--mnchen-3ya.example"),
        "ipv4": ("203.0.113.7", "198.51.100.4", "192.0.2.0/24"),
        "ipv6": ("2001:db8::bad",),
        "address": ("billing@pay-portal.example", "notice@pay-portal.example"),
        "sha256": (SHA256,),
        "md5": ("d41d8cd98f00b204e9800998ecf8427e",),
        "message": (GUID,),
        "internet_message": ("<1@mx>", "<CAF0aBcDeFgHiJkLmNoPqRs@mail.lure.example>"),
    }
    assert (read.duplicates, read.unread) == (2, ("invoice.exe", "300.1.2.3"))
    assert read.words > 10


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('"https://x.example/a,b"', "url", "https://x.example/a,b"),
        ("https://x.example/a(b)", "url", "https://x.example/a(b)"),
        ("(see https://x.example/a)", "url", "https://x.example/a"),
        ("[url:value = 'http://x.example/a']", "url", "http://x.example/a"),
        ("x.example/path", "url", "x.example/path"),
        ("x.example:8080/path", "url", "x.example:8080/path"),
        ("198.51.100.4/payload.bin", "url", "198.51.100.4/payload.bin"),
        ("FTP://x.example", "url", "FTP://x.example"),
        ("x.example/", "domain", "x.example"),
        ("X.Example.", "domain", "x.example"),
        ("_dmarc.x.example", "domain", "_dmarc.x.example"),
        ("10.1.2.3/8", "ipv4", "10.0.0.0/8"),
        ("[2001:DB8::1]", "ipv6", "2001:db8::1"),
        ("2001:db8::", "ipv6", "2001:db8::"),
        ("2001:db8::/32", "ipv6", "2001:db8::/32"),
        ("mailto:a@x.example", "address", "a@x.example"),
        ("O'Brien@x.example", "address", "O'Brien@x.example"),
        (f"{{{GUID.upper()}}}", "message", GUID),
        ("message-id:<a@b>", "internet_message", "<a@b>"),
    ],
)
def test_one_indicator_is_read_as_what_it_is(text: str, kind: str, value: str) -> None:
    assert of(kind, text) == [value]


@pytest.mark.parametrize(
    "text", ["invoice.pdf", "300.1.2.3", "1.2.3", "e.g.", "a@b", "javascript://x", "C:\\a.exe", "@a.b.c.@"]
)
def test_what_only_looks_like_one_is_told(text: str) -> None:
    read = read_indicators(text)
    assert (dict(read.found), len(read.unread), read.words) == ({}, 1, 0)


@pytest.mark.parametrize(
    "text", ["", " ", ",;|", "word", "12:30", "2026-01-02", "C2", "\u202e", "\x00", "(((((", "''''"]
)
def test_plain_words_are_passed_over(text: str) -> None:
    assert read_indicators(text).found == {}
    assert read_indicators(text).unread == ()


HELD = (
    "https://x.example/a?b=c",
    "http://y.example/",
    "evil.example",
    "203.0.113.9",
    "2001:db8::7",
    "a.b@x.example",
    SHA256,
    GUID,
)


@given(
    st.lists(st.sampled_from(HELD)),
    st.sampled_from(["\n", ",", "\r\n", "; ", "\t", '","', " | ", "\n* "]),
    st.booleans(),
)
def test_a_list_is_the_same_however_its_values_are_parted_and_defanged(values: list[str], by: str, dead: bool) -> None:
    text = by.join(map(defang, values) if dead else values)
    read = read_indicators(f'"{text}"' if by == '","' else text)
    assert sorted(value for kind in read.found.values() for value in kind) == sorted(set(values))
    assert (read.duplicates, read.unread, read.words) == (len(values) - len(set(values)), (), 0)


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from([*"<>[](){}\"'@.:/\\,; \n=", "dot", "at", "http", "x", "::", "1"])).map("".join)
)
def test_no_text_breaks_the_reading(text: str) -> None:
    read = read_indicators(text)
    assert isinstance(read, Indicators)
    assert set(read.found) <= set(KINDS)
    fields(text)


@pytest.mark.parametrize(
    "text", ["(" * 100_000, '"' * 100_001, "a." * 50_000, "<" * 100_000, "a@" * 50_000, "::" * 50_000, "[.]" * 30_000]
)
def test_hostile_text_is_read_in_little_time(text: str) -> None:
    started = time.process_time()
    read_indicators(text)
    fields(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "a.example\nb.example; c[.]example\td.example,a.example",
            ["a.example", "b.example", "c.example", "d.example", "a.example"],
        ),
        ('"a, b"\n"c ""d"""\n\'e\'', ["a, b", 'c "d"', "e"]),
        (" x y , z ", ["x y", "z"]),
        ("", []),
        ('a "b" c', ['a "b" c']),
    ],
)
def test_fields_of_a_list(text: str, kept: list[str]) -> None:
    assert fields(text) == kept


def test_prose_stands_one_a_line_and_stays_as_it_is() -> None:
    assert fields('Hello, world; evil[.]example\r\n"Re: x"\n\n', prose=True) == [
        "Hello, world; evil[.]example",
        "Re: x",
    ]


def test_values_without_blanks_are_parted_by_them_too() -> None:
    assert fields("10.0.0.1 10.0.0.2\n192.0.2[.]3", blanks=True) == ["10.0.0.1", "10.0.0.2", "192.0.2.3"]
