"""Messages are taken apart without recursion, and nothing of them is dropped in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import HOP, PLAIN_HEADERS, attached, letter, multipart, plain, seconds, text_part
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.limits import DEEPEST_PART, MOST_MARKS, MOST_PARTS, MOST_SCANNED
from workbench.intake.mail.mime import Opened, open_message


def opened(raw: bytes) -> tuple[Opened, str]:
    faults = Faults()
    message = open_message(raw, faults)
    return message, "; ".join(f"{fault.where}: {fault.reason}" for fault in faults.kept())


def shape(raw: bytes) -> list[tuple[str, str, int]]:
    return [(part.path, part.kind, part.inside) for part in opened(raw)[0].parts]


def nested(depth: int) -> bytes:
    heads = [
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'.encode() for level in range(depth)
    ]
    tails = [f"\r\n--b{level}--".encode() for level in reversed(range(depth))]
    return b"Subject: deep\r\n" + b"".join(heads) + b"Content-Type: text/plain\r\n\r\nhello" + b"".join(tails)


def test_a_message_of_one_part_is_one_part() -> None:
    message, reasons = opened(plain("hello"))
    assert shape(plain("hello")) == [("", "text/plain", 0)]
    assert message.parts[0].coded == b"hello"
    assert message.block.startswith(b"Received: ")
    assert reasons == ""


def test_parts_come_in_order_with_their_place_and_the_multipart_around_them() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\n\r\none\r\n--in\r\n"
    inner += b"Content-Type: text/html\r\n\r\n<p>\r\n--in--"
    raw = multipart(inner, attached(b"data", "a.bin"))
    message, reasons = opened(raw)
    assert shape(raw) == [("1.1", "text/plain", 0), ("1.2", "text/html", 0), ("2", "application/octet-stream", 0)]
    assert [part.parent for part in message.parts] == ["multipart/alternative"] * 2 + ["multipart/mixed"]
    assert (message.part_count, reasons) == (5, "")


def test_a_part_is_what_stands_between_the_boundary_lines_without_their_line_ends() -> None:
    message, _ = opened(multipart(b"\r\nfirst\r\n\r\n", b"\r\nsecond"))
    assert [part.coded for part in message.parts] == [b"first\r\n\r\n", b"second"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_boundaries_are_found_whatever_ends_the_lines(end: bytes) -> None:
    raw = end.join(
        (b"Content-Type: multipart/mixed; boundary=x", b"", b"--x", b"", b"one", b"--x  ", b"", b"two", b"--x--")
    )
    assert [part.coded for part in opened(raw)[0].parts] == [b"one", b"two"]


def test_a_line_that_only_begins_like_the_boundary_is_text() -> None:
    message, _ = opened(multipart(b"\r\n--cutter\r\n --cut\r\nx --cut"))
    assert [part.coded for part in message.parts] == [b"--cutter\r\n --cut\r\nx --cut"]


def test_what_follows_the_closing_boundary_does_not_count() -> None:
    raw = multipart(text_part("one")) + b"\r\n--cut\r\n\r\nhidden\r\n--cut--"
    assert [part.coded for part in opened(raw)[0].parts] == [b"one"]


def test_a_missing_closing_boundary_keeps_the_last_part() -> None:
    message, reasons = opened(multipart(text_part("one"), text_part("two")).removesuffix(b"--cut--\r\n"))
    assert [part.coded.strip() for part in message.parts] == [b"one", b"two"]
    assert "the closing boundary is missing" in reasons


def test_an_unnamed_boundary_is_found_by_its_look() -> None:
    raw = multipart(text_part("one"), text_part("two")).replace(b'; boundary="cut"', b"")
    message, reasons = opened(raw)
    assert [part.coded for part in message.parts] == [b"one", b"two"]
    assert "multipart without a boundary" in reasons


@pytest.mark.parametrize(("body", "kind"), [("just text", "text/plain"), ("<html><p>just text", "text/html")])
def test_a_multipart_without_any_boundary_is_read_as_one_text(body: str, kind: str) -> None:
    raw = letter((HOP, *PLAIN_HEADERS, "Content-Type: multipart/mixed; boundary=nowhere"), body)
    message, reasons = opened(raw)
    assert [(part.kind, part.coded) for part in message.parts] == [(kind, body.encode())]
    assert "boundary is not in the body" in reasons


def test_a_transfer_encoding_on_a_multipart_is_noted_and_ignored() -> None:
    message, reasons = opened(multipart(text_part("one"), extra=("Content-Transfer-Encoding: base64",)))
    assert message.parts[0].coded == b"one"
    assert "transfer encoding on a multipart" in reasons


def test_an_attached_message_is_a_part_and_its_parts_lie_inside() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + multipart(text_part("inner")).replace(b"cut", b"slit")
    assert shape(multipart(text_part("outer"), inner)) == [
        ("1", "text/plain", 0),
        ("2", "message/rfc822", 0),
        ("2.1.1", "text/plain", 1),
    ]


def test_an_attached_message_in_base64_is_opened_too() -> None:
    assert shape(multipart(attached(plain("inner"), "mail.eml", "message/rfc822")))[-1] == ("1.1", "text/plain", 1)


def test_parts_of_a_digest_are_messages() -> None:
    assert shape(multipart(b"\r\nSubject: a\r\n\r\none", kind="digest"))[0] == ("1", "message/rfc822", 0)


def test_a_content_type_that_cannot_be_read_is_text_and_noted() -> None:
    message, reasons = opened(letter(("Content-Type: html",), "x"))
    assert message.parts[0].kind == "text/html"
    assert "the content type cannot be read" in reasons


@pytest.mark.parametrize("depth", [DEEPEST_PART + 1, 1_000, 20_000])
def test_nesting_is_opened_up_to_the_limit_and_the_rest_is_kept_closed(depth: int) -> None:
    message, reasons = opened(nested(depth))
    assert message.part_count == DEEPEST_PART + 1
    assert message.parts[0].coded
    assert f"nested more than {DEEPEST_PART} deep, not opened" in reasons


def test_nesting_within_the_limit_is_opened_whole() -> None:
    message, reasons = opened(nested(DEEPEST_PART))
    assert [part.coded for part in message.parts] == [b"hello"]
    assert reasons == ""


def test_more_parts_than_the_limit_are_not_read_and_that_is_said() -> None:
    message, reasons = opened(multipart(*(b"\r\nx" for _ in range(MOST_PARTS + 10))))
    assert len(message.parts) == MOST_PARTS - 1
    assert f"more than {MOST_PARTS} parts" in reasons


def test_bytes_searched_and_places_looked_at_are_bounded() -> None:
    big = nested(40).partition(b"hello")[0] + b"x" * (MOST_SCANNED // 30)
    assert "to search for boundaries, not opened" in opened(big)[1]
    many = letter(("Content-Type: multipart/mixed; boundary=b",), b"--bx\r\n" * (MOST_MARKS + 10))
    assert f"more than {MOST_MARKS} boundaries" in opened(many)[1]


@pytest.mark.parametrize(
    "body", [b"--b\r\n", b"--bx\r\n", *(pytest.param(each, marks=pytest.mark.slow) for each in (b"--b", b"-", b"\r\n"))]
)
def test_bodies_made_to_be_slow_are_not(body: bytes) -> None:
    raw = letter(("Content-Type: multipart/mixed; boundary=b",), body * (20_000_000 // len(body)))
    assert seconds(lambda: opened(raw)) < 2


PIECES = [b"--a", b"--a--", b"\r\n", b"\n", b"\r", b"Content-Type: multipart/mixed; boundary=a", b"x", b": ", b" "]


@given(st.lists(st.sampled_from([*PIECES, b"Content-Type: message/rfc822", b"\x00\xff"]), max_size=30).map(b"".join))
def test_any_bytes_are_taken_apart(raw: bytes) -> None:
    message, _ = opened(raw)
    assert message.part_count >= 1
    assert len({part.path for part in message.parts}) == len(message.parts)
