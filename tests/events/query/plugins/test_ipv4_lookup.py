"""Rules: documentation page "ipv4_lookup plugin"."""

import pytest

from tests.events.query.conftest import answer, columns, rows
from workbench.base.errors import BadQuery

NETS = """let nets = datatable(net:string, tag:string, a:string) [
    "10.0.0.0/8", "big", "1", "10.1.0.0/16", "small", "x", "8.8.8.8", "dns", "3", "bad", "bad", "", "1.2.3.4/40", "no", ""
];
datatable(a:string, ip:string) ["1", "10.1.2.3", "2", "10.2.2.2", "3", "8.8.8.8", "4", "1.1.1.1", "5", "x", "6", ""] """


def test_each_network_that_holds_the_address_gives_a_row() -> None:
    text = f"{NETS} | evaluate ipv4_lookup(nets, ip, net)"
    assert [name for name, _ in columns(text)] == ["a", "ip", "net", "tag", "a1"]
    assert [(a, tag) for a, _, _, tag, _ in rows(text)] == [("1", "big"), ("1", "small"), ("2", "big"), ("3", "dns")]


@pytest.mark.parametrize("last", ["return_unmatched = true", "true"])
def test_rows_without_a_network_are_kept_where_asked(last: str) -> None:
    found = rows(f"{NETS} | evaluate ipv4_lookup(nets, ip, net, {last})")
    assert [(a, net) for a, _, net, _, _ in found][3:] == [("3", "8.8.8.8"), ("4", ""), ("5", ""), ("6", "")]


def test_further_keys_must_be_equal_and_stand_once() -> None:
    text = f"{NETS} | evaluate ipv4_lookup(nets, ip, net, a, return_unmatched = true)"
    assert [name for name, _ in columns(text)] == ["a", "ip", "net", "tag"]
    assert [(a, tag) for a, _, _, tag in rows(text)] == [
        ("1", "big"),
        ("2", ""),
        ("3", "dns"),
        ("4", ""),
        ("5", ""),
        ("6", ""),
    ]


def test_no_networks_and_no_rows_are_no_fault() -> None:
    empty = "let nets = datatable(net:string) []; "
    assert rows(f"{empty} Mail | evaluate ipv4_lookup(nets, Sender, net)") == []
    assert len(rows(f"{empty} Mail | evaluate ipv4_lookup(nets, Sender, net, true)")) == 5
    assert rows(f"{NETS} | where false | evaluate ipv4_lookup(nets, ip, net)") == []


def test_addresses_are_text_and_columns() -> None:
    with pytest.raises(BadQuery, match="Addresses and networks are text"):
        answer("Every | evaluate ipv4_lookup(Mail, n, Sender)")
    with pytest.raises(BadQuery, match="no column named 'nett'"):
        answer(f"{NETS} | evaluate ipv4_lookup(nets, ip, nett)")
