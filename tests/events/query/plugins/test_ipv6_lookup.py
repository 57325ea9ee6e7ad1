"""Rules: documentation page "ipv6_lookup plugin"."""

from tests.events.query.conftest import rows


def test_addresses_of_both_versions_are_looked_up() -> None:
    text = """let nets = datatable(net:string, tag:string) [
        "2001:db8::/32", "all", "2001:db8:1::/48", "one", "10.0.0.0/8", "four", "::1", "me", "x/64", "none"
    ];
    datatable(ip:string) ["2001:db8:1::7", "2001:db8:2::1", "10.2.2.2", "::1", "fe80::1", "x"]
    | evaluate ipv6_lookup(nets, ip, net, return_unmatched = true) | project ip, tag"""
    assert rows(text) == [
        ("2001:db8:1::7", "all"),
        ("2001:db8:1::7", "one"),
        ("2001:db8:2::1", "all"),
        ("10.2.2.2", "four"),
        ("::1", "me"),
        ("fe80::1", ""),
        ("x", ""),
    ]
