"""The content of a pinned file as records: delimited text, lines, and JSON. Nothing is guessed."""

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

import orjson

from workbench.base.errors import BadInput

LARGEST = 256 * 1024**2
"""Bytes of a file, decompressed, that are read."""

DELIMITED: Mapping[str, str] = MappingProxyType(
    {"csv": ",", "psv": "|", "scsv": ";", "sohsv": "\x01", "tsv": "\t", "tsve": "\t"}
)
"""Formats of fields with a delimiter."""
LINES = ("txt", "raw")
"""A record for each line, or one for the whole file."""
DOCUMENTS = ("json", "multijson", "singlejson")
"""An object for each line, or one array or one object after the other."""

FORMATS = (*DELIMITED, *LINES, *DOCUMENTS)

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


def unpacked(content: bytes, pattern: str = "") -> bytes:
    """The content without its compression: gzip, or the files of a zip archive whose names fit, one behind the other.

    Raises:
        BadInput: it cannot be decompressed, or is larger than ``LARGEST``.
    """
    try:
        if content.startswith(_GZIP):
            return _limited(gzip.GzipFile(fileobj=io.BytesIO(content)).read(LARGEST + 1))
        if content.startswith(_ZIP):
            return _limited(_members(content, pattern))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise BadInput(f"The file cannot be decompressed: {error}") from None
    return content


def fields(content: bytes, form: str) -> Iterator[list[str]]:
    """The records of delimited text or lines, each as its fields. Blank records are left out.

    Raises:
        BadInput: a record cannot be read.
    """
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    if form == "raw":
        return iter([[text]])
    if form == "txt":
        return ([line] for line in text.splitlines() if line)
    lines, delimiter = io.StringIO(text, newline=""), DELIMITED[form]
    if form == "tsv":
        return _rows(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))
    return _rows(csv.reader(lines, delimiter=delimiter))


def objects(content: bytes, form: str) -> Iterator[object]:
    """The records of JSON: an object a line, or arrays and objects one behind the other.

    Raises:
        BadInput: it is no JSON.
    """
    text = content.removeprefix(b"\xef\xbb\xbf")
    try:
        if form == "json":
            yield from _each(line for line in text.splitlines() if line.strip())
        else:
            yield from _flat(orjson.loads(text))
    except orjson.JSONDecodeError:
        yield from _successive(text.decode("utf-8", "replace"))


def _limited(content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise BadInput(f"The file holds more than {LARGEST // 1024**2} MiB")
    return content


def _members(content: bytes, pattern: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [each for each in archive.namelist() if not each.endswith("/") and fnmatchcase(each, pattern or "*")]
        parts: list[bytes] = []
        for name in names:
            with archive.open(name) as member:
                parts.append(member.read(LARGEST + 1 - sum(map(len, parts))))
    return b"\n".join(parts)


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from (row for row in reader if row)
    except csv.Error as error:
        raise BadInput(f"A record cannot be read: {error}") from None


def _each(lines: Iterator[bytes]) -> list[object]:
    return [orjson.loads(line) for line in lines]


def _flat(held: object) -> list[object]:
    return held if isinstance(held, list) else [held]


def _successive(text: str) -> Iterator[object]:
    """JSON values one behind the other, with blanks between them, whatever lines they stand on."""
    decoder, at = json.JSONDecoder(), 0
    while (at := _past_blanks(text, at)) < len(text):
        try:
            held, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            raise BadInput(f"The file is no JSON from character {at:,} on: {error}") from None
        yield from _flat(held)


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at
