"""Pinned files: what queries read with ``externaldata`` and ``_GetWatchlist``, kept in the workspace by address.

A pin is a copy of a file under the address by which queries name it, with its size, its SHA-256, the day its content is
of and when it was pinned. Nothing is fetched, and no name of a file comes from a query or from an address.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from workbench.base.errors import BadInput, NotFound, UnknownName

FOLDER = "feeds"
"""Where pins lie, inside the folder of the lists."""

LARGEST = 256 * 1024**2
"""Bytes of a file that can be pinned."""

WATCHLIST = "watchlist:"
"""What the address of a watchlist begins with; its name follows."""

LONGEST_ADDRESS = 2_048

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Pin:
    """One pinned file. ``date`` is the day its content is of, ``pinned`` the moment it was taken."""

    address: str
    name: str
    size: int
    sha256: str
    date: str
    pinned: str

    def told(self) -> str:
        """Date, size and digest in a few words."""
        return f"{self.name} of {self.date}, {self.size:,} bytes, SHA-256 {self.sha256[:12]}"


@dataclass(frozen=True)
class Feeds:
    """The pins of a workspace; without a folder there are none."""

    folder: Path | None = None

    def find(self, address: str) -> Pin | None:
        """The pin of an address; None where there is none.

        Raises:
            BadInput: what is kept about it is damaged.
        """
        path = self.folder and self.folder / f"{_key(address)}.json"
        return _read_pin(path) if path and path.is_file() else None

    def read(self, address: str) -> bytes:
        """The content of an address as it was pinned.

        Raises:
            NotFound: it is not pinned.
            BadInput: the copy is gone or has changed.
        """
        pin = self.find(address)
        if pin is None or self.folder is None:
            raise NotFound(f"{address[:200]} is not pinned", next_step=advice(address))
        path = self.folder / _content_name(address, pin.sha256)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise _broken(address, f"cannot be read: {error.strerror or error}") from None
        if hashlib.sha256(content).hexdigest() != pin.sha256:
            raise _broken(address, "has changed since")
        return content

    def pins(self) -> tuple[Pin, ...]:
        """All pins in the order of their addresses."""
        found = sorted(self.folder.glob("*.json")) if self.folder else []
        return tuple(sorted(map(_read_pin, found), key=lambda pin: pin.address))

    def watchlists(self) -> tuple[str, ...]:
        """The names of the pinned watchlists."""
        return tuple(p.address.removeprefix(WATCHLIST) for p in self.pins() if p.address.startswith(WATCHLIST))


def advice(address: str) -> str:
    """How an address is pinned."""
    return f"Pin a file that you trust: workbench lookups pin '{address}' FILE"


def pin(folder: Path, address: str, path: Path, *, now: datetime, of: date | None = None) -> Pin:
    """Keep a copy of a file under an address; ``folder`` is that of the pins. What was pinned there before is replaced.

    Its content is of the day ``of``, else of the day the file was last written.

    Raises:
        BadInput: the address cannot be one, or the file cannot be read or is too large.
    """
    bare = address.strip()
    if not bare or len(bare) > LONGEST_ADDRESS or not bare.isprintable() or "'" in bare:
        step = "Write it as queries do: https://feeds.example/list.csv, or watchlist:NAME."
        raise BadInput(f"{address[:80]!r} is no address of a feed", next_step=step)
    content, written = _content(path)
    day = of or datetime.fromtimestamp(written, UTC).date()
    digest = hashlib.sha256(content).hexdigest()
    made = Pin(
        bare, path.name, len(content), digest, day.isoformat(), now.astimezone(UTC).isoformat(timespec="seconds")
    )
    before = Feeds(folder).find(bare)
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder / _content_name(bare, digest), content)
    _put(folder / f"{_key(bare)}.json", json.dumps(asdict(made), indent=1).encode())
    if before and before.sha256 != digest:
        (folder / _content_name(bare, before.sha256)).unlink(missing_ok=True)
    return made


def unpin(folder: Path, address: str) -> Pin:
    """Remove the pin of an address.

    Raises:
        UnknownName: there is none.
    """
    feeds = Feeds(folder)
    found = feeds.find(address.strip())
    if found is None:
        raise UnknownName("pinned address", address, (each.address for each in feeds.pins()))
    (folder / f"{_key(found.address)}.json").unlink()
    (folder / _content_name(found.address, found.sha256)).unlink(missing_ok=True)
    return found


def _key(address: str) -> str:
    return hashlib.sha256(address.strip().encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _content_name(address: str, digest: str) -> str:
    return f"{_key(address)}-{digest[:16]}.data"


def _content(path: Path) -> tuple[bytes, float]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
            written = os.fstat(file.fileno()).st_mtime
    except OSError as error:
        raise BadInput(f"The file cannot be read: {error.strerror or error}", where=str(path)) from None
    if len(content) > LARGEST:
        raise BadInput(f"The file holds more than {LARGEST // 1024**2} MiB", where=str(path))
    return content, written


def _read_pin(path: Path) -> Pin:
    try:
        said: Mapping[str, object] = json.loads(path.read_bytes())
        found = Pin(**{key: said[key] for key in Pin.__dataclass_fields__})  # type: ignore[arg-type]  # checked below
        sound = _DIGEST.fullmatch(found.sha256) and _key(found.address) == path.stem and found.size >= 0
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        sound = None
    if not sound:
        raise BadInput("What is kept about a pinned file is damaged", where=str(path), next_step="Pin the file again.")
    return found


def _put(path: Path, content: bytes) -> None:
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _broken(address: str, why: str) -> BadInput:
    return BadInput(f"The copy of {address[:200]} that was pinned {why}", next_step=advice(address))
