"""URLs that stand openly in a PDF."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds
from workbench.intake.mail.limits import MOST_URLS
from workbench.intake.mail.pdf import pdf_urls


@pytest.mark.parametrize(
    ("data", "urls"),
    [
        (b"<< /S /URI /URI (http://a.example/) >>", ["http://a.example/"]),
        (b"/URI(http://a.example/\\(b\\))", ["http://a.example/(b)"]),
        (b"/URI (http://a.example/) /URI (http://a.example/)", ["http://a.example/"]),
        (b"/URI <687474703A>", []),
        (b"/URI (never closed", []),
        (b"", []),
    ],
)
def test_targets_of_links_are_found_once_each(data: bytes, urls: list[str]) -> None:
    assert pdf_urls(data) == urls


def test_only_so_many_are_taken() -> None:
    assert len(pdf_urls(b"".join(b"/URI (http://a/%d)" % number for number in range(MOST_URLS * 2)))) == MOST_URLS


@pytest.mark.parametrize("piece", [b"/URI (", b"/URI", b"(", b"\\", b"/URI (\\"])
def test_files_made_to_be_slow_are_not(piece: bytes) -> None:
    assert seconds(lambda: pdf_urls(piece * (8_000_000 // len(piece)))) < 3


@given(st.binary(max_size=100))
def test_any_bytes_can_be_searched(data: bytes) -> None:
    assert pdf_urls(data + b"/URI (" + data) == pdf_urls(data + b"/URI (" + data)
