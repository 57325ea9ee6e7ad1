"""Undo Zstandard, and notice where a file ends before its frame does: the library's own reader says nothing then."""

import zstandard

from workbench.intake.sources._damage import BEHIND, CUT, Damage
from workbench.intake.sources._inflate import Reader

_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPED = b"\x2a\x4d\x18"
"""How frames begin that hold no data, behind a first byte from 0x50 to 0x5f."""

_CHUNK = 2**10
"""Packed bytes undone at once: four of them may be 128 KiB, so that much more would fill the memory."""


class Unzst:
    """A file of one or more frames. In front of a fault everything comes out; a fault ends it and is noted."""

    def __init__(self, stream: Reader, damage: Damage) -> None:
        self._stream, self._damage = stream, damage
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._packed, self._out = b"", b""
        self._ended = False

    def read1(self, size: int) -> bytes:
        """Some bytes, at most so many; none at the end.

        Raises:
            ZstdError: what follows is damaged.
        """
        while not self._out and not self._ended:
            self._step()
        piece, self._out = self._out[:size], self._out[size:]
        return piece

    def _step(self) -> None:
        packed, self._packed = self._packed or self._stream.read1(_CHUNK), b""
        if not packed:
            self._damage.cut, self._ended = CUT, True
            return
        self._out = self._frame.decompress(packed)
        if self._frame.eof:
            self._frame_ended(self._frame.unused_data)

    def _frame_ended(self, rest: bytes) -> None:
        while len(rest) < len(_MAGIC) and (more := self._stream.read1(_CHUNK)):
            rest += more
        if rest.startswith(_MAGIC) or rest[1:4] == _SKIPPED:
            self._packed, self._frame = rest, zstandard.ZstdDecompressor().decompressobj()
            return
        self._ended = True
        if rest.strip(b"\0"):
            self._damage.faults.append(BEHIND)
