"""One raw message to rows and facts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from workbench.base.text.look import skeleton
from workbench.intake.mail.attachments import Attachment, read_attachments
from workbench.intake.mail.authentication import Authentication, read_authentication
from workbench.intake.mail.body import Body, read_body
from workbench.intake.mail.envelope import read_envelope
from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.features import Told, body_features
from workbench.intake.mail.fingerprint import Fingerprint, fingerprint
from workbench.intake.mail.headers import Headers, block_text
from workbench.intake.mail.hops import Hop, read_hops, told
from workbench.intake.mail.limits import LONGEST_TEXT, LONGEST_VALUE
from workbench.intake.mail.mime import NOTHING, Opened, open_header, open_message
from workbench.intake.mail.pdf import pdf_urls
from workbench.intake.mail.reading import TABLES, Context, Reading, Row
from workbench.intake.mail.receiver import Receiver, judge
from workbench.intake.mail.rows import Facts, attachment_rows, event_rows, json_text, language, url_rows
from workbench.intake.mail.stamps import Stamps, read_stamps
from workbench.intake.mail.subject import is_reply, subject_key
from workbench.intake.mail.urls import ATTACHMENT, HEADER, SUBJECT, Candidate, Url, collect, in_html, in_text

_NOBODY = Authentication({}, {"source": "none"}, "")


def read_message(raw: bytes, source: str, context: Context) -> Reading:
    """Read one message; whatever the bytes are, rows come back and nothing is raised.

    Each header and part is read in its own guarded step: what breaks one becomes a fault and leaves the others.
    """
    digest = sha256(raw).hexdigest()
    faults = Faults()
    read = raw[: context.longest_message]
    if len(raw) > len(read):
        faults.add("message", f"longer than {context.longest_message} bytes, the rest is not read")
    if not raw.strip():
        faults.add("message", "is empty")
    if context.body_skipped:
        faults.add("body", f"not read: {context.body_skipped}")
    take_apart = open_header if context.body_skipped else open_message
    opened = guarded(faults, "message", lambda: take_apart(read, faults), NOTHING)
    rows = guarded(faults, "message", lambda: _rows(opened, digest, context, faults), None)
    if rows is None:
        rows = _rows(NOTHING, digest, context, faults)
    facts = rows[TABLES[-1]][0]
    facts |= {"RawSize": len(raw), "SourceName": source[:LONGEST_VALUE], "FaultCount": faults.count}
    kept = faults.kept()
    facts["Faults"] = json_text([{"where": fault.where, "reason": fault.reason} for fault in kept])
    return Reading(digest, rows, kept)


def _rows(opened: Opened, digest: str, context: Context, faults: Faults) -> dict[str, list[Row]]:
    headers = opened.headers
    hops, hop_count = guarded(faults, "header Received", lambda: read_hops(headers, faults), (list[Hop](), 0))
    receiver = guarded(faults, "header Received", lambda: judge(headers, hops, context.own), Receiver())
    stamps = guarded(faults, "headers X-MS-*", lambda: read_stamps(headers, receiver, faults), Stamps())
    found = guarded(
        faults, "header Authentication-Results", lambda: read_authentication(headers, receiver, faults), _NOBODY
    )
    envelope = read_envelope(headers, receiver, stamps, hops=hops, seen_at=context.seen_at, faults=faults)
    envelope = replace(envelope, sender_ip=_sender_ip(stamps, found, receiver))
    files = guarded(faults, "attachments", lambda: read_attachments(opened.parts, faults), list[Attachment]())
    body = guarded(faults, "body", lambda: read_body(opened.parts, files, faults), Body())
    bare = guarded(faults, "body", lambda: skeleton(body.seen[:LONGEST_TEXT])[:LONGEST_TEXT], "")
    prints = guarded(faults, "body", lambda: fingerprint(bare), Fingerprint("", 0, (), ""))
    subject = headers.text("Subject", faults)
    urls = guarded(faults, "body", lambda: collect(_candidates(headers, subject, body, files), faults), list[Url]())
    facts = Facts(digest, envelope, stamps, found, prints, subject, context.own)
    told_of = _told(facts, bare)
    features = guarded(faults, "body", lambda: body_features(body, urls, files, told_of, faults), Row())
    own = _own_columns(facts, headers, body) | {
        "Hops": json_text(told(hops)),
        "HopCount": hop_count,
        "PartCount": opened.part_count,
        "BodyFeatures": json_text(Row() if context.body_skipped else features),
        "Headers": guarded(faults, "headers", lambda: block_text(opened.block, faults), ""),
    }
    return dict(
        zip(
            TABLES,
            (event_rows(facts, urls, files), url_rows(facts, urls), attachment_rows(facts, files, faults), [own]),
            strict=True,
        )
    )


def _sender_ip(stamps: Stamps, authentication: Authentication, receiver: Receiver) -> str:
    """The address that handed the message over: stamped, else judged by SPF, else as the receiving hop saw it."""
    peer = receiver.peer.address if receiver.peer else ""
    return stamps.sender_address or authentication.address or peer


def _candidates(headers: Headers, subject: str, body: Body, files: Sequence[Attachment]) -> Iterator[Candidate]:
    """Every URL as it is written: body first, then subject, List-Unsubscribe and what is attached."""
    for page in body.pages:
        yield from in_html(page, "Body")
    for text in (*body.plain, *body.other):
        yield from in_text(text, "Body")
    yield from in_text(subject, SUBJECT)
    yield from in_text(headers.text("List-Unsubscribe", Faults()), HEADER)
    for page in body.attached_pages:
        yield from in_html(page, ATTACHMENT)
    for text in body.attached_plain:
        yield from in_text(text, ATTACHMENT)
    for file in files:
        if file.sniffed == "pdf":
            yield from (Candidate(url, ATTACHMENT) for url in pdf_urls(file.data))


def _told(facts: Facts, bare: str) -> Told:
    envelope = facts.envelope
    return Told(bare, envelope.recipients, is_reply(facts.subject), bool(envelope.in_reply_to))


def _own_columns(facts: Facts, headers: Headers, body: Body) -> Row:
    quiet = Faults()
    envelope, prints = facts.envelope, facts.fingerprint
    page_language = next((page.language for page in body.pages if page.language), "")
    return facts.shared | {
        "InternetMessageId": envelope.internet_message_id,
        "RawSHA256": facts.digest,
        "ReceivedFrom": envelope.received_from,
        "HeaderDate": envelope.header_date,
        "ReplyToAddress": envelope.reply_to.address,
        "ReturnPathAddress": envelope.mail_from.address,
        "RecipientSource": envelope.recipients_from,
        "SubjectKey": subject_key(facts.subject),
        "InReplyTo": envelope.in_reply_to,
        "ListUnsubscribe": headers.text("List-Unsubscribe", quiet),
        "Mailer": headers.text("X-Mailer", quiet) or headers.text("User-Agent", quiet),
        "Language": language(facts.stamps.report.get("LANG", ""), headers.first("Content-Language"), page_language),
        "Charset": body.charset,
        "BodyFingerprint": prints.digest,
        "BodyWords": prints.words,
        "MinHashBands": json_text(list(prints.bands)),
        "MinHashSignature": prints.signature,
        "AuthenticationResults": json_text(facts.authentication.facts),
    }
