"""Outlook's .msg files for the tests: a writer of compound files and of the properties in them (MS-CFB, MS-OXMSG)."""

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

Tree = Mapping[str, "bytes | Tree"]

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, TABLE, NOBODY = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
TEXT, TEXT_8, BINARY, OBJECT = 0x001F, 0x001E, 0x0102, 0x000D
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def compound(tree: Tree) -> bytes:
    """A compound file of these storages (mappings) and streams (bytes)."""
    entries: list[dict[str, object]] = [{"name": "Root Entry", "kind": 5}]
    _collect(tree, 0, entries)
    sectors: list[bytes] = []
    fat: list[int] = []
    mini, mini_fat = b"", list[int]()
    for entry in entries[1:]:
        data = entry.get("data", b"")
        assert isinstance(data, bytes)
        if len(data) >= CUTOFF:
            entry["start"] = _store(data, sectors, fat)
        elif data:
            entry["start"] = len(mini_fat)
            count = -(-len(data) // MINI)
            mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), END]
            mini += data.ljust(count * MINI, b"\0")
    entries[0] |= {"start": _store(mini, sectors, fat) if mini else END, "size": len(mini)}
    mini_start = _store(_packed(mini_fat), sectors, fat) if mini_fat else END
    directory = _store(b"".join(map(_entry, entries)), sectors, fat)
    tables = 1
    while tables * (SECTOR // 4) < len(fat) + tables:
        tables += 1
    first = len(sectors)
    table = _packed([*fat, *[TABLE] * tables])
    sectors += [table[at : at + SECTOR] for at in range(0, len(table), SECTOR)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<LLLLLLLLL", 0, tables, directory, 0, CUTOFF, mini_start, -(-len(mini_fat) // 128), END, 0)
    header += struct.pack("<109L", *range(first, first + tables), *[FREE] * (109 - tables))
    return header + b"".join(sector.ljust(SECTOR, b"\0") for sector in sectors)


def _collect(tree: Tree, parent: int, entries: list[dict[str, object]]) -> None:
    numbers = []
    for name, value in tree.items():
        entry: dict[str, object] = {"name": name, "kind": 2 if isinstance(value, bytes) else 1}
        if isinstance(value, bytes):
            entry |= {"data": value, "size": len(value)}
        entries.append(entry)
        numbers.append(len(entries) - 1)
        if not isinstance(value, bytes):
            _collect(value, len(entries) - 1, entries)
    entries[parent]["child"] = numbers[0] if numbers else NOBODY
    for number, after in pairwise(numbers):
        entries[number]["right"] = after


def _store(data: bytes, sectors: list[bytes], fat: list[int]) -> int:
    start = len(sectors)
    pieces = [data[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(data), SECTOR)]
    sectors += pieces
    fat += [*range(start + 1, start + len(pieces)), END]
    return start


def _packed(numbers: Sequence[int]) -> bytes:
    filled = [*numbers, *[FREE] * (-len(numbers) % (SECTOR // 4))]
    return struct.pack(f"<{len(filled)}L", *filled)


def _entry(entry: Mapping[str, object]) -> bytes:
    name = str(entry["name"]).encode("utf-16-le") + b"\0\0"
    links = struct.pack("<LLL", NOBODY, entry.get("right", NOBODY), entry.get("child", NOBODY))
    head = name.ljust(64, b"\0") + struct.pack("<HBB", len(name), entry["kind"], 1) + links + b"\0" * 36
    return head + struct.pack("<LLL", entry.get("start", END), entry.get("size", 0), 0)


def properties(header: int, **values: object) -> dict[str, "bytes | Tree"]:
    """A storage of properties: ``p0037="text"``; bytes, texts, whole numbers, times and storages (with ``o3701``)."""
    storage: dict[str, bytes | Tree] = {}
    fixed = b"\0" * header
    for name, value in values.items():
        tag = name[1:]
        if name.startswith("o"):
            assert isinstance(value, dict)
            storage[f"__substg1.0_{tag}{OBJECT:04X}"] = value
        elif name.startswith("n"):
            storage[f"__substg1.0_{tag}{TEXT_8:04X}"] = value  # type: ignore[assignment]
        elif isinstance(value, str):
            storage[f"__substg1.0_{tag}{TEXT:04X}"] = value.encode("utf-16-le", "surrogatepass")
        elif isinstance(value, bytes):
            storage[f"__substg1.0_{tag}{BINARY:04X}"] = value
        elif isinstance(value, datetime):
            ticks = int((value - _EPOCH).total_seconds()) * 10_000_000
            fixed += struct.pack("<HHLQ", 0x0040, int(tag, 16), 6, ticks)
        elif isinstance(value, int):
            fixed += struct.pack("<HHLQ", 3, int(tag, 16), 6, value)
    storage["__properties_version1.0"] = fixed
    return storage


def outlook(
    *,
    recipients: Sequence[Mapping[str, object]] = (),
    files: Sequence[Mapping[str, object]] = (),
    header: int = 32,
    **values: object,
) -> dict[str, "bytes | Tree"]:
    """The storage of a message; ``compound`` makes a file of it. ``header`` is 24 where it lies in another one."""
    storage = properties(header, **values)
    for number, each in enumerate(recipients):
        storage[f"__recip_version1.0_#{number:08X}"] = properties(8, **each)
    for number, each in enumerate(files):
        storage[f"__attach_version1.0_#{number:08X}"] = properties(8, **each)
    return storage


def squeezed(rtf: bytes) -> bytes:
    """RTF as a compressed body, all of it literal."""
    groups = [rtf[at : at + 8] for at in range(0, len(rtf), 8)]
    body = b"".join(b"\0" + group for group in groups)
    return struct.pack("<LL", len(body) + 12, len(rtf)) + b"LZFu" + struct.pack("<L", 0) + body
