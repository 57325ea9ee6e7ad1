"""Directories of ZIP files, read and never unpacked: names, sizes and flags of the first entries."""

import struct
from typing import NamedTuple

from workbench.intake.mail.charset import decode, sound
from workbench.intake.mail.limits import LONGEST_DIRECTORY, LONGEST_FILE_NAME, MOST_MEMBERS

_END, _ENTRY = b"PK\x05\x06", b"PK\x01\x02"
_END_SIZE, _ENTRY_SIZE = 22, 46
_LONGEST_COMMENT = 65_535
_ENCRYPTED, _UTF8 = 0x1, 0x800
_ENCRYPTED_METHOD = 99


class Directory(NamedTuple):
    """What a ZIP file says is in it; ``reason`` says why the list is short or empty, where it is."""

    names: tuple[str, ...] = ()
    claimed: int = 0
    """Entries, as the archive says."""
    encrypted: bool = False
    size: int = 0
    """Bytes of all entries when unpacked, as claimed."""
    packed: int = 0
    reason: str = ""

    @property
    def ratio(self) -> float:
        """Claimed unpacked bytes for each packed one."""
        return round(self.size / self.packed, 1) if self.packed else 0.0


def read_directory(data: bytes) -> Directory:
    """Read the central directory of a ZIP file, at most ``MOST_MEMBERS`` entries; total over all bytes."""
    at = data.rfind(_END, max(0, len(data) - _END_SIZE - _LONGEST_COMMENT))
    if at < 0 or len(data) < at + _END_SIZE:
        return Directory(reason="the archive has no directory")
    count, length, start = struct.unpack("<HLL", data[at + 10 : at + 20])
    shift = at - length - start
    if shift < 0:
        return Directory(claimed=count, reason="the archive's directory lies outside it")
    directory = data[start + shift : start + shift + min(length, LONGEST_DIRECTORY)]
    reason = "the archive's directory is too long, cut" if length > LONGEST_DIRECTORY else ""
    return _read(directory, count, reason)


def _read(directory: bytes, count: int, reason: str) -> Directory:
    names: list[str] = []
    encrypted, size, packed, at = False, 0, 0, 0
    while directory.startswith(_ENTRY, at) and at + _ENTRY_SIZE <= len(directory):
        if len(names) >= MOST_MEMBERS:
            reason = f"the archive has more than {MOST_MEMBERS} entries, the rest is not read"
            break
        flags, method = struct.unpack_from("<HH", directory, at + 8)
        one_packed, one_size, name, extra, comment = struct.unpack_from("<LLHHH", directory, at + 20)
        coded = directory[at + _ENTRY_SIZE : at + _ENTRY_SIZE + name]
        names.append(_name(coded, flags))
        encrypted = encrypted or bool(flags & _ENCRYPTED) or method == _ENCRYPTED_METHOD
        size, packed = size + one_size, packed + one_packed
        at += _ENTRY_SIZE + name + extra + comment
    if not reason and len(names) != count:
        reason = f"the archive claims {count} entries and lists {len(names)}"
    return Directory(tuple(names), count, encrypted, size, packed, reason)


def _name(coded: bytes, flags: int) -> str:
    text = decode(coded, "utf-8").text if flags & _UTF8 else sound(coded.decode("cp437"))
    return text[:LONGEST_FILE_NAME]
