from datetime import date
from pathlib import Path

import polars as pl
import pytest

from workbench.base.errors import BadInput, NotFound, UnknownName
from workbench.events.lookups import SHIPPED, SUPPLIED, Lookups

TODAY = date(2026, 11, 26)


@pytest.mark.quirk("reference lists", "warning lists: simulators, shorteners, trusted-site abuse, dynamic DNS")
@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("url_shorteners", "bit.ly", "bit.ly"),
        ("freemail", "gmail.com", "gmail.com"),
        ("attack_simulators", "portal.docdeliveryapp.com", "portal.docdeliveryapp.com"),
        ("trusted_sites_abused", "me.blogspot.com", ".blogspot.com"),
        ("disposable_mail", "0-mail.com", "0-mail.com"),
        ("dynamic_dns", "x.00010010.org", ".00010010.org"),
        ("banks", "mail.1822direkt.com", "1822direkt.com"),
        ("top_sites", "10086.cn", "10086.cn"),
        ("link_in_bio", "beacons.ai", "beacons.ai"),
        ("ipfs_gateways", "4everland.io", "4everland.io"),
        ("security_blogs", "2014.hack.lu", "2014.hack.lu"),
        ("microsoft_365_addresses", "104.47.127.255", "104.47.0.0/17"),
        ("microsoft_365_addresses", "104.47.128.0", None),
        ("hosting_and_vpn", "1.118.3.255", "1.118.3.0/24"),
        ("mail_senders", "1.201.15.1", "1.201.15.0/24"),
        ("gmail_senders", "2001:4860:4864::1", "2001:4860:4864::/56"),
        ("parking_addresses", "103.224.183.255", "103.224.182.0/23"),
        ("public_suffixes", "co.uk", "co.uk"),
        ("countries", "193.0.6.139", "NL"),
        ("countries", "2001:2::", "JP"),
        ("brands", "Booking com", "booking"),
        ("country_names", "NL", "Netherlands"),
    ],
)
def test_what_shipped_lists_hold(name: str, value: str, found: str | None) -> None:
    held = SHIPPED.lookup(name)
    assert held.of(value) == found
    assert held.holds(value) is (found is not None)
    assert held.find(pl.Series("asked", [None, value])).to_list() == [None, found]


def test_no_shipped_list_goes_untested() -> None:
    tested = {case[0] for case in test_what_shipped_lists_hold.pytestmark[0].args[1]}
    assert tested == set(SHIPPED.paths)


def test_an_unknown_list_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="freemail"):
        SHIPPED.lookup("free_mail")


@pytest.mark.parametrize("name", SUPPLIED)
def test_a_list_that_cannot_ship_says_how_to_supply_it(name: str) -> None:
    with pytest.raises(NotFound, match=f"workbench lookups refresh {name} FILE"):
        SHIPPED.lookup(name)


def test_a_workspaces_list_comes_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "freemail.txt").write_text("# date: 2026-11-01\nmail.example\n")
    (tmp_path / "partners.txt").write_text("partner.example\n")
    (tmp_path / "Not a list.txt").write_text("x")
    own = Lookups(tmp_path)
    assert own.lookup("freemail").holds("mail.example")
    assert not own.lookup("freemail").holds("gmail.com")
    assert own.lookup("partners").origin == "workspace"
    assert own.lookup("banks").origin == "shipped"
    assert set(own.paths) == {*SHIPPED.paths, "partners"}


def test_a_list_stays_as_it_was_until_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "partners.txt"
    path.write_text("a.example\n")
    first = Lookups(tmp_path)
    assert first.lookup("partners").holds("a.example")
    path.write_text("bb.example\n")
    assert first.lookup("partners").holds("a.example")
    assert Lookups(tmp_path).lookup("partners").holds("bb.example")


def test_the_table_tells_age_origin_and_faults(tmp_path: Path) -> None:
    (tmp_path / "banks.txt").write_text("# match: nonsense\n")
    (tmp_path / "partners.txt").write_text("# date: 2020-01-01\n# licence: ours\na.example\n")
    rows = {row["name"]: row for row in Lookups(tmp_path).table(TODAY).to_dicts()}
    assert set(rows) == {*SHIPPED.paths, *SUPPLIED, "partners"}
    assert "nonsense" in rows["banks"]["fault"]
    assert rows["partners"]["stale"]
    assert rows["partners"]["licence"] == "ours"
    assert rows["countries"]["age"] == (TODAY - date(2026, 6, 17)).days
    assert not rows["countries"]["stale"]
    assert rows["top_sites"]["stale"]
    assert rows["networks"]["origin"] == "missing"


def test_a_torn_list_is_named_when_it_is_asked(tmp_path: Path) -> None:
    (tmp_path / "partners.txt.gz").write_bytes(b"\x1f\x8b torn")
    with pytest.raises(BadInput, match="partners"):
        Lookups(tmp_path).lookup("partners")


def test_equal_folders_are_equal_lookups(tmp_path: Path) -> None:
    assert Lookups(tmp_path) == Lookups(tmp_path)
    assert hash(Lookups(tmp_path)) == hash(Lookups(tmp_path))
    assert Lookups(tmp_path) != SHIPPED
