"""Reports of mail in their several forms, phishing tests, and tags of recipients."""

import json

import pytest

from tests.intake.mail.letters import HOP, OWN, PLAIN_HEADERS, SEEN, letter, multipart, plain, text_part
from tests.intake.mail.test_inner import all_facts, forwarded, inside, read
from workbench.intake.mail import Context, read_message

FEEDBACK = b"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x/1\r\n"
HEADERS_ONLY = b"Content-Type: text/rfc822-headers\r\n\r\n" + "\r\n".join((HOP, *PLAIN_HEADERS)).encode()


def kind(raw: bytes) -> tuple[object, object]:
    first = all_facts(read(raw))[0]
    return first["ReportKind"], first["ReportedBy"]


@pytest.mark.parametrize(
    ("subject", "to", "expected"),
    [
        ("3|b9106deb|192.0.2.7|bob@evil.example|(Hello)", "report@own.example", "phish"),
        ("Phishing:|b9106deb|192.0.2.7|bob@evil.example|(Hello)", "report@own.example", "phish"),
        ("1|b9106deb|192.0.2.7|bob@evil.example|(Hello)", "report@own.example", "junk"),
        ("2|b9106deb|192.0.2.7|bob@evil.example|(Hello)", "report@own.example", "not junk"),
        ("Not junk:|b9106deb|192.0.2.7|bob@evil.example|(Hello)", "report@own.example", "not junk"),
        ("Is this real?", "Report@own.example", "user"),
        ("Fwd", "phish@office365.microsoft.com", "phish"),
        ("Fwd", "not_junk@office365.microsoft.com", "not junk"),
    ],
)
def test_what_a_person_reports_is_told(subject: str, to: str, expected: str) -> None:
    assert kind(forwarded(inside(), subject=subject, to=to)) == (expected, "ann@own.example")


def test_mail_to_a_report_mailbox_without_a_message_in_it_is_no_report() -> None:
    assert kind(forwarded(text_part("a question"))) == ("", "")


@pytest.mark.parametrize("part", [inside(plain()), HEADERS_ONLY])
def test_a_feedback_report_is_told_with_its_type(part: bytes) -> None:
    raw = multipart(text_part("This is a report"), FEEDBACK, part, kind='report; report-type="feedback-report"')
    wrapper, original = all_facts(read(raw))
    assert (wrapper["ReportKind"], wrapper["ReportedBy"]) == ("feedback: abuse", "bob@evil.example")
    assert original["InternetMessageId"] == "<1@evil.example>"


def test_of_a_report_that_holds_headers_only_the_body_is_not_evaluated() -> None:
    wrapper, original = all_facts(read(multipart(FEEDBACK, HEADERS_ONLY, kind="report")))
    assert json.loads(str(wrapper["InnerMessages"]))[0]["headers_only"] is True
    assert original["BodyFeatures"] == "{}"
    assert "only its header was inside" in str(original["Faults"])


def test_a_bounce_is_one() -> None:
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.own.example\r\n"
    assert kind(multipart(text_part("failed"), status, inside(plain()), kind="report")) == ("bounce", "")


def told(raw: bytes, column: str, **known: object) -> object:
    context = Context(own_domains=OWN, seen_at=SEEN, **known)  # type: ignore[arg-type]
    return read_message(raw, "x", context).rows["WorkbenchMailFacts"][0][column]


@pytest.mark.quirk("raw mail", "mail of phishing tests is marked")
@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (plain("see http://login.tests.example/x"), "domain login.tests.example"),
        (letter((HOP, "From: a@tests.example", "To: ann@own.example")), "domain tests.example"),
        (plain("x", "X-PHISHTEST: 1"), "header X-PHISHTEST, as the sender claims"),
        (plain("see http://tests.example.evil.example/"), ""),
    ],
)
def test_a_phishing_test_is_told_with_what_says_so(raw: bytes, says: str) -> None:
    assert told(raw, "Simulation", simulation_domains=("tests.example",)) == says


def test_tags_of_recipients_are_told() -> None:
    tags = {"ann@own.example": ("vip", "board"), "other@own.example": ("x",)}
    assert json.loads(str(told(plain(), "RecipientTags", tags=tags))) == {"ann@own.example": ["vip", "board"]}
    assert told(plain(), "RecipientTags") == "{}"
