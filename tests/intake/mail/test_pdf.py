"""Links, actions and pictures of PDF files, packed or open."""

import zlib
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf.settings import get_qpdf_limits

from tests.intake.mail.letters import attached, features, multipart, read, reasons, seconds, text_part
from tests.intake.mail.pictures import qr, saved
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.limits import LONGEST_PDF, LONGEST_UNPACKED, MOST_URLS, PDF_SECONDS
from workbench.intake.mail.pdf import Pdf, read_pdf

TARGET = "http://evil.example/a"


def pdf(*actions: dict[str, object], password: str | None = None, packed: bool = True, picture: bytes = b"") -> bytes:
    """A PDF of one page with these actions behind links; packed into object streams as mail has them."""
    file = pikepdf.Pdf.new()
    page = file.add_blank_page()
    page.obj.Annots = pikepdf.Array(
        [
            file.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(action))
            )
            for action in actions
        ]
    )
    if picture:
        stored = pikepdf.Stream(file, picture)
        stored.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=132,
            Height=132,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=file.make_indirect(stored)))
    out = BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    locked = pikepdf.Encryption(owner="o", user=password) if password is not None else None
    file.save(out, object_stream_mode=mode, encryption=locked)
    return out.getvalue()


def link(url: str = TARGET) -> dict[str, object]:
    return {"/S": pikepdf.Name.URI, "/URI": pikepdf.String(url)}


def found(data: bytes) -> Pdf:
    return read_pdf(data, Faults(), "part 2")


@pytest.mark.parametrize("packed", [True, False])
def test_links_are_found_whether_objects_are_packed_or_not(packed: bool) -> None:
    data = pdf(link(), link("http://evil.example/(b)\\c"), link(), packed=packed)
    assert (b"evil.example" in data) == (not packed)
    assert found(data).urls == [TARGET, "http://evil.example/(b)\\c"]


def test_a_link_of_other_letters_is_read() -> None:
    assert found(pdf(link("http://bücher.example/"))).urls == ["http://bücher.example/"]


def test_a_pdf_that_breaks_its_parser_costs_the_message_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 8: whatever a parser does, the other facts are there and the fault says what was not evaluated."""

    def broken(*_: object) -> Pdf:
        raise MemoryError

    monkeypatch.setattr("workbench.intake.mail.attachments.read_pdf", broken)
    raw = multipart(text_part("http://evil.example/b"), attached(pdf(link()), "a.pdf", "application/pdf"))
    assert [row["Url"] for row in read(raw).rows["EmailUrlInfo"]] == ["http://evil.example/b"]
    assert read(raw).rows["EmailAttachmentInfo"][0]["FileName"] == "a.pdf"
    assert "not evaluated: the PDF cannot be looked into" in reasons(raw)


def test_actions_and_embedded_files_are_counted() -> None:
    script = {"/S": pikepdf.Name.JavaScript, "/JS": pikepdf.String("app.alert(1)")}
    start = {"/S": pikepdf.Name.Launch, "/F": pikepdf.String("cmd.exe")}
    file = {"/S": pikepdf.Name.GoToE, "/EF": pikepdf.Dictionary(Type=pikepdf.Name.EmbeddedFile)}
    marks = found(pdf(script, start, file)).marks
    assert (marks["javascript"], marks["launch"], marks["remote"], marks["embedded_file"]) == (2, 1, 1, 1)
    assert marks["uri"] == 0


def test_a_name_written_with_escapes_is_found_out() -> None:
    data = pdf({"/S": pikepdf.Name.Launch}, packed=False).replace(b"/Launch", b"/L#61unch")
    assert found(data).marks["launch"] == 1


def test_behind_an_empty_password_everything_is_read() -> None:
    read_ = found(pdf(link(), password=""))
    assert (read_.urls, read_.encrypted, read_.evaluated) == ([TARGET], True, True)


def test_behind_a_password_nothing_is_and_a_fault_says_so() -> None:
    faults = Faults()
    read_ = read_pdf(pdf(link(), password="secret"), faults, "part 2")
    assert (read_.urls, read_.encrypted, read_.evaluated) == ([], True, False)
    assert "not evaluated: the PDF is encrypted with a password" in faults.kept()[0].reason


def test_a_damaged_file_is_searched_as_it_stands_and_a_fault_says_so() -> None:
    faults = Faults()
    read_ = read_pdf(b"%PDF-1.7 /S /Launch /URI (http://evil.example/a)", faults, "part 2")
    assert (read_.urls, read_.marks["launch"], read_.evaluated) == ([TARGET], 1, False)
    assert "not evaluated: the PDF is damaged" in faults.kept()[0].reason


def test_links_and_findings_reach_the_rows() -> None:
    raw = multipart(attached(pdf(link(), {"/S": pikepdf.Name.Launch}), "a.pdf"))
    row = read(raw).rows["EmailUrlInfo"][0]
    assert (row["Url"], row["UrlLocation"]) == (TARGET, "Attachment")
    assert features(raw)["attachments"][0]["pdf"]["launch"] == 1


def test_a_code_on_a_page_is_read() -> None:
    raw = multipart(attached(pdf(picture=saved(qr("https://evil.example/qr"), "JPEG")), "a.pdf"))
    row = read(raw).rows["EmailUrlInfo"][0]
    assert (row["Url"], row["UrlLocation"]) == ("https://evil.example/qr", "QRCode")


def looped() -> bytes:
    """A page tree whose node is its own child, and a link that leads to itself."""
    objects = (
        b"1 0 obj <</Type /Catalog /Pages 2 0 R /OpenAction 4 0 R>> endobj\n",
        b"2 0 obj <</Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 2 0 R>> endobj\n",
        b"3 0 obj <</Type /Page /Parent 2 0 R /Annots [4 0 R 4 0 R] /Resources 3 0 R /XObject 3 0 R>> endobj\n",
        b"4 0 obj <</S /URI /URI (http://evil.example/a) /Next 4 0 R>> endobj\n",
    )
    return b"%PDF-1.7\n" + b"".join(objects) + b"trailer <</Root 1 0 R /Size 5>>\n%%EOF"


def test_row_8_a_pdf_of_loops_ends() -> None:
    raw = multipart(attached(looped(), "a.pdf"))
    assert seconds(lambda: read(raw)) < 5
    assert [row["Url"] for row in read(raw).rows["EmailUrlInfo"]] == [TARGET]


def test_row_8_a_pdf_of_100000_objects_is_read_in_time() -> None:
    objects = b"".join(b"%d 0 obj <</A %d 0 R>> endobj\n" % (number, number + 1) for number in range(3, 100_000))
    head = (
        b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R /X 3 0 R>> endobj\n2 0 obj <</Type /Pages /Kids []>> endobj\n"
    )
    raw = multipart(attached(head + objects + b"trailer <</Root 1 0 R>>", "a.pdf"))
    assert seconds(lambda: read(raw)) < 20
    assert features(raw)["attachments"][0]["pdf"]["evaluated"] is not None


def bomb() -> bytes:
    """A page with a picture of few pixels whose stream unpacks to more than any picture has."""
    file = pikepdf.Pdf.new()
    stored = pikepdf.Stream(file, zlib.compress(bytes(LONGEST_UNPACKED + 1), 1))
    stored.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=50,
        Height=50,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
        Filter=pikepdf.Name.FlateDecode,
    )
    page = file.add_blank_page()
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=file.make_indirect(stored)))
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def test_row_8_a_stream_that_unpacks_without_end_is_not_unpacked_and_costs_nothing_else() -> None:
    raw = multipart(text_part("http://shown.example/a"), attached(bomb(), "a.pdf"))
    assert "not evaluated: the PDF is damaged" in reasons(raw)
    assert [row["Url"] for row in read(raw).rows["EmailUrlInfo"]] == ["http://shown.example/a"]
    assert features(raw)["attachments"][0]["pdf"]["evaluated"] is False


def test_limits_of_qpdf_are_as_they_were_before() -> None:
    before = get_qpdf_limits()
    found(pdf(link()))
    assert get_qpdf_limits() == before


def chained(sections: int) -> bytes:
    """Tables of objects that each name the one before, as deep as a file of megabytes holds."""
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    pieces, at, before = [head], len(head), b""
    for _ in range(sections):
        pieces.append(b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 3/Root 1 0 R%s>>\n" % before)
        before, at = b"/Prev %d" % at, at + len(pieces[-1])
    return b"".join(pieces) + b"startxref\n%s\n%%%%EOF" % before.rpartition(b" ")[2]


def objects(count: int) -> bytes:
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj<<>>\n" % at for at in range(count))


@pytest.mark.parametrize(
    "data",
    [
        chained(100_000),
        pytest.param(objects(200_000), marks=pytest.mark.slow),
        objects(900_000),
    ],
    ids=["chained tables", "200,000 objects", "900,000 objects"],
)
def test_row_8_tables_and_objects_without_end_are_read_in_time(data: bytes) -> None:
    assert seconds(lambda: found(data)) < PDF_SECONDS


def test_a_file_of_very_many_objects_is_not_unpacked_and_a_fault_says_so() -> None:
    faults = Faults()
    read = read_pdf(objects(200_001) + b"<</URI (https://evil.example/a)>>", faults, "x")
    assert (read.evaluated, read.urls) == (False, ["https://evil.example/a"])
    assert "not evaluated: the PDF has more than 200,000 objects" in faults.kept()[0].reason


def test_a_long_file_is_not_unpacked_and_a_fault_says_so() -> None:
    faults = Faults()
    assert not read_pdf(b"%PDF-1.7" + b" " * LONGEST_PDF, faults, "x").evaluated
    assert "not evaluated: the PDF is longer than" in faults.kept()[0].reason


def test_many_pdfs_are_not_all_opened_and_a_fault_says_so() -> None:
    raw = multipart(*(attached(pdf(link(f"http://evil.example/{number}")), f"{number}.pdf") for number in range(12)))
    assert "more than 10 PDFs" in reasons(raw)


def test_only_so_many_links_are_taken() -> None:
    assert len(found(b"".join(b"/URI (http://a/%d)" % number for number in range(MOST_URLS * 2))).urls) == MOST_URLS


@pytest.mark.parametrize(
    "piece",
    [
        b"/URI",
        b"1 0 obj",
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in (b"/URI (", b"(", b"\\", b"/URI (\\", b"/URI <", b"<<", b"[")
        ),
    ],
)
def test_files_made_to_be_slow_are_not(piece: bytes) -> None:
    assert seconds(lambda: found(b"%PDF-1.7\n" + piece * (8_000_000 // len(piece)))) < 20


@given(st.binary(max_size=100))
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert isinstance(found(b"%PDF-1.4\n" + data + b"/URI (" + data).urls, list)
