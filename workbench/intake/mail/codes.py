"""QR codes in the pictures of a message: attached, embedded in its HTML, or on the pages of a PDF.

A picture that cannot be looked at is a fault that says "not evaluated", never a picture without codes.
"""

import base64
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
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

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
_WHITE, _COLOURS = 255, 256
_DRAWING = re.compile(rb"\s*(?:<\?xml[^>]{0,200}>\s*)?<svg\b", re.IGNORECASE)
_SMALLEST = 21
"""Modules along one side of the smallest QR code: a picture of fewer pixels holds none."""
_EMBEDDED = re.compile(r"data:image/[a-z0-9.+\-]{1,40};base64,([A-Za-z0-9+/=\s]{1,30000000})", re.IGNORECASE)
_SHORT, _REMEMBERED = 262_144, 64
"""Bytes up to which a picture is remembered with what was found in it, and how many are: logos come with every mail."""
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


def read_codes(pictures: Iterable[Picture], faults: Faults, skipped: str = "") -> Codes:
    """Search pictures for QR codes, at most ``MOST_PICTURES`` of them and ``MOST_PIXELS_IN_ALL`` pixels.

    ``skipped`` says why none is searched, where that is so.
    """
    codes, found = Codes(), dict[str, None]()
    if skipped:
        for picture in islice(pictures, MOST_PICTURES):
            codes.passed += 1
            faults.add(picture.where, f"not evaluated for QR codes: {skipped}")
        return codes
    for number, picture in enumerate(pictures):
        if number >= MOST_PICTURES or codes.pixels > MOST_PIXELS_IN_ALL or len(found) >= MOST_CODES:
            faults.add("message", "not evaluated: not all pictures are searched for QR codes")
            codes.passed += 1
            break
        search = _remembered if len(picture.data) <= _SHORT else _search
        one = search(picture.data, min(MOST_PIXELS_IN_ALL // 2, MOST_PIXELS_IN_ALL - codes.pixels))
        codes.pictures, codes.pixels = codes.pictures + one.is_picture, codes.pixels + one.pixels
        codes.passed, codes.unreadable = codes.passed + bool(one.reason), codes.unreadable + one.unreadable
        found.update(dict.fromkeys(one.texts))
        if one.reason:
            faults.add(picture.where, f"not evaluated for QR codes: {one.reason}")
    codes.texts = list(found)[:MOST_CODES]
    return codes


def grey(frame: "Image") -> "Image":
    """The picture as it is seen on white, in shades of grey."""
    if not frame.has_transparency_data:
        return frame.convert("L")
    if frame.mode == "P":
        return _from_palette(frame)
    seen = frame if frame.mode in {"LA", "RGBA"} else frame.convert("RGBA")
    shades, seen_part = seen.convert("L"), seen.getchannel("A")
    white: Image = import_module("PIL.Image").new("L", seen.size, _WHITE)
    white.paste(shades, mask=seen_part)
    return white


def _from_palette(frame: "Image") -> "Image":
    """The same of a picture with a palette: the few colours are made grey, not the many pixels."""
    images = import_module("PIL.Image")
    colours = images.frombytes("P", (_COLOURS, 1), bytes(range(_COLOURS)))
    mode = frame.palette.mode if frame.palette else "RGB"
    colours.putpalette(frame.getpalette(mode), mode)
    if "transparency" in frame.info:
        colours.info["transparency"] = frame.info["transparency"]
    shades = grey(colours.convert("RGBA")).tobytes()
    return images.frombuffer("L", frame.size, frame.tobytes()).point(shades)  # type: ignore[no-any-return]  # loads late


@dataclass
class _Searched:
    """What one picture holds; ``reason`` says why it could not be searched, or not wholly."""

    texts: list[str] = field(default_factory=list)
    is_picture: bool = False
    unreadable: int = 0
    pixels: int = 0
    reason: str = ""


def _search(data: bytes, most_pixels: int) -> _Searched:
    found = _Searched()
    found.reason = _reason(data, most_pixels, found)
    return found


_remembered = lru_cache(maxsize=_REMEMBERED)(_search)


def _reason(data: bytes, most_pixels: int, found: _Searched) -> str:
    """Note the codes of one picture; the reason where it could not be searched wholly, else empty."""
    if len(data) > LONGEST_PICTURE:
        return f"the picture is longer than {LONGEST_PICTURE} bytes"
    if _DRAWING.match(data):
        return "it is a drawing of lines (SVG), which is not drawn"
    images = import_module("PIL.Image")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with images.open(BytesIO(data), formats=_FORMATS) as image:
                return _search_frames(image, most_pixels, found)
    except images.DecompressionBombError:
        return f"the picture has more than {MOST_PIXELS} pixels"
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, ArithmeticError, LookupError, TypeError) as error:
        return f"the picture is damaged ({type(error).__name__})"


def _search_frames(image: "Image", most_pixels: int, found: _Searched) -> str:
    width, height = image.size
    if min(width, height) < _SMALLEST:
        return ""
    if width * height > MOST_PIXELS:
        return f"the picture has more than {MOST_PIXELS} pixels"
    found.is_picture = True
    image.draft("L", None)  # a JPEG without its colours
    for frame in islice(import_module("PIL.ImageSequence").Iterator(image), MOST_FRAMES):
        if found.pixels > most_pixels:
            return "it and the pictures before it are more than is searched"
        found.pixels += width * height
        texts, unreadable = _read(grey(frame))
        found.texts += texts
        found.unreadable += unreadable
    return f"only its first {MOST_FRAMES} frames are searched" if _has_frame(image, MOST_FRAMES) else ""


def _has_frame(image: "Image", number: int) -> bool:
    try:
        image.seek(number)
    except EOFError:
        return False
    return True


def _read(shades: "Image") -> tuple[list[str], bool]:
    """Texts of the codes, and whether there are only codes that cannot be read; those are sharpened once."""
    seen, broken = _decoded(shades)
    if broken:
        again, broken = _decoded(shades.filter(import_module("PIL.ImageFilter").UnsharpMask(_BLUR, _STRENGTH, 0)))
        seen += again
    return [text[:LONGEST_URL] for text in seen], broken and not seen


def _decoded(shades: "Image") -> tuple[list[str], bool]:
    """Texts of the codes, and whether there are codes that were seen and not read."""
    zxing = import_module("zxingcpp")
    kinds = [zxing.BarcodeFormat.QRCode, zxing.BarcodeFormat.MicroQRCode]
    marks = zxing.read_barcodes(shades, formats=kinds, return_errors=True)
    return [mark.text for mark in marks if mark.error is None], any(mark.error is not None for mark in marks)
