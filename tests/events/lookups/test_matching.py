import polars as pl
import pytest

from workbench.events.lookups.about import Match
from workbench.events.lookups.matching import Finder, faults, finder, is_pattern


def of(match: Match, *entries: str) -> Finder:
    return finder(match, pl.Series(entries, dtype=pl.String))


CASES = [
    (Match.string, ["Bit.ly"], "BIT.LY ", "Bit.ly"),
    (Match.string, ["bit.ly"], "a.bit.ly", None),
    (Match.hostname, ["bit.example"], "BIT.example.", "bit.example"),
    (Match.hostname, ["bit.example"], "a.b.bit.example", "bit.example"),
    (Match.hostname, ["bit.example"], "rabbit.example", None),
    (Match.hostname, ["bit.example"], "example", None),
    (Match.hostname, [".pages.example"], "me.pages.example", ".pages.example"),
    (Match.hostname, [".pages.example"], "pages.example", None),
    (Match.hostname, ["bit.example"], "", None),
    (Match.domain, [".bank.example"], "bank.example", "bank.example"),
    (Match.domain, [".bank.example"], "www.bank.example", "bank.example"),
    (Match.domain, [".bank.example"], "mybank.example", None),
    (Match.substring, ["Login-"], "https://x.example/login-now", "Login-"),
    (Match.substring, ["login-"], "logi", None),
    (Match.cidr, ["192.0.2.0/24", "192.0.2.128/25"], "192.0.2.127", "192.0.2.0/24"),
    (Match.cidr, ["192.0.2.0/24", "192.0.2.128/25"], "192.0.2.128", "192.0.2.128/25"),
    (Match.cidr, ["192.0.2.0/24"], "192.0.3.0", None),
    (Match.cidr, ["192.0.2.0/24"], "192.0.1.255", None),
    (Match.cidr, ["192.0.2.7"], "192.0.2.7:443", "192.0.2.7"),
    (Match.cidr, ["2001:db8::/32"], "[2001:db8:ffff::1]", "2001:db8::/32"),
    (Match.cidr, ["2001:db8::/32"], "2001:db9::", None),
    (Match.cidr, ["192.0.2.0/24"], "northgate.example", None),
    (Match.regex, [r"^secure-\w+\.example$"], "SECURE-mail.example", r"^secure-\w+\.example$"),
    (Match.regex, [r"^secure-\w+\.example$", "("], "x.secure-mail.example", None),
    (Match.range, ["192.0.2.1,192.0.2.9,AS64496 Northgate, Inc."], "192.0.2.9", "AS64496 Northgate, Inc."),
    (Match.range, ["192.0.2.1,192.0.2.9,NL"], "192.0.2.10", None),
    (Match.range, ["192.0.2.1,192.0.2.9"], "192.0.2.1", ""),
    (Match.pairs, ["Hansekai: hansekai hkt"], "HANSEKAI", "hansekai hkt"),
    (Match.pairs, ["Hansekai: hansekai hkt"], "hkt", None),
    (Match.suffix, ["uk", "co.uk"], "CO.uk", "co.uk"),
    (Match.suffix, ["uk", "co.uk"], "a.co.uk", None),
    (Match.suffix, ["*.ck", "!www.ck"], "any.ck", "any.ck"),
    (Match.suffix, ["*.ck", "!www.ck"], "www.ck", None),
]


@pytest.mark.quirk(
    "reference lists", "the kind of a list decides how it matches: string, hostname, substring, cidr, regex"
)
@pytest.mark.parametrize(("match", "entries", "value", "found"), CASES)
def test_a_value_is_found_as_the_kind_of_list_says(
    match: Match, entries: list[str], value: str, found: str | None
) -> None:
    assert of(match, *entries).of(value) == found


@pytest.mark.parametrize(("match", "entries", "value", "found"), CASES)
def test_a_column_is_found_as_its_values(match: Match, entries: list[str], value: str, found: str | None) -> None:
    column = pl.Series("asked", [None, value, "\0", value], dtype=pl.String)
    assert of(match, *entries).find(column).to_list() == [None, found, None, found]


@pytest.mark.parametrize("match", list(Match))
def test_an_empty_list_holds_nothing(match: Match) -> None:
    assert of(match).of("192.0.2.1") is None
    assert of(match).find(pl.Series([], dtype=pl.String)).to_list() == []


@pytest.mark.parametrize(
    ("match", "good", "bad"),
    [
        (Match.string, "anything at all", "x" * 1001),
        (Match.hostname, ".a-b_c.example", "https://a.example/"),
        (Match.domain, "münchen.example", "a b.example"),
        (Match.suffix, "*.ck", "a..b"),
        (Match.substring, "abc", "ab"),
        (Match.cidr, "192.0.2.0/24", "192.0.2.0/33"),
        (Match.regex, r"a+\d", r"(?=a)b"),
        (Match.range, "192.0.2.1,192.0.2.2,NL", "192.0.2.2,192.0.2.1,NL"),
        (Match.pairs, "a: b", "a:"),
    ],
)
def test_entries_that_cannot_be_are_named_by_place(match: Match, good: str, bad: str) -> None:
    assert list(faults(match, pl.Series([good, bad, good]))) == [1]


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?<=a)b", "a" + "{1000}" * 3, "(?P<x>"])
def test_patterns_that_cannot_be_searched_in_linear_time_are_none(pattern: str) -> None:
    assert not is_pattern(pattern)


def test_a_pattern_that_would_never_end_elsewhere_ends_here() -> None:
    assert of(Match.regex, "(a+)+$").of("a" * 50_000 + "b") is None


def test_a_suffix_in_another_alphabet_holds_in_punycode() -> None:
    assert of(Match.suffix, "公司.cn", "cn").of("xn--55qx5d.cn") == "xn--55qx5d.cn"
