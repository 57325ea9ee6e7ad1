"""Damage to packed files: what stands before it is read, at any size, and what is lost is said."""

import gzip
import io
import random
import zipfile
import zlib
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.sources.test_kinds import write
from tests.laws import often
from workbench.intake.sources import Block, Broken, Item, Message, Row, cut_short, items_in

LINES = b"".join(b'{"number":%d,"text":"%d"}\n' % (n, n * n) for n in range(2_000))


def taken(path: Path) -> tuple[bytes, str, list[str]]:
    """The bytes of the only file or member, and what is wrong with it."""
    contents = []
    for item in items_in(path):
        assert isinstance(item, Item), item
        raw, found = item.stream.read(), item.damage.taken()
        contents.append((raw, found.cut, found.faults))
    (content,) = contents
    return content


@pytest.mark.parametrize("size", [0, 100, 70_000, 3_000_000])
def test_what_stands_behind_a_gzip_file_is_said_and_zeros_are_nothing(tmp_path: Path, size: int) -> None:
    plain = random.Random(1).randbytes(size)
    whole = gzip.compress(plain[: size // 2]) + b"\0" * 70_000 + gzip.compress(plain[size // 2 :])
    assert taken(write(tmp_path, "a.bin.gz", whole)) == (plain, "", [])
    assert taken(write(tmp_path, "a.bin.gz", whole + b"\0" * 70_000)) == (plain, "", [])
    for garbage in (b"x", b"\0\0garbage" * 9_999, b"\x1f"):
        raw, cut, faults = taken(write(tmp_path, "a.bin.gz", whole + garbage))
        assert (raw == plain, cut, len(faults)) == (True, "", 1)
        assert "behind the end" in faults[0]


@given(st.integers(0, 10_000))
@settings(max_examples=often(60), deadline=None)
def test_a_cut_gzip_file_gives_every_byte_before_the_cut(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    whole = gzip.compress(LINES)
    raw, cut, faults = taken(write(tmp_path_factory.mktemp("w"), "a.bin.gz", whole[: length % len(whole)]))
    inflate = zlib.decompressobj(31)
    assert raw == inflate.decompress(whole[: length % len(whole)])
    assert (bool(cut), faults) == (True, [])


@pytest.mark.parametrize("size", [0, 100, 70_000, 3_000_000])
def test_a_zstandard_file_is_whole_only_where_its_last_frame_ends(tmp_path: Path, size: int) -> None:
    plain = random.Random(1).randbytes(size) + bytes(size)
    frames = [zstandard.compress(plain[:size]), b"\x50\x2a\x4d\x18\x02\0\0\0hi", zstandard.compress(plain[size:])]
    whole = b"".join(frames)
    assert taken(write(tmp_path, "a.bin.zst", whole)) == (plain, "", [])
    raw, cut, faults = taken(write(tmp_path, "a.bin.zst", whole + b"garbage"))
    assert (raw == plain, cut, len(faults)) == (True, "", 1)
    for length in (1, len(frames[0]) // 2, len(frames[0]) - 1, len(whole) - 1):
        raw, cut, faults = taken(write(tmp_path, "a.bin.zst", whole[:length]))
        assert plain.startswith(raw)
        assert (bool(cut), faults) == (True, [])


@given(st.integers(20, 5_000), st.integers(1, 255))
@settings(max_examples=often(60), deadline=None)
def test_a_changed_byte_costs_nothing_before_it(tmp_path_factory: pytest.TempPathFactory, at: int, change: int) -> None:
    whole = bytearray(gzip.compress(LINES))
    at %= len(whole)
    before = zlib.decompressobj(31).decompress(bytes(whole[: at - 1])) if at > 20 else b""
    whole[at] ^= change
    raw, cut, faults = taken(write(tmp_path_factory.mktemp("w"), "a.bin.gz", bytes(whole)))
    assert raw.startswith(before)
    assert cut or faults or raw == LINES


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_whose_checksum_does_not_fit_is_read_and_that_is_said(tmp_path: Path, method: int) -> None:
    for content in (b"a\n", LINES, LINES * 40):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as archive:
            archive.writestr("a.bin", content)
        whole = packed.getvalue()
        assert taken(write(tmp_path, "a.zip", whole)) == (content, "", [])
        wrong = whole.replace(zlib.crc32(content).to_bytes(4, "little"), b"\1\2\3\4")
        raw, cut, faults = taken(write(tmp_path, "a.zip", wrong))
        assert (raw == content, cut, len(faults)) == (True, "", 1)
        assert "checksum" in faults[0]


def test_a_checksum_that_does_not_fit_ends_no_gzip_file(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    whole[len(gzip.compress(b"one\n")) - 8] ^= 1
    raw, cut, faults = taken(write(tmp_path, "a.bin.gz", bytes(whole)))
    assert (raw, cut, len(faults)) == (b"one\ntwo\n", "", 1)


def test_the_last_piece_of_a_cut_stream_is_set_aside_from_its_last_line_on() -> None:
    whole, rest = cut_short(Block(b"1,2\n3,4\n5,", 7, 9, b"a,b\n"), "it is cut")
    assert whole == Block(b"1,2\n3,4\n", 7, 9, b"a,b\n")
    assert rest == Broken("from line 11 on", b"5,", "it is cut; what follows is not read", b"a,b\n")
    assert cut_short(Message("message 3", b"From: a"), "x") == [
        Broken("message 3", b"From: a", "x; what follows is not read")
    ]
    (row,) = cut_short(Row("row 2", {"a": "1"}, b"1", context=b"a\n"), "x")
    assert row == Broken("row 2", b"1", "x; what follows is not read", b"a\n")
    assert cut_short(None, "x") == [Broken("from here on", b"", "x; what follows is not read")]
