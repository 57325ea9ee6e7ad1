"""One raw message to rows and facts."""

from collections import deque
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from workbench.base.text.look import skeleton
from workbench.intake.mail.attachments import Attachment, read_attachments
from workbench.intake.mail.authentication import Authentication, read_authentication
from workbench.intake.mail.body import Body, read_body
from workbench.intake.mail.codes import Codes, read_codes
from workbench.intake.mail.envelope import read_envelope
from workbench.intake.mail.faults import Fault, Faults, guarded
from workbench.intake.mail.features import Told, body_features
from workbench.intake.mail.fingerprint import Fingerprint, fingerprint
from workbench.intake.mail.headers import Headers, block_text
from workbench.intake.mail.hops import Hop, read_hops, told
from workbench.intake.mail.inner import Inner, inner_messages
from workbench.intake.mail.language import detect
from workbench.intake.mail.limits import DEEPEST_MESSAGE, LONGEST_SAMPLE, LONGEST_TEXT, LONGEST_VALUE, MOST_INNER
from workbench.intake.mail.links import candidates, pictures
from workbench.intake.mail.mime import NOTHING, Opened, open_header, open_message
from workbench.intake.mail.outlook import as_mail
from workbench.intake.mail.properties import is_outlook
from workbench.intake.mail.reading import TABLES, Context, Reading, Row
from workbench.intake.mail.receiver import Receiver, is_internal, judge
from workbench.intake.mail.reports import NO_REPORT, read_report, recipient_tags, simulation
from workbench.intake.mail.rows import Facts, attachment_rows, event_rows, json_text, language, url_rows
from workbench.intake.mail.stamps import Stamps, read_stamps
from workbench.intake.mail.subject import is_reply, subject_key
from workbench.intake.mail.urls import Url, collect

INSIDE = "inside another message"
"""``SourceName`` of a message that lay in another one; that one names it by its digest in ``InnerMessages``."""

_NOBODY = Authentication({}, {"source": "none"}, "")


def read_message(raw: bytes, source: str, context: Context) -> Reading:
    """Read one record and the messages inside it; whatever the bytes are, rows come back and nothing is raised.

    Each header and part is read in its own guarded step: what breaks one becomes a fault and leaves the others.
    """
    top = _read_one(raw, source, context, Faults())
    rows, met, faults = top.rows, {top.digest: raw}, list(top.faults.kept())
    waiting = deque((inner, 1) for inner in top.inner)
    while waiting:
        inner, depth = waiting.popleft()
        if inner.digest in met:
            continue
        if (
            len(met) > MOST_INNER
            or depth > DEEPEST_MESSAGE
            or sum(map(len, met.values())) > 2 * context.longest_message
        ):
            faults.append(Fault("message", "not evaluated: not all messages inside it become messages of their own"))
            break
        one = _read_one(inner.data, INSIDE, inner.context(context), Faults())
        met[one.digest] = inner.data
        for name in TABLES:
            rows[name] += one.rows[name]
        faults += [Fault(f"inside: {fault.where}"[:LONGEST_SAMPLE], fault.reason) for fault in one.faults.kept()]
        waiting.extend((deeper, depth + 1) for deeper in one.inner)
    return Reading(top.digest, rows, tuple(faults), tuple(met.values())[1:])


class _One(NamedTuple):
    """One message read, without those inside it."""

    digest: str
    rows: dict[str, list[Row]]
    faults: Faults
    inner: list[Inner]


def _read_one(raw: bytes, source: str, context: Context, faults: Faults) -> _One:
    digest = sha256(raw).hexdigest()
    opened = _opened(raw, context, faults)
    read = guarded(faults, "message", lambda: _rows(opened, digest, context, faults), None)
    rows, inner = read or _rows(NOTHING, digest, context, faults)
    facts = rows[TABLES[-1]][0]
    facts |= {"RawSize": len(raw), "SourceName": source[:LONGEST_VALUE], "FaultCount": faults.count}
    facts["Faults"] = json_text([{"where": fault.where, "reason": fault.reason} for fault in faults.kept()])
    return _One(digest, rows, faults, inner)


def _opened(raw: bytes, context: Context, faults: Faults) -> Opened:
    read = raw[: context.longest_message]
    if len(raw) > len(read):
        faults.add("message", f"longer than {context.longest_message} bytes, the rest is not read")
    if not raw.strip():
        faults.add("message", "is empty")
    if context.body_skipped:
        faults.add("body", f"not read: {context.body_skipped}")
    if is_outlook(read):
        read = guarded(faults, "message", partial(as_mail, read, faults), b"")
    take_apart = open_header if context.body_skipped else open_message
    return guarded(faults, "message", lambda: take_apart(read, faults), NOTHING)


def _rows(opened: Opened, digest: str, context: Context, faults: Faults) -> tuple[dict[str, list[Row]], list[Inner]]:
    headers, unread = opened.headers, context.files_skipped
    hops, hop_count = guarded(faults, "header Received", lambda: read_hops(headers, faults), (list[Hop](), 0))
    receiver = guarded(faults, "header Received", lambda: judge(headers, hops, context), Receiver())
    stamps = guarded(faults, "headers X-MS-*", lambda: read_stamps(headers, receiver, faults), Stamps())
    found = guarded(
        faults, "header Authentication-Results", lambda: read_authentication(headers, receiver, faults), _NOBODY
    )
    envelope = read_envelope(headers, receiver, stamps, hops=hops, seen_at=context.seen_at, faults=faults)
    envelope = replace(envelope, sender_ip=_sender_ip(stamps, found, receiver, context))
    attached = partial(read_attachments, opened.parts, faults, unread, expendable=context.expendable)
    files = guarded(faults, "attachments", attached, list[Attachment]())
    body = guarded(faults, "body", lambda: read_body(opened.parts, files, faults), Body())
    bare = guarded(faults, "body", lambda: skeleton(body.seen[:LONGEST_TEXT])[:LONGEST_TEXT], "")
    prints = guarded(faults, "body", lambda: fingerprint(bare), Fingerprint("", 0, (), ""))
    subject = headers.text("Subject", faults)
    codes = guarded(faults, "pictures", lambda: read_codes(pictures(body, files), faults, unread), Codes(passed=1))
    written = partial(candidates, headers, subject, body, files=files, codes=codes.texts)
    urls = guarded(faults, "body", lambda: collect(written(), faults), list[Url]())
    spoken = guarded(faults, "body", lambda: detect(f"{subject}\n{body.seen}").language, "")
    facts = Facts(digest, envelope, stamps, found, prints, subject, context, hop_count, spoken)
    report = guarded(faults, "report", lambda: read_report(opened.parts, facts, files), NO_REPORT)
    inner = guarded(faults, "message", lambda: inner_messages(files, facts), list[Inner]())
    told_of = _told(facts, bare)
    features = guarded(
        faults, "body", lambda: body_features(body, urls, files, told_of, codes=codes, faults=faults), Row()
    )
    own = _own_columns(facts, headers, body) | {
        "Hops": json_text(told(hops)),
        "HopCount": hop_count,
        "PartCount": opened.part_count,
        "BodyFeatures": json_text(Row() if context.body_skipped else features),
        "Headers": guarded(faults, "headers", lambda: block_text(opened.block, faults), ""),
        "Standing": context.standing,
        "ReportKind": report.kind,
        "ReportedBy": report.by,
        "InnerMessages": json_text([{"sha256": each.digest, "headers_only": each.headers_only} for each in inner]),
        "RecipientTags": json_text(recipient_tags(facts)),
        "Simulation": guarded(faults, "headers", lambda: simulation(headers, facts, urls), ""),
    }
    each = (event_rows(facts, urls, files), url_rows(facts, urls), attachment_rows(facts, files, faults), [own])
    return dict(zip(TABLES, each, strict=True)), inner


def _sender_ip(stamps: Stamps, authentication: Authentication, receiver: Receiver, context: Context) -> str:
    """The address that handed the message over: stamped, else judged by SPF, else as the receiving hop saw it.

    The first that is neither inside a network nor in our own ranges; where all are, the first.
    """
    peer = receiver.peer.address if receiver.peer else ""
    found = [each for each in (stamps.sender_address, authentication.address, peer) if each]
    outside = (each for each in found if not is_internal(each) and not context.is_egress(each))
    return next(outside, found[0] if found else "")


def _told(facts: Facts, bare: str) -> Told:
    envelope = facts.envelope
    return Told(
        bare, envelope.recipients, is_reply(facts.subject), bool(envelope.in_reply_to), facts.context.shorteners
    )


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
        "DetectedLanguage": facts.detected,
        "Charset": body.charset,
        "BodyFingerprint": prints.digest,
        "BodyWords": prints.words,
        "MinHashBands": json_text(list(prints.bands)),
        "MinHashSignature": prints.signature,
        "AuthenticationResults": json_text(facts.authentication.facts),
    }
