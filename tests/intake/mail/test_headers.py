"""Header blocks are read line by line, unfolded, and cut where they are too long."""

import pytest

from tests.intake.mail.letters import seconds
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.headers import Block, block_text, read_block, skip_envelope
from workbench.intake.mail.limits import (
    LONGEST_HEADER,
    LONGEST_HEADER_BLOCK,
    LONGEST_HEADERS_TEXT,
    LONGEST_VALUE,
    MOST_HEADER_LINES,
    MOST_HEADERS,
)


def block(raw: bytes, where: str = "") -> tuple[Block, str]:
    faults = Faults()
    read = read_block(raw, 0, len(raw), faults, where)
    return read, "; ".join(f"{fault.where}: {fault.reason}" for fault in faults.kept())


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_headers_are_read_whatever_ends_their_lines(end: bytes) -> None:
    raw = end.join((b"Subject: one", b"To: a@b", b"", b"body"))
    read, _ = block(raw)
    assert [(entry.place, entry.name, entry.value) for entry in read.headers.entries] == [
        (0, "subject", "one"),
        (1, "to", "a@b"),
    ]
    assert raw[read.body :] == b"body"


def test_folded_values_are_unfolded_and_keep_their_blanks() -> None:
    read, _ = block(b"Subject: one\r\n two\r\n\tthree\r\n\r\n")
    assert read.headers.first("Subject") == "one two\tthree"


def test_names_are_found_in_any_case_and_order_is_kept() -> None:
    read, _ = block(b"received: 1\nRECEIVED: 2\nReceived: 3\n\n")
    assert [entry.value for entry in read.headers.all("Received")] == ["1", "2", "3"]
    assert read.headers.first("RECEIVED") == "1"
    assert read.headers.first("Subject") == ""


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Subject: Grüße".encode(), "Grüße"),
        (b"Content-Type: text/plain; charset=windows-1251\nSubject: \xcf\xf0\xe8", "При"),
        (b"Subject: caf\xe9", "café"),
    ],
)
def test_raw_eight_bit_text_is_read_and_noted(raw: bytes, value: str) -> None:
    read, reasons = block(raw + b"\n\n")
    assert read.headers.first("Subject") == value
    assert "header Subject: holds raw 8-bit text" in reasons


def test_a_line_that_is_no_header_ends_them_and_is_body() -> None:
    read, reasons = block(b"Subject: x\nthis is no header\nTo: a@b\n\nbody")
    assert [entry.name for entry in read.headers.entries] == ["subject"]
    assert read.rest.startswith(b"this is no header")
    assert "a line that is no header ends them" in reasons


@pytest.mark.parametrize("junk", [b"gr\xc3\xbc\xc3\x9fe", b"caf\xe9 au lait", b"\xff\xfe", b"no colon here"])
def test_headers_before_a_line_of_junk_are_kept_whatever_it_holds(junk: bytes) -> None:
    read, reasons = block(b"Content-Type: text/plain; charset=utf-8\r\nSubject: x\r\n" + junk + b"\r\nTo: y\r\n\r\n")
    assert read.headers.first("Subject") == "x"
    assert read.rest == junk + b"\r\nTo: y"
    assert "could not be read" not in reasons


def test_a_part_that_begins_with_an_empty_line_has_no_headers() -> None:
    read, reasons = block(b"\r\nSubject: text", "part 1")
    assert not read.headers.entries
    assert read.body == 2
    assert reasons == ""


def test_a_message_without_an_empty_line_is_all_headers() -> None:
    raw = b"Subject: x\r\nTo: a@b\r\n"
    read, _ = block(raw)
    assert read.headers.first("To") == "a@b"
    assert raw[read.body :] == b""


@pytest.mark.parametrize(
    ("before", "skipped"),
    [(b"", 0), (b"\r\n\r\n", 4), (b"\xef\xbb\xbf", 3), (b"From a@b Thu Sep 1 2023\n", 24), (b">From a@b x\r\n", 13)],
)
def test_what_stands_before_the_headers_is_skipped(before: bytes, skipped: int) -> None:
    assert skip_envelope(before + b"Subject: x\n\n") == skipped


def test_a_header_that_is_too_long_is_cut_with_a_fault() -> None:
    read, reasons = block(b"Subject: " + b"x" * (2 * LONGEST_HEADER) + b"\n\n")
    assert len(read.headers.first("Subject")) == LONGEST_HEADER
    assert f"header Subject: longer than {LONGEST_HEADER} bytes, cut" in reasons


def test_a_block_that_is_too_long_is_cut_and_the_body_is_still_found() -> None:
    raw = b"X-Pad: " + b"x" * 70 + b"\n"
    long = raw * (2 * LONGEST_HEADER_BLOCK // len(raw)) + b"\nbody"
    read, reasons = block(long)
    assert long[read.body :] == b"body"
    assert f"header block longer than {LONGEST_HEADER_BLOCK} bytes" in reasons


def test_a_block_of_too_many_lines_is_cut() -> None:
    read, reasons = block(b"A: b\n c\n" * MOST_HEADER_LINES + b"\n")
    assert len(read.headers.entries) <= MOST_HEADER_LINES // 2
    assert f"{MOST_HEADER_LINES} lines, cut" in reasons


def test_more_headers_than_the_limit_are_not_read() -> None:
    read, reasons = block(b"A: b\n" * (MOST_HEADERS + 5) + b"\n")
    assert len(read.headers.entries) == MOST_HEADERS
    assert "the rest is not read" in reasons


def test_text_is_decoded_and_cut_at_the_length_of_a_value() -> None:
    faults = Faults()
    read, _ = block(b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= " + b"x" * 5_000 + b"\n\n")
    shown = read.headers.text("Subject", faults)
    assert shown.startswith("Grüße xxx")
    assert len(shown) == LONGEST_VALUE
    assert faults.kept()[-1].reason == f"longer than {LONGEST_VALUE} characters, cut"


def test_the_block_as_text_has_no_surrogates_and_says_when_it_is_cut() -> None:
    faults = Faults()
    assert block_text(b"Subject: caf\xe9\r\nTo: a\r\n", faults) == "Subject: café\nTo: a\n"
    long = block_text(b"X: y\n" * LONGEST_HEADERS_TEXT, faults)
    assert len(long) == LONGEST_HEADERS_TEXT
    assert long.endswith("\n[cut]")
    assert faults.count == 1


@pytest.mark.parametrize("line", [b"a:\n", b"Received: x\n\ty\n", b" \n", b":\n", b"\n", b"x"])
def test_blocks_made_to_be_slow_are_not(line: bytes) -> None:
    assert seconds(lambda: block(b"S: x\n" + line * (2_000_000 // len(line)) + b"\n\nbody")) < 2


@pytest.mark.quirk("raw mail", "said to be UTF-8 and in a code page")
@pytest.mark.parametrize(
    ("start", "body", "subject"),
    [
        (b"Content-Type: text/plain; charset=utf-8\n", b"x", "Здравствуйте".encode("cp1251")),
        (
            b"Content-Type: multipart/mixed; boundary=b\n",
            b"--b\nContent-Type: text/plain; charset=windows-1251\n",
            b"\xcf\xf0\xe8",
        ),
    ],
)
def test_raw_8_bit_text_is_read_in_its_code_page_or_that_of_the_parts(
    start: bytes, body: bytes, subject: bytes
) -> None:
    read, _ = block(start + b"Subject: " + subject + b"\n\n" + body)
    assert read.headers.text("Subject", Faults()) == subject.decode("cp1251")
