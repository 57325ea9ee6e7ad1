"""The properties of an Outlook message, recipient or attachment, as MS-OXMSG lays them out in storages."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workbench.intake.mail.charset import decode, sound
from workbench.intake.mail.compound import MAGIC, Storage

TOP_HEADER, INNER_HEADER, OTHER_HEADER = 32, 24, 8
"""Bytes before the first property of a message, of a message inside one, and of a recipient or attachment."""

_PROPERTIES = "__PROPERTIES_VERSION1.0"
_WRITTEN = "__properties_version1.0".encode("utf-16-le")
_WIDE, _NARROW, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_ENTRY = 16
_TIME_TYPE = 0x0040
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_UTF8, _DEFAULT = 65001, "cp1252"


@dataclass(frozen=True)
class Properties:
    """One storage read as properties; a tag is the four hexadecimal digits of its id."""

    storage: Storage
    header: int
    inherited: str = _DEFAULT
    """The character set of 8-bit texts, where the storage names none."""

    def text(self, *tags: str) -> str:
        """The first of these properties that is a text and not empty."""
        for tag in tags:
            wide = self.storage.streams.get(f"__SUBSTG1.0_{tag}{_WIDE}")
            narrow = self.storage.streams.get(f"__SUBSTG1.0_{tag}{_NARROW}", b"")
            found = wide.decode("utf-16-le", "replace") if wide is not None else decode(narrow, self.codepage).text
            if found.strip("\0"):
                return sound(found.rstrip("\0"))
        return ""

    def data(self, tag: str) -> bytes:
        """A property of bytes; empty where there is none."""
        return self.storage.streams.get(f"__SUBSTG1.0_{tag}{_BINARY}", b"")

    def inner(self, tag: str) -> "Properties | None":
        """A property that is a storage itself, such as an attached message."""
        found = self.storage.storages.get(f"__SUBSTG1.0_{tag}{_OBJECT}")
        return Properties(found, INNER_HEADER, self.codepage) if found else None

    def number(self, tag: str) -> int | None:
        """A property of four bytes."""
        found = self._fixed(int(tag, 16))
        return int.from_bytes(found[1][:4], "little") if found else None

    def time(self, tag: str) -> datetime | None:
        """A point in time; None where there is none, or one that no calendar has."""
        found = self._fixed(int(tag, 16))
        if found is None or found[0] != _TIME_TYPE:
            return None
        try:
            return _EPOCH + timedelta(microseconds=int.from_bytes(found[1], "little") // 10)
        except OverflowError:
            return None

    @property
    def codepage(self) -> str:
        """The character set of its 8-bit texts."""
        return self._charset("3FFD", "3FDE") or self.inherited

    @property
    def html_codepage(self) -> str:
        """The character set of its HTML."""
        return self._charset("3FDE", "3FFD") or self.inherited

    def _charset(self, *tags: str) -> str:
        number = next((found for tag in tags if (found := self.number(tag))), 0)
        return {_UTF8: "utf-8", 20127: "us-ascii", 28591: "iso-8859-1"}.get(number, f"cp{number}" if number else "")

    def listed(self, start: str) -> Iterator["Properties"]:
        """The recipients or attachments: storages whose name begins so, in order."""
        storages = self.storage.storages
        names = sorted(name for name in storages if name.startswith(start.upper()))
        return (Properties(storages[name], OTHER_HEADER, self.codepage) for name in names)

    def _fixed(self, tag: int) -> tuple[int, bytes] | None:
        stream = self.storage.streams.get(_PROPERTIES, b"")
        for at in range(self.header, len(stream) - _ENTRY + 1, _ENTRY):
            kind, found, _ = struct.unpack_from("<HHL", stream, at)
            if found == tag:
                return kind, stream[at + 8 : at + _ENTRY]
        return None


def is_outlook(data: bytes) -> bool:
    """Whether a file is one that Outlook saves a message in."""
    return data.startswith(MAGIC) and _WRITTEN in data
