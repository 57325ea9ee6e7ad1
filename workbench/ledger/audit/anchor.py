"""The anchor: signed heads of the chain in a file outside the database, which shows what a chain alone cannot.

Every line names the digest of the line before, so the last signature vouches for all of them.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workbench.base.errors import LedgerError
from workbench.ledger.audit.entry import START, Head
from workbench.ledger.audit.keys import is_signed
from workbench.ledger.models import canonical, moment

FILE = "anchor.ndjson"
EVERY_RECORDS = 1000
EVERY_SECONDS = 60.0
HEAD, RESTORED = "head", "restored"
_LONGEST_LINE = 16 * 1024


@dataclass(frozen=True)
class Line:
    """One signed head of the chain."""

    seq: int
    mac: str
    key: str
    """Fingerprint of the chain's key of the next record."""
    count: int
    """Records since the line before; negative where an old backup was taken up again."""
    at: str
    kind: str = HEAD
    reason: str = ""
    prev: str = START
    sig: str = ""

    @property
    def text(self) -> bytes:
        """What is signed."""
        return canonical({name: value for name, value in asdict(self).items() if name != "sig"}).encode()

    @property
    def written(self) -> bytes:
        """The line as it stands in the file, without its end."""
        return canonical(asdict(self)).encode()


Sink = Callable[[str], None]
"""Where every line goes besides, such as a system log of another machine."""


@dataclass
class Anchor:
    """The anchor as its writer has it."""

    path: Path
    signer: Ed25519PrivateKey
    sink: Sink | None = None
    told: Head | None = field(default=None, init=False)
    when: float = field(default=0.0, init=False)

    def note(self, head: Head, *, now: bool = False) -> None:
        """Write the head if it is time: 1,000 records or 60 seconds after the last one, or ``now``."""
        if self.told is None or now or self._is_due(head):
            self._add(head)

    def restore(self, head: Head, reason: str) -> None:
        """Declare that an old backup was restored on purpose: the trail goes on from this head."""
        self._add(head, RESTORED, reason)

    def _is_due(self, head: Head) -> bool:
        new = head.seq - (self.told.seq if self.told else 0)
        return new >= EVERY_RECORDS or (new > 0 and time.monotonic() - self.when >= EVERY_SECONDS)

    def _add(self, head: Head, kind: str = HEAD, reason: str = "") -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.path.open("a+b") as file, _alone(file):
            last = _last(file)
            if kind == RESTORED or last is None or head.seq > last.seq:
                self._write(file, _line(head, last, kind, reason))
        self.told, self.when = head, time.monotonic()

    def _write(self, file: BinaryIO, line: Line) -> None:
        signed = replace(line, sig=self.signer.sign(line.text).hex()).written
        file.write((b"" if _ends_whole(file) else b"\n") + signed + b"\n")
        file.flush()
        os.fsync(file.fileno())
        if self.sink:
            self.sink(signed.decode())


@dataclass(frozen=True)
class Book:
    """An anchor that was read: its lines as far as they are whole, and the first fault."""

    lines: tuple[Line, ...]
    fault: str = ""

    @property
    def last(self) -> Line | None:
        """The newest line."""
        return self.lines[-1] if self.lines else None


def read_book(path: Path, public: Ed25519PublicKey) -> Book:
    """Read and check an anchor: every line's link, and the signature that vouches for all."""
    lines: list[Line] = []
    fault = ""
    prev = START
    for number, raw in enumerate(_raw(path), 1):
        line = _parsed(raw)
        if line is None:
            continue
        if line.prev != prev:
            fault = f"line {number} of the anchor does not follow the line before"
            break
        lines.append(line)
        prev = hashlib.sha256(raw).hexdigest()
    signed = [line for line in lines[-1:] if is_signed(public, line.sig, line.text)]
    if fault or (lines and not signed):
        return _trusted(lines, public, fault)
    return Book(tuple(lines))


def read_kept(path: Path, public: Ed25519PublicKey) -> tuple[Line, ...]:
    """Lines of the anchor that were kept elsewhere: all of them or some, each signed for itself.

    Raises:
        LedgerError: the file cannot be read, holds no line of an anchor, or one that its key did not sign.
    """
    try:
        found = tuple(line for raw in path.read_bytes().split(b"\n") if (line := _parsed(raw.strip())))
    except OSError as error:
        raise LedgerError(f"The copy of the anchor cannot be read: {error.strerror}", where=str(path)) from None
    if not found or not all(is_signed(public, line.sig, line.text) for line in found):
        what = "a line that its key did not sign" if found else "no line of an anchor"
        raise LedgerError(f"The copy of the anchor holds {what}", where=str(path), next_step="Name another copy.")
    return found


def last_line(path: Path) -> Line | None:
    """The newest line that was written whole; its signature is not checked."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        return _last(file)


def _trusted(lines: list[Line], public: Ed25519PublicKey, fault: str) -> Book:
    """The lines before the first that nobody of ours signed."""
    for at, line in enumerate(lines):
        if not is_signed(public, line.sig, line.text):
            return Book(tuple(lines[:at]), f"line {at + 1} of the anchor is not signed by its key")
    return Book(tuple(lines), fault)


def _raw(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as file:
            yield from (line.rstrip(b"\n") for line in iter(lambda: file.readline(_LONGEST_LINE), b""))


def _parsed(raw: bytes) -> Line | None:
    """A line; None for one that a power cut tore, which no later line names."""
    try:
        line = Line(**orjson.loads(raw))
    except (TypeError, ValueError):
        return None
    return line if line.written == raw else None


def _line(head: Head, last: Line | None, kind: str, reason: str) -> Line:
    prev = hashlib.sha256(last.written).hexdigest() if last else START
    count = head.seq - (last.seq if last else 0)
    return Line(head.seq, head.mac, head.key, count, moment(datetime.now(UTC)), kind, reason, prev)


def _last(file: BinaryIO) -> Line | None:
    """The newest whole line."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 2 * _LONGEST_LINE))
    lines = [line for raw in file.read().split(b"\n") if (line := _parsed(raw))]
    return lines[-1] if lines else None


def _ends_whole(file: BinaryIO) -> bool:
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


@contextmanager
def _alone(file: BinaryIO) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
