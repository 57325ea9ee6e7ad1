from typing import Any

import pytest

from workbench.apps.explore.filter_values import OPERATORS, Property, read_value
from workbench.base.errors import BadInput, UnknownName, WorkbenchError
from workbench.views.explorer.conditions import operators

ADDRESS = Property("SenderIPv4", "Sender IP", "ip")
PLACE = Property("Place", "Latest location", "list", values=("Inbox", "Quarantine"))
SUBJECT = Property("Subject", "Subject", prose=True)
SENDER = Property("SenderFromAddress", "Sender address")
DATE = Property("Timestamp", "Date", "time")


def test_every_operator_that_is_offered_is_kql_and_every_one_of_kql_is_offered() -> None:
    assert {kind: frozenset(known) for kind, known in OPERATORS.items()} == dict(operators())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("10.0.0.0/8", ["10.0.0.0/8"]),
        ("10.1.2.3/8", ["10.0.0.0/8"]),
        ("10.0.0.0/255.0.0.0", ["10.0.0.0/8"]),
        ("192.0.2[.]7", ["192.0.2.7/32"]),
        ("2001:DB8::1/32", ["2001:db8::/32"]),
        (" ::1 ", ["::1/128"]),
        ("192.0.2.1-192.0.2.4", ["192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/32"]),
        ("2001:db8:: - 2001:db8::1", ["2001:db8::/127"]),
    ],
)
def test_networks_are_read_in_every_common_form(given: str, kept: list[str]) -> None:
    assert read_value(given, ADDRESS, "in_network") == kept


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("300.1.2.3/8", "'300.1.2.3' is no IPv4 or IPv6 address"),
        ("10.0.0.0/33", "an IPv4 address has no prefix of '33'"),
        ("10.0.0.0/", "an IPv4 address has no prefix of ''"),
        ("2001:db8::/129", "an IPv6 address has no prefix of '129'"),
        ("evil.example", "'evil.example' is no IPv4 or IPv6 address"),
        ("192.0.2.9-192.0.2.1", "last IP address must be greater than first"),
        ("192.0.2.9-::1", "are not of the same version"),
        ("192.0.2.9-", "'' does not appear to be"),
        ("fe80::1%eth0", "the zone after % is of one machine only"),
        ("10", "'10' is no IPv4 or IPv6 address"),
        ("\u202e", "is no IPv4 or IPv6 address"),
    ],
)
def test_what_is_wrong_with_a_network_is_said(given: str, words: str) -> None:
    with pytest.raises(BadInput, match="Sender IP") as caught:
        read_value(given, ADDRESS, "in_network")
    assert words in str(caught.value)
    assert "\u202e" not in str(caught.value)


def test_an_address_is_text_as_the_data_may_hold_it_and_a_network_is_sent_to_its_operator() -> None:
    assert read_value("192.0.2[.]7", ADDRESS, "any_of") == ["192.0.2.7"]
    assert read_value("(none)", ADDRESS, "any_of") == ["(none)"]
    assert read_value("10.0.", ADDRESS, "starts_with") == ["10.0."]
    with pytest.raises(BadInput, match=r"is a network, not an address\. Choose “is in network”"):
        read_value("192.0.2.0/24", ADDRESS, "any_of")


@pytest.mark.parametrize("operator", ["matches", "not_matches"])
def test_a_pattern_is_taken_as_it_stands(operator: str) -> None:
    assert read_value(r"evil[.]example(dot)b[at]t", SENDER, operator) == [r"evil[.]example(dot)b[at]t"]


def test_prose_is_taken_as_it_stands_and_other_text_is_refanged() -> None:
    assert read_value(" hxxp about evil[.]example ", SUBJECT, "contains") == [" hxxp about evil[.]example "]
    assert read_value("hxxp://evil[.]example", SENDER, "contains") == ["http://evil.example"]


def test_a_value_of_a_list_that_is_not_known_counts_where_the_data_have_it() -> None:
    asked: list[tuple[str, str]] = []

    def held(name: str, text: str) -> str:
        asked.append((name, text))
        return "Odd place" if text == "odd place" else ""

    assert read_value("odd place", PLACE, "any_of", held) == ["Odd place"]
    assert read_value("inbox", PLACE, "any_of", held) == ["Inbox"]
    with pytest.raises(UnknownName, match="Did you mean Inbox"):
        read_value("Inbx", PLACE, "any_of", held)
    with pytest.raises(UnknownName):
        read_value("odd place", PLACE, "any_of")
    assert asked == [("Place", "odd place"), ("Place", "Inbx")]


@pytest.mark.parametrize(("given", "kept"), [("7d", "7d"), (" 24 h ", "24h"), ("90m", "90m"), ("5214w", "5214w")])
def test_ages_are_kept_as_they_were_typed(given: str, kept: str) -> None:
    assert read_value(given, DATE, "last") == [kept]


@pytest.mark.parametrize("given", ["", "soon", "0d", "-1d", "7y", "999999w", "1d..2d", 7, None])
def test_what_is_no_age_is_refused(given: Any) -> None:
    with pytest.raises(WorkbenchError):
        read_value(given, DATE, "last")
