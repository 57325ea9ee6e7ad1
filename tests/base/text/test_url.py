"""URLs are read as a victim's browser reads them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.base.text.url import LONGEST, canonical, host, unicode_host

NASTY = st.text("htps:/\\.@[](){}<>%2F0x17aé。ｅ?#= \t\n\x00xn--", max_size=60)


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


def test_punycode_is_read_and_bad_punycode_is_left() -> None:
    assert unicode_host("xn--bcher-kva.example") == "bücher.example"
    assert unicode_host("xn--ü.example") == "xn--ü.example"
    assert unicode_host("xn--999999999.example").endswith(".example")
