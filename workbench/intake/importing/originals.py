"""Raw mail as it came, by the SHA-256 of its bytes: written once, never changed, compressed."""

import os
import zlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from workbench.base.errors import NotFound, StoreError

_WRITERS = 4
_LEVEL = 1


def keep(folder: Path, messages: Iterable[bytes]) -> None:
    """Write messages that are not there yet; on return all of them are on disk."""
    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(lambda raw: _write(folder, raw), messages))


def original(folder: Path, digest: str) -> bytes:
    """The bytes of one message.

    Raises:
        NotFound: no original with that SHA-256 is kept.
        StoreError: what is kept is not what was written.
    """
    try:
        raw = zlib.decompress(_path(folder, digest).read_bytes())
    except FileNotFoundError:
        raise NotFound(f"No original with SHA-256 {digest} is kept") from None
    except zlib.error as error:
        raise StoreError(f"The original {digest} is damaged: {error}") from error
    if sha256(raw).hexdigest() != digest:
        raise StoreError(f"The original {digest} is not what was written")
    return raw


def _path(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest[2:4] / f"{digest}.z"


def _write(folder: Path, raw: bytes) -> None:
    path = _path(folder, sha256(raw).hexdigest())
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{uuid4().hex}.tmp")
    with temporary.open("wb") as file:
        file.write(zlib.compress(raw, _LEVEL))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
