"""Whose a host is, near enough to tell relays apart."""

import polars as pl
import pytest

from workbench.events.lookups.about import Match
from workbench.events.lookups.matching import finder
from workbench.intake.mail.hosts import MICROSOFT, is_listed, organisation


@pytest.mark.parametrize(
    ("host", "holder"),
    [
        ("mx1.mail.own.example", "own.example"),
        ("MX1.Own.Example.", "own.example"),
        ("own.example", "own.example"),
        ("localhost", "localhost"),
        ("mx.shop.co.uk", "shop.co.uk"),
        ("mx.shop.com.br", "shop.com.br"),
        ("www.ibm.de", "www.ibm.de"),
        ("SA3PR19MB7370.namprd19.prod.outlook.com", MICROSOFT),
        ("BN0PR03CA0023.outlook.office365.com", MICROSOFT),
        ("outlook.com.evil.example", "evil.example"),
        ("", ""),
    ],
)
def test_the_part_that_one_organisation_holds(host: str, holder: str) -> None:
    assert organisation(host) == holder


def test_two_shops_below_one_country_are_not_one_organisation() -> None:
    assert organisation("mx.a.co.uk") != organisation("mx.b.co.uk")


@pytest.mark.quirk("raw mail", "shorteners in links")
@pytest.mark.parametrize(
    "host", ["bit.ly", "www.bit.ly", "orbit.ly", "ly", "x.below.example", "below.example", "", "."]
)
def test_a_list_holds_a_host_as_the_list_itself_would_say(host: str) -> None:
    names = ("bit.ly", ".below.example")
    assert is_listed(host, names) == (finder(Match.hostname, pl.Series(names)).of(host) is not None)
