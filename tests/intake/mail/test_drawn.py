"""QR codes drawn with characters or table cells are read like those of pictures; drawings made to hurt are bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import multipart, page, plain, read, seconds, text_part
from tests.intake.mail.pictures import qr
from workbench.intake.mail.drawn import drawn_in_tables, drawn_in_texts
from workbench.intake.mail.limits import MOST_DRAWN

TARGET = "https://drawn.example/login"


def modules() -> list[list[bool]]:
    """The code as rows of modules, true where dark."""
    picture = qr(TARGET, 1).convert("L")
    width, height = picture.size
    return [[picture.getpixel((x, y)) < 128 for x in range(width)] for y in range(height)]  # type: ignore[operator]


def halves(marks: str = " ▀▄█") -> str:
    rows = modules()
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(marks[a + 2 * b] for a, b in zip(*pair, strict=True)) for pair in pairs)


def squares(light: str, dark: str) -> str:
    return "\n".join("".join(dark if each else light for each in row) for row in modules())


def table(cell: str, light: str, dark: str) -> str:
    rows = ("".join(cell.format(dark if each else light) for each in row) for row in modules())
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def found(raw: bytes) -> list[tuple[object, object]]:
    return [(row["Url"], row["UrlLocation"]) for row in read(raw).rows["EmailUrlInfo"]]


@pytest.mark.quirk("raw mail", "QR codes in pictures, PDFs and the HTML itself")
@pytest.mark.parametrize(
    "raw",
    [
        plain(f"Scan this:\n\n{halves()}\n\nThank you"),
        plain(f"Scan this:\r\n{halves(' ▀▄█')}\r\n".replace("\n", "\r\n").replace("\r\r", "\r")),
        plain(halves("█▄▀ ")),
        plain(halves("\u00a0▀▄█")),
        plain(squares("  ", "██")),
        plain(squares("⬜", "⬛")),
        page(f"<p>Scan</p><pre>{halves()}</pre>"),
        page(f"<p>Scan</p><div>{halves(chr(0xA0) + '▀▄█')}</div>".replace("\n", "<br>")),
        page(table('<td style="width:4px;height:4px;background:{}"></td>', "#fff", "#000")),
        page(table('<TD STYLE="background-color: {} !important"></TD>', "white", "rgb(10,10,40)")),
        page(table("<td bgcolor={}>&nbsp;</td>", "#ffffff", "navy")),
        multipart(text_part("see"), text_part(table('<td bgcolor="{}">', "", "#111"), "text/html")),
    ],
)
def test_a_code_that_is_drawn_is_read(raw: bytes) -> None:
    assert found(raw) == [(TARGET, "QRCode")]


def test_text_and_tables_that_draw_nothing_are_no_pictures() -> None:
    bar = "\n".join(["█████ 50 %"] * 40)
    data = table("<td>{}</td>", "a", "b")
    assert list(drawn_in_texts([bar, "█" * 100, "Grüße\n" * 50])) == []
    assert list(drawn_in_tables([data, "<td>" * 1_000, "<table><tr>" + "<td bgcolor=black>" * 1_000])) == []


def test_only_so_many_drawings_are_searched() -> None:
    assert len(list(drawn_in_texts([f"{halves()}\nx\n" * 9]))) == MOST_DRAWN
    assert len(list(drawn_in_tables([table("<td bgcolor={}>", "white", "black") * 9]))) == MOST_DRAWN


@pytest.mark.parametrize(
    "piece", ["█", "█\n", " ", "█ \n", "▀" * 360 + "\n", "▀" * 361 + "\n", "█ " * 300 + "x\n", "\n"]
)
def test_characters_made_to_be_slow_are_not(piece: str) -> None:
    assert seconds(lambda: list(drawn_in_texts(["é" + piece * (1_000_000 // len(piece))]))) < 2


@pytest.mark.parametrize(
    "piece",
    ["<td", "<td>", "<table><tr><td>", "<td bgcolor=#000>", "<tr><td colspan=999 bgcolor=red>", "<td background:"],
)
def test_tables_made_to_be_slow_are_not(piece: str) -> None:
    assert seconds(lambda: list(drawn_in_tables(["<table>" + piece * (1_000_000 // len(piece))]))) < 2


@given(
    st.text("█▀▄ \n⬛⬜", max_size=2_000),
    st.lists(st.sampled_from(["<table>", "</table>", "<tr>", "<td bgcolor=#000>"])),
)
def test_any_drawing_is_a_picture_or_none(text: str, tags: list[str]) -> None:
    for drawn in (*drawn_in_texts([text]), *drawn_in_tables(["".join(tags) * 100])):
        assert drawn.data.startswith(b"P5 ")
