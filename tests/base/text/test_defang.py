"""Defanged text makes no link; refanged text is what was meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.text.defang import defang, refang

LINKED = re.compile(r"\b(?:https?|ftps?)://|\bwww\.", re.IGNORECASE)
HOST_DOT = re.compile(r"^[^/\\?#]*[a-z0-9]\.[a-z]{2,}", re.IGNORECASE)
LABEL = st.text("abcxyz019-", min_size=1, max_size=8)
HOSTS = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
PATHS = st.text("abc./?=&#%-_0", max_size=20).map(lambda text: f"/{text}" if text else "")
URLS = st.builds("{}://{}{}".format, st.sampled_from(["http", "https", "HTTP", "ftp", "ftps"]), HOSTS, PATHS)
NASTY = st.text("htpxf:/\\.[](){}<>@ atdo\t\n?#%ab1", max_size=40)


@pytest.mark.parametrize(
    ("live", "dead"),
    [
        ("https://evil.example/a.b?c=d.e", "hxxps://evil[.]example/a.b?c=d.e"),
        ("HTTP://Evil.Example", "HXXP://Evil[.]Example"),
        ("ftp://files.example/x", "fxp://files[.]example/x"),
        ("evil.example/a.b", "evil[.]example/a.b"),
        ("evil.example:8080/a", "evil[.]example:8080/a"),
        ("192.0.2.7", "192[.]0[.]2[.]7"),
        ("someone@evil.example", "someone@evil[.]example"),
        ("mailto:someone@evil.example", "mailto:someone@evil[.]example"),
        ("//evil.example/a", "//evil[.]example/a"),
        ("\\\\evil.example\\share", "\\\\evil[.]example\\share"),
        ("http:/evil.example/a", "hxxp:/evil[.]example/a"),
        ("http://good.example@evil.example/", "hxxp://good[.]example@evil[.]example/"),
        ("ht\ttp://ev\nil.example/", "hxxp://evil[.]example/"),
        ("hxxps[:]//evil[.]example/a", "hxxps://evil[.]example/a"),
        ("", ""),
    ],
)
def test_an_indicator_is_written_so_that_no_reader_links_it(live: str, dead: str) -> None:
    assert defang(live) == dead


@given(URLS)
def test_no_url_survives_as_a_link(url: str) -> None:
    dead = defang(url)
    assert not LINKED.search(dead)
    assert not HOST_DOT.match(dead.partition("//")[2])


@given(URLS)
def test_refanging_undoes_defanging(url: str) -> None:
    assert refang(defang(url)) == url


@given(NASTY)
def test_defanging_twice_changes_nothing_more(text: str) -> None:
    assert defang(defang(text)) == defang(text)


@given(st.text(max_size=60))
def test_any_text_can_be_defanged_and_refanged(text: str) -> None:
    assert isinstance(defang(text), str)
    assert isinstance(refang(text), str)


@pytest.mark.parametrize(
    ("dead", "live"),
    [
        ("hxxps://evil[.]example/a", "https://evil.example/a"),
        ("hXXp://evil(dot)example", "hTTp://evil.example"),
        ("hxxps[://]evil[.]example", "https://evil.example"),
        ("hxxp[:]//evil{.}example", "http://evil.example"),
        ("someone[at]evil[dot]example", "someone@evil.example"),
        ("someone (at) evil (dot) example", "someone@evil.example"),
        ("evil[[.]]example", "evil.example"),
        ("fxp://files[.]example", "ftp://files.example"),
        ("  192[.]0[.]2[.]7 ", "192.0.2.7"),
        ("nothing to do here (at home)", "nothing to do here (at home)"),
        ("https://plain.example/a", "https://plain.example/a"),
    ],
)
def test_the_common_ways_of_defanging_are_undone(dead: str, live: str) -> None:
    assert refang(dead) == live


def test_long_runs_of_brackets_cost_little() -> None:
    assert refang("[" * 100_000).startswith("[[[")
    assert refang("[ " * 50_000 + "." + "]" * 50_000)
