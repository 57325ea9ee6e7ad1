"""URLs are read as a victim's browser reads them, and wrappers are opened."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.base.text.url import LONGEST, canonical, host, unicode_host, unwrap

NASTY = st.text("htps:/\\.@[](){}<>%2F0x17aé。ｅ?#= \t\n\x00xn--", max_size=60)
TARGET = "https://evil.example/login?id=1&x=a.b"


def safelinks(url: str) -> str:
    return f"https://eur01.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=05%7C01&reserved=0"


@given(st.one_of(NASTY, NASTY.map("http://{}".format), st.text(max_size=60), st.binary(max_size=40).map(str)))
@example("http://1../")
@example("http://evil%28.%29com/")
@example("http://[.]/")
@example("hxxp[:[.]]//x")
@example("http://0x7f.1./")
@example("http://...")
@example("http://F /?")
@example("\ud800http://x")
def test_the_canonical_form_is_total_and_idempotent(url: str) -> None:
    form = canonical(url)
    assert canonical(form) == form
    assert isinstance(host(url), str)
    assert isinstance(unwrap(url), str)


@pytest.mark.parametrize("char", ["a", "é", "%", ".", "/", "@", "[", "\\", "\t"])
def test_the_canonical_form_of_a_64_kb_url_is_stable_and_short(char: str) -> None:
    for url in (f"http://evil.example/{char * 65_536}", char * 65_536, f"http://{char * 65_536}"):
        form = canonical(url)
        assert canonical(form) == form
        assert len(form) <= LONGEST


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://paypal.example@evil.example/a", "http://evil.example/a"),
        ("http://evil.example\\@paypal.example/", "http://evil.example/@paypal.example/"),
        ("http:\\\\evil.example\\a", "http://evil.example/a"),
        ("ht\ttps://ev\nil.example/", "https://evil.example/"),
        ("HTTPS://EVIL.Example:443/A#top", "https://evil.example/A"),
        ("http://evil.example./", "http://evil.example/"),
        ("evil.example:8080/x", "http://evil.example:8080/x"),
        ("//evil.example/x", "http://evil.example/x"),
        ("hxxps[:]//evil[.]example/a", "https://evil.example/a"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0177.0.0.1/", "http://127.0.0.1/"),
        ("http://[0:0:0:0:0:0:0:1]/", "http://[::1]/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://рaypal.example/", "http://xn--aypal-uye.example/"),
        ("http://evil。example/", "http://evil.example/"),
        ("http://evil.example/%2561", "http://evil.example/%2561"),
        ("http://evil.example/a/../b", "http://evil.example/b"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("JaVaScRiPt:Alert(1)", "javascript:alert(1)"),
        ("data:text/html;base64,QUJD", "data:text/html;base64,qujd"),
        ("http://evil.example:99999/", "http://evil.example:99999/"),
        ("", ""),
    ],
)
def test_every_spelling_has_the_form_a_browser_would_open(written: str, meant: str) -> None:
    assert canonical(written) == meant


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://user:pass@Evil.Example:8443/x", "evil.example"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("evil.example.", "evil.example"),
        ("mailto:someone@evil.example", ""),
        ("http://a:99999/", ""),
        ("", ""),
    ],
)
def test_the_host_is_what_would_be_connected_to(url: str, name: str) -> None:
    assert host(url) == name


@pytest.mark.parametrize(
    "wrapped",
    [
        safelinks(TARGET),
        f"https://clicktime.symantec.com/3BCC63nXY1USLfHHTQnRWsw6H2?u={quote(TARGET, safe='')}",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__evil.example_login-3Fid-3D1-26x-3Da.b&d=DwMFAg",
        f"https://linkprotect.cudasvc.com/url?a={quote(TARGET, safe='')}&c=E,1",
        f"https://secure-web.cisco.com/1abc/{quote(TARGET, safe='')}",
        f"https://eu-west-1.protection.sophos.com/?d=evil.example&u={base64.b64encode(TARGET.encode()).decode()}",
        f"https://protect2.fireeye.com/url?k=1&u={quote(TARGET, safe='')}",
        f"https://ca-1234.check.trendmicro.com/wis/clicktime/v1/query?url={quote(TARGET, safe='')}&uuid=1",
        f"https://link.edgepilot.com/s/1/2?u={quote(TARGET, safe='')}",
        f"https://url.avanan.click/v2/___{TARGET}___.YXAzOmV4YW1wbGU6YTpv",
        f"https://www.google.com/url?q={quote(TARGET, safe='')}&sa=D",
        f"https://www.google.co.uk/url?url={quote(TARGET, safe='')}",
    ],
)
def test_the_target_behind_a_click_wrapper_is_found(wrapped: str) -> None:
    assert unwrap(wrapped) == TARGET


def test_proofpoint_three_puts_the_replaced_characters_back() -> None:
    kept = base64.urlsafe_b64encode(b"?=&=").decode().rstrip("=")
    assert unwrap(f"https://urldefense.com/v3/__https://evil.example/login*id*1*x*a.b__;{kept}!!AbC!x$") == TARGET


def test_wrappers_wrapped_five_deep_are_all_opened() -> None:
    wrapped = TARGET
    for _ in range(5):
        wrapped = safelinks(wrapped)
    assert unwrap(wrapped) == TARGET


def test_a_chain_that_never_ends_is_left_after_the_documented_depth() -> None:
    wrapped = TARGET
    for _ in range(9):
        wrapped = f"https://www.google.com/url?q={quote(wrapped, safe='')}"
    assert unwrap(wrapped) == f"https://www.google.com/url?q={quote(TARGET, safe='')}"


@pytest.mark.parametrize(
    "plain",
    [
        TARGET,
        "https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fgood.example",
        "https://www.google.com/search?q=https://evil.example",
        "https://www.google.com/url?q=clicktracking=off",
        "https://clicktime.symantec.com/3BC?u=0x3E.0004.0x10.0256/cl/1752_md",
        "https://eur01.safelinks.protection.outlook.com/?url=",
        "not a url",
        "",
    ],
)
def test_what_is_no_wrapper_or_holds_no_target_comes_back_unchanged(plain: str) -> None:
    assert unwrap(plain) == plain


def test_punycode_is_read_and_bad_punycode_is_left() -> None:
    assert unicode_host("xn--bcher-kva.example") == "bücher.example"
    assert unicode_host("xn--ü.example") == "xn--ü.example"
    assert unicode_host("xn--999999999.example").endswith(".example")
