"""Files are named safely, known by content, and described without being unpacked."""

import hashlib

import pytest

from tests.intake.mail.letters import attached, features, letter, multipart, plain, read, reasons, text_part, zipped
from workbench.intake.mail.limits import LONGEST_FILE_NAME, MOST_ATTACHMENTS, MOST_SAMPLES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def rows(raw: bytes) -> list[dict[str, object]]:
    return read(raw).rows["EmailAttachmentInfo"]


def names(raw: bytes) -> list[object]:
    return [row["FileName"] for row in rows(raw)]


def described(data: bytes, name: str) -> dict[str, object]:
    return features(multipart(attached(data, name)))["attachments"][0]


def test_a_file_has_a_row_with_its_hash_size_and_type() -> None:
    row = rows(multipart(text_part("see"), attached(b"%PDF-1.7 data", "a.pdf")))[0]
    assert (row["FileName"], row["FileType"], row["FileSize"]) == ("a.pdf", "pdf", 13)
    assert row["SHA256"] == hashlib.sha256(b"%PDF-1.7 data").hexdigest()
    assert row["RecipientEmailAddress"] == "ann@own.example"


def test_every_recipient_has_a_row_of_every_file() -> None:
    raw = multipart(attached(b"1", "a.bin"), attached(b"2", "b.bin"))
    raw = raw.replace(b" for <ann@own.example>", b"").replace(
        b"To: Ann <ann@own.example>", b"To: a@own.example, b@x.example"
    )
    assert [(row["RecipientEmailAddress"], row["FileName"]) for row in rows(raw)] == [
        ("a@own.example", "a.bin"),
        ("a@own.example", "b.bin"),
        ("b@x.example", "a.bin"),
        ("b@x.example", "b.bin"),
    ]


@pytest.mark.parametrize(
    ("part", "files"),
    [
        (text_part("body"), 0),
        (text_part("<p>", "text/html"), 0),
        (text_part("BEGIN:VCALENDAR", "text/calendar"), 0),
        (b"Content-Type: text/plain; name=a.txt\r\n\r\nx", 1),
        (b"Content-Disposition: attachment\r\n\r\nx", 1),
        (b"Content-Type: image/png\r\nContent-ID: <1>\r\n\r\nx", 1),
        (b"Content-Type: application/pdf\r\n\r\nx", 1),
        (b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny", 1),
    ],
)
def test_files_are_told_from_the_text_of_the_message(part: bytes, files: int) -> None:
    assert len(rows(multipart(text_part("first"), part))) == files


def test_what_lies_in_an_attached_message_is_not_a_file_of_this_one() -> None:
    inner = multipart(text_part("inner"), attached(b"data", "inner.bin")).replace(b"cut", b"slit")
    reading = read(multipart(b"Content-Type: message/rfc822\r\n\r\n" + inner))
    named = [(row["FileName"], row["_Raw"] == reading.sha256) for row in reading.rows["EmailAttachmentInfo"]]
    assert named == [("part-1.eml", True), ("inner.bin", False)]


@pytest.mark.parametrize(
    ("written", "saved", "oddity"),
    [
        ("report.pdf", "report.pdf", None),
        ("../../etc/passwd", "passwd", "path_in_name"),
        ("C:\\\\Users\\\\a.txt", "a.txt", "path_in_name"),
        ("CON", "CON", None),
        ("a\x00b.txt", "a_b.txt", "controls_in_name"),
        ("invoice\u202efdp.exe", "invoice\u202efdp.exe", "direction_in_name"),
        ("invoice.pdf.exe", "invoice.pdf.exe", "double_extension"),
        ("run.exe", "run.exe", "runs"),
        ("page.html", "page.html", "html"),
    ],
)
def test_names_are_those_a_program_would_save_and_odd_ones_are_told(
    written: str, saved: str, oddity: str | None
) -> None:
    raw = multipart(attached(b"data", written))
    assert names(raw) == [saved]
    oddities = features(raw)["attachments"][0]["oddities"]
    assert (oddity in oddities) if oddity else not oddities


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=utf-8''%2e%2e%2fetc%2fpasswd", "passwd"),
        ('attachment; filename="=?utf-8?q?Rechnung=5F=C3=BC.pdf?="', "Rechnung_ü.pdf"),
        ("attachment; filename*0=long; filename*1=name.pdf", "longname.pdf"),
        ("attachment", "part-1.bin"),
    ],
)
def test_coded_names_are_decoded(header: str, name: str) -> None:
    part = f"Content-Type: application/octet-stream\r\nContent-Disposition: {header}\r\n\r\nx"
    saved = names(multipart(part.encode()))[0]
    assert saved == name or str(saved).startswith("part-1.")


def test_a_long_name_keeps_its_beginning_and_end() -> None:
    raw = multipart(attached(b"x", "a" * 4_000 + ".pdf"))
    assert len(str(names(raw)[0])) == LONGEST_FILE_NAME
    assert str(names(raw)[0]).endswith("a.pdf")
    assert "cut in the middle" in reasons(raw)


def test_more_files_than_the_limit_are_cut_with_a_fault() -> None:
    raw = multipart(*(attached(b"x", f"{number}.bin") for number in range(MOST_ATTACHMENTS + 3)))
    assert len(rows(raw)) == MOST_ATTACHMENTS
    assert f"{MOST_ATTACHMENTS + 3} attachments, only {MOST_ATTACHMENTS} are listed" in reasons(raw)


def test_content_that_its_name_does_not_have_is_told() -> None:
    assert "type_mismatch" in described(b"MZ\x90\x00", "photo.jpg")["oddities"]
    assert "runs" in described(b"MZ\x90\x00", "photo.jpg")["oddities"]
    assert "type_mismatch" not in described(b"\xff\xd8\xff", "photo.jpg")["oddities"]


def test_an_archive_is_listed_with_what_is_odd_in_it() -> None:
    found = described(zipped(["a.pdf", "b.exe", "c.zip", *map(str, range(20))], flags=1), "x.zip")
    assert (found["encrypted"], found["member_count"], len(found["members"])) == (True, 23, MOST_SAMPLES)
    assert (found["runs_inside"], found["archives_inside"], found["macros"]) == (1, 1, False)


def test_macros_are_told_from_the_parts_of_an_office_file() -> None:
    assert described(zipped(["[Content_Types].xml", "word/vbaProject.bin"]), "a.docm")["macros"] is True
    assert described(zipped(["[Content_Types].xml", "word/document.xml"]), "a.docx")["macros"] is False
    assert described(OLE + "_VBA_PROJECT".encode("utf-16-le"), "a.doc")["macros"] is True
    assert described(OLE, "a.doc")["macros"] is False


def test_an_encrypted_office_file_is_told() -> None:
    assert described(OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx")["encrypted"] is True
    assert described(OLE, "a.xls")["encrypted"] is False


def test_what_stands_openly_in_a_pdf_is_counted() -> None:
    found = described(b"%PDF-1.7 /OpenAction /JavaScript /JS /URI(http://a) /Encrypt", "a.pdf")
    marks = {
        "javascript": 2,
        "launch": 0,
        "open_action": 1,
        "uri": 1,
        "embedded_file": 0,
        "submit_form": 0,
        "remote": 0,
    }
    assert found["pdf"] == marks | {"evaluated": False}
    assert found["encrypted"] is True


def test_what_is_not_evaluated_for_a_type_is_null() -> None:
    found = described(b"7z\xbc\xaf\x27\x1c", "a.7z")
    assert (found["encrypted"], found["macros"]) == (None, None)
    assert described(b"Rar!\x1a\x07\x01\x00" + b"\x00" * 4 + b"\x04", "a.rar")["encrypted"] is True


def test_pictures_shown_in_the_text_are_inline() -> None:
    part = b"Content-Type: image/png\r\nContent-ID: <logo>\r\n\r\n\x89PNG"
    assert features(multipart(text_part("x"), part))["attachments"][0]["inline"] is True
    assert described(b"\x89PNG", "a.png")["inline"] is False


def test_a_message_that_is_one_file_has_that_file() -> None:
    raw = letter(("From: a@b.example", "Content-Type: application/pdf; name=a.pdf"), b"%PDF-1.7")
    assert names(raw) == ["a.pdf"]
    assert names(plain("no file")) == []
