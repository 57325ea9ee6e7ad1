"""Ways to damage bytes: what networks, programs, and people with bad intent do to files."""

import bz2
import gzip
import io
import lzma
import random
import re
import tarfile
import zipfile
from collections.abc import Callable

import zstandard

Mutation = Callable[[bytes, random.Random], bytes]

_TOKENS = (
    *(
        b"\x00",
        b"\r",
        b"\n",
        b"\n\n",
        b"\r\n.\r\n",
        b'"',
        b'""',
        b"'",
        b"\\",
        b"\\u0000",
        b"\\ud800",
        b"\xff\xfe",
        b"\xfe\xff",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xf4\x90\x80\x80",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b";",
        b"\t",
        b"|",
    ),
    *(
        b"=?utf-8?b?",
        b"?=",
        b"=?x?q?",
        b"From ",
        b"\nFrom a 10:00 2026\n",
        b"--",
        b"--b--",
        b"Content-Type: ",
        b"boundary=",
    ),
    *(
        b"message/rfc822",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"9" * 400,
        b"-1",
        b"null",
        b"true",
        b"/Date(99999999999999999)/",
    ),
    *(
        b"0001-01-01T00:00:00Z",
        b"9999-12-31T23:59:60Z",
        b"2026-02-30",
        b"\x1b[2J",
        "\u202e".encode(),
        "\ufdfa".encode(),
    ),
)
_NUMBERS = (b"0", b"-1", b"255", b"65536", b"4294967295", b"18446744073709551616", b"1e308", b"0.1", b"007")
_WORDS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
_DIGITS = re.compile(rb"\d+")
_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-7", "utf-32", "latin-1", "cp037")
_MOST = 300_000
"""Bytes that a mutated file may have, bombs aside."""


def flip(raw: bytes, chance: random.Random) -> bytes:
    """Change single bits."""
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 20) if raw else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def truncate(raw: bytes, chance: random.Random) -> bytes:
    """Cut the end or the beginning off."""
    at = chance.randrange(len(raw) + 1)
    return raw[:at] if chance.random() < 0.8 else raw[at:]


def remove(raw: bytes, chance: random.Random) -> bytes:
    """Take a piece out."""
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + raw[at + chance.randint(1, 500) :]


def repeat(raw: bytes, chance: random.Random) -> bytes:
    """Write a piece many times."""
    at = chance.randrange(len(raw) + 1)
    piece = raw[at : at + chance.randint(1, 200)]
    return raw[:at] + piece * chance.randint(2, 300) + raw[at:]


def insert(raw: bytes, chance: random.Random) -> bytes:
    """Put in what means something to a reader."""
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(raw) + 1)
        raw = raw[:at] + chance.choice(_TOKENS) + raw[at:]
    return raw


def storm(raw: bytes, chance: random.Random) -> bytes:
    """Put in thousands of one delimiter."""
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(_TOKENS) * chance.randint(100, 3000) + raw[at:]


def lie(raw: bytes, chance: random.Random) -> bytes:
    """Replace numbers, as text or as words of four bytes, so that lengths and offsets are wrong."""
    found = list(_DIGITS.finditer(raw))
    if found and chance.random() < 0.6:
        mark = chance.choice(found)
        return raw[: mark.start()] + chance.choice(_NUMBERS) + raw[mark.end() :]
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(_WORDS).to_bytes(4, "little") + raw[at + 4 :]


def shuffle(raw: bytes, chance: random.Random) -> bytes:
    """Change the order of lines, or join some."""
    lines = raw.splitlines(keepends=True)
    if chance.random() < 0.5:
        chance.shuffle(lines)
    elif lines:
        at = chance.randrange(len(lines))
        lines[at] = lines[at].rstrip(b"\r\n")
    return b"".join(lines)


def reencode(raw: bytes, chance: random.Random) -> bytes:
    """Write the text, or the half of it, in another encoding."""
    text, encoding = raw.decode("utf-8", "replace"), chance.choice(_ENCODINGS)
    if chance.random() < 0.5:
        return text.encode(encoding, "replace")
    at = chance.randrange(len(text) + 1)
    return text[:at].encode() + text[at:].encode(encoding, "replace")


def nest(raw: bytes, chance: random.Random) -> bytes:
    """Put thousands of openings, or a deep value, where a value stands."""
    depth = chance.choice([50, 249, 251, 2_000, 60_000])
    bomb = chance.choice(
        [b"[" * depth, b'{"a":' * depth, b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth]
    )
    at = max(raw.find(chance.choice([b":", b",", b"\n", b"{"]), chance.randrange(len(raw) + 1)), 0)
    return raw[:at] + bomb + raw[at:]


def nest_parts(raw: bytes, chance: random.Random) -> bytes:
    """Wrap a message in hundreds of parts or messages."""
    for number in range(chance.choice([5, 60, 400])):
        mark = f"x{number}".encode()
        head = b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark + b"\r\n"
        raw = (head if chance.random() < 0.7 else b"Subject: s\r\nContent-Type: message/rfc822\r\n\r\n") + raw
    return b"From: a@b.example\r\nTo: c@d.example\r\nSubject: s\r\n" + raw


def pack(raw: bytes, chance: random.Random) -> bytes:
    """Compress it, whatever its name says."""
    return chance.choice([gzip.compress, bz2.compress, lzma.compress, zstandard.compress])(raw)


MUTATIONS: tuple[Mutation, ...] = (
    flip, truncate, remove, repeat, insert, storm, lie, shuffle, reencode, nest, nest_parts, pack,
)  # fmt: skip
_USUAL: tuple[Mutation, ...] = (flip, truncate, remove, repeat, insert, lie, shuffle)


def mutated(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    """Damage some bytes a few times; now and then with a piece of another input, and now and then not at all."""
    if chance.random() < 0.1:
        return raw
    if chance.random() < 0.15:
        raw = raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]
    for _ in range(chance.randint(1, 4)):
        ways = _USUAL if chance.random() < 0.6 else MUTATIONS
        raw = chance.choice(ways)(raw, chance)[:_MOST]
    return raw


def contained(name: str, raw: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Put a file into a container, which may be damaged in its turn or hold others."""
    for _ in range(chance.choice([1, 1, 1, 2, 6])):
        name, raw = chance.choice(_CONTAINERS)(name, raw)
    return name, mutated(raw, raw, chance) if chance.random() < 0.5 else raw


def _zipped(name: str, raw: bytes) -> tuple[str, bytes]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), raw)
    return f"{name}.zip", file.getvalue()


def _tarred(name: str, raw: bytes) -> tuple[str, bytes]:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(raw)
        archive.addfile(member, io.BytesIO(raw))
    return f"{name}.tar", file.getvalue()


_CONTAINERS: tuple[Callable[[str, bytes], tuple[str, bytes]], ...] = (
    lambda name, raw: (f"{name}.gz", gzip.compress(raw, mtime=0)),
    lambda name, raw: (f"{name}.xz", lzma.compress(raw)),
    lambda name, raw: (f"{name}.bz2", bz2.compress(raw)),
    lambda name, raw: (f"{name}.zst", zstandard.compress(raw)),
    _zipped,
    _tarred,
)
