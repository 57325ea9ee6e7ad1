import pytest

from tests.events.query.conftest import check

CASES = [
    ('parse_ipv6("127.0.0.1")', "0000:0000:0000:0000:0000:ffff:7f00:0001"),
    ('parse_ipv6("192.168.255.255/24")', "0000:0000:0000:0000:0000:ffff:c0a8:ff00"),
    ('parse_ipv6_mask("fe80::85d:e82c:9446:7994", 120)', "fe80:0000:0000:0000:085d:e82c:9446:7900"),
    ("ipv6_compare('fe80::85d:e82c:9446:7994', 'fe80::85d:e82c:9446:7995')", -1),
    ("ipv6_is_match('192.168.1.1/24', '192.168.1.255')", True),
    ("ipv6_is_in_range('fe80::1', 'fe80::/10')", True),
    ("ipv6_is_in_any_range('fe80::1', dynamic(['::1','fe80::/10']))", True),
    ('parse_ipv6("x")', ""),
    ('ipv6_compare("x", "::1")', None),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_addresses_of_both_kinds_compare_as_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)
