"""What a PDF does and where it leads: unpacked by qpdf into its plain form, then searched.

In the plain form every object stands openly: those of object streams, those behind an empty password, names written
with escapes. What cannot be unpacked is searched as it stands, and a fault says that it was not evaluated.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from itertools import chain, islice
from typing import Any, NamedTuple

from workbench.intake.mail.codes import Picture, grey
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.limits import (
    LONGEST_PDF,
    LONGEST_PICTURE,
    LONGEST_PLAIN_PDF,
    LONGEST_UNPACKED,
    LONGEST_URL,
    MOST_PDF_OBJECTS,
    MOST_PDF_PAGES,
    MOST_PICTURES,
    MOST_PIXELS,
    MOST_PIXELS_IN_ALL,
    MOST_URLS,
)

_URI = re.compile(rb"/URI\s*\(((?:[^()\\]|\\.){4,8192})\)", re.DOTALL)
_CODED_URI = re.compile(rb"/URI\s*<([0-9A-Fa-f]{8,16384})>")
_ESCAPED = re.compile(rb"\\(\r\n|\n|[0-7]{1,3}|.)", re.DOTALL)
_MARKS = {
    "javascript": re.compile(rb"/(?:JavaScript|JS)\b"),
    "launch": re.compile(rb"/Launch\b"),
    "open_action": re.compile(rb"/(?:OpenAction|AA)\b"),
    "uri": re.compile(rb"/URI\b"),
    "embedded_file": re.compile(rb"/EmbeddedFile\b"),
    "submit_form": re.compile(rb"/SubmitForm\b"),
    "remote": re.compile(rb"/GoTo[RE]\b"),
}
_JPEG, _MASKS = "/DCTDecode", frozenset({"/SMask", "/Mask", "/Decode"})
_UNPACKERS = tuple(f"{kind}_max_memory" for kind in ("dct", "flate", "png", "run_length", "tiff"))
_ENCRYPTED = re.compile(rb"/Encrypt\b")
_OBJECT = re.compile(rb"\d\s+obj")
_MARKS_OF_UTF_16 = (b"\xfe\xff", b"\xff\xfe")


class Pdf(NamedTuple):
    """What was found in one file; ``marks`` counts actions, ``evaluated`` is whether it could be unpacked."""

    urls: list[str]
    marks: dict[str, int]
    encrypted: bool
    pictures: list[Picture]
    evaluated: bool


def read_pdf(data: bytes, faults: Faults, where: str) -> Pdf:
    """Unpack a PDF and search it; total over all bytes."""
    plain, pictures, reason = _unpacked(data, where)
    if reason:
        faults.add(where, f"not evaluated: the PDF {reason}; what stands openly in it is read")
    encrypted = bool(_ENCRYPTED.search(data[:LONGEST_PDF]))
    searched = plain or data[:LONGEST_PDF]
    marks = {name: len(mark.findall(searched)) for name, mark in _MARKS.items()}
    urls = dict.fromkeys(chain(_urls(plain), _urls(data[:LONGEST_PDF])))
    return Pdf(list(islice(urls, MOST_URLS)), marks, encrypted, pictures, not reason)


def _urls(data: bytes) -> Iterator[str]:
    """The targets of link annotations, in literal strings and in hexadecimal ones."""
    for hit in islice(_URI.finditer(data), MOST_URLS):
        yield _text(_ESCAPED.sub(_unescaped, hit[1]))
    for hit in islice(_CODED_URI.finditer(data), MOST_URLS):
        yield _text(bytes.fromhex(hit[1].decode()[: len(hit[1]) // 2 * 2]))


def _unescaped(hit: re.Match[bytes]) -> bytes:
    mark = hit[1]
    if mark[:1] in b"01234567":
        return bytes((int(mark, 8) & 0xFF,))
    return b"" if mark in {b"\n", b"\r\n"} else mark


def _text(coded: bytes) -> str:
    charset = "utf-16" if coded.startswith(_MARKS_OF_UTF_16) else "utf-8"
    try:
        return coded.decode(charset)[:LONGEST_URL]
    except UnicodeDecodeError:
        return coded.decode("latin-1")[:LONGEST_URL]


def _unpacked(data: bytes, where: str) -> tuple[bytes, list[Picture], str]:
    """The plain form, the pictures on the first pages, and why there is none or not all of it."""
    if len(data) > LONGEST_PDF:
        return b"", [], f"is longer than {LONGEST_PDF} bytes"
    if sum(1 for _ in islice(_OBJECT.finditer(data), MOST_PDF_OBJECTS + 1)) > MOST_PDF_OBJECTS:
        return b"", [], f"has more than {MOST_PDF_OBJECTS:,} objects"
    pikepdf = import_module("pikepdf")
    try:
        with _limited(), pikepdf.Pdf.open(BytesIO(data), suppress_warnings=True) as file:
            plain = BytesIO()
            file.save(
                plain,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                compress_streams=False,
                encryption=False,
            )
            return plain.getvalue()[:LONGEST_PLAIN_PDF], list(_pictures(file, where)), ""
    except MemoryError:
        return b"", [], "unpacks to more than the memory there is"
    except pikepdf.PasswordError:
        return b"", [], "is encrypted with a password"
    except (pikepdf.PdfError, pikepdf.DataDecodingError, RuntimeError, ValueError, OSError, TypeError) as error:
        return b"", [], f"is damaged ({type(error).__name__})"


@contextmanager
def _limited() -> Iterator[None]:
    """Within, no stream is unpacked to more than ``LONGEST_UNPACKED`` bytes, whatever it claims."""
    settings = import_module("pikepdf.settings")
    before = settings.set_qpdf_limits(**dict.fromkeys(_UNPACKERS, LONGEST_UNPACKED))
    try:
        yield
    finally:
        settings.set_qpdf_limits(**before)


def _pictures(file: Any, where: str) -> Iterator[Picture]:
    """Pictures on the first pages, each once, as files of their own where they are stored as such, else in greys."""
    pikepdf = import_module("pikepdf")
    seen: set[object] = set()
    left = MOST_PIXELS_IN_ALL
    for page in islice(file.pages, MOST_PDF_PAGES):
        for name, stored in islice(page.get_images().items(), MOST_PICTURES):
            if stored.objgen in seen or len(seen) >= MOST_PICTURES:
                continue
            seen.add(stored.objgen)
            image = pikepdf.PdfImage(stored)
            left -= image.width * image.height
            yield Picture(f"{where} picture {name}", _picture(image) if left > 0 else b"")


def _picture(image: Any) -> bytes:
    """The picture as a file; empty where it is too large or of a kind that cannot be taken out."""
    if image.width * image.height > MOST_PIXELS:
        return b""
    packed = BytesIO()
    try:
        if image.filters == [_JPEG] and not image.obj.keys() & _MASKS:
            image.extract_to(stream=packed)
        else:
            with image.as_pil_image() as taken:
                grey(taken).save(packed, "PPM")
    except (import_module("pikepdf").UnsupportedImageTypeError, NotImplementedError):
        return b""
    return packed.getvalue()[: LONGEST_PICTURE + 1]
