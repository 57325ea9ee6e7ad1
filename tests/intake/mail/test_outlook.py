"""Outlook's .msg: the same rows as for the same mail, whatever the file kept; hostile files end in faults."""

import base64
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.mail.letters import (
    EXCHANGE_HOPS,
    EXCHANGE_STAMPS,
    HOP,
    PLAIN_HEADERS,
    attached,
    event,
    facts,
    features,
    letter,
    read,
    reasons,
    seconds,
)
from tests.intake.mail.outlook_files import compound, outlook, squeezed
from tests.intake.mail.test_rows import check
from tests.laws import often
from workbench.intake.mail import Context, read_message
from workbench.intake.mail.limits import DEEPEST_MESSAGE

SENT = datetime(2023, 9, 19, 18, 35, 49, tzinfo=UTC)
HTML = '<p>Hello, please <a href="https://evil.example/login">sign in</a></p>'
HEADERS = "\r\n".join((*EXCHANGE_HOPS, *PLAIN_HEADERS, *EXCHANGE_STAMPS, "Content-Type: text/plain; charset=x"))
RECIPIENTS = (
    {"p3001": "Ann", "p39FE": "ann@own.example", "p0C15": 1},
    {"p3001": "Bob, of sales", "p3003": "bob@own.example", "p0C15": 2},
)
PDF = {"p3707": "in\nvoice-ü.pdf", "p3704": "INVOIC~1.PDF", "p3701": b"%PDF-1.7 x", "p370E": "application/pdf"}
PICTURE = {"p3707": "logo.png", "p3701": b"\x89PNG\r\n\x1a\nx", "p3712": "logo@1"}


def whole(**extra: object) -> bytes:
    return compound(outlook(p007D=HEADERS, p0037="Hello", p1000="Hello", p1013=HTML.encode(), **extra))


@pytest.mark.quirk("Outlook .msg", "the same rows as the mail it was")
def test_the_rows_are_those_of_the_same_mail() -> None:
    body = base64.encodebytes(HTML.encode())
    headers = (*EXCHANGE_HOPS, *PLAIN_HEADERS, *EXCHANGE_STAMPS, "Content-Type: multipart/mixed; boundary=cut")
    parts = b"--cut\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    mail = letter(headers, parts + b"\r\n--cut\r\n" + attached(b"%PDF-1.7 x", "a.pdf") + b"\r\n--cut--\r\n")
    file = compound(outlook(p007D=HEADERS, p1013=HTML.encode(), files=[PDF | {"p3707": "a.pdf"}]))
    for name in ("EmailEvents", "EmailUrlInfo", "EmailAttachmentInfo"):
        expected, found = (
            [{key: value for key, value in row.items() if key != "_Raw"} for row in read(raw).rows[name]]
            for raw in (mail, file)
        )
        assert found == expected
    assert facts(file)["BodyFingerprint"] == facts(mail)["BodyFingerprint"]
    assert facts(file)["RawSHA256"] == read(file).sha256


@pytest.mark.quirk("Outlook .msg", "without headers; HTML in RTF; text only")
def test_headers_are_made_from_properties_where_the_file_kept_none() -> None:
    file = compound(
        outlook(
            p0037="Grüße\r\nBcc: x",
            p0042="Bob",
            p0065="/o=Own/cn=bob",
            p5D01="bob@own.example",
            p0039=SENT,
            p1035="<1@own.example>",
            p1000="Hello",
            recipients=RECIPIENTS,
        )
    )
    rows = read(file).rows["EmailEvents"]
    assert [row["RecipientEmailAddress"] for row in rows] == ["ann@own.example", "bob@own.example"]
    first = rows[0]
    assert (first["SenderFromAddress"], first["SenderDisplayName"]) == ("bob@own.example", "Bob")
    assert (first["Subject"], first["Timestamp"]) == ("Grüße  Bcc: x".replace("  ", " "), SENT)
    assert first["InternetMessageId"] == "<1@own.example>"
    assert facts(file)["RecipientSource"] == "To, Cc"


def test_only_what_is_missing_among_the_headers_is_made() -> None:
    file = compound(outlook(p007D=f"{HOP}\r\nFrom: a@b.example\r\n", p0037="Made", p5D01="other@c.example"))
    assert (event(file)["SenderFromAddress"], event(file)["Subject"]) == ("a@b.example", "Made")


def test_a_blank_line_among_the_headers_ends_them() -> None:
    file = compound(outlook(p007D=f"{HOP}\r\nFrom: a@b.example\r\n\r\nX-Forged: 1\r\n", p1000="Hello"))
    assert "X-Forged" not in str(facts(file)["Headers"])


def test_files_keep_their_names_and_bytes() -> None:
    rows = read(whole(files=[PDF, PICTURE])).rows["EmailAttachmentInfo"]
    assert [(row["FileName"], row["FileSize"]) for row in rows] == [("in voice-ü.pdf", 10), ("logo.png", 9)]
    assert [file["inline"] for file in features(whole(files=[PDF, PICTURE]))["attachments"]] == [False, True]


@pytest.mark.quirk("Outlook .msg", "without headers; HTML in RTF; text only")
@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"p1013": HTML.encode()}, "sign in"),
        ({"p1013": HTML}, "sign in"),
        ({"p1013": "<p>Grüße sign in</p>".encode("cp1252"), "p3FDE": 1252}, "Grüße sign in"),
        ({"p1013": "<p>Grüße sign in</p>".encode(), "p3FDE": 65001}, "Grüße sign in"),
        ({"p1000": "please sign in"}, "sign in"),
        ({"n1000": "Grüße sign in".encode("cp1252"), "p3FFD": 1252}, "Grüße sign in"),
        ({"p1009": squeezed(b"{\\rtf1\\ansi\\ansicpg1252\\fromtext please sign in\\par}")}, "sign in"),
        (
            {
                "p1009": squeezed(
                    b"{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag64 <p>}Gr\\'fc\\u223 ?e\\htmlrtf x\\htmlrtf0  sign in}"
                )
            },
            "Grüße sign in",
        ),
    ],
    ids=["html", "html-text", "codepage", "utf-8", "plain", "narrow", "rtf", "rtf-html"],
)
def test_the_text_is_found_in_whatever_form_it_was_kept(values: dict[str, object], text: str) -> None:
    file = compound(outlook(p007D="\r\n".join((HOP, *PLAIN_HEADERS)), **values))
    from workbench.intake.mail.body import read_body
    from workbench.intake.mail.faults import Faults
    from workbench.intake.mail.mime import open_message
    from workbench.intake.mail.outlook import as_mail

    assert text in " ".join(read_body(open_message(as_mail(file, Faults()), Faults()).parts, [], Faults()).seen.split())
    assert features(file)["text"]["words"] >= 2


@pytest.mark.quirk("Outlook .msg", "messages inside")
def test_a_message_inside_is_a_message_of_its_own() -> None:
    inner = outlook(header=24, p007D="\r\n".join((HOP, *PLAIN_HEADERS)), p1000="inner", p0037="Inner: one")
    reading = read(compound(outlook(p0037="FW", p5D01="bob@own.example", files=[{"o3701": inner, "p3705": 5}])))
    assert len(reading.rows["WorkbenchMailFacts"]) == 2
    assert reading.rows["EmailEvents"][1]["SenderFromAddress"] == "bob@evil.example"
    assert reading.rows["EmailAttachmentInfo"][0]["FileName"] == "Inner: one"


def test_messages_nested_deep_are_capped_with_a_fault() -> None:
    inner: dict[str, object] = outlook(header=24, p1000="last")  # type: ignore[assignment]
    for _ in range(100):
        inner = outlook(header=24, p1000="x", files=[{"o3701": inner}])  # type: ignore[assignment]
    file = compound(outlook(p1000="top", files=[{"o3701": inner}]))
    assert seconds(lambda: check(read(file).rows)) < 20
    assert "not evaluated" in reasons(file)
    assert len(read(file).rows["WorkbenchMailFacts"]) <= DEEPEST_MESSAGE + 2


def patched(file: bytes, at: int, value: int) -> bytes:
    return file[:at] + struct.pack("<L", value) + file[at + 4 :]


def directory(file: bytes) -> int:
    return (struct.unpack_from("<L", file, 48)[0] + 1) * 512


@pytest.mark.parametrize("length", [0, 8, 511, 512, 600, 2_000, 5_000])
def test_row_8_a_file_cut_off_anywhere_is_a_fault(length: int) -> None:
    file = whole(files=[PDF | {"p3701": b"x" * 9_000}])[:length]
    check(read(file).rows)
    assert reasons(file)


def test_row_8_a_table_that_leads_in_circles_ends() -> None:
    file = whole(files=[PDF | {"p3701": b"x" * 90_000}])
    table = (struct.unpack_from("<L", file, 76)[0] + 1) * 512
    circles = file[:table] + struct.pack("<128L", *([1] * 128)) + file[table + 512 :]
    assert seconds(lambda: check(read(circles).rows)) < 5
    assert reasons(circles)


def test_row_8_a_directory_that_leads_in_circles_ends() -> None:
    file = whole()
    at = directory(file) + 128
    circles = patched(patched(file, at + 68, 1), at + 72, 0)
    assert seconds(lambda: check(read(circles).rows)) < 5


def test_row_8_a_stream_that_claims_a_gigabyte_is_not_believed() -> None:
    file = whole(files=[PDF | {"p3701": b"x" * 9_000}])
    at = directory(file)
    while file[at : at + 2] and struct.unpack_from("<L", file, at + 120)[0] != 9_000:
        at += 128
    huge = patched(file, at + 120, 2**30)
    assert seconds(lambda: check(read(huge).rows)) < 5
    assert "claims too much" in reasons(huge)


@pytest.mark.parametrize("at", [44, 48, 60, 64, 68, 72, 76])
@pytest.mark.parametrize("value", [0xFFFFFFFF, 0x7FFFFFFF, 0, 5])
def test_row_8_a_head_that_lies_breaks_nothing(at: int, value: int) -> None:
    assert seconds(lambda: check(read(patched(whole(), at, value)).rows)) < 5


@pytest.mark.quirk("Outlook .msg", "damaged files")
@settings(max_examples=often(60), deadline=None)
@given(st.data())
def test_any_damage_leaves_rows(data: st.DataObject) -> None:
    file = bytearray(whole(files=[PDF]))
    for _ in range(data.draw(st.integers(1, 20))):
        file[data.draw(st.integers(8, len(file) - 1))] = data.draw(st.integers(0, 255))
    check(read_message(bytes(file), "x.msg", Context()).rows)
