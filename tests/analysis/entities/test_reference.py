from datetime import date
from pathlib import Path

from tests.analysis.entities.test_entity import of
from workbench.analysis.entities import Said, Window, reference
from workbench.events.lookups import SHIPPED, Lookups

TODAY = date(2026, 11, 26)


def said(window: Window, kind: str, value: str, lookups: Lookups = SHIPPED) -> dict[str, Said]:
    return {each.label: each for each in reference(of(window, kind, value), lookups, TODAY)}


def test_a_host_has_a_registered_domain_and_a_public_suffix_with_date_and_age(window: Window) -> None:
    for kind, value in (("url", "https://a.b.co.uk/x"), ("domain", "a.b.co.uk"), ("sender", "x@a.b.co.uk")):
        found = said(window, kind, value)
        assert (found["Registered domain"].value, found["Public suffix"].value) == ("b.co.uk", "co.uk")
        about = SHIPPED.lookup("public_suffixes").about
        assert found["Public suffix"].date == about.date
        assert found["Public suffix"].age == about.age(TODAY)
        assert about.date in found["Public suffix"].whence


def test_an_address_has_a_country_and_the_missing_list_of_networks_says_so(window: Window, tmp_path: Path) -> None:
    found = said(window, "ip_address", "8.8.8.8")
    assert found["Country"].value == "United States (US)"
    assert found["Scope"].value == "public"
    assert found["Network"].value is None
    assert "does not ship" in found["Network"].whence
    (tmp_path / "networks.txt").write_text(
        "# title: Owners\n# match: range\n# date: 2024-01-01\n8.8.8.0,8.8.8.255,AS64496 Northgate\n"
    )
    network = said(window, "ip_address", "8.8.8.8", Lookups(tmp_path))["Network"]
    assert (network.value, network.stale) == ("AS64496 Northgate", True)
    assert network.whence == "networks of 2024-01-01 (1,060 days, old)"


def test_an_address_that_is_nobodys_place_is_none(window: Window) -> None:
    assert said(window, "url", "http://10.1.2.3/x")["Country"].value == "private"


def test_the_lists_that_hold_a_host_are_named(window: Window) -> None:
    assert any(
        each.source == "freemail" and each.value == "gmail.com"
        for each in said(window, "sender", "a@gmail.com").values()
    )


def test_a_damaged_list_is_said_and_the_others_still_asked(window: Window, tmp_path: Path) -> None:
    (tmp_path / "freemail.txt.gz").write_bytes(b"no gzip")
    found = said(window, "domain", "mailinator.com", Lookups(tmp_path))
    assert found["freemail"].value is None
    assert any(each.source == "disposable_mail" for each in found.values())


def test_punycode_is_shown_as_people_read_it(window: Window) -> None:
    assert said(window, "domain", "xn--pypal-4ve.com")["As people read it"].value == "p\u0430ypal.com"


def test_what_has_no_host_has_no_reference(window: Window) -> None:
    assert reference(of(window, "file", "ab" * 32), SHIPPED, TODAY) == ()
