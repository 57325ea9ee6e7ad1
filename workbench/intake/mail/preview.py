"""What a person may read of a message without harm: its text as plain text, where its links lead, what is attached."""

from dataclasses import dataclass
from functools import partial

from workbench.intake.mail.attachments import Attachment, read_attachments
from workbench.intake.mail.body import Body, read_body
from workbench.intake.mail.codes import Codes
from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.limits import LONGEST_MESSAGE
from workbench.intake.mail.links import candidates
from workbench.intake.mail.mime import NOTHING, open_message
from workbench.intake.mail.outlook import as_mail
from workbench.intake.mail.properties import is_outlook
from workbench.intake.mail.urls import RESOURCE, Url, collect

LONGEST_SHOWN = 256 * 1024
"""Characters of a text that are shown."""
MOST_LINKS = 500


@dataclass(frozen=True)
class Link:
    """Where a link leads, and what the message shows in its place."""

    shown: str
    url: str
    host: str
    location: str


@dataclass(frozen=True)
class File:
    """Something attached: its name, its type by content and by what is declared, bytes."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True)
class Preview:
    """A message for reading. What loads by itself is not among ``links``; pictures are not opened."""

    headers: tuple[tuple[str, str], ...]
    text: str
    source: str
    """Which kind of text it was: html, plain or none."""
    cut: int
    """Characters that are not shown."""
    links: tuple[Link, ...]
    files: tuple[File, ...]
    faults: tuple[str, ...]


_HEADERS = ("From", "To", "Cc", "Date", "Subject", "Reply-To", "Return-Path", "Message-ID")


def read_preview(raw: bytes) -> Preview:
    """Read a message for a person; whatever the bytes are, something comes back and nothing is raised."""
    faults = Faults()
    read = raw[:LONGEST_MESSAGE]
    if is_outlook(read):
        read = guarded(faults, "message", partial(as_mail, read, faults), b"")
    opened = guarded(faults, "message", lambda: open_message(read, faults), NOTHING)
    files = guarded(
        faults, "attachments", lambda: read_attachments(opened.parts, faults, "a preview"), list[Attachment]()
    )
    body = guarded(faults, "body", lambda: read_body(opened.parts, files, faults), Body())
    subject = opened.headers.text("Subject", faults)
    codes = Codes(passed=1)
    found = guarded(
        faults,
        "body",
        lambda: collect(candidates(opened.headers, subject, body, files=files, codes=codes.texts), faults),
        list[Url](),
    )
    links = tuple(Link(each.shown, each.url, each.host, each.location) for each in found if each.location != RESOURCE)
    return Preview(
        tuple((name, value) for name in _HEADERS if (value := opened.headers.text(name, faults))),
        body.seen[:LONGEST_SHOWN],
        body.source,
        max(0, len(body.seen) - LONGEST_SHOWN),
        links[:MOST_LINKS],
        tuple(File(each.name, each.kind, len(each.data)) for each in files),
        tuple(f"{fault.where}: {fault.reason}" for fault in faults.kept()),
    )
