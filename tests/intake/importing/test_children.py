"""Children that end or hang over a record: only that record suffers."""

import os
import time
from datetime import UTC, datetime

import pytest

from workbench.intake.activity import Context
from workbench.intake.importing import children
from workbench.intake.importing.children import Lost, Mail, MailChildren, Pool, RowChildren, outcome
from workbench.intake.importing.origin import Origin
from workbench.intake.importing.taking import Taken, Task
from workbench.intake.mail import Context as MailContext
from workbench.intake.mail import Reading, read_message
from workbench.intake.sources import Block

NOW = datetime(2026, 9, 18, tzinfo=UTC)
MAIL = (
    b"From: a@b.example\nTo: c@d.example\nSubject: Bill\nDate: Mon, 14 Sep 2026 10:00:00 +0000\n"
    b'Content-Type: multipart/mixed; boundary="x"\n\n--x\n\nsee http://evil.example/bill\n'
    b"--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=bill.pdf\n\n%PDF-1.4 WORD\n--x--\n"
)
ORIGIN = Origin("digest", "EmailEvents.ndjson", "EmailEvents.ndjson", "EmailEvents")


def deadly(tasks: list[Task], _: datetime, context: Context) -> list[Taken]:
    """Reads tasks, and ends its process over a record that says so."""
    from workbench.intake.importing.taking import take

    for task in tasks:
        for block in task.blocks:
            if b"die" in block.raw:
                os._exit(1)
            if b"hang" in block.raw:
                time.sleep(60)
    return take(tasks, NOW, context)


@pytest.mark.quirk("quarantine and account", "a record that ends or hangs its reader")
@pytest.mark.parametrize("word", ["die", pytest.param("hang", marks=pytest.mark.slow)])
def test_only_the_record_that_ends_the_child_is_set_aside(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setattr(children, "take", deadly)
    monkeypatch.setattr(children, "SECONDS_PER_TASK", 6.0)
    monkeypatch.setattr(children, "SECONDS_PER_PART", 6.0)
    lines = [f'{{"Timestamp":"2026-09-14","NetworkMessageId":"m{number}"}}' for number in range(40)]
    lines[17] = f'{{"Timestamp":"2026-09-14","NetworkMessageId":"{word}"}}'
    with Pool(1) as pool:
        rows = RowChildren(pool, NOW, Context())
        asked = [(ORIGIN, Task("json_rows", "EmailEvents", (Block("\n".join(lines).encode()),)))]
        taken = [each for _, each in rows.send(asked)] + [each for _, each in rows.next()]
    assert sum(each.records for each in taken) == 40
    (refusal,) = [refusal for each in taken for refusal in each.refusals]
    assert (refusal.where, refusal.raw) == ("record 18", lines[17].encode())
    assert ("ended the parser" if word == "die" else "more than 6 seconds") in refusal.reason


def test_an_exception_is_a_reason() -> None:
    with Pool(1) as pool:
        found = outcome(pool.schedule(int, "x", seconds=20.0), 20.0)
    assert isinstance(found, Lost)
    assert "ValueError" in found.reason


def deadly_read(batch: list[Mail], context: MailContext) -> list[Reading]:
    """Reads messages, and ends its process over a PDF or a body that says so, as a hostile one ends its parser."""
    for mail in batch:
        if (b"DEADLY" in mail.raw and not context.body_skipped) and (b"BODY" in mail.raw or not context.files_skipped):
            os._exit(1)
    return [read_message(mail.raw, mail.where, context) for mail in batch]


@pytest.mark.quirk("raw mail", "a PDF that breaks its parser")
@pytest.mark.parametrize(("word", "urls"), [(b"DEADLY", 1), (b"DEADLY BODY", 0)])
def test_a_pdf_that_ends_the_child_costs_the_message_nothing_else(
    monkeypatch: pytest.MonkeyPatch, word: bytes, urls: int
) -> None:
    monkeypatch.setattr(children, "_read", deadly_read)
    raws = [MAIL.replace(b"WORD", word), MAIL.replace(b"WORD", b"")]
    with Pool(1) as pool:
        mails = MailChildren(pool, MailContext(seen_at=NOW))
        for raw in raws:
            assert not list(mails.send(Mail("f", "digest", "", raw, str(raw))))
        hostile, honest = (reading for _, reading in mails.finish())
    assert isinstance(hostile, Reading)
    assert isinstance(honest, Reading)
    assert len(hostile.rows["EmailUrlInfo"]) == len(hostile.rows["EmailAttachmentInfo"]) == urls
    assert hostile.rows["EmailEvents"][0]["Subject"] == "Bill"
    why = "reading it ended the parser"
    assert (f"not evaluated: {why}; the PDF is not opened" if urls else f"not read: {why}") in str(hostile.faults)
    assert len(honest.rows["EmailUrlInfo"]) == 1
