"""Undo deflate, as gzip and zip have it, and lose nothing of what can be undone."""

import zlib
from typing import Protocol

from workbench.intake.sources._damage import BEHIND, CHECKSUM, CUT, Damage

_MAGIC = b"\x1f\x8b"
_CHUNK = 2**15
_ENOUGH = 2**18
_LENGTH_BYTES = 4


class Reader(Protocol):
    """What gives some bytes at a time: at most so many, none at the end."""

    def read1(self, size: int, /) -> bytes:
        """The next bytes."""


class Inflated:
    """A deflated stream. In front of a fault everything comes out, to the byte; the fault ends it and is noted."""

    def __init__(self, stream: Reader, damage: Damage, *, wbits: int = -zlib.MAX_WBITS) -> None:
        self._stream, self._damage, self._wbits = stream, damage, wbits
        self._inflate = zlib.decompressobj(wbits)
        self._packed, self._out, self._ended = b"", b"", False

    def read1(self, size: int) -> bytes:
        """Some bytes, at most so many; none at the end."""
        while not self._out and not self._ended:
            self._step()
        piece, self._out = self._out[:size], self._out[size:]
        return piece

    def _step(self) -> None:
        packed = self._packed or self._stream.read1(_CHUNK)
        before = self._inflate.copy()
        try:
            self._out = self._inflate.decompress(packed, _ENOUGH) if packed else self._inflate.flush()
            self._packed = self._inflate.unconsumed_tail
        except zlib.error:
            self._salvage(before, packed)
            return
        if self._inflate.eof:
            self._member_ended(self._inflate.unused_data)
        elif not packed and not self._out:
            self._damage.cut, self._ended = CUT, True

    def _salvage(self, inflate: "zlib._Decompress", packed: bytes) -> None:
        """Go byte by byte to where the fault is."""
        out = bytearray()
        for at in range(len(packed)):
            try:
                out += inflate.decompress(packed[at : at + 1])
            except zlib.error as error:
                self._out = bytes(out)
                self._faulty(str(error), packed[at + 1 :])
                return

    def _faulty(self, error: str, rest: bytes) -> None:
        if "data check" in error:
            rest += self._stream.read1(max(0, _LENGTH_BYTES - len(rest)))
            self._damage.faults.append(CHECKSUM)
            self._member_ended(rest[_LENGTH_BYTES:])
        elif "length check" in error:
            self._damage.faults.append(CHECKSUM)
            self._member_ended(rest)
        else:
            self._damage.cut, self._ended = f"the compressed data is damaged ({error})", True

    def _member_ended(self, _rest: bytes) -> None:
        self._ended = True


class Gunzip(Inflated):
    """A gzip file: members one after another, which may have zeros behind them; what else stands there is noted."""

    def __init__(self, stream: Reader, damage: Damage) -> None:
        super().__init__(stream, damage, wbits=zlib.MAX_WBITS | 16)
        self._packed = self._filled(b"")
        if not self._packed.startswith(_MAGIC):
            self._damage.cut, self._ended = "it is not packed as its name says (gzip)" if self._packed else CUT, True

    def _filled(self, begun: bytes) -> bytes:
        """At least the two bytes by which a member is known, if there are as many."""
        while len(begun) < len(_MAGIC) and (more := self._stream.read1(_CHUNK)):
            begun += more
        return begun

    def _member_ended(self, rest: bytes) -> None:
        left = self._filled(rest.lstrip(b"\0"))
        while left[:1] == b"\0":
            left = self._filled(left.lstrip(b"\0"))
        if left.startswith(_MAGIC):
            self._inflate, self._packed = zlib.decompressobj(self._wbits), left
        else:
            self._ended = True
        if left and self._ended:
            self._damage.faults.append(BEHIND)
