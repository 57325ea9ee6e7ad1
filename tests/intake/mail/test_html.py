"""HTML becomes what a reader sees; the parser never gets what would choke it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds
from workbench.intake.mail import html as module
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.html import HtmlReader, strain
from workbench.intake.mail.limits import LONGEST_HTML, MOST_ATTRIBUTES, MOST_REOPENED, MOST_TAGS
from workbench.intake.mail.markup import Html, Link


def seen(source: str) -> tuple[Html, str]:
    faults = Faults()
    return HtmlReader(faults).read(source, "body"), "; ".join(fault.reason for fault in faults.kept())


def text(source: str) -> str:
    return " ".join(seen(source)[0].text.split())


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("<table><tr><td>a<td>b</table>c", "a b c"),
        ("<span>P</span><span>ay</span>Pal", "PayPal"),
        ("Hel<!-- x -->lo", "Hello"),
        ("one<br>two", "one two"),
        ("<title>no</title><style>no</style><script>no</script>yes", "yes"),
        ("&nbsp;&euro;5", "€5"),
        ("<p>yes <template>no</template>indeed", "yes indeed"),
        ("<noscript>shown</noscript>", "shown"),
        ("plain text", "plain text"),
    ],
)
def test_text_is_read_as_it_is_shown(source: str, shown: str) -> None:
    assert text(source) == shown


def test_links_are_read_as_the_browser_reads_their_attributes() -> None:
    html, _ = seen(
        '<html lang="pt-BR"><base href="http://b/"><a/href="http://one">One</a><A HREF=http://two?a=1&amp;b=2>T<b>w</b>o</A>'
        '<area href="http://three"><form action="/f"><input type=PASSWORD><input name=x></form><img src="cid:1">'
        '<table background="http://four"><script src="http://five"></script>'
    )
    assert html.links == (
        Link("link", "http://one", "One"),
        Link("link", "http://two?a=1&b=2", "Two"),
        Link("link", "http://three"),
        Link("form", "/f"),
        Link("image", "cid:1"),
        Link("resource", "http://four"),
        Link("resource", "http://five"),
    )
    assert (html.base, html.language, html.passwords, html.scripts) == ("http://b/", "pt-BR", 1, 1)


def test_text_outside_anchors_is_told_apart_where_it_may_hold_urls() -> None:
    html, _ = seen('see http://out.example <a href="http://a">http://in.example</a>')
    assert "http://in.example" in html.text
    assert html.outside.split() == ["see", "http://out.example"]
    assert seen("<p>no address here")[0].outside == ""


def test_hidden_text_is_counted_and_not_seen() -> None:
    html, _ = seen('<p>seen</p><div style="display:none">not <b>seen</b></div>')
    assert (html.text.split(), html.hidden) == (["seen"], len("not seen"))


@pytest.mark.parametrize("tag", ["html", "body"])
def test_a_page_that_is_hidden_whole_is_counted_as_hidden(tag: str) -> None:
    html, reasons = seen(f'<{tag} style="display:none"><p>nothing to see')
    assert (html.text.strip(), html.hidden, reasons) == ("", len("nothing to see"), "")


def test_a_source_that_shows_nothing_is_read_behind_its_comment() -> None:
    html, reasons = seen("<!-- dear customer, verify your account")
    assert "dear customer" in html.text
    assert html.scanned
    assert reasons == "HTML shows no text though it holds some, which is read instead"


def test_a_source_that_is_all_hidden_or_empty_is_not_read_behind_anything() -> None:
    assert seen('<p style="display:none">nothing</p>')[1] == ""
    assert seen("<img src=x>") == (Html(links=(Link("image", "x"),)), "")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<p>lure " + "x " * LONGEST_HTML, "longer than"),
        ("<div>" * (MOST_TAGS + 1) + "lure", "tags"),
        ("<a " + " ".join(f"a{number}" for number in range(MOST_ATTRIBUTES + 1)) + ">lure", "attributes"),
        ("<a " + "".join(f'a{number}="1"' for number in range(MOST_ATTRIBUTES + 1)) + ">lure", "attributes"),
        ("<p>" + "<b a>" * 1_000 + "</p>" + "<p>lure</p>" * 1_000, "elements"),
    ],
)
def test_what_would_choke_the_parser_is_scanned_and_not_lost(source: str, why: str) -> None:
    html, reasons = seen(source)
    assert "lure" in html.text
    assert html.scanned
    assert why in reasons
    assert "read without the HTML parser" in reasons


def test_an_exception_of_the_parser_is_a_fault_and_the_text_is_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: str) -> Html:
        raise RecursionError(source)

    monkeypatch.setattr(module, "_parsed", broken)
    html, reasons = seen("<p>lure")
    assert (html.text.strip(), html.scanned) == ("lure", True)
    assert "RecursionError" in reasons


def test_all_pages_of_one_message_share_one_budget() -> None:
    page = "<div>" * (MOST_TAGS // 3) + "lure"
    reader = HtmlReader(Faults())
    assert [reader.read(page, "body").scanned for _ in range(4)] == [False, False, False, True]


def test_pages_of_usual_size_do_not_use_the_budget_up() -> None:
    page = "<table>" + "<tr><td><a href='http://a'>x</a></td></tr>" * 150 + "</table>"
    reader = HtmlReader(Faults())
    assert not any(reader.read(page, "body").scanned for _ in range(4))


@pytest.mark.parametrize(
    "piece", ["<div>", "<p>x", "<b>", "<table><tr><td>", "<a x y z>", "<select>", "<b><div></b>", "</p>"]
)
def test_sources_at_the_limit_are_parsed_in_time(piece: str) -> None:
    source = piece * (MOST_TAGS // piece.count("<"))
    assert seconds(lambda: seen(source)) < 5


def test_the_cost_is_that_of_the_worst_bound() -> None:
    assert strain("x" * LONGEST_HTML)[0] == 1.0
    assert strain("<p>" * (MOST_TAGS // 2))[0] >= 0.5
    assert strain("<b>" * 1_000, exactly=True)[0] == 1_000 * 1_000 / MOST_REOPENED
    assert strain("")[0] == 0.0


@given(st.text("<>/!-abp=\"' divtesyl:none&;\x00\n", max_size=80))
def test_any_source_is_read(source: str) -> None:
    html, _ = seen(source)
    assert isinstance(html.text, str)
    assert html.hidden >= 0
