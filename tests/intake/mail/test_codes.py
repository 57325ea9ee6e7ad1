"""QR codes in pictures of every kind, and pictures made to hurt."""

import base64
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter, ImageOps

from tests.intake.mail.letters import attached, features, multipart, page, read, reasons, seconds, text_part
from tests.intake.mail.pictures import poster, qr, saved
from workbench.intake.mail.codes import Picture, read_codes
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.limits import MOST_FRAMES, MOST_PICTURES

TARGET = "https://evil.example/login?id=1"


def texts(*data: bytes) -> list[str]:
    return read_codes([Picture("x", each) for each in data], Faults()).texts


def png(width: int, height: int) -> bytes:
    """The head of a PNG that claims to be that large."""
    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">L", len(head)) + b"IHDR" + head + struct.pack(">L", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">L", 0) + b"IDAT" + struct.pack(">L", zlib.crc32(b"IDAT"))


@pytest.mark.parametrize(
    "data",
    [
        saved(poster(TARGET)),
        saved(ImageOps.invert(poster(TARGET))),
        saved(poster(TARGET).filter(ImageFilter.GaussianBlur(1))),
        saved(poster(TARGET).filter(ImageFilter.GaussianBlur(2))),
        saved(poster(TARGET), "JPEG", quality=10),
        *(saved(poster(TARGET).rotate(turn, expand=True, fillcolor="white")) for turn in (15, 45, 90, 137, 180, 270)),
        saved(qr(TARGET, 1)),
        saved(poster(TARGET), "GIF"),
        saved(poster(TARGET), "BMP"),
        saved(poster(TARGET), "TIFF"),
        saved(poster(TARGET), "WEBP"),
        saved(poster(TARGET).convert("P")),
        saved(poster(TARGET).convert("1")),
        saved(Image.merge("LA", (qr(TARGET), ImageOps.invert(qr(TARGET))))),
    ],
    ids=[
        "plain",
        "inverted",
        "blur",
        "blurrier",
        "jpeg-10",
        "15",
        "45",
        "90",
        "137",
        "180",
        "270",
        "tiny",
        "gif",
        "bmp",
        "tiff",
        "webp",
        "palette",
        "bits",
        "alpha",
    ],
)
def test_row_10_a_code_is_read_however_it_is_drawn(data: bytes) -> None:
    assert texts(data) == [TARGET]


def test_row_10_fifty_codes_in_one_picture_are_all_read() -> None:
    wall = Image.new("L", (1600, 1000), 255)
    for number in range(50):
        wall.paste(qr(f"https://evil.example/{number}"), (20 + number % 10 * 155, 20 + number // 10 * 155))
    assert sorted(texts(saved(wall))) == sorted(f"https://evil.example/{number}" for number in range(50))


def test_row_10_a_code_behind_a_data_url_is_read() -> None:
    coded = base64.b64encode(saved(poster(TARGET))).decode()
    raw = page(f'<p>Scan</p><img src="data:image/png;base64,{coded}">')
    row = read(raw).rows["EmailUrlInfo"][0]
    assert (row["Url"], row["UrlLocation"]) == (TARGET, "QRCode")
    assert features(raw)["qr"]["hosts"]["samples"] == ["evil[.]example"]


@pytest.mark.parametrize("size", [(60_000, 60_000), (10_000, 10_000), (2**31 - 1, 1), (1, 2**31 - 1)])
def test_row_10_a_picture_of_too_many_pixels_is_not_unpacked(size: tuple[int, int]) -> None:
    raw = multipart(text_part("see"), attached(png(*size), "a.png", "image/png"))
    assert seconds(lambda: read(raw)) < 2
    assert "not evaluated for QR codes: the picture has more than" in reasons(raw) or min(size) == 1


def test_row_10_a_truncated_picture_is_a_fault_and_not_a_clean_one() -> None:
    raw = multipart(text_part("see"), attached(saved(poster(TARGET))[:900], "a.png", "image/png"))
    assert "not evaluated for QR codes: the picture is damaged" in reasons(raw)
    assert features(raw)["qr"]["not_evaluated"] == 1


@pytest.mark.slow
def test_row_10_an_animation_of_10000_frames_is_read_in_part() -> None:
    frames = [Image.new("L", (30, 30), number % 2 * 255) for number in range(10_000)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    faults = Faults()
    assert seconds(lambda: read_codes([Picture("x", data)], faults)) < 5
    assert f"only its first {MOST_FRAMES} frames" in faults.kept()[0].reason


def test_a_code_on_a_later_frame_is_read() -> None:
    blank = Image.new("L", (640, 480), 255)
    assert texts(saved(blank, "GIF", save_all=True, append_images=[poster(TARGET).convert("L")])) == [TARGET]


@pytest.mark.quirk("raw mail", "QR codes")
def test_only_so_many_pictures_are_searched_and_a_fault_says_so() -> None:
    faults = Faults()
    found = read_codes([Picture("x", saved(qr(f"https://a.example/{n}"))) for n in range(MOST_PICTURES + 5)], faults)
    assert len(found.texts) == MOST_PICTURES
    assert faults.kept()[0].reason.startswith("not evaluated")


def test_what_is_no_address_counts_as_a_code_and_is_no_link() -> None:
    raw = multipart(text_part("see"), attached(saved(poster("WIFI:S:guest;T:WPA;P:secret;;")), "a.png", "image/png"))
    assert (features(raw)["qr"]["codes"], read(raw).rows["EmailUrlInfo"]) == (1, [])


def test_where_there_is_no_picture_there_is_no_code() -> None:
    assert features(page("<p>x</p>"))["qr"]["pictures"] == 0


def test_where_no_picture_can_be_searched_nothing_is_claimed() -> None:
    assert features(multipart(attached(b"\x89PNG\r\n\x1a\nx", "a.png", "image/png")))["qr"] is None


@pytest.mark.quirk("raw mail", "QR codes")
@given(
    st.binary(max_size=200),
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"\xff\xd8\xff", b"II*\0", b"RIFF"]),
)
def test_any_bytes_can_be_searched(data: bytes, magic: bytes) -> None:
    texts(magic + data)
