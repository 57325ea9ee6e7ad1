"""URLs are collected once each, unwrapped, with the place where they stood."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import page, plain, read, seconds
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.limits import LONGEST_URL, MOST_URLS
from workbench.intake.mail.markup import Html, Link
from workbench.intake.mail.urls import BODY, RESOURCE, Candidate, Url, collect, in_html, in_text, scheme_of

TARGET = "https://evil.example/login?id=1"


def collected(*written: str) -> list[Url]:
    return collect([Candidate(each, BODY) for each in written], Faults())


def bare(text: str) -> list[str]:
    return [candidate.written for candidate in in_text(text, BODY)]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("go to http://a.example/x?y=1 now", ["http://a.example/x?y=1"]),
        ("(see https://a.example/b).", ["https://a.example/b"]),
        ("https://a.example/b_(c)", ["https://a.example/b_(c)"]),
        ("<https://a.example/b>", ["https://a.example/b"]),
        ('"http://a.example/b",', ["http://a.example/b"]),
        ("www.a.example/b, http://c.example!", ["www.a.example/b", "http://c.example"]),
        ("HTTP://A.EXAMPLE", ["HTTP://A.EXAMPLE"]),
        ("awww.example httpx://a", []),
        ("no address", []),
    ],
)
def test_urls_in_text_end_where_the_sentence_goes_on(text: str, urls: list[str]) -> None:
    assert bare(text) == urls


@pytest.mark.parametrize(
    ("written", "url", "host"),
    [
        ("http://a.example/x", "http://a.example/x", "a.example"),
        (" ht\ttp://a.example/x\n", "http://a.example/x", "a.example"),
        ("//a.example/x", "http://a.example/x", "a.example"),
        ("\\\\a.example\\x", "http:\\\\a.example\\x", "a.example"),
        ("www.a.example", "http://www.a.example", "www.a.example"),
        ("a.example/x", "http://a.example/x", "a.example"),
        ("http://good.example@evil.example/", "http://good.example@evil.example/", "evil.example"),
        ("http://0x7f.1/", "http://0x7f.1/", "127.0.0.1"),
        ("http://[2001:db8::7]/", "http://[2001:db8::7]/", "2001:db8::7"),
        ("http://bücher.example/", "http://bücher.example/", "xn--bcher-kva.example"),
        ("ftp://a.example/x", "ftp://a.example/x", "a.example"),
    ],
)
def test_a_url_is_kept_as_written_with_the_host_a_browser_would_open(written: str, url: str, host: str) -> None:
    assert [(each.url, each.host) for each in collected(written)] == [(url, host)]


@pytest.mark.parametrize(
    "written",
    [
        "mailto:a@b.example",
        "tel:+123",
        "javascript:alert(1)",
        "data:text/html,x",
        "cid:1",
        "#top",
        "/path",
        "",
        "x" * 9,
        "http://",
    ],
)
def test_what_is_no_web_address_is_left_out(written: str) -> None:
    assert collected(written) == []


def test_wrappers_are_opened_and_named() -> None:
    wrapped = f"https://eur01.safelinks.protection.outlook.com/?url={quote(TARGET, safe='')}&data=1"
    assert [(each.url, each.host, each.wrappers) for each in collected(wrapped)] == [
        (TARGET, "evil.example", ("eur01.safelinks.protection.outlook.com",))
    ]


def test_a_url_counts_once_in_each_place() -> None:
    candidates = [Candidate(TARGET, BODY), Candidate(TARGET, BODY, "link", "shown"), Candidate(TARGET, "Header")]
    assert [each.location for each in collect(candidates, Faults())] == [BODY, "Header"]


def test_links_come_before_what_is_loaded_and_base_is_honoured() -> None:
    html = Html(
        outside="see http://out.example/",
        links=(Link("link", "a/b", "x"), Link("image", "//i.example/p.png"), Link("form", "http://f.example")),
        base="http://base.example/dir/",
    )
    assert [(each.written, each.location, each.kind) for each in in_html(html, BODY)] == [
        ("http://base.example/dir/a/b", BODY, "link"),
        ("http://i.example/p.png", RESOURCE, "image"),
        ("http://f.example", BODY, "form"),
        ("http://out.example/", BODY, "text"),
    ]


def test_a_base_that_cannot_be_joined_leaves_the_url_alone() -> None:
    html = Html(links=(Link("link", "x.example/y"),), base="http://[broken")
    assert [each.written for each in in_html(html, BODY)] == ["x.example/y"]


def test_more_urls_than_the_limit_are_cut_with_a_fault() -> None:
    faults = Faults()
    kept = collect((Candidate(f"http://a.example/{number}", BODY) for number in range(MOST_URLS + 5)), faults)
    assert len(kept) == MOST_URLS
    assert faults.kept()[0].reason == f"more than {MOST_URLS} URLs, the rest is not listed"


def test_long_urls_are_kept_up_to_the_limit() -> None:
    assert len(collected("http://a.example/" + "x" * 3_000)[0].url) == 3_017
    assert len(collected("http://a.example/" + "x" * 20_000)[0].url) == LONGEST_URL


def test_rows_tell_links_from_what_is_loaded_and_namespaces_are_no_urls() -> None:
    raw = page(
        '<html xmlns="http://www.w3.org/1999/xhtml"><style>@import "http://fonts.example/css"</style>'
        '<a href="http://evil.example/a">x</a><img src="http://img.example/b.png"><p>http://bare.example/c'
    )
    rows = read(raw).rows
    assert [(row["Url"], row["UrlDomain"], row["UrlLocation"]) for row in rows["EmailUrlInfo"]] == [
        ("http://evil.example/a", "evil.example", "Body"),
        ("http://img.example/b.png", "img.example", "Resource"),
        ("http://bare.example/c", "bare.example", "Body"),
    ]
    assert rows["EmailEvents"][0]["UrlCount"] == 2


def test_what_an_anchor_shows_is_no_url_of_its_own() -> None:
    raw = page('<a href="http://evil.example/">http://bank.example/</a>')
    assert [row["UrlDomain"] for row in read(raw).rows["EmailUrlInfo"]] == ["evil.example"]


def test_subject_and_list_unsubscribe_have_places_of_their_own() -> None:
    raw = plain("x", "List-Unsubscribe: <mailto:u@l.example>, <https://l.example/u?id=1>").replace(
        b"Subject: Hello", b"Subject: see http://s.example/"
    )
    rows = read(raw).rows
    assert [(row["UrlDomain"], row["UrlLocation"]) for row in rows["EmailUrlInfo"]] == [
        ("s.example", "Subject"),
        ("l.example", "Header"),
    ]
    assert rows["EmailEvents"][0]["UrlCount"] == 1


@pytest.mark.parametrize(
    ("written", "scheme"),
    [("java\tscript:x", "javascript"), (" DATA:x", "data"), ("a.example:80/x", ""), ("/x", ""), ("", "")],
)
def test_the_scheme_is_read_as_browsers_do(written: str, scheme: str) -> None:
    assert scheme_of(written) == scheme


@pytest.mark.parametrize("piece", ["http://", "www.", "http://a.b/)", "http://a.b/c ", "(", "."])
def test_texts_made_to_be_slow_are_not(piece: str) -> None:
    assert seconds(lambda: collect(in_text(piece * (1_000_000 // len(piece)), BODY), Faults())) < 3


@given(st.text("htp:/\\.w@[]()%2Fa1 \t\n?#é\x00", max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    for url in collect(in_text(text, BODY), Faults()):
        assert url.host
    assert isinstance(collected(text), list)
