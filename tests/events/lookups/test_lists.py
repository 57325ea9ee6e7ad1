import pytest

from workbench.base.errors import UnknownName
from workbench.events.lookups.lists import HostList, host_list, host_lists


def test_every_shipped_list_says_where_it_is_from_and_when() -> None:
    for each in host_lists().values():
        assert each.title, each.name
        assert each.source, each.name
        assert each.licence, each.name
        assert len(each.date) == len("2026-08-20"), each.name
        assert each.entries, each.name


def test_a_host_below_an_entry_is_on_the_list() -> None:
    found = HostList("x", "", "", "", "", frozenset({"bit.example", ".pages.example"}))
    assert found.holds("BIT.example.")
    assert found.holds("a.bit.example")
    assert not found.holds("rabbit.example")
    assert found.holds("me.pages.example")
    assert not found.holds("pages.example")


def test_shorteners_and_free_mail_are_known() -> None:
    assert host_list("url_shorteners").holds("bit.ly")
    assert host_list("freemail").holds("gmail.com")


def test_an_unknown_list_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="freemail"):
        host_list("free_mail")
