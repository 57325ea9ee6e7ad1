"""Every place of a message where an address can stand, and every picture in which a code can."""

from collections.abc import Iterator, Sequence
from itertools import chain

from workbench.intake.mail.attachments import Attachment
from workbench.intake.mail.body import Body
from workbench.intake.mail.codes import PICTURES, Picture, embedded_pictures
from workbench.intake.mail.drawn import drawn_in_tables, drawn_in_texts
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.headers import Headers
from workbench.intake.mail.invites import Invite
from workbench.intake.mail.scan import scan_html
from workbench.intake.mail.urls import ATTACHMENT, BODY, HEADER, QR_CODE, SUBJECT, Candidate, in_html, in_text


def candidates(
    headers: Headers, subject: str, body: Body, *, files: Sequence[Attachment], codes: Sequence[str]
) -> Iterator[Candidate]:
    """Every URL as it is written: body first, then subject, headers, codes and what is attached."""
    yield from _of_body(body)
    yield from in_text(subject, SUBJECT)
    yield from in_text(headers.text("List-Unsubscribe", Faults()), HEADER)
    yield from (Candidate(text, QR_CODE, "qr") for text in codes)
    yield from _of_files(body, files)


def pictures(body: Body, files: Sequence[Attachment]) -> Iterator[Picture]:
    """Pictures attached, in the HTML itself and on the pages of PDFs, then what is drawn without one."""
    yield from (Picture(file.part.where, file.data) for file in files if file.sniffed in PICTURES)
    yield from embedded_pictures(body.sources)
    yield from chain.from_iterable(file.pdf.pictures for file in files if file.pdf)
    texts = (*body.plain, *(page.text for page in body.pages), *body.attached_plain)
    yield from (Picture(*each) for each in chain(drawn_in_texts(texts), drawn_in_tables(body.sources)))


def _of_body(body: Body) -> Iterator[Candidate]:
    for page in body.pages:
        yield from in_html(page, BODY)
    for text in (*body.plain, *body.other):
        yield from in_text(text, BODY)
    for invite in body.invites:
        yield from _of_invite(invite, BODY)


def _of_files(body: Body, files: Sequence[Attachment]) -> Iterator[Candidate]:
    for page in body.attached_pages:
        yield from in_html(page, ATTACHMENT)
    for text in body.attached_plain:
        yield from in_text(text, ATTACHMENT)
    for invite in body.attached_invites:
        yield from _of_invite(invite, ATTACHMENT)
    for file in files:
        yield from in_text(file.written, ATTACHMENT)
        yield from (Candidate(url, ATTACHMENT) for url in (file.pdf.urls if file.pdf else ()))


def _of_invite(invite: Invite, location: str) -> Iterator[Candidate]:
    for text in invite.texts:
        yield from in_text(text, location)
    for page in invite.pages:
        yield from in_html(scan_html(page), location)
