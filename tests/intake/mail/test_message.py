"""Whatever the bytes are, a message is read: rows come back, and nothing is raised."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.mail.letters import (
    EXCHANGE_STAMPS,
    HOP,
    SEEN,
    attached,
    exchange,
    facts,
    letter,
    multipart,
    plain,
    read,
    text_part,
)
from tests.intake.mail.test_rows import check
from tests.laws import often
from workbench.intake.mail import Context, message, read_message
from workbench.intake.mail.limits import LONGEST_HEADERS_TEXT

VALID = multipart(
    text_part("Dear Ann, see http://a.example/x"),
    text_part('<p>Dear <b>Ann</b> <a href="http://b.example/">bank.example</a>', "text/html"),
    attached(b"%PDF-1.7 /URI (http://c.example/)", "a.pdf"),
    extra=(
        *EXCHANGE_STAMPS,
        "Authentication-Results: mx.own.example; spf=pass",
        "List-Unsubscribe: <http://d.example/>",
    ),
)
NASTY = st.one_of(
    st.text("\"'<>@[](){},;:=?*%\\/ \t\x00\x01\x7f-_.aZ0é\u202e\u200b\ud800", max_size=40),
    st.sampled_from(
        [
            '"x"@[', "=?utf-8?q?=0D=0ABcc:_x?=", "=?x?b?////?=", "x OR ALL ALL", "{3}",
            "Fri, 31 Dec 9999 23:59:59 -1200",
            "multipart/mixed; boundary=", "message/rfc822", "text/html; charset=utf-7", "text/html; charset=zlib",
            "base64", "quoted-printable", "attachment; filename*=x'y'%ff%00", "from a by b with c; 99", "999", "-1",
            "[ip]", "CIP:999.1.1.1;SCL:99;CAT:x", "spf=pass (a (b", "dest:J;OFR:",
        ]
    ),
)  # fmt: skip
NAMES = sorted({line.partition(b":")[0].decode() for line in VALID.partition(b"\r\n\r\n")[0].split(b"\r\n")})
MANY = settings(max_examples=often(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(st.binary(max_size=300))
def test_any_bytes_are_read(raw: bytes) -> None:
    reading = read(raw)
    check(reading.rows)
    assert reading.rows["EmailEvents"]
    assert len(reading.rows["WorkbenchMailFacts"]) == 1


@MANY
@given(st.lists(st.tuples(st.sampled_from(NAMES), NASTY), max_size=8), st.integers(0, 3))
def test_a_message_with_any_header_is_read(headers: list[tuple[str, str]], place: int) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "surrogatepass")
    parts = VALID.split(b"\r\n")
    reading = read(b"\r\n".join(parts[:place]) + b"\r\n" * bool(place) + lines + b"\r\n".join(parts[place:]))
    check(reading.rows)
    assert reading.rows["EmailEvents"]


@MANY
@given(st.data())
def test_a_damaged_message_is_read(data: st.DataObject) -> None:
    damaged = bytearray(VALID)
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=12))
    check(read(bytes(damaged)).rows)


@pytest.mark.parametrize("length", range(0, len(VALID), 97))
def test_a_message_cut_anywhere_is_read(length: int) -> None:
    check(read(VALID[:length]).rows)


STEPS = (
    "open_message", "read_hops", "judge", "read_stamps", "read_authentication", "read_envelope", "read_attachments",
    "read_body", "skeleton", "fingerprint", "collect", "body_features", "block_text", "event_rows", "subject_key",
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS[:-2])
def test_a_step_that_breaks_becomes_a_fault_and_leaves_the_rest(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def broken(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        raise RecursionError(step)

    original = getattr(message, step)
    monkeypatch.setattr(message, step, lambda *g, **n: broken() if calls == 0 else original(*g, **n))
    reading = read(VALID)
    check(reading.rows)
    assert any("RecursionError" in fault.reason for fault in reading.faults)


@pytest.mark.parametrize("step", STEPS)
def test_even_where_a_row_cannot_be_built_there_is_one(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original, calls = getattr(message, step), []

    def breaks_once(*given: object, **named: object) -> object:
        calls.append(step)
        if len(calls) == 1:
            raise ValueError(step)
        return original(*given, **named)

    monkeypatch.setattr(message, step, breaks_once)
    reading = read(VALID)
    check(reading.rows)
    assert reading.rows["EmailEvents"]
    assert len(reading.rows["WorkbenchMailFacts"]) == 1


def test_an_empty_file_has_its_rows_and_says_so() -> None:
    reading = read(b"")
    assert len(reading.rows["EmailEvents"]) == 1
    assert reading.rows["EmailEvents"][0]["RecipientEmailAddress"] == ""
    assert ("message", "is empty") in [(fault.where, fault.reason) for fault in reading.faults]


def test_one_message_read_twice_is_the_same() -> None:
    assert read(VALID) == read(VALID)


def test_only_so_many_bytes_are_read_and_the_hash_is_that_of_all() -> None:
    short = read_message(plain("x" * 5_000), "a", Context(seen_at=SEEN, longest_message=2_000))
    assert short.sha256 == read(plain("x" * 5_000)).sha256
    assert short.rows["WorkbenchMailFacts"][0]["RawSize"] > 5_000
    assert short.faults[0].reason == "longer than 2000 bytes, the rest is not read"


def test_only_the_header_is_read_where_the_body_is_to_be_skipped() -> None:
    context = Context(own_domains=("own.example",), seen_at=SEEN, body_skipped="reading it took more than 20 seconds")
    reading = read_message(VALID, "test.eml", context)
    check(reading.rows)
    whole = read(VALID).rows["EmailEvents"][0]
    row, own = reading.rows["EmailEvents"][0], reading.rows["WorkbenchMailFacts"][0]
    assert (row["Subject"], row["SenderFromAddress"]) == (whole["Subject"], whole["SenderFromAddress"])
    assert row["Timestamp"] == whole["Timestamp"]
    assert [url["UrlLocation"] for url in reading.rows["EmailUrlInfo"]] == ["Header"]
    assert reading.rows["EmailAttachmentInfo"] == []
    assert (own["BodyFeatures"], own["BodyFingerprint"]) == ("{}", "")
    assert ("body", "not read: reading it took more than 20 seconds") in [(f.where, f.reason) for f in reading.faults]


def test_the_header_block_is_kept_as_text() -> None:
    kept = str(facts(exchange())["Headers"])
    assert kept.startswith("Received: from SA3PR19MB7370")
    assert "\r" not in kept
    long = letter((HOP, *(f"X-{number}: {'y' * 100}" for number in range(1_000))))
    assert len(str(facts(long)["Headers"])) == LONGEST_HEADERS_TEXT


def test_hops_and_counts_are_told() -> None:
    own = facts(exchange())
    assert (own["HopCount"], own["PartCount"]) == (3, 1)
    assert str(own["Hops"]).startswith('[{"from":"mail.evil.example"')
    assert facts(VALID)["PartCount"] == 4


def test_facts_of_mailing_programs_and_languages_are_told() -> None:
    own = facts(plain("x", "X-Mailer: Mailer 1.0", "Content-Language: de-DE", "List-Unsubscribe: <mailto:x@y.example>"))
    assert (own["Mailer"], own["Language"], own["ListUnsubscribe"]) == ("Mailer 1.0", "de-de", "<mailto:x@y.example>")


def test_the_room_loads_no_frames_and_little_else() -> None:
    code = "import sys, workbench.intake.mail; print([m for m in ('polars', 'pandas', 'deltalake', 'pydantic', "
    code += "'workbench.events', 'workbench.base.config') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
