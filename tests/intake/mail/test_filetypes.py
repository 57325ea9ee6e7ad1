"""Files are known by their first bytes, and names that pretend are found out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.intake.mail.filetypes import MAGIC, extension, has_two_extensions, is_mismatch, sniff


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"PK\x03\x04rest", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"MZ\x90", "exe"),
        (b"\x89PNG\r\n", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"\x00" * 32769 + b"CD001", "iso"),
        (b"\x00\x00\x00\x18ftypmp42", "mp4"),
        (b"{\\rtf1", "rtf"),
        (b"  \r\n<!DOCTYPE html><html>", "html"),
        (b"\xef\xbb\xbf<html>", "html"),
        (b"<!-- saved from url --><html>", "html"),
        (b'<?xml version="1.0"?><svg xmlns="x">', "svg"),
        (b'<?xml version="1.0"?><plist>', "xml"),
        (b"<svg onload=x>", "svg"),
        (b"BEGIN:VCALENDAR\r\n", "ics"),
        (b"Received: from a by b\r\n", "eml"),
        (b"just text", ""),
        (b"", ""),
    ],
)
def test_content_is_known_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


def test_no_entry_of_the_table_hides_another() -> None:
    for offset, magic, kind in MAGIC:
        assert sniff(b"\x01" * offset + magic + b"\x01" * 40) == kind


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.PDF", "pdf"),
        ("a.tar.gz", "gz"),
        ("a.exe. . ", "exe"),
        ("noext", ""),
        (".htaccess", "htaccess"),
        ("a.b c", ""),
    ],
)
def test_the_extension_is_what_a_system_would_take(name: str, ending: str) -> None:
    assert extension(name) == ending


@pytest.mark.parametrize(
    ("named", "sniffed", "mismatch"),
    [
        ("pdf", "pdf", False),
        ("docx", "zip", False),
        ("doc", "ole", False),
        ("jpeg", "jpg", False),
        ("doc", "rtf", False),
        ("pdf", "exe", True),
        ("jpg", "html", True),
        ("pdf", "zip", True),
        ("", "exe", False),
        ("pdf", "", False),
    ],
)
def test_content_that_its_name_does_not_have_is_a_mismatch(named: str, sniffed: str, mismatch: bool) -> None:
    assert is_mismatch(named, sniffed) is mismatch


@pytest.mark.parametrize(
    "name", ["invoice.pdf.exe", "scan.jpg .scr", "Rechnung.docx.html", "a.pdf____.lnk", "x.PDF.ZIP. "]
)
def test_two_extensions_are_found(name: str) -> None:
    assert has_two_extensions(name)


@pytest.mark.parametrize(
    "name", ["invoice.pdf", "archive.tar.gz", "v1.2.exe", "report.2023.docx", "exe.pdf", "a.min.js"]
)
def test_names_with_dots_are_no_double_extension(name: str) -> None:
    assert not has_two_extensions(name)


@given(st.binary(max_size=60), st.text(max_size=40))
def test_any_file_has_some_type_and_extension(data: bytes, name: str) -> None:
    assert sniff(data) == sniff(data).lower()
    assert extension(name) == extension(name).lower()
