import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.intake.sources import (
    Broken,
    Item,
    Message,
    Passed,
    Record,
    Refused,
    Row,
    Unreadable,
    files_below,
    items_in,
    kind_of,
    kinds,
)

MAIL = b"From: a@b.example\nTo: c@d.example\nSubject: hi\nDate: Mon, 14 Sep 2026 10:00:00 +0000\n\nhello\n"


def read(path: Path) -> list[Record | Unreadable]:
    found: list[Record | Unreadable] = []
    for item in items_in(path):
        if isinstance(item, Unreadable):
            found.append(item)
            continue
        kind = kind_of(item.name, item.stream.peek(4096)[:4096])
        found += list(kind.records(item.stream)) if kind else [Unreadable(item.name, "no kind")]
    return found


def values(records: list[Record | Unreadable]) -> list[dict[str, object]]:
    return [record.values for record in records if isinstance(record, Row)]


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


PACKERS = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress, ".zst": zstandard.compress, "": bytes}


@pytest.mark.quirk("containers and encodings", ".gz .xz .bz2 .zst")
@pytest.mark.parametrize("suffix", PACKERS)
def test_compression_is_undone(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path, f"a.ndjson{suffix}", PACKERS[suffix](b'{"a":1}\n{"a":2}\n'))
    assert values(read(path)) == [{"a": 1}, {"a": 2}]


@pytest.mark.quirk("containers and encodings", "byte-order marks, UTF-16, two encodings in one file")
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json_lines_with_and_without_byte_order_mark(tmp_path: Path, mark: bytes) -> None:
    assert values(read(write(tmp_path, "a.json", mark + b'{"a":1}\r\n\r\n{"a":2}'))) == [{"a": 1}, {"a": 2}]


@pytest.mark.quirk("hunting export: JSON", "one object a line, an array, one object")
@pytest.mark.parametrize("text", ['[{"a":1},\n {"a":2}]', '{\n "a": 1\n}\n{\n "a": 2\n}', '[\n{"a":1}\n,{"a":2}\n]'])
def test_json_arrays_and_spread_objects(tmp_path: Path, text: str) -> None:
    assert values(read(write(tmp_path, "a.json", text.encode()))) == [{"a": 1}, {"a": 2}]


@pytest.mark.quirk("containers and encodings", "byte-order marks, UTF-16, two encodings in one file")
def test_utf16_json_array(tmp_path: Path) -> None:
    assert values(read(write(tmp_path, "a.json", '[{"a":"ü"}]'.encode("utf-16")))) == [{"a": "ü"}]


@pytest.mark.quirk("hunting export: JSON", "a broken line")
def test_a_broken_line_is_set_aside_with_its_place_and_bytes_and_the_rest_is_read(tmp_path: Path) -> None:
    records = read(write(tmp_path, "a.ndjson", b'{"a":1}\n{"a":\n{"a":3}\n'))
    assert values(records) == [{"a": 1}, {"a": 3}]
    broken = next(record for record in records if isinstance(record, Broken))
    assert (broken.where, broken.raw) == ("line 2", b'{"a":')
    assert "not JSON" in broken.reason


@pytest.mark.quirk("hunting export: JSON", "a broken line")
def test_a_broken_first_line_does_not_hide_the_others(tmp_path: Path) -> None:
    records = read(write(tmp_path, "a.ndjson", b'{"a":\n{"a":2}\n{"a":3}\n'))
    assert values(records) == [{"a": 2}, {"a": 3}]


def test_what_is_no_object_is_set_aside(tmp_path: Path) -> None:
    records = read(write(tmp_path, "a.json", b'[{"a":1}, 7, "x", null]'))
    assert [type(record) for record in records] == [Row, Broken, Broken, Broken]


def test_a_fault_in_an_array_keeps_what_came_before(tmp_path: Path) -> None:
    records = read(write(tmp_path, "a.json", b'[{"a":1},{"a":2},{"a":'))
    assert [type(record) for record in records] == [Row, Row, Broken]


@pytest.mark.quirk("hunting export: JSON", "NaN, raw control characters, names that stand twice")
def test_json_that_only_lenient_readers_accept(tmp_path: Path) -> None:
    found = values(read(write(tmp_path, "a.ndjson", b'{"a": NaN, "b": "x\ty"}\n{"b":"\xff"}\n')))
    assert found[0]["b"] == "x\ty"
    assert found[1]["b"] == "ÿ"


@pytest.mark.quirk("hunting export: JSON", "numbers beyond 64 bits, deep nesting")
def test_deep_json_is_set_aside_and_ends_nothing(tmp_path: Path) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    records = read(write(tmp_path, "a.ndjson", b'{"a":' + deep + b'}\n{"a":1}\n'))
    assert [type(record) for record in records] == [Broken, Row]


@pytest.mark.quirk("hunting export: CSV", "JSON in cells, over many lines")
def test_csv_with_json_cells_and_line_ends_in_quotes(tmp_path: Path) -> None:
    text = 'Name,Data\r\nx,"{""a"":\n 1}"\r\n'
    assert values(read(write(tmp_path, "a.csv", text.encode("utf-8-sig")))) == [{"Name": "x", "Data": '{"a":\n 1}'}]


@pytest.mark.quirk("hunting export: CSV", "rows with too many or few cells")
def test_csv_rows_with_too_many_or_few_cells_are_set_aside(tmp_path: Path) -> None:
    records = read(write(tmp_path, "a.csv", b"A,B\n1,2\n1,2,3\n1\n3,4\n"))
    assert [type(record) for record in records] == [Row, Broken, Broken, Row]
    assert next(record.reason for record in records if isinstance(record, Broken)) == "has 3 cells under 2 column names"


@pytest.mark.quirk("containers and encodings", "byte-order marks, UTF-16, two encodings in one file")
def test_utf16_csv(tmp_path: Path) -> None:
    assert values(read(write(tmp_path, "a.csv", "A,B\nü,2\n".encode("utf-16")))) == [{"A": "ü", "B": "2"}]


@pytest.mark.quirk("raw mail", "bytes exact, with their SHA-256")
def test_a_message_is_its_exact_bytes(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.eml", MAIL)) == [Message("", MAIL)]


@pytest.mark.quirk("raw mail", "an empty file is a message")
def test_an_empty_message_file_is_a_message(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.eml", b"")) == [Message("", b"")]


@pytest.mark.quirk("raw mail", ".eml, mbox, Maildir, whatever the file is called")
def test_mail_is_known_by_its_header_whatever_its_name(tmp_path: Path) -> None:
    for name in ("1234.M5P6.host:2,S", "mail.csv", "mail.json", "mail.txt"):
        assert read(write(tmp_path, name, MAIL)) == [Message("", MAIL)]


def test_a_single_message_with_an_envelope_line_is_one_message(tmp_path: Path) -> None:
    raw = b"From a@b.example Mon Sep 14 10:00:00 2026\n" + MAIL
    assert read(write(tmp_path, "a.eml", raw)) == [Message("", raw)]


@pytest.mark.quirk("raw mail", ".eml, mbox, Maildir, whatever the file is called")
def test_mailbox_is_split_at_separators_only(tmp_path: Path) -> None:
    separator = b"From a@b.example Mon Sep 14 10:00:00 2026\n"
    inner = MAIL + b"From here on it is text.\n"
    box = separator + inner + b"\n" + separator + MAIL
    assert read(write(tmp_path, "a.mbox", box)) == [Message("message 1", inner), Message("message 2", MAIL)]


@pytest.mark.quirk("raw mail", ".eml, mbox, Maildir, whatever the file is called")
def test_maildir_is_read_without_its_tmp_folder(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.host").write_bytes(MAIL)
    found = list(files_below([tmp_path]))
    assert [path.parent.name for path in found if isinstance(path, Path)] == ["cur", "new"]
    assert Passed("tmp") in found


@pytest.mark.quirk("containers and encodings", ".zip .tar and their combinations, archives in archives")
def test_members_of_nested_archives_are_read(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep/a.eml", MAIL)
    with tarfile.open(tmp_path / "outer.tar.xz", "w:xz") as archive:
        for name, content in (("box.zip", inner.getvalue()), ("b.eml", MAIL)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    names = [item.name for item in items_in(tmp_path / "outer.tar.xz")]
    assert names == ["outer.tar.xz!box.zip!deep/a.eml", "outer.tar.xz!b.eml"]


@pytest.mark.quirk("containers and encodings", "archives more than four deep")
def test_archives_too_deep_in_archives_are_named(tmp_path: Path) -> None:
    content, name = MAIL, "a.eml"
    for _ in range(6):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, content)
        content, name = buffer.getvalue(), "in.zip"
    (found,) = read(write(tmp_path, "out.zip", content))
    assert isinstance(found, Unreadable)
    assert "deep" in found.reason


@pytest.mark.quirk("containers and encodings", "a file that unpacks without end")
def test_a_file_that_grows_without_end_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.ndjson.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(300):
            file.write(b" " * 2**20)
    with pytest.raises(Refused, match="grows"):
        read(path)


@pytest.mark.quirk("containers and encodings", "damaged, cut and false archives")
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.ndjson.gz", "a.tar.xz"])
def test_what_only_looks_like_an_archive_is_named_and_ends_nothing(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, b"PK\x03\x04 no archive at all" * 10)
    with suppress(Refused):
        assert all(isinstance(each, Unreadable) for each in read(path))


@pytest.mark.quirk("containers and encodings", "links and devices inside archives")
def test_links_and_devices_in_archives_are_named_and_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            link = tarfile.TarInfo("passwd")
            link.type, link.linkname = kind, "/etc/passwd"
            archive.addfile(link)
    reasons = [item.reason for item in items_in(tmp_path / "a.tar") if isinstance(item, Unreadable)]
    assert ["link" in reason for reason in reasons] == [True, True, False, False]


def test_kinds_have_one_file_each() -> None:
    assert set(kinds()) == {"csv_rows", "json_rows", "mbox", "outlook_msg", "parquet_rows", "raw_mail"}


@settings(max_examples=often(200), deadline=None)
@example(b"PAR1", "a.eml")
@given(st.binary(max_size=400), st.sampled_from(["a.eml", "a.json", "a.csv", "a.mbox", "a", "a.ndjson"]))
def test_any_bytes_fall_into_records_without_an_error(content: bytes, name: str) -> None:
    item = Item(name, io.BufferedReader(io.BytesIO(content)))
    kind = kind_of(item.name, item.stream.peek(4096)[:4096])
    if kind is not None:
        for record in kind.records(item.stream):
            assert isinstance(record, Message | Row | Broken)


@settings(max_examples=often(100), deadline=None)
@given(
    st.lists(
        st.dictionaries(st.text(min_size=1, max_size=5), st.integers() | st.text() | st.none(), min_size=1), min_size=1
    )
)
def test_rows_written_as_lines_or_array_read_back_equal(rows: list[dict[str, object]]) -> None:
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    array = json.dumps(rows).encode()
    for content in (lines, array):
        records = list(kinds()["json_rows"].records(io.BufferedReader(io.BytesIO(content))))
        assert [record.values for record in records] == [json.loads(json.dumps(row)) for row in rows]


def test_a_file_of_digits_is_not_a_million_records() -> None:
    for text in (b"0" * 5_000, b"[" + b"0," * 5_000 + b"0]"):
        found = list(kinds()["json_rows"].records(io.BufferedReader(io.BytesIO(text))))
        assert len(found) == 1_001
        assert "not read" in found[-1].reason


def test_a_few_values_that_are_no_objects_do_not_end_an_array() -> None:
    text = b'[1, {"a": 1}, null, {"a": 2}]'
    found = list(kinds()["json_rows"].records(io.BufferedReader(io.BytesIO(text))))
    assert [type(each).__name__ for each in found] == ["Broken", "Row", "Broken", "Row"]
