import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.apps.explore.filter_values import PARTS, VALUES, Property
from workbench.apps.explore.filters import read_filter
from workbench.apps.ui.explorer.filter_paste import paste_indicators, paste_values
from workbench.base.errors import BadInput, LimitReached
from workbench.base.text.defang import defang

PROPERTIES = (
    Property("SenderFromAddress", "Sender address", indicators=("address",)),
    Property("SenderFromDomain", "Sender domain", indicators=("domain",)),
    Property("UrlDomain", "URL domain", indicators=("domain",)),
    Property("SenderIPv4", "Sender IP", "ip", indicators=("ipv4",)),
    Property("Subject", "Subject", prose=True),
    Property("UrlCount", "URL count", "integer"),
    Property("Place", "Latest location", "list", values=("Inbox", "Quarantine")),
)
KNOWN = {each.name: each for each in PROPERTIES}


@pytest.mark.parametrize(
    ("name", "operator", "text", "values", "said"),
    [
        ("SenderFromDomain", "any_of", "a.example, b[.]example A.example\na.example", ["a.example", "b.example"],
         "2 values, 2 duplicates"),
        ("Subject", "any_of", "Hello, world\nRe: x; y\nHello, world", ["Hello, world", "Re: x; y"], "2 values, 1 duplicate"),
        ("SenderIPv4", "in_network", "10.0.0.0/8 192.0.2.7\n300.0.0.1", ["10.0.0.0/8", "192.0.2.7/32"],
         "2 values, 1 not read: 300.0.0.1"),
        ("SenderIPv4", "in_network", "192.0.2.0 - 192.0.2.3", ["192.0.2.0/30"], "1 value"),
        ("UrlCount", "equals", "1;2;x;y;1", [1, 2], "2 values, 1 duplicate, 2 not read: x, y"),
        ("Place", "any_of", "inbox\nAttic", ["Inbox"], "1 value, 1 not read: Attic"),
        ("Subject", "contains", "", [], "0 values"),
        ("SenderFromDomain", "matches", r"^a{2,5}[.]example$", [r"^a{2,5}[.]example$"], "1 value"),
    ],
)  # fmt: skip
def test_a_list_becomes_values_and_what_is_not_kept_is_told(
    name: str, operator: str, text: str, values: list[object], said: str
) -> None:
    pasted = paste_values(text, KNOWN[name], operator)
    assert (list(pasted.values), pasted.said) == (values, said)


def test_many_pieces_that_are_not_read_are_counted_and_the_first_ones_named() -> None:
    pasted = paste_values("\n".join(f"n{at}" for at in range(1_200)), KNOWN["UrlCount"], "equals")
    assert pasted.said == "0 values, 1,200 not read: n0, n1, n2, n3, n4 and 1,195 more"


def test_pieces_that_are_told_show_what_hides_in_them() -> None:
    assert "\u202e" not in paste_values("\u202e", KNOWN["UrlCount"], "equals").said


def test_indicators_are_compared_with_the_properties_of_their_kind() -> None:
    text = "a@x.example <b@x.example>, evil[.]example; 203.0.113[.]9 10.0.0.0/8 d41d8cd98f00b204e9800998ecf8427e x.exe a.b.example"
    pasted = paste_indicators(text, PROPERTIES)
    assert pasted.group == {
        "op": "any",
        "items": [
            {"property": "SenderFromDomain", "operator": "any_of", "values": ["evil.example", "a.b.example"]},
            {"property": "UrlDomain", "operator": "any_of", "values": ["evil.example", "a.b.example"]},
            {"property": "SenderIPv4", "operator": "any_of", "values": ["203.0.113.9"]},
            {"property": "SenderIPv4", "operator": "in_network", "values": ["10.0.0.0/8"]},
            {"property": "SenderFromAddress", "operator": "any_of", "values": ["a@x.example", "b@x.example"]},
        ],
    }
    assert pasted.said == (
        "6 values (2 domains, 2 IPv4 addresses, 2 mail addresses), 2 not read: d41d8cd98f00b204e9800998ecf8427e, x.exe"
    )
    read_filter({"op": "all", "items": [pasted.group]}, KNOWN)


@given(
    st.lists(st.sampled_from(["a.example", "b@c.example", "203.0.113.9", "10.0.0.0/8", "x.exe", "word"]), max_size=12)
)
def test_every_piece_is_kept_or_told(pieces: list[str]) -> None:
    try:
        pasted = paste_indicators("\n".join(map(defang, pieces)), PROPERTIES)
    except BadInput:
        assert not set(pieces) - {"x.exe", "word"}
        return
    kept = {value for item in pasted.group["items"] for value in item["values"]}
    assert kept == set(pieces) - {"x.exe", "word"}
    assert ("x.exe" in pieces) == ("1 not read: x.exe" in pasted.said)
    assert ("word" in pieces) == ("passed over" in pasted.said)


def test_without_an_indicator_it_is_said_what_would_be_read() -> None:
    with pytest.raises(
        BadInput, match=r"0 values, 1 not read: x.exe. Read here: domains, IPv4 addresses, mail addresses."
    ):
        paste_indicators("x.exe", PROPERTIES)
    with pytest.raises(BadInput, match="No property here takes pasted indicators"):
        paste_indicators("a.example", PROPERTIES[4:])


def test_ten_thousand_indicators_are_read_and_more_are_refused() -> None:
    text = "\n".join(f"d{at}.example" for at in range(VALUES))
    pasted = paste_indicators(text, PROPERTIES)
    assert pasted.said == "10,000 domains"
    read_filter({"op": "all", "items": [pasted.group]}, KNOWN)
    with pytest.raises(LimitReached, match=r"holds 10,001 values\. At most 10,000 are read: split the list"):
        paste_indicators(f"{text}\nlast.example", PROPERTIES)
    with pytest.raises(LimitReached, match="At most 100 are read"):
        paste_values("\n".join(map(str, range(PARTS + 1))), KNOWN["Subject"], "contains")
