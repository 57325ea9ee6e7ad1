"""The list of hostile mail: each class is a test, with its bound on time where it has one (five times the promise)."""

import base64
import csv
import io
import json
import struct
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from tests.intake.mail.letters import (
    HOP,
    PLAIN_HEADERS,
    attached,
    changed,
    event,
    facts,
    features,
    letter,
    multipart,
    page,
    plain,
    read,
    reasons,
    seconds,
    zipped,
)
from tests.intake.mail.test_rows import check
from workbench.base.render import csv_cell, html, markdown, terminal
from workbench.base.text.url import canonical
from workbench.intake.mail.limits import DEEPEST_PART, LONGEST_VALUE, MOST_HOPS, MOST_RECIPIENTS

SECOND = 5.0
"""CPU seconds allowed where the promise is one second; where it is two, twice as many."""


def nested(depth: int) -> bytes:
    heads = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return ("\r\n".join((HOP, *PLAIN_HEADERS)) + "\r\n" + heads + "Content-Type: text/plain\r\n\r\nhello").encode()


def timely(raw: bytes, promise: float = SECOND) -> bytes:
    """The message, after it was seen to be read in time and into sound rows."""
    assert seconds(lambda: check(read(raw).rows)) < promise
    return raw


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
@pytest.mark.parametrize("depth", [1_000, 20_000])
def test_row_1_multiparts_nested_1000_deep_are_capped_with_a_fault(depth: int) -> None:
    raw = timely(nested(depth))
    assert facts(raw)["PartCount"] == DEEPEST_PART + 1
    assert f"nested more than {DEEPEST_PART} deep" in reasons(raw)
    assert "RecursionError" not in reasons(raw)


@pytest.mark.parametrize("depth", [100, pytest.param(20_000, marks=pytest.mark.slow)])
def test_row_1_messages_nested_100_deep_are_capped_with_a_fault(depth: int) -> None:
    inner = "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" * depth
    raw = timely(("\r\n".join((HOP, *PLAIN_HEADERS)) + "\r\n" + inner + "\r\nhello").encode())
    assert f"nested more than {DEEPEST_PART} deep" in reasons(raw)
    assert event(raw)["AttachmentCount"] == 1


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
@pytest.mark.parametrize(
    ("raw", "column", "value", "fault"),
    [
        (changed(**{"from": '"x"@['}), "SenderFromAddress", '"x"@[', ""),
        (changed(**{"from": "=?utf-8?q?A=0D=0ABcc:_b?= <a@b.example>"}), "SenderDisplayName", "A Bcc: b", "line ends"),
        (changed(subject="=?x-klingon?q?hello?="), "Subject", "hello", "'x-klingon' is not known"),
        (changed(subject="Grüße"), "Subject", "Grüße", "holds raw 8-bit text"),
        (changed(subject="caf\udce9"), "Subject", "café", "holds raw 8-bit text"),
        (
            letter((HOP, *PLAIN_HEADERS, "From: Two <two@b.example>")),
            "SenderFromAddress",
            "bob@evil.example",
            "2 times",
        ),
        (changed(date=""), "EmailDirection", "Inbound", "header Date: there is none"),
        (changed(date="Fri, 31 Dec 9999 23:59:59 -1200"), "EmailDirection", "Inbound", "year 9999 cannot be"),
        (changed(date="Tue, 19 Sep 2023 18:36:46 -9999"), "EmailDirection", "Inbound", "the zone cannot be"),
        (plain("x", "Content-Transfer-Encoding: hexa"), "Subject", "Hello", "'hexa' is not known"),
    ],
)
def test_row_2_headers_that_break_parsers_are_read_and_noted(raw: bytes, column: str, value: str, fault: str) -> None:
    check(read(raw).rows)
    assert event(raw)[column] == value
    assert fault in reasons(raw)


def test_row_2_what_was_written_is_kept_beside_what_was_read() -> None:
    assert "=?x-klingon?q?hello?=" in str(facts(changed(subject="=?x-klingon?q?hello?="))["Headers"])
    assert "31 Dec 9999" in str(facts(changed(date="Fri, 31 Dec 9999 23:59:59 -1200"))["Headers"])


def test_row_2_utf_7_and_transforming_character_sets_run_no_codec_but_text() -> None:
    bomb = base64.b64encode(b"x\x9c" * 100).decode()
    for charset in ("utf-7", "zlib", "base64", "hex", "idna", "punycode", "unicode_escape"):
        timely(plain(bomb, f"Content-Type: text/plain; charset={charset}"))


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
@pytest.mark.parametrize("end", [", ", ",\r\n "])
def test_row_3_8000_recipients_are_cut_in_time(end: str) -> None:
    everybody = end.join(f'"N{number}, x" <u{number}@own.example>' for number in range(8_000))
    raw = timely(letter((HOP.replace(" for <ann@own.example>", ""), "From: a@b.example", f"To: {everybody}")))
    assert len(read(raw).rows["EmailEvents"]) == MOST_RECIPIENTS
    assert f"more than {MOST_RECIPIENTS} recipients" in reasons(raw)


def test_row_3_8000_encoded_words_are_cut_in_time() -> None:
    words = "\r\n ".join(["=?utf-8?b?w6TDtsO8?="] * 8_000)
    raw = timely(changed(subject=words))
    assert str(event(raw)["Subject"]).startswith("äöüäöü")
    assert "cut" in reasons(raw)


def test_row_3_a_header_of_a_megabyte_is_cut_in_time() -> None:
    raw = timely(changed(subject="x" * 1_000_000))
    assert len(str(event(raw)["Subject"])) == LONGEST_VALUE
    assert "header Subject: longer than" in reasons(raw)


def test_row_3_10000_hops_are_counted_and_the_newest_read_in_time() -> None:
    raw = timely(letter((*([HOP] * 10_000), *PLAIN_HEADERS)))
    assert len(json.loads(str(facts(raw)["Hops"]))) <= MOST_HOPS
    assert "cut" in reasons(raw)
    assert "only the newest" in reasons(raw)


@pytest.mark.parametrize(
    "written",
    ["", '""', "<with blanks@x>", '<"quoted"@x>', "x OR ALL ALL", "{3}", "<a@b>\x00", "<" + "x" * 4_000 + ">"],
)
def test_row_4_message_ids_are_kept_exactly_and_key_nothing(written: str) -> None:
    raw = changed(message_id=written)
    check(read(raw).rows)
    assert event(raw)["InternetMessageId"] == written.strip()
    assert event(raw)["NetworkMessageId"] == f"wb-{read(raw).sha256[:32]}"


def test_row_4_a_message_id_of_two_lines_is_unfolded_and_a_long_one_cut() -> None:
    assert event(changed(message_id="\r\n <1@x>"))["InternetMessageId"] == "<1@x>"
    assert len(str(event(changed(message_id="x" * 10_240))["InternetMessageId"])) == LONGEST_VALUE


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
def test_row_4_a_thousand_mails_of_one_message_id_are_a_thousand() -> None:
    ids = {event(plain(f"text {number}"))["NetworkMessageId"] for number in range(1_000)}
    assert len(ids) == 1_000


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\\\..\\\\boot.ini", "boot.ini"),
        ("CON", "CON"),
        ("invoice\u202efdp.exe", "invoice\u202efdp.exe"),
        ("nul\x00l.txt", "nul_l.txt"),
        ("a" * 4_096 + ".txt", None),
        ("=?utf-8?q?line=0Aend=2Etxt?=", "line end.txt"),
    ],
)
def test_row_5_file_names_cannot_leave_their_folder(name: str, saved: str | None) -> None:
    raw = timely(multipart(attached(b"data", name)))
    written = str(read(raw).rows["EmailAttachmentInfo"][0]["FileName"])
    assert saved is None or written == saved
    assert not set(written) & set("/\\\x00\r\n")
    assert len(written) <= 255
    assert "\u202e" not in html(written)


def test_row_5_percent_coded_paths_are_found_out() -> None:
    part = b"Content-Disposition: attachment; filename*=utf-8''%2e%2e%2fetc%2fpasswd\r\nContent-Type: a/b\r\n\r\nx"
    raw = multipart(part)
    assert read(raw).rows["EmailAttachmentInfo"][0]["FileName"] == "passwd"
    assert "path_in_name" in features(raw)["attachments"][0]["oddities"]


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 100_000 + "lure text",
        "<a " + " ".join(f"a{number}=1" for number in range(1_000_000)) + ">lure text",
        "lure text <!-- " + "x" * 1_000_000,
        "<!-- lure text " + "x" * 1_000_000,
        "<table><tr><td>" * 30_000 + "lure text",
        "<p>" + "".join(f"<b a{number}>" for number in range(4_600)) + "</p>" + "<p>lure text</p>" * 10_700,
        pytest.param("<p>lure text " + "<b>x</b>abc def " * 3_200_000, marks=pytest.mark.slow),
        pytest.param("lure text " + "<" * 5_000_000, marks=pytest.mark.slow),
    ],
    ids=["deep", "attributes", "comment after", "comment before", "tables", "formatting", "50 MB", "brackets"],
)
def test_row_6_html_made_to_be_slow_is_read_in_time_and_never_silently_empty(source: str) -> None:
    raw = timely(page(source), 2 * SECOND)
    text = features(raw)["text"]
    assert text["words"] >= 2 or "only the first" in reasons(raw)
    assert text["words"] or reasons(raw)


def test_row_6_text_hidden_by_style_is_counted_and_not_read() -> None:
    raw = page('<p style="font-size:0">salad words</p><p>verify your account</p>')
    assert features(raw)["text"]["hidden"] == len("salad words")
    assert features(raw)["phrases"]["credential"] == 1


def test_row_6_a_plain_body_of_50_megabytes_is_read_in_time() -> None:
    raw = timely(plain("hello world abc def " * 2_600_000), 2 * SECOND)
    assert "texts are longer than the limit" in reasons(raw)


def test_row_7_archives_are_listed_and_never_unpacked() -> None:
    bomb = zipped(["bomb.bin"], size=200_000_000, packed=194_000)
    many = zipped(f"{number:07d}" for number in range(200_000))
    for data in (bomb, many, zipped(["inner.zip"] * 50), b"PK\x03\x04" + b"\x00" * 100, zipped(["../../x"], flags=1)):
        timely(multipart(attached(data, "a.zip")))
    assert features(multipart(attached(bomb, "a.zip")))["attachments"][0]["ratio"] > 1_000
    assert "more than" in reasons(multipart(attached(many, "a.zip")))


def test_row_7_mail_in_archive_in_mail_is_a_name_and_not_opened() -> None:
    inner = zipped(["mail.eml", "deeper.zip"])
    found = features(multipart(attached(inner, "a.zip")))["attachments"][0]
    assert (found["members"], found["archives_inside"]) == (["mail.eml", "deeper.zip"], 1)


def small_archive(kind: str) -> bytes:
    """An archive that lies: overlapping entries, a forged size, a link, or one inside another, ten deep."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind == "link":
            entry = zipfile.ZipInfo("link")
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, "/etc/passwd")
        else:
            archive.writestr("a.txt", b"x" * 1_000)
    data = out.getvalue()
    if kind == "forged":
        at = data.rindex(b"PK\x01\x02")
        data = data[: at + 24] + struct.pack("<L", 7) + data[at + 28 :]
    if kind == "overlapping":
        at, end = data.rindex(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
        data = (
            data[:end] + data[at:end] + data[end : end + 8] + struct.pack("<HHLL", 2, 2, 2 * (end - at), at) + b"\0\0"
        )
    if kind == "deep":
        for _ in range(10):
            data = zipped_up("inner.zip", letter(PLAIN_HEADERS, data))
    return data


def zipped_up(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
@pytest.mark.parametrize("kind", ["forged", "overlapping", "link", "deep"])
def test_row_7_archives_that_lie_are_described_and_never_followed(kind: str) -> None:
    raw = timely(multipart(attached(small_archive(kind), "a.zip")))
    found = features(raw)["attachments"][0]
    assert found["member_count"] == (2 if kind == "overlapping" else 1)
    assert found["archives_inside"] == (kind == "deep")


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cyclic.doc"),
        (zipped_up("word/document.xml", b"<w:document><w:body><w:p>" * 1_000), "broken.docx"),
        (
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x0 'lol'>"
            + b"".join(b"<!ENTITY x%d '&x%d;&x%d;&x%d;'>" % (n, n - 1, n - 1, n - 1) for n in range(1, 40))
            + b"]><a>&x39;</a>",
            "laughs.xml",
        ),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "external.xml"),
        (b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg><text>&x;</text></svg>", "external.svg"),
    ],
    ids=["ole", "docx", "laughs", "external", "svg"],
)
def test_row_8_documents_that_break_parsers_are_described_and_expand_nothing(data: bytes, name: str) -> None:
    raw = timely(multipart(attached(data, name)))
    check(read(raw).rows)
    assert features(raw)["attachments"][0]["name"] == name
    assert "root:" not in str(read(raw).rows)


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
@pytest.mark.parametrize(
    "url",
    [
        "http://bank.example@evil.example/",
        "http://xn--pypal-4ve.example/",
        "http:\\\\evil.example\\x",
        "ht&#9;tp://evil.example/",
        "javascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "http://evil.example/%2525252e",
        "http://evil.example/" + "x" * 65_536,
        "http://evil.example:99999/",
        "http://[2001:db8::7]/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://evil.example./",
        "HTTP://EVIL.EXAMPLE/",
        "http://[broken",
        "http://",
    ],
)
def test_row_11_urls_of_every_kind_are_read_and_their_canonical_form_is_stable(url: str) -> None:
    raw = timely(page(f'<a href="{url}">x</a>'))
    for row in read(raw).rows["EmailUrlInfo"]:
        form = canonical(str(row["Url"]))
        assert canonical(form) == form
        assert row["UrlDomain"]
        assert len(str(row["Url"])) <= 8_192


def test_row_11_a_url_wrapped_five_times_is_opened() -> None:
    url = "https://evil.example/login"
    for _ in range(5):
        url = f"https://eur01.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=05"
    row = read(page(f'<a href="{url}">x</a>')).rows["EmailUrlInfo"][0]
    assert (row["Url"], row["UrlDomain"]) == ("https://evil.example/login", "evil.example")


@pytest.mark.quirk("raw mail", "bad input, rows 1 to 8, 11 and 23 of the list")
@pytest.mark.parametrize(
    ("written", "instant", "fault"),
    [
        ("Sun, 29 Oct 2023 02:30:00 +0200", (2023, 10, 29, 0, 30, 0), ""),
        ("Sun, 29 Oct 2023 02:30:00 +0100", (2023, 10, 29, 1, 30, 0), ""),
        ("Sat, 31 Dec 2016 23:59:60 +0000", (2016, 12, 31, 23, 59, 59), ""),
        ("Tue, 19 Sep 2023 18:36:46", (2023, 9, 19, 18, 36, 46), "has no zone, read as UTC"),
        ("Tue, 19 Sep 2023 18:36:46 -0000", (2023, 9, 19, 18, 36, 46), ""),
        ("2023-09-19T18:36:46Z", (2023, 9, 19, 18, 36, 46), ""),
        ("Di, 19 Sep 2023 18:36:46 +0000", (2023, 9, 19, 18, 36, 46), ""),
        ("Tue, 19 Sep 2023 18:36:46 +9900", None, "header Date"),
    ],
    ids=["summer", "winter", "leap", "naive", "unknown", "iso", "german", "zone"],
)
def test_row_23_times_are_utc_and_what_was_written_is_kept(
    written: str, instant: tuple[int, ...] | None, fault: str
) -> None:
    raw = changed(date=written)
    found = facts(raw)
    assert found["HeaderDate"] == (datetime(*instant, tzinfo=UTC) if instant else None)  # type: ignore[misc,arg-type]
    assert written in str(found["Headers"])
    assert fault in reasons(raw)


MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a id=MathJax>",
    "<base href=//evil.example>",
    "<svg><animate onbegin=alert(1)>",
    "<math><mtext></form><form>",
    "${alert(1)}",
    "{{7*7}}",
    "[x](javascript:alert(1))",
    "\x1b]8;;http://evil.example\x07x",
    "=HYPERLINK(1)",
    "@SUM(1)",
    "+cmd|' /C calc'!A0",
    "a\r\nb,c",
]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.met: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append(tag)


@pytest.mark.parametrize("text", MARKUP)
def test_row_12_markup_in_every_field_is_carried_as_text_and_shown_inert(text: str) -> None:
    raw = multipart(attached(b"x", text.replace('"', "")), extra=(f"X-Mailer: {text}",))
    raw = raw.replace(b"Subject: Hello", f"Subject: {text}".encode()).replace(b"Bob <", f"{text} <".encode())
    check(read(raw).rows)
    shown = "".join(html(value) for rows in read(raw).rows.values() for row in rows for value in row.values())
    reader = _Tags()
    reader.feed(shown)
    assert reader.met == []


@pytest.mark.parametrize("text", MARKUP)
def test_row_13_what_a_spreadsheet_terminal_or_renderer_would_run_is_neutral(text: str) -> None:
    subject = str(event(changed(subject=text.replace("\r\n", " ")))["Subject"])
    cell = csv_cell(subject)
    assert not cell.startswith(("=", "+", "-", "@"))
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([cell, "next"])
    assert next(csv.reader(io.StringIO(buffer.getvalue(), newline=""))) == [cell, "next"]
    assert "\x1b" not in terminal(subject)
    assert "<" not in markdown(subject).replace("\\<", "")


def test_row_13_line_ends_cannot_make_a_second_event() -> None:
    raw = changed(subject="=?utf-8?q?one=0D=0ACEF:0|x|y|z|1|forged|10|?=")
    assert "\n" not in str(event(raw)["Subject"])
    assert "\r" not in str(event(raw)["Subject"])
    json.loads(str(facts(raw)["Faults"]))
