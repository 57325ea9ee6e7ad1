"""Directories of archives are read and nothing is unpacked."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds, zipped
from workbench.intake.mail.archives import Directory, read_directory
from workbench.intake.mail.limits import LONGEST_DIRECTORY, MOST_MEMBERS


def archive(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return buffer.getvalue()


def test_a_real_archive_is_listed() -> None:
    found = read_directory(archive(one=b"x" * 1_000, two=b""))
    assert (found.names, found.claimed, found.encrypted, found.size) == (("one", "two"), 2, False, 1_000)
    assert found.ratio > 50
    assert found.reason == ""


def test_an_archive_behind_other_bytes_is_listed() -> None:
    assert read_directory(b"MZ" + b"\x00" * 500 + archive(a=b"x")).names == ("a",)


def test_encryption_is_told_from_the_flags() -> None:
    assert read_directory(zipped(["secret.docx"], flags=1)).encrypted
    assert not read_directory(zipped(["open.docx"])).encrypted


def test_a_claimed_bomb_shows_in_its_ratio() -> None:
    assert read_directory(zipped(["bomb"], size=200_000_000, packed=194_000)).ratio == 1030.9


def test_a_million_entries_are_read_up_to_the_limit() -> None:
    data = zipped(f"{number:010d}" for number in range(100_000))
    found = read_directory(data)
    assert len(found.names) == MOST_MEMBERS
    assert found.reason == f"the archive has more than {MOST_MEMBERS} entries, the rest is not read"


def test_a_directory_that_is_too_long_is_cut() -> None:
    found = read_directory(zipped("x" * 60_000 for _ in range(LONGEST_DIRECTORY // 50_000)))
    assert found.reason == "the archive's directory is too long, cut"
    assert 0 < len(found.names) < LONGEST_DIRECTORY // 50_000


def test_a_forged_count_and_offset_are_said() -> None:
    data = bytearray(zipped(["a", "b"]))
    data[-12:-10] = struct.pack("<H", 7)
    assert read_directory(bytes(data)).reason == "the archive claims 7 entries and lists 2"
    data[-6:-2] = struct.pack("<L", 0xFFFFFFF0)
    assert read_directory(bytes(data)).reason == "the archive's directory lies outside it"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing else", b"PK\x05\x06", b"x" * 100])
def test_what_has_no_directory_says_so(data: bytes) -> None:
    assert read_directory(data) == Directory(reason="the archive has no directory")


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_any_bytes_are_read(head: bytes, tail: bytes) -> None:
    read_directory(head + b"PK\x01\x02" + head + b"PK\x05\x06" + tail)
    read_directory(head)


def test_archives_made_to_be_slow_are_not() -> None:
    assert seconds(lambda: read_directory(b"PK\x05\x06" * 10_000_000)) < 1
