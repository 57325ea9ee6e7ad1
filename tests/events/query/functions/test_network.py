from ipaddress import IPv4Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import check, column, value

CASES = [
    ("ipv4_is_private('192.168.1.1/24')", True),
    ("ipv4_is_private('10.1.2.3/24')", True),
    ("ipv4_is_private('172.31.255.255')", True),
    ("ipv4_is_private('172.32.0.0')", False),
    ("ipv4_is_private('202.1.2.3')", False),
    ('ipv4_is_private("127.0.0.1")', False),
    ("ipv4_is_private('10.1.2')", None),
    ("ipv4_is_private('10.1.2.300')", None),
    ("ipv4_is_private('')", None),
    ("ipv4_is_match('192.168.1.0', '192.168.1.0')", True),
    ("ipv4_is_match('192.168.1.1/24', '192.168.1.255')", True),
    ("ipv4_is_match('192.168.1.1', '192.168.1.255/24')", True),
    ("ipv4_is_match('192.168.1.1/30', '192.168.1.255/24')", True),
    ("ipv4_is_match('192.168.1.1', '192.168.1.0', 31)", True),
    ("ipv4_is_match('192.168.1.1', '192.168.1.255', 31)", False),
    ("ipv4_is_match('192.168.1.1/24', '192.168.1.255', 31)", True),
    ("ipv4_is_match('a', '192.168.1.1')", None),
    ("ipv4_is_match('192.168.1.1', '192.168.1.1', 99)", True),
    ("ipv4_is_match('192.168.1.1', '192.168.1.1', -1)", None),
    ("ipv4_is_in_range('10.0.0.5', '10.0.0.0/40')", None),
    ("ipv4_compare('10.0.0.5', '10.0.0.5', long(-9223372036854775808))", None),
    ("parse_ipv4('1.2.3.4/99')", None),
    ("parse_ipv4_mask('x', long(-9223372036854775808))", None),
    ("format_ipv4('1.2.3.4', 99)", ""),
    ("format_ipv4(1e308)", ""),
    ("format_ipv4_mask(real(+inf), 0)", ""),
    ("ipv4_is_in_range('192.168.1.6', '192.168.1.1/24')", True),
    ("ipv4_is_in_range('192.168.2.6', '192.168.1.1/24')", False),
    ("ipv4_is_in_range('192.168.1.6', '192.168.1.6')", True),
    ("ipv4_is_in_range('1.2.3.4', '0.0.0.0/0')", True),
    ("ipv4_is_in_range('1.2.3.4', 'range')", None),
    ('parse_ipv4("192.168.1.1/24")', 3232235776),
    ('parse_ipv4("255.255.255.255/31")', 4294967294),
    ('parse_ipv4_mask("127.0.0.1", 24)', 2130706432),
    ("format_ipv4('192.168.1.1', 24)", "192.168.1.0"),
    ("format_ipv4_mask('192.168.1.1/24', 32)", "192.168.1.0/24"),
    ("format_ipv4('192.168.1.1/24', -1)", ""),
    ("format_ipv4(3232236031, 24)", "192.168.1.0"),
    ("ipv4_compare('192.168.1.1/24', '192.168.1.255')", 0),
    ("ipv4_compare('192.168.1.1', '192.168.1.0')", 1),
    ("ipv4_is_in_any_range('192.168.1.6', '192.168.1.1/24', '10.0.0.1/8')", True),
    ('ipv4_is_in_any_range("127.0.0.1", dynamic(["127.0.0.1", "192.168.1.1"]))', True),
    ("ipv4_netmask_suffix('10.1.2.3/24')", 24),
    ('ipv4_range_to_cidr_list("1.1.128.0", "1.1.140.255")', ["1.1.128.0/21", "1.1.136.0/22", "1.1.140.0/24"]),
    ("has_ipv4('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.0.1')", True),
    ("has_ipv4('05:04:54 127.0.0.256 GET', '127.0.0.256')", False),
    ("has_ipv4('05:04:54127.0.0.1 GET', '127.0.0.1')", False),
    ("has_ipv4_prefix('05:04:54 127.0.0.1 GET', '127.0.')", True),
    ('has_any_ipv4(\'05 127.0.0.1 GET\', dynamic(["10.0.0.1","127.0.0.1"]))', True),
    ("has_any_ipv4_prefix('05 192.168.1.1 GET', '127.0.', '192.168.')", True),
    ("ipv4_is_in_any_range('not', '10.0.0.0/8')", None),
    ("format_ipv4_mask('192.168.1.1', 24)", "192.168.1.0/24"),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_address_functions_give_what_the_reference_says(expression: str, expected: bool | None) -> None:
    check(expression, expected)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_ranges_agree_with_the_standard_library(address: int, base: int, prefix: int) -> None:
    block = f"{IPv4Address(base)}/{prefix}"
    expected = IPv4Address(address) in ip_network(block, strict=False)
    assert value("ipv4_is_in_range(a, r)", a=str(IPv4Address(address)), r=block) == expected


def test_addresses_of_a_column() -> None:
    kql = 'datatable(ip:string)["10.0.0.1", "8.8.8.8", "x"] | where not(ipv4_is_private(ip)) | project ip'
    assert column(kql) == ["8.8.8.8"]


def test_one_range_that_is_none_leaves_the_other_rows_their_answers() -> None:
    kql = (
        "datatable(r:string)['10.0.0.0/8', '10.0.0.0/40', 'x', '11.0.0.0/8'] | project ipv4_is_in_range('10.1.2.3', r)"
    )
    assert column(kql) == [True, None, None, False]
