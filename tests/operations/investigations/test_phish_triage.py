import json
from typing import Any

import polars as pl
import pytest

from tests.operations.investigations.conftest import STEPS, Bare, walk
from workbench.apps.session import Workbench
from workbench.base.config import shipped
from workbench.base.errors import NotFound
from workbench.operations.investigations import Findings, PhishTriage

KEY: dict[str, Any] = json.loads((shipped("data") / "sample_key" / "answer_key.json").read_text("utf-8"))
MAILS = {mail["file"].removeprefix("mail/")[:2]: mail for mail in KEY["mails"]}
LURE = MAILS["01"]["network_message_id"]
EXPORTED = "34d933b3-ba89-427f-91df-c5ab6b1307fb"


@pytest.fixture(scope="module")
def lure(sample: Workbench) -> tuple[dict[str, pl.DataFrame], PhishTriage]:
    """A campaign mail, walked through."""
    triage = sample.triage(LURE)
    return walk(triage), triage


def found(frame: pl.DataFrame) -> dict[str, str]:
    return dict(frame.iter_rows())


def concluded(workbench: Workbench, message: str) -> Findings:
    triage = workbench.triage(message)
    walk(triage)
    return triage.conclude()


def test_resolve_says_which_message_it_is(lure) -> None:
    shown = found(lure[0]["resolve"])
    assert shown["From"] == "Northgate Mailbox <mailbox.northgate.example@postbox-care.example>"
    assert shown["Received"] == "2026-09-16 07:41:12 UTC"
    assert shown["Network message id"] == LURE
    assert len(shown["SHA-256 of the original"]) == 64


def test_authentication_lists_methods_with_results(lure) -> None:
    results = dict(lure[0]["authentication"].select("Method", "Result").iter_rows())
    assert (results["SPF"], results["DMARC"]) == ("fail", "fail")


def test_the_history_of_a_stranger_is_empty_and_known(lure) -> None:
    assert found(lure[0]["sender"])["First seen"] == "never"


def test_look_alikes_are_shown_defanged(sample: Workbench) -> None:
    triage = sample.triage(MAILS["09"]["network_message_id"])
    names = triage.lookalikes()["Domain"].to_list()
    assert names
    assert all("[.]" in name for name in names)


def test_urls_are_shown_defanged(lure) -> None:
    assert all(url.startswith("hxxp") and "[.]" in url for url in lure[0]["urls"]["Url"])


def test_attachments_have_name_type_size_and_hash(sample: Workbench) -> None:
    rows = sample.triage(MAILS["18"]["network_message_id"]).attachments()
    assert rows.columns == ["FileName", "FileType", "FileSize", "SHA256"]
    assert rows["FileSize"].min() > 0


def test_similar_mail_is_the_campaign_with_sender_and_subject(lure) -> None:
    rows = lure[0]["similar"]
    members = {mail["network_message_id"] for mail in MAILS.values() if mail["campaign"] == "storage-full"}
    assert set(rows["NetworkMessageId"]) == members - {LURE}
    assert rows["SenderFromAddress"].null_count() == 0
    assert rows["Similarity"].str.ends_with(" %").all()


def test_recipients_say_where_every_copy_is_and_where_that_is_not_known(lure) -> None:
    rows = lure[0]["recipients"]
    assert rows.height == 9
    assert set(rows["LocationNow"]) == {"Quarantine", "Inbox/folder", "Deleted items", "not known"}


def test_clicks_tell_who_got_through(lure) -> None:
    (step,) = [each for each in lure[1].steps if each.name == "clicks"]
    assert step.found == "4 clicks by 3 people, 2 got through"
    assert lure[1].conclude().counts["clicked_through_by"] == 2


def test_after_delivery_comes_in_order_of_time(lure) -> None:
    rows = lure[0]["aftermath"]
    assert rows["Timestamp"].is_sorted()
    assert {"Phish ZAP", "Reported by user", "Manual remediation"} == set(rows["What"])


def test_a_step_that_finds_nothing_says_none(sample: Workbench) -> None:
    assert sample.triage(MAILS["35"]["network_message_id"]).attachments().rows() == [("Attachments", "none")]


def test_the_verdict_comes_first_and_its_groups_name_their_caps(lure) -> None:
    rows = lure[1].verdict()
    assert rows.row(0)[:2] == ("Verdict", "malicious")
    assert "Links (at most 35)" in rows["Group"].to_list()
    points = rows["Points"].to_list()[1:]
    assert points == sorted(points, key=abs, reverse=True)


@pytest.mark.parametrize("mail", MAILS.values(), ids=[mail["file"] for mail in MAILS.values()])
def test_every_mail_of_the_sample_gets_a_verdict_that_the_answer_key_accepts(sample: Workbench, mail) -> None:
    findings = concluded(sample, mail["network_message_id"])
    assert findings.verdict.word in mail["accept"]
    if mail["truth"] in ("phish", "bec", "malware"):
        assert findings.verdict.word in ("malicious", "suspicious")
        assert findings.reasons
        assert set(mail["signals"]) <= {each.id for each in findings.signals if each.state == "fired"}
    else:
        assert findings.verdict.word not in ("malicious", "suspicious")


def test_nobody_is_called_an_attacker_for_ordinary_mail(sample: Workbench, lure) -> None:
    ordinary = concluded(sample, MAILS["35"]["network_message_id"])
    assert {each.role for each in ordinary.entities} == {"root", "related"}
    assert {each.role for each in lure[1].conclude().entities} == {"root", "attacker", "impacted", "related"}


def test_reports_by_others_count_as_reports_of_mail_like_it(lure) -> None:
    assert "2 people reported it or mail like it" in lure[1].conclude().reasons


def test_a_mailbox_that_reports_go_to_is_no_recipient(sample: Workbench) -> None:
    triage = sample.triage(LURE)
    own = sample.workspace.organisation.model_copy(update={"secops_mailboxes": ("rui.tavares@northgate.example",)})
    triage.organisation = own
    triage.recipients()
    assert triage.steps[-1].found == "9 copies for 8 people; not counted: 1 SecOps mailbox"


def test_steps_that_were_left_out_are_not_evaluated(sample: Workbench) -> None:
    triage = sample.triage(MAILS["35"]["network_message_id"])
    triage.resolve()
    findings = triage.conclude()
    assert findings.verdict.word == "unknown"
    assert {"the URLs of the message are not known", "no earlier mail is held to compare with"} <= {
        each.why for each in findings.not_evaluated
    }


def test_the_order_of_steps_changes_nothing(sample: Workbench, lure) -> None:
    triage = sample.triage(LURE)
    for name in reversed(STEPS):
        getattr(triage, name)()
    assert triage.conclude().verdict == lure[1].conclude().verdict


def test_a_message_that_is_not_held_is_an_error_that_says_what_would_help(sample: Workbench) -> None:
    with pytest.raises(NotFound) as caught:
        sample.triage("nobody-knows")
    assert "widen the window" in caught.value.next_step


def test_a_message_outside_the_span_is_not_held(sample: Workbench) -> None:
    with pytest.raises(NotFound):
        sample.triage(LURE, span="2026-09-18..2026-09-18")


def test_a_message_known_from_an_export_says_that_its_body_was_not_read(sample: Workbench) -> None:
    findings = concluded(sample, EXPORTED)
    assert findings.verdict.word == "unknown"
    assert "the body was not read" in {each.why for each in findings.not_evaluated}
    assert {each.name for each in findings.steps if each.state == "not evaluated"} == {"similar"}


def test_urls_that_an_export_counts_but_does_not_list_are_not_evaluated(bare: Bare) -> None:
    workbench = bare("northgate/events/EmailEvents.ndjson", "northgate/mail/09_servicedesk_lookalike.eml")
    triage = workbench.triage(EXPORTED)
    triage.urls()
    assert (triage.steps[-1].state, triage.steps[-1].found) == ("not evaluated", "its 9 URLs are not held")


def test_no_links_in_an_export_that_says_so_are_known_to_be_none(bare: Bare) -> None:
    workbench = bare("northgate/events/EmailEvents.ndjson")
    ids = workbench.kql("EmailEvents | where UrlCount == 0 and AttachmentCount == 0 | top 1 by Timestamp").frame
    triage = workbench.triage(ids["NetworkMessageId"][0])
    assert triage.urls().rows() == [("URLs", "none")]
    assert triage.attachments().rows() == [("Attachments", "none")]


def test_a_lure_with_nothing_else_held_is_never_clean(bare: Bare) -> None:
    findings = concluded(bare("northgate/mail/09_servicedesk_lookalike.eml"), MAILS["09"]["network_message_id"])
    assert findings.verdict.word in ("unknown", "suspicious", "malicious")
    assert findings.reasons
    assert findings.not_evaluated


@pytest.mark.parametrize("identity", [each["network_message_id"] for each in KEY["hostile"] if "mail/" in each["file"]])
def test_hostile_mail_is_shown_and_hides_nothing(sample: Workbench, identity: str) -> None:
    triage = sample.triage(identity)
    texts = [str(cell) for frame in walk(triage).values() for row in frame.rows() for cell in row]
    texts.append(triage.conclude().summary())
    for text in texts:
        assert not set(text.replace("\n", "")) & {chr(code) for code in (*range(32), 0x7F, 0x200B, 0x202E, 0x2066)}
        assert "http://" not in text
        assert "https://" not in text


def test_messages_that_share_an_id_are_told_apart(sample: Workbench) -> None:
    twins = {each["file"][-27:]: each["network_message_id"] for each in KEY["hostile"] if "id_twice" in each["file"]}
    first, second = (sample.triage(identity) for identity in twins.values())
    shared = str(first.message.summary["InternetMessageId"])
    assert first.message.raw != second.message.raw
    either = sample.triage(shared)
    either.resolve()
    assert either.steps[0].found.endswith("2 other messages with the same id")


def mail(*urls: str, to: str = "a@b.example") -> bytes:
    body = "".join(f'<a href="{url}">x</a>' for url in urls)
    head = "From: x@y.example\r\nSubject: many\r\nMessage-ID: <m@y.example>\r\nContent-Type: text/html\r\n"
    return f"{head}Date: Wed, 16 Sep 2026 07:00:00 +0000\r\nTo: {to}\r\n\r\n<p>{body}</p>".encode()


def test_a_long_list_of_recipients_is_cut_and_says_so(bare: Bare) -> None:
    triage = bare(mail(to=", ".join(f"p{n}@b.example" for n in range(25)))).triage("<m@y.example>")
    assert found(triage.resolve())["To"].endswith(", and 5 more")


def test_clicks_on_more_links_than_are_asked_for_are_said_to_be_cut(bare: Bare) -> None:
    urls = [f"https://y.example/{n}" for n in range(230)]
    triage = bare(mail(*urls), "northgate/events/UrlClickEvents.json").triage("<m@y.example>")
    triage.clicks()
    assert "the first 200" in triage.steps[-1].found


def test_what_was_not_looked_into_is_no_oddity_of_the_message(bare: Bare) -> None:
    """A fault that begins with "not evaluated" says what we did not do, not what the sender did."""
    head = b"From: x@y.example\r\nTo: a@b.example\r\nSubject: s\r\nDate: Wed, 16 Sep 2026 07:00:00 +0000\r\n"
    kind = (
        b'Message-ID: <m@y.example>\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n\r\nhello\r\n--x\r\n'
    )
    part = b"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgp4\r\n"
    unseen = bare(head + kind + part + b"--x--\r\n").triage("<m@y.example>")
    walk(unseen)
    assert "not evaluated" in str(unseen.message.facts["Faults"])
    assert unseen._anomalies() == ()
    odd = bare((head + kind + part).replace(b"<m@", b"<n@")).triage("<n@y.example>")
    walk(odd)
    assert odd._anomalies() == ("the closing boundary is missing",)
