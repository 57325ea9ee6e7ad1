"""Pictures with QR codes for the tests."""

from io import BytesIO

import numpy
import zxingcpp
from PIL import Image


def qr(text: str, scale: int = 4) -> Image.Image:
    """A QR code of so many pixels a module, with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return Image.fromarray(numpy.array(zxingcpp.write_barcode_to_image(code, scale=scale)))


def poster(text: str) -> Image.Image:
    """A code in the middle of a larger picture."""
    picture = Image.new("RGB", (640, 480), "white")
    picture.paste(qr(text), (250, 150))
    return picture


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The picture as the bytes of a file."""
    out = BytesIO()
    picture.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()
