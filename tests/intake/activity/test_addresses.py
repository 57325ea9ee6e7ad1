from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.activity.records import CONTEXT
from workbench.intake.activity.addresses import CORPORATE, address, owner
from workbench.intake.activity.reading import Context


@pytest.mark.quirk("audit log", "ClientIP bare, with port, in brackets with port, ::1, empty")
@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("178.85.138.132", "178.85.138.132"),
        ("62.149.20.10:62589", "62.149.20.10"),
        ("[2603:10a6:10:3b:cafe::db]:51293", "2603:10a6:10:3b:cafe::db"),
        ("[2603:10a6:10:3b:cafe::db]", "2603:10a6:10:3b:cafe::db"),
        ("2603:10a6:10:3b:cafe::db", "2603:10a6:10:3b:cafe::db"),
        ("::ffff:62.149.20.10", "62.149.20.10"),
        ("[::ffff:62.149.20.10]:443", "62.149.20.10"),
        ("::1", "::1"),
        ("fe80::1%12", "fe80::1"),
        ("62.149.20.10, 10.0.0.1", "62.149.20.10"),
        ("", ""),
        ("Not Available", ""),
        ("10.0.0.1:a:b", ""),
    ],
)
def test_every_spelling_of_an_address_becomes_the_bare_one(written: str, bare: str) -> None:
    assert address(written) == bare


@pytest.mark.quirk("audit log", "Microsoft front ends flagged")
@pytest.mark.parametrize(
    ("found", "whose"),
    [
        ("20.190.160.24", ("Cloud provider", "Office 365")),
        ("40.126.32.99", ("Cloud provider", "Office 365")),
        ("2603:10a6:10:3b:cafe::db", ("Cloud provider", "Office 365")),
        ("52.232.123.80", ("Cloud provider", "Microsoft Azure")),
        ("192.0.2.7", ("Corporate", "")),
        ("178.85.138.132", ("", "")),
        ("", ("", "")),
    ],
)
def test_front_ends_and_our_own_egress_are_told_from_the_rest(found: str, whose: tuple[str, str]) -> None:
    assert owner(found, CONTEXT) == whose


@given(st.ip_addresses(), st.integers(0, 65535))
def test_a_port_never_changes_the_address(found: object, port: int) -> None:
    plain = address(str(found))
    written = f"[{found}]:{port}" if ":" in str(found) else f"{found}:{port}"
    assert address(written) == plain != ""


@given(st.text())
def test_no_text_makes_it_raise(written: str) -> None:
    owner(address(written), CONTEXT)


@given(
    st.lists(st.tuples(st.ip_addresses(v=4), st.integers(0, 32)), max_size=5),
    st.ip_addresses(v=4),
)
def test_an_address_is_ours_if_one_of_our_ranges_holds_it(ranges: list[tuple[object, int]], other: object) -> None:
    written = tuple(f"{place}/{bits}" for place, bits in ranges)
    for each in (other, *(place for place, _ in ranges)):
        inside = any(ip_address(str(each)) in ip_network(one, strict=False) for one in written)
        assert (owner(str(each), Context(egress=written))[0] == CORPORATE) == inside
