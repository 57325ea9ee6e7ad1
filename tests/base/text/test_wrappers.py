"""Click wrappers and redirectors are opened, however often they are wrapped, and never wrongly."""

import base64
import re
import time
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.base.text.defang import refang
from workbench.base.text.url import host
from workbench.base.text.wrappers import _BY_HOST, DEEPEST, hidden_domain, open_layers, unwrap

TARGET = "https://evil.example/login?id=1&x=a.b"


def safelinks(url: str) -> str:
    return f"https://eur01.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=05%7C01&reserved=0"


@pytest.mark.quirk("raw mail", "click wrappers of several vendors")
@pytest.mark.parametrize(
    "wrapped",
    [
        safelinks(TARGET),
        f"https://clicktime.symantec.com/3BCC63nXY1USLfHHTQnRWsw6H2?u={quote(TARGET, safe='')}",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__evil.example_login-3Fid-3D1-26x-3Da.b&d=DwMFAg",
        f"https://linkprotect.cudasvc.com/url?a={quote(TARGET, safe='')}&c=E,1",
        f"https://secure-web.cisco.com/1abc/{quote(TARGET, safe='')}",
        f"http://secure-web.cisco.com/auth=11x&url={quote(TARGET, safe='')}",
        f"http://secure-web.cisco.com/auth=11x/url={quote(TARGET, safe='')}",
        f"https://eu-west-1.protection.sophos.com/?d=evil.example&u={base64.b64encode(TARGET.encode()).decode()}",
        f"https://protect2.fireeye.com/url?k=1&u={quote(TARGET, safe='')}",
        f"https://ca-1234.check.trendmicro.com/wis/clicktime/v1/query?url={quote(TARGET, safe='')}&uuid=1",
        f"https://link.edgepilot.com/s/1/2?u={quote(TARGET, safe='')}",
        f"https://url.avanan.click/v2/___{TARGET}___.YXAzOmV4YW1wbGU6YTpv",
        f"https://gcc02.safelinks.protection.outlook.com/?url={quote(TARGET, safe='')}",
        f"https://usg02.safelinks.protection.office365.us/?url={quote(TARGET, safe='')}",
        f"https://urldefense.proofpoint.com/v1/url?u={quote(TARGET, safe='')}&k=1",
        "https://urldefense.com/v3/__https://evil.example/login?id=1&x=a.b__;!!AbC!x$",
        "https://urldefense.us/v3/__https:/evil.example/login?id=1&x=a.b__;!!AbC!x$",
        f"https://atpscan.global.hornetsecurity.com/?d=1&u={quote(TARGET, safe='')}",
        f"https://lsems.gravityzone.bitdefender.com/scan/{base64.urlsafe_b64encode(TARGET.encode()).decode()}/AB?c=1",
        f"https://clicktime.cloud.postoffice.net/clicktime.php?U={quote(TARGET, safe='')}",
        f"https://urlsand.esvalabs.com/?u={quote(TARGET, safe='')}&e=1",
        f"https://scanmail.trustwave.com/?c=1&d=x&u={quote(TARGET, safe='')}",
        f"https://www.linkedin.com/redir/redirect?url={quote(TARGET, safe='')}",
        f"https://www.linkedin.com/safety/go?url={quote(TARGET, safe='')}",
        f"https://l.facebook.com/l.php?u={quote(TARGET, safe='')}&h=AT0",
        f"https://www.youtube.com/redirect?event=x&q={quote(TARGET, safe='')}",
        f"https://www.bing.com/ck/a?!&&p=1&u=a1{base64.urlsafe_b64encode(TARGET.encode()).decode()}",
        "https://www.google.com/amp/s/evil.example/login?id=1&x=a.b",
        f"https://www.google.com/url?q={quote(TARGET, safe='')}&sa=D",
        f"https://www.google.co.uk/url?url={quote(TARGET, safe='')}",
    ],
)
def test_the_target_behind_a_click_wrapper_is_found(wrapped: str) -> None:
    assert unwrap(wrapped) == TARGET


@pytest.mark.quirk("raw mail", "click wrappers of several vendors")
@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("evil.example/path?a=b", "http://evil.example/path?a=b"),
        ("evil.example:8080", "http://evil.example:8080"),
        ("www.evil.example/x", "http://www.evil.example/x"),
    ],
)
def test_a_target_without_a_scheme_behind_safe_links_gets_that_of_browsers(written: str, target: str) -> None:
    assert unwrap(safelinks(written)) == target


@pytest.mark.parametrize("written", ["javascript:alert(1)", "/path", "x", "http://", "mailto:a@evil.example", "1.5/x"])
def test_a_target_that_is_no_web_address_leaves_the_wrapper_as_it_is(written: str) -> None:
    assert unwrap(safelinks(written)) == safelinks(written)
    assert unwrap(f"https://secure-web.cisco.com/1abc/x={quote(written, safe='')}").startswith("https://secure-web.")


def test_proofpoint_three_puts_the_replaced_characters_back() -> None:
    kept = base64.urlsafe_b64encode(b"?=&=").decode().rstrip("=")
    assert unwrap(f"https://urldefense.com/v3/__https://evil.example/login*id*1*x*a.b__;{kept}!!AbC!x$") == TARGET


def test_wrappers_wrapped_five_deep_are_all_opened() -> None:
    wrapped = TARGET
    for _ in range(5):
        wrapped = safelinks(wrapped)
    assert unwrap(wrapped) == TARGET


def test_a_chain_longer_than_the_documented_depth_is_left_whole() -> None:
    wrapped = "https://evil.example/"
    for _ in range(DEEPEST):
        wrapped = f"https://www.google.com/url?q={wrapped}"
    assert unwrap(wrapped) == "https://evil.example/"
    longer = f"https://www.google.com/url?q={wrapped}"
    assert unwrap(longer) == longer


def test_every_layer_is_noted() -> None:
    wrapped = f"https://l.facebook.com/l.php?u={quote(safelinks(TARGET), safe='')}&h=AT0"
    layers = ("l.facebook.com", "eur01.safelinks.protection.outlook.com")
    assert open_layers(wrapped) == (TARGET, layers)
    assert open_layers(TARGET) == (TARGET, ())


def test_proofpoint_three_puts_runs_back_and_reads_on_behind_a_question_mark() -> None:
    wrapped = "https://urldefense.com/v3/__https://evil.example/a?b=**A__;Kys!!AbC!x$"
    assert unwrap(wrapped) == "https://evil.example/a?b=++"


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://protect-eu.mimecast.com/s/AbCdE?domain=evil.example", "evil.example"),
        ("https://url.uk.m.mimecastprotect.com/s/AbC?domain=Evil.Example", "evil.example"),
        ("https://protect-eu.mimecast.com/s/AbCdE?domain=%3Cscript%3E", ""),
        ("https://evil.example/s/AbCdE?domain=bank.example", ""),
        ("javascript:x", ""),
        ("", ""),
    ],
)
def test_a_wrapper_that_cannot_be_opened_tells_the_domain_it_claims(url: str, domain: str) -> None:
    assert hidden_domain(url) == domain
    assert unwrap(url) == url


WRAPPED = st.recursive(
    st.sampled_from((TARGET, "", "x", "http://", "https://www.google.com/url?q=")),
    lambda inner: st.one_of(
        inner.map(safelinks),
        inner.map(lambda url: f"https://urldefense.com/v3/__{url}__;Kys!!AbC!x$"),
        inner.map(lambda url: f"https://urldefense.proofpoint.com/v2/url?u={url.replace('/', '_')}&d=D"),
        inner.map(lambda url: f"https://eu.protection.sophos.com/?u={base64.b64encode(url.encode()).decode()}"),
        inner.map(lambda url: f"https://secure-web.cisco.com/1/{quote(url, safe='')}"),
        inner.map(lambda url: f"https://www.google.com/amp/s/{url}"),
        st.text(max_size=40).map(lambda text: f"https://lsems.gravityzone.bitdefender.com/scan/{text}/x"),
    ),
    max_leaves=3,
)


FORMS = (
    *(f"https://x{suffix}/{path}?{name}={{0}}" for suffix, _ in _BY_HOST for path, name in (("", "url"), ("l/", "u"))),
    "https://www.google.com/url?q={0}",
    "https://www.google.com/amp/{1}",
    "https://www.google.com/amp/s/{1}",
    "https://secure-web.cisco.com/auth=1&url={0}",
    "https://secure-web.cisco.com/1/{0}",
    "https://urldefense.com/v3/__{1}__;Kys!!A!x$",
    "https://urldefense.com/v2/url?u={1}",
    "https://url.avanan.click/v2/___{1}___.x",
    "https://r.search.yahoo.com/RU={0}/",
    "https://www.linkedin.com/redir/?url={0}",
    "https://www.youtube.com/redirect?q={0}",
    "https://duckduckgo.com/l/?uddg={0}",
    "https://vk.com/away.php?to={0}",
    "https://eu.protection.sophos.com/?u={2}",
    "https://lsems.gravityzone.bitdefender.com/scan/{2}/x",
    "https://www.bing.com/ck/a?u=a1{2}",
)
"""Every wrapper that is known, around a text that is percent-coded, as it is, or in base64."""

STARTS = st.sampled_from(["", "http://", "https://", "http:", "www.", "evil.example/", "auth=1&url=https://", "a=b://"])


@given(st.sampled_from(FORMS), STARTS, st.text(max_size=30))
@example(FORMS[-1], "ms-word:ofe|u|", "https://evil.example/")
@example("https://www.google.com/amp/s/{1}", "", "=.&/x")
def test_what_comes_out_of_a_wrapper_is_a_web_address_with_a_host(form: str, start: str, end: str) -> None:
    text = f"{start}{end}".encode("utf-8", "replace").decode()
    coded = base64.urlsafe_b64encode(text.encode()).decode()
    opened = open_layers(form.format(quote(text, safe=""), text, coded))
    if opened.layers:
        assert host(opened.target)
        assert re.match(r"\s*(https?|ftp):", refang(opened.target), re.IGNORECASE)


@given(st.one_of(WRAPPED, st.text(max_size=80), st.text(max_size=80).map(safelinks)))
@example("https://www.google.com/url?q=" * 40 + TARGET)
@example("https://urldefense.com/v3/__**_**-*__;!!")
def test_opening_is_total_and_idempotent(url: str) -> None:
    opened = open_layers(url)
    assert unwrap(opened.target) == opened.target
    assert len(opened.target) <= len(url)
    assert isinstance(hidden_domain(url), str)


@pytest.mark.parametrize("filler", ["x", "%25", "https://www.google.com/url?q=", "*", "&u="])
def test_64_kb_of_anything_in_a_wrapper_is_opened_in_time(filler: str) -> None:
    start = time.process_time()
    for front in ("https://eur01.safelinks.protection.outlook.com/?url=", "https://urldefense.com/v3/__"):
        unwrap(front + filler * (65_536 // len(filler)))
    assert time.process_time() - start < 1


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
