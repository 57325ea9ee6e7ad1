"""HTML is read in linear time, whatever it is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.html import HtmlReader
from workbench.intake.mail.limits import LONGEST_SCANNED
from workbench.intake.mail.markup import Link
from workbench.intake.mail.scan import scan_html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("<b>o</b><i>ne</i>", "one"),
        ("a<br>b", "a b"),
        ("&lt;b&gt; &euro; &#65;", "<b> € A"),
        ("a<script>x</script>b<style>y</style>c", "abc"),
        ("a<!-- hidden -->b", "ab"),
        ("a<!-- never closed <p>lure", "a never closed lure"),
        ("a<script>never closed", "anever closed"),
        ("<![CDATA[x]]>y", "y"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("", ""),
    ],
)
def test_text_is_what_stands_between_tags(source: str, text: str) -> None:
    assert " ".join(scan_html(source).text.split()) == text


def test_links_forms_and_what_is_loaded_are_found() -> None:
    html = scan_html(
        "<base href='http://b/'><A HREF='http://a/?x=1&amp;y=2'>go <b>there</b></a><form action=http://f>"
        '<input type="Password"><img src="http://i"><meta http-equiv=refresh content="0;url=http://r">'
    )
    assert html.links == (
        Link("link", "http://a/?x=1&y=2", "go there"),
        Link("form", "http://f"),
        Link("image", "http://i"),
        Link("refresh", "http://r"),
    )
    assert (html.base, html.passwords, html.scanned) == ("http://b/", 1, True)


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("<", marks=pytest.mark.slow),
        pytest.param("<!--", marks=pytest.mark.slow),
        pytest.param("<script>", marks=pytest.mark.slow),
        pytest.param("<b>", marks=pytest.mark.slow),
        "<a href=",
        "&",
        '<a href="',
        pytest.param("</", marks=pytest.mark.slow),
        "<p",
        "<!",
        "x",
        "<a xxxxxxxx",
        "<a \t",
        "<a =",
        "<a a=",
    ],
)
def test_sources_made_to_be_slow_are_not(piece: str) -> None:
    assert seconds(lambda: scan_html(piece * (LONGEST_SCANNED // len(piece)))) < 4


@given(st.text("<>/!-ab=\"' scriptylhref&;\x00", max_size=80))
def test_any_source_is_read(source: str) -> None:
    assert isinstance(scan_html(source).text, str)


def test_buttons_in_comments_for_outlook_are_links() -> None:
    source = (
        '<p>Hi</p><!--[if mso]><v:roundrect href="https://phish.example/a?b&amp;c" arcsize="5%"><w:anchorlock/>'
        "<center>Pay now</center></v:roundrect><![endif]--><!-- <a href='https://old.example/'>no</a> -->"
    )
    for links in (scan_html(source).links, HtmlReader(Faults()).read(source, "body").links):
        assert [(link.url, " ".join(link.shown.split())) for link in links] == [
            ("https://phish.example/a?b&c", "Pay now")
        ]
