"""The texts of a message: what a reader sees, and where it was read from."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from workbench.intake.mail.attachments import Attachment, is_attachment
from workbench.intake.mail.charset import decode
from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.html import HtmlReader
from workbench.intake.mail.invites import Invite, read_invite
from workbench.intake.mail.limits import LONGEST_SCANNED, MOST_READ_ATTACHMENTS
from workbench.intake.mail.markup import Html
from workbench.intake.mail.mime import Part, is_opened, open_message
from workbench.intake.mail.outlook import as_mail
from workbench.intake.mail.properties import is_outlook

_HTML = frozenset({"text/html", "application/xhtml+xml", "text/x-amp-html"})
_HTML_FILES = frozenset({"html", "svg"})
_TEXTS = _HTML_FILES | {"ics", "rtf", "vcf", "xml"}
_TEXT_FILES = frozenset(["csv", "ics", "log", "md", "txt", "url", "vcf", "vcs", "xml"])
_CALENDAR = re.compile(r"[\ufeff\s]*BEGIN:VCALENDAR", re.IGNORECASE)
_HEAD = 1_024
_WIDE = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class Body:
    """Texts by where they stand; ``charset`` is that of the first text that is shown."""

    plain: list[str] = field(default_factory=list)
    pages: list[Html] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    """Texts that hold URLs and are not read as the message: enriched text."""
    invites: list[Invite] = field(default_factory=list)
    attached_invites: list[Invite] = field(default_factory=list)
    attached_plain: list[str] = field(default_factory=list)
    attached_pages: list[Html] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    """The HTML of the message as it is written, for markers of scripts."""
    charset: str = ""

    @property
    def seen(self) -> str:
        """The visible text: that of the HTML where it has any, as programs prefer it, else the plain text."""
        shown = "\n".join(page.text for page in self.pages)
        return shown if shown.strip() else "\n".join(self.plain)

    @property
    def source(self) -> str:
        """Which kind of text ``seen`` is: html, plain, or none."""
        if any(page.text.strip() for page in self.pages):
            return "html"
        return "plain" if any(text.strip() for text in self.plain) else "none"


class TextReader:
    """Reads text parts as long as the message's budget of bytes and of HTML lasts.

    ``charsets`` are all that the message names, for parts that are not in theirs.
    """

    def __init__(self, faults: Faults, charsets: Collection[str] = ()) -> None:
        self._faults = faults
        self._charsets = charsets
        self._left = LONGEST_SCANNED
        self._html = HtmlReader(faults)

    def text(self, data: bytes, charset: str, where: str) -> tuple[str, str]:
        """Text of a part and the character set it was read in; cut, with a fault, where the budget ends."""
        if len(data) > self._left:
            self._faults.add(where, f"only the first {self._left} bytes are read, texts are longer than the limit")
        decoded = decode(data[: self._left], charset, self._charsets)
        self._left -= min(len(data), self._left)
        if decoded.reason:
            self._faults.add(where, decoded.reason)
        return decoded.text, decoded.charset

    def page(self, source: str, where: str) -> Html:
        """What an HTML source shows."""
        return self._html.read(source, where)


def read_body(parts: Iterable[Part], files: Iterable[Attachment], faults: Faults) -> Body:
    """Read the texts of the message itself, then those of attached messages and HTML files for their URLs."""
    parts = list(parts)
    body, nested = Body(), list[Part]()
    reader = TextReader(faults, dict.fromkeys(part.parameters.get("charset", "") for part in parts))
    for part in parts:
        if part.inside:
            nested.append(part)
        elif part.kind.startswith(("text/", "application/xhtml")) and not is_attachment(part):
            _read_shown(part, body, reader, faults)
    nested += _of_messages(files)
    for part in [part for part in nested if part.kind.startswith("text/")][:MOST_READ_ATTACHMENTS]:
        _read_attached(part, body, reader, faults)
    for file in [file for file in files if _is_text(file)][:MOST_READ_ATTACHMENTS]:
        _read_file(file, body, reader)
    return body


def _of_messages(files: Iterable[Attachment]) -> Iterator[Part]:
    """The parts of messages that are attached as files; their faults are those of the messages they become."""
    for file in [file for file in files if file.holds_message and not is_opened(file.part)][:MOST_READ_ATTACHMENTS]:
        quiet = Faults()
        mail = guarded(quiet, "", partial(as_mail, file.data, quiet), b"") if is_outlook(file.data) else file.data
        for part in open_message(mail, quiet).parts:
            yield replace(part, path=f"{file.part.path}/{part.path}".rstrip("/"), inside=part.inside + 1)


def _is_text(file: Attachment) -> bool:
    """Whether a file is text by its content, or by its name and free of what text does not hold."""
    named = file.part.kind.startswith("text/") or file.kind in _TEXT_FILES
    plain = b"\0" not in file.data[:_HEAD] or file.data.startswith(_WIDE)
    return file.sniffed in _TEXTS or (named and plain and not file.sniffed)


def _read_file(file: Attachment, body: Body, reader: TextReader) -> None:
    declared = "utf-16" if file.data.startswith(_WIDE) else file.part.parameters.get("charset", "")
    source, _ = reader.text(file.data, declared, file.part.where)
    if file.sniffed in _HTML_FILES:
        body.attached_pages.append(reader.page(source, file.part.where))
        body.sources.append(source)
    elif file.part.kind == "text/calendar" or _CALENDAR.match(source):
        body.attached_invites.append(read_invite(source))
    else:
        body.attached_plain.append(source)


def _read_shown(part: Part, body: Body, reader: TextReader, faults: Faults) -> None:
    text, charset = reader.text(part.data(faults), part.parameters.get("charset", ""), part.where)
    if part.kind in _HTML:
        body.pages.append(reader.page(text, part.where))
        body.sources.append(text)
    elif part.kind == "text/plain":
        body.plain.append(text)
    elif part.kind == "text/calendar":
        body.invites.append(read_invite(text))
    else:
        body.other.append(text)
    if part.kind in _HTML or not body.charset:
        body.charset = charset


def _read_attached(part: Part, body: Body, reader: TextReader, faults: Faults) -> None:
    text, _ = reader.text(part.data(faults), part.parameters.get("charset", ""), part.where)
    if part.kind in _HTML:
        body.attached_pages.append(reader.page(text, part.where))
    else:
        body.attached_plain.append(text)
