import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.entities import Kind, every_kind, kind_named, likely_kind
from workbench.analysis.entities.kind import LONGEST, normal
from workbench.base.errors import BadInput, UnknownName
from workbench.base.text.defang import defang
from workbench.events.query import parse, text_of, with_parameters
from workbench.events.tables import tables
from workbench.ledger.models.words import EntityKind

EXAMPLES = {
    "account": "NORTHGATE\\Sanne.deWit",
    "campaign": "Storage full",
    "device": "NG-6640.northgate.example",
    "domain": "Pay.Example.",
    "file": "sha256:" + "AB" * 32,
    "ip_address": "[2001:DB8::7]:443",
    "mailbox": "Ingrid <Ingrid@Northgate.example>",
    "message": "E50D1C32-61D5-490D-38EF-08DF13C5E0BF",
    "sender": "billing@Pay.example",
    "url": "HTTPS://Pay.Example:443/X#top",
}
NORMAL = {
    "account": "sanne.dewit",
    "campaign": "Storage full",
    "device": "ng-6640.northgate.example",
    "domain": "pay.example",
    "file": "ab" * 32,
    "ip_address": "2001:db8::7",
    "mailbox": "ingrid@northgate.example",
    "message": "e50d1c32-61d5-490d-38ef-08df13c5e0bf",
    "sender": "billing@pay.example",
    "url": "https://pay.example/X",
}


def every() -> list[Kind]:
    return list(every_kind().values())


@pytest.mark.parametrize("kind", every(), ids=lambda kind: kind.name)
def test_a_kind_has_three_pivots_and_all_it_names_is_declared(kind: Kind) -> None:
    assert len(kind.pivots) >= 3
    assert len(kind.by_name) == len(kind.pivots)
    for count in kind.counts:
        assert not kind.pivot(count.pivot).then
    assert {count.label for count in kind.counts}
    for name in (*kind.volume, *(each.pivot for each in kind.breakdowns)):
        assert name in kind.by_name
    assert not kind.note or kind.note in set(EntityKind)
    assert re.fullmatch(r"[A-Z]\w+", kind.face)


@pytest.mark.parametrize("kind", every(), ids=lambda kind: kind.name)
def test_a_pivot_names_the_table_that_leads_there_and_only_values_that_are_bound(kind: Kind) -> None:
    bound = kind.values(NORMAL[kind.name], NORMAL[kind.name])
    for pivot in kind.pivots:
        led = [name for name in re.findall(r"\((\w+) \| where", pivot.where) if name in tables()]
        assert not led or pivot.via in led or pivot.name in ("copies", "facts"), pivot
        assert not pivot.via or pivot.via in led, pivot
        free = set(re.findall(r"(?<![.\w\"])[a-z]\w*\b(?!\()", re.sub(r'"[^"]*"', "", pivot.where)))
        assert free - set(bound) <= WORDS, pivot
        text_of(with_parameters(parse(pivot.text), bound))


WORDS = {
    *("in", "or", "and", "where", "distinct", "has", "has_any", "matches", "regex"),
    *("endswith", "startswith", "startswith_cs", "contains"),
}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_values_have_one_normal_form_defanged_or_not(name: str) -> None:
    kind = every_kind()[name]
    assert normal(kind, EXAMPLES[name]) == NORMAL[name]
    assert normal(kind, defang(EXAMPLES[name])) == NORMAL[name]
    assert normal(kind, NORMAL[name]) == NORMAL[name]


LABEL = st.text("abcxyz019-", min_size=1, max_size=8).filter(
    lambda text: not text.startswith("-") and not text.endswith("-")
)
HOST = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
PATH = st.text("abcXYZ019-._~%/?=&", max_size=20)


@given(HOST, PATH)
def test_a_defanged_url_is_the_same_url(host: str, path: str) -> None:
    url = f"https://{host}/{path}"
    once = normal(every_kind()["url"], url)
    assert normal(every_kind()["url"], defang(url)) == once
    assert normal(every_kind()["url"], once) == once
    assert normal(every_kind()["domain"], defang(host)) == host.strip(".")


@given(st.sampled_from(every()), st.text(max_size=40))
def test_any_text_is_a_value_that_stays_itself_or_is_refused_with_a_reason(kind: Kind, text: str) -> None:
    try:
        value = normal(kind, text)
    except BadInput as error:
        assert f"is not {kind.noun}: " in error.what
        assert error.next_step
    else:
        assert normal(kind, value) == value


@pytest.mark.parametrize(
    ("name", "text", "why", "near"),
    [
        ("domain", "hxxps://pay[.]example/x", "labels of letters", "wb.Url(...)"),
        ("url", "javascript:alert(1)", "no browser would fetch it", "Give a web address"),
        ("url", "invoice", "neither a scheme nor a host", "Give a web address"),
        ("url", "", "it is empty", "Give a web address"),
        ("url", "https://a.example/" + "x" * LONGEST, "more than 16,384", "Give a web address"),
        ("sender", "pay.example", "one @, and a domain", "wb.Domain(...)"),
        ("ip_address", "192.0.2.0/24", "it is a network", "Give an IP address"),
        ("ip_address", "300.1.1.1", "no such address", "Give an IP address"),
        ("domain", "192.0.2.7", "labels of letters", "wb.IpAddress(...)"),
        ("file", "d" * 40, "40 hexadecimal digits are a SHA-1", "wb.Device(...)"),
        ("file", "192[.]0[.]2[.]7", "64 hexadecimal digits", "wb.IpAddress(...)"),
        ("device", "a@b.example", "without blanks, slashes and @", "wb.Sender(...)"),
        ("account", "NORTHGATE\\", "nothing of it remains", "Give a user principal name"),
        ("account", "@northgate.example", "an account has", "Give a user principal name"),
        ("domain", "<a.b@c.example>", "labels of letters", "wb.Message(...)"),
    ],
)
def test_what_is_of_no_kind_says_why_and_what_it_looks_like(name: str, text: str, why: str, near: str) -> None:
    with pytest.raises(BadInput) as caught:
        normal(every_kind()[name], text)
    assert why in caught.value.what
    assert near in caught.value.next_step


def test_plain_texts_are_told_apart() -> None:
    told = {text: kind.name for text in PLAIN if (kind := likely_kind(text))}
    assert told == PLAIN
    assert likely_kind("storage full") is None


PLAIN = {
    "192.0.2.7": "ip_address",
    "ab" * 32: "file",
    "e50d1c32-61d5-490d-38ef-08df13c5e0bf": "message",
    "<a@b.example>": "message",
    "a@b.example": "sender",
    "http://b.example": "url",
    "b.example/x": "url",
    "b.example": "domain",
}


def test_a_kind_is_named_in_either_way_and_the_nearest_is_said() -> None:
    assert kind_named("ip_address") is kind_named("IpAddress")
    with pytest.raises(UnknownName) as caught:
        kind_named("mailbx")
    assert "mailbox" in caught.value.nearest
    with pytest.raises(UnknownName):
        kind_named("url").pivot("click")
