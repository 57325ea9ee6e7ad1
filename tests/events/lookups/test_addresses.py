"""What counts as an address, against the standard library's own reading."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.events.lookups.addresses import addresses, raw

ALPHABET = st.text("0123456789abcdefF:.[]% /", max_size=24)
ADDRESS = st.one_of(
    st.ip_addresses().map(str),
    st.ip_addresses(v=6).map(lambda each: each.exploded.upper()),
    st.ip_addresses(v=4).map(lambda each: f"{each}:443"),
    st.ip_addresses(v=6).map(lambda each: f"[{each}]:443"),
    st.ip_addresses(v=4).map(lambda each: f"::ffff:{each}"),
    st.ip_addresses(v=4).map(lambda each: f"64:ff9b::{each}"),
    st.ip_addresses(v=6).map(lambda each: f" {each}%eth0 "),
)
TEXT = st.none() | ADDRESS | ALPHABET | st.text(max_size=12)


def read(texts: list[str | None]) -> list[IPv4Address | IPv6Address | None]:
    """What the column form makes of texts, a row each."""
    found = addresses(pl.Series(texts, dtype=pl.String))
    rows: list[IPv4Address | IPv6Address | None] = [None] * found.rows
    for at, number in zip(found.at4.tolist(), found.four.tolist(), strict=True):
        rows[at] = IPv4Address(number)
    for at, sixteen in zip(found.at6.tolist(), raw(found.six), strict=True):
        rows[at] = IPv6Address(sixteen.tobytes())
    return rows


def slow(text: str | None) -> IPv4Address | IPv6Address | None:
    """The same, one text at a time, by the standard library."""
    bare = re.sub(r"^([0-9.]+|\[[^\]]*\]):[0-9]{1,5}\Z", r"\1", (text or "").strip().lower())
    bare = re.sub(r"^\[([^\]]*)\]\Z", r"\1", bare)
    try:
        found = ip_address(re.sub(r"^([0-9a-f:.]*:[0-9a-f:.]*)%[^%/]+\Z", r"\1", bare))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@settings(deadline=None, max_examples=often(40))
@given(st.lists(TEXT, max_size=12))
def test_a_column_reads_as_each_text_does_alone(texts: list[str | None]) -> None:
    assert read(texts) == [slow(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:65535", "192.0.2.7"),
        ("[192.0.2.7]:443", "192.0.2.7"),
        ("::ffff:c000:207", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:1", "192.0.2.7"),
        ("0.0.0.0", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
        ("::", "::"),
        ("1::", "1::"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("FE80::1%eth0", "fe80::1"),
    ],
)
def test_addresses_as_logs_write_them(text: str, address: str) -> None:
    assert read([None, text]) == [None, ip_address(address)]


@pytest.mark.parametrize(
    "text",
    [
        *("", "192.0.2", "192.0.2.07", "192.0.2.256", "192.0.2.7.", "+1.2.3.4", "192.0.2.7/24", "192.0.2.7:"),
        *("１.2.3.4", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2:3:4:5:6:7:8", "12345::", "g::"),
        *("[::1", "::1%", "northgate.example", "3221225991", "0x7f.1"),
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert read([text]) == [None]


def test_an_empty_column_has_none() -> None:
    assert read([]) == []
    assert read([None, None]) == [None, None]
