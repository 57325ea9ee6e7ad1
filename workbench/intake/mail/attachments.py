"""Files of a message: what they are called, what they are, and what about them is odd. Nothing is unpacked."""

import re
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import sha256

from workbench.intake.mail.archives import Directory, read_directory
from workbench.intake.mail.bounds import bounded
from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.filetypes import extension, has_two_extensions, is_mismatch, sniff
from workbench.intake.mail.limits import (
    LONGEST_FILE_NAME,
    LONGEST_SAMPLE,
    LONGEST_VALUE,
    MOST_ATTACHMENTS,
    MOST_READ_ATTACHMENTS,
    MOST_SAMPLES,
    PDF_MEMORY,
    PDF_SECONDS,
)
from workbench.intake.mail.mime import Part
from workbench.intake.mail.outlook import other_kind
from workbench.intake.mail.pdf import Pdf, read_pdf
from workbench.intake.mail.properties import is_outlook
from workbench.intake.mail.words import decode_words

_BODY_KINDS = frozenset({"text/plain", "text/html", "text/x-amp-html", "text/enriched", "text/calendar"})
_UNNAMED = {
    "text/plain": "txt",
    "text/html": "html",
    "message/rfc822": "eml",
    "message/global": "eml",
    "text/calendar": "ics",
    "message/delivery-status": "txt",
    "text/rfc822-headers": "txt",
    "application/pgp-signature": "asc",
    "application/pkcs7-signature": "p7s",
}
_MESSAGES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers"})
_SEPARATORS = re.compile(r"[/\\]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_RTLO = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_MACRO_DIRECTORY = "VBA".encode("utf-16-le")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_RAR_5, _RAR_5_HEADER, _RAR_5_ENCRYPTED = b"Rar!\x1a\x07\x01\x00", 12, 4
_ARCHIVE_ENDINGS = "zip rar 7z gz tgz bz2 xz cab arj ace iso img vhd vhdx jar"
_ARCHIVES = frozenset(_ARCHIVE_ENDINGS.split())
_RUNS = re.compile(
    r"\.(?:exe|scr|com|pif|bat|cmd|cpl|dll|jse?|vbs?e?|wsf|wsh|hta|lnk|ps1|msi|jar|chm|one|url|reg|scf|iso|img|vhdx?)$"
)

Bag = dict[str, object]


@dataclass(frozen=True)
class Attachment:
    """One file: ``name`` as a mail program would save it, ``kind`` what it is, ``oddities`` what its name tells."""

    name: str
    kind: str
    """Its extension, else its type by content, else empty."""
    sniffed: str
    size: int
    digest: str
    data: bytes
    part: Part
    oddities: tuple[str, ...]
    written: str = ""
    """The name as the sender wrote it, decoded."""
    pdf: Pdf | None = None
    """What is in it, where it is a PDF that was looked into."""

    @property
    def inline(self) -> bool:
        """Whether the message shows it in its text."""
        return self.part.disposition.value == "inline" or bool(self.part.headers.first("Content-ID"))

    @cached_property
    def holds_message(self) -> bool:
        """Whether it is a message, in whatever form it was attached; a contact saved by Outlook is none."""
        if self.part.kind in _MESSAGES:
            return True
        if is_outlook(self.data):
            return not other_kind(self.data)
        return self.sniffed == "eml" and self.kind in {"eml", "msg"}


def is_attachment(part: Part) -> bool:
    """Whether a part is a file: not text, or text that has a file name or is said to be attached."""
    if part.inside:
        return False
    named = bool(part.disposition.parameters.get("filename") or part.parameters.get("name"))
    return part.kind not in _BODY_KINDS or named or part.disposition.value == "attachment"


def read_attachments(
    parts: Iterable[Part], faults: Faults, skipped: str = "", *, expendable: bool = False
) -> list[Attachment]:
    """The files of a message in order, at most ``MOST_ATTACHMENTS``; what lies in attached messages is theirs.

    ``skipped`` says why PDFs are not looked into, where they are not. ``expendable`` is whether the process may be
    ended for what they cost; all PDFs of a message together have ``PDF_SECONDS`` and ``PDF_MEMORY``.
    """
    found = [part for part in parts if is_attachment(part)]
    if len(found) > MOST_ATTACHMENTS:
        faults.add("message", f"{len(found)} attachments, only {MOST_ATTACHMENTS} are listed")
    files = [_read(part, faults) for part in found[:MOST_ATTACHMENTS]]
    if not any(file.sniffed == "pdf" for file in files):
        return files
    if not skipped:
        with bounded(PDF_SECONDS, PDF_MEMORY) if expendable else nullcontext():
            return _with_pdfs(files, faults)
    for file in files:
        if file.sniffed == "pdf":
            faults.add(file.part.where, f"not evaluated: {skipped}; the PDF is not opened")
    return files


def describe(file: Attachment, faults: Faults) -> Bag:
    """The facts of one file for the bag of body features; null where a thing is not evaluated for its type."""
    facts: Bag = {
        "name": file.name,
        "extension": extension(file.name),
        "type": file.sniffed,
        "declared": file.part.kind,
        "size": file.size,
        "sha256": file.digest,
        "inline": file.inline,
        "oddities": list(file.oddities),
        "encrypted": None,
        "macros": None,
    }
    return facts | guarded(faults, file.part.where, lambda: _inside(file, faults), Bag())


def _with_pdfs(files: list[Attachment], faults: Faults) -> list[Attachment]:
    """The files, PDFs looked into: each content once, and only so many."""
    wheres = {file.digest: file for file in files if file.sniffed == "pdf"}
    for file in list(wheres.values())[MOST_READ_ATTACHMENTS:]:
        faults.add(file.part.where, f"not evaluated: more than {MOST_READ_ATTACHMENTS} PDFs are attached")
    opened = {
        digest: guarded(faults, file.part.where, partial(read_pdf, file.data, faults, file.part.where), None)
        for digest, file in list(wheres.items())[:MOST_READ_ATTACHMENTS]
    }
    for digest, pdf in opened.items():
        if pdf is None:
            faults.add(wheres[digest].part.where, "not evaluated: the PDF cannot be looked into")
    return [replace(file, pdf=opened.get(file.digest)) for file in files]


def _read(part: Part, faults: Faults) -> Attachment:
    data = part.data(faults)
    sniffed = sniff(data)
    written = _written_name(part, faults)
    name = _saved_name(written, part, sniffed, faults)
    kind = extension(name) or sniffed
    oddities = tuple(sorted(_oddities(written, name, sniffed)))
    digest = sha256(data).hexdigest()
    return Attachment(name, kind, sniffed, len(data), digest, data, part, oddities, written[:LONGEST_VALUE])


def _written_name(part: Part, faults: Faults) -> str:
    name = part.disposition.parameters.get("filename") or part.parameters.get("name") or ""
    return guarded(faults, part.where, lambda: decode_words(name, Faults(), ""), name) if "=?" in name else name


def _saved_name(written: str, part: Part, sniffed: str, faults: Faults) -> str:
    """The last component without control characters; a name of our own where the sender gave none."""
    name = _CONTROLS.sub("_", _SEPARATORS.split(written)[-1]).strip()
    if not name:
        ending = _UNNAMED.get(part.kind) or sniffed or part.kind.rpartition("/")[2][:20] or "bin"
        return f"part-{part.path or '1'}.{ending}"
    if len(name) > LONGEST_FILE_NAME:
        faults.add(part.where, f"file name longer than {LONGEST_FILE_NAME} characters, cut in the middle")
        half = LONGEST_FILE_NAME // 2
        return f"{name[:half]}…{name[-half:]}"
    return name


def _oddities(written: str, name: str, sniffed: str) -> set[str]:
    checks = {
        "path_in_name": bool(_SEPARATORS.search(written)),
        "controls_in_name": bool(_CONTROLS.search(written)),
        "direction_in_name": bool(_RTLO.search(written)),
        "double_extension": has_two_extensions(name),
        "type_mismatch": is_mismatch(extension(name), sniffed),
        "runs": bool(_RUNS.search(name.lower())) or sniffed in {"exe", "elf", "lnk", "chm", "one"},
        "html": extension(name) in {"html", "htm", "shtml", "xhtml", "svg", "mht", "mhtml"}
        or sniffed in {"html", "svg"},
    }
    return {oddity for oddity, is_so in checks.items() if is_so}


def _inside(file: Attachment, faults: Faults) -> Bag:
    if file.sniffed == "zip":
        return _zip_facts(read_directory(file.data), file, faults)
    if file.sniffed == "ole":
        encrypted = _ENCRYPTED_PACKAGE in file.data
        return {"encrypted": encrypted, "macros": _MACROS in file.data or _MACRO_DIRECTORY in file.data}
    if file.sniffed == "rar" and file.data.startswith(_RAR_5):
        return {"encrypted": file.data[_RAR_5_HEADER : _RAR_5_HEADER + 1] == bytes((_RAR_5_ENCRYPTED,)) or None}
    if file.pdf:
        return {"encrypted": file.pdf.encrypted, "pdf": file.pdf.marks | {"evaluated": file.pdf.evaluated}}
    return {}


def _zip_facts(directory: Directory, file: Attachment, faults: Faults) -> Bag:
    if directory.reason:
        faults.add(file.part.where, directory.reason)
    lower = [name.lower() for name in directory.names]
    return {
        "encrypted": directory.encrypted if directory.names else None,
        "macros": any(name.endswith(("vbaproject.bin", "/vbadata.xml")) for name in lower) if lower else None,
        "members": [name[:LONGEST_SAMPLE] for name in directory.names[:MOST_SAMPLES]],
        "member_count": directory.claimed,
        "ratio": directory.ratio,
        "archives_inside": sum(1 for name in lower if extension(name) in _ARCHIVES),
        "runs_inside": sum(1 for name in lower if _RUNS.search(name)),
    }
