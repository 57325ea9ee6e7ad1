"""Places in which an address can stand."""

import pytest

from tests.intake.mail.letters import attached, multipart, read, text_part


def places(*parts: bytes) -> set[tuple[str, str]]:
    rows = read(multipart(text_part("see"), *parts)).rows["EmailUrlInfo"]
    return {(str(row["UrlDomain"]), str(row["UrlLocation"])) for row in rows}


@pytest.mark.quirk("raw mail", "URLs in attachments and their names")
@pytest.mark.parametrize(
    "part",
    [
        attached(b"x", "see https://evil.example/login.html"),
        attached(b"[InternetShortcut]\r\nURL=http://evil.example/\r\n", "invoice.url"),
        attached(b"go to http://evil.example/ now", "readme.txt", "text/plain"),
        attached("go to http://evil.example/ now".encode("utf-16"), "readme.txt", "text/plain"),
        attached(b'{\\rtf1 HYPERLINK "http://evil.example/"}', "a.rtf"),
        attached(b"<html><a href=http://evil.example/>x</a>", "a.html"),
        attached(b'<svg><a href="http://evil.example/">x</a></svg>', "a.svg"),
        attached(b"<?xml version='1.0'?><a>http://evil.example/</a>", "a.xml"),
        attached(b"BEGIN:VCARD\r\nURL:http://evil.example/\r\n", "a.vcf"),
    ],
    ids=["name", "shortcut", "text", "utf-16", "rtf", "html", "svg", "xml", "card"],
)
def test_addresses_in_files_and_their_names_are_rows_of_attachments(part: bytes) -> None:
    assert ("evil.example", "Attachment") in places(part)


def test_a_binary_file_is_not_read_as_text() -> None:
    assert places(attached(b"\0\1http://evil.example/", "a.txt", "text/plain")) == set()
