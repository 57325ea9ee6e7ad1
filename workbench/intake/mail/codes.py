"""QR codes in the pictures of a message: attached, embedded in its HTML, or on the pages of a PDF.

A picture that cannot be looked at is a fault that says "not evaluated", never a picture without codes.
"""

import base64
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from workbench.intake.mail.faults import Faults
from workbench.intake.mail.limits import (
    LONGEST_PICTURE,
    LONGEST_URL,
    MOST_CODES,
    MOST_FRAMES,
    MOST_PICTURES,
    MOST_PIXELS,
    MOST_PIXELS_IN_ALL,
)

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURES = frozenset({"png", "jpg", "gif", "bmp", "tif", "riff"})
"""Types by content that are looked at, as ``filetypes`` names them."""

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_SMALLEST = 21
"""Modules along one side of the smallest QR code: a picture of fewer pixels holds none."""
_EMBEDDED = re.compile(r"data:image/[a-z0-9.+\-]{1,40};base64,([A-Za-z0-9+/=\s]{1,30000000})", re.IGNORECASE)
_BLUR, _STRENGTH = 4, 400
"""Radius and per cent of the sharpening that makes a code blurred by two pixels readable (tried on such codes)."""


class Picture(NamedTuple):
    """A picture still packed, and where it stands."""

    where: str
    data: bytes


@dataclass
class Codes:
    """What was found: the texts of codes, each once, and how much was looked at."""

    texts: list[str] = field(default_factory=list)
    pictures: int = 0
    """Pictures that were searched."""
    passed: int = 0
    """Pictures that could not be, or no longer."""
    unreadable: int = 0
    """Codes that are there and cannot be read."""
    pixels: int = 0


def embedded_pictures(sources: Iterable[str]) -> Iterator[Picture]:
    """Pictures that stand in the HTML itself, as ``data:`` URLs."""
    for source in sources:
        if "data:image/" in source.lower():
            for number, found in enumerate(_EMBEDDED.finditer(source), 1):
                kept = re.sub(r"[\s=]", "", found[1])
                kept = kept[:-1] if len(kept) % 4 == 1 else kept
                yield Picture(f"embedded picture {number}", base64.b64decode(kept + "=" * (-len(kept) % 4)))


def read_codes(pictures: Iterable[Picture], faults: Faults) -> Codes:
    """Search pictures for QR codes, at most ``MOST_PICTURES`` of them and ``MOST_PIXELS_IN_ALL`` pixels."""
    codes, found = Codes(), dict[str, None]()
    for number, picture in enumerate(pictures):
        if number >= MOST_PICTURES or codes.pixels > MOST_PIXELS_IN_ALL or len(found) >= MOST_CODES:
            faults.add("message", "not evaluated: not all pictures are searched for QR codes")
            codes.passed += 1
            break
        reason = _search(picture, codes, found)
        codes.passed += bool(reason)
        if reason:
            faults.add(picture.where, f"not evaluated for QR codes: {reason}")
    codes.texts = list(found)[:MOST_CODES]
    return codes


def _search(picture: Picture, codes: Codes, found: dict[str, None]) -> str:
    """Note the codes of one picture; the reason where it could not be searched wholly, else empty."""
    if len(picture.data) > LONGEST_PICTURE:
        return f"the picture is longer than {LONGEST_PICTURE} bytes"
    images = import_module("PIL.Image")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with images.open(BytesIO(picture.data), formats=_FORMATS) as image:
                return _search_frames(image, codes, found)
    except images.DecompressionBombError:
        return f"the picture has more than {MOST_PIXELS} pixels"
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, ArithmeticError, LookupError, TypeError) as error:
        return f"the picture is damaged ({type(error).__name__})"


def _search_frames(image: "Image", codes: Codes, found: dict[str, None]) -> str:
    width, height = image.size
    if min(width, height) < _SMALLEST:
        return ""
    if width * height > MOST_PIXELS:
        return f"the picture has more than {MOST_PIXELS} pixels"
    codes.pictures += 1
    for frame in islice(import_module("PIL.ImageSequence").Iterator(image), MOST_FRAMES):
        if codes.pixels > MOST_PIXELS_IN_ALL:
            return "the pictures before it were as much as is searched"
        codes.pixels += width * height
        _read(_grey(frame), codes, found)
    return f"only its first {MOST_FRAMES} frames are searched" if _has_frame(image, MOST_FRAMES) else ""


def _has_frame(image: "Image", number: int) -> bool:
    try:
        image.seek(number)
    except EOFError:
        return False
    return True


def _grey(frame: "Image") -> "Image":
    """The picture as it is seen on white, in shades of grey."""
    if frame.has_transparency_data:
        seen = frame.convert("RGBA")
        white = import_module("PIL.Image").new("RGBA", seen.size, "white")
        white.alpha_composite(seen)
        return white.convert("L")  # type: ignore[no-any-return]  # Pillow is imported by name, so that it loads late
    return frame.convert("L")


def _read(grey: "Image", codes: Codes, found: dict[str, None]) -> None:
    seen, broken = _decoded(grey)
    if broken:
        again, still = _decoded(grey.filter(import_module("PIL.ImageFilter").UnsharpMask(_BLUR, _STRENGTH, 0)))
        seen, broken = [*seen, *again], still
    codes.unreadable += bool(broken and not seen)
    found.update(dict.fromkeys(text[:LONGEST_URL] for text in seen))


def _decoded(grey: "Image") -> tuple[list[str], bool]:
    """Texts of the codes, and whether there are codes that were seen and not read."""
    zxing = import_module("zxingcpp")
    kinds = [zxing.BarcodeFormat.QRCode, zxing.BarcodeFormat.MicroQRCode]
    marks = zxing.read_barcodes(grey, formats=kinds, return_errors=True)
    return [mark.text for mark in marks if mark.error is None], any(mark.error is not None for mark in marks)
