"""What runs leave, by the SHA-256 of its bytes: written once, never changed, shared by all runs that left the same."""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from workbench.base.errors import NotFound

OBJECTS = "objects"
PARTIAL = ".part-"
"""How a file begins its name until it is whole."""


def put(runs: Path, content: bytes) -> str:
    """Keep bytes below ``runs/objects``; gives their SHA-256. What is kept already counts as kept now."""
    digest = sha256(content).hexdigest()
    path = runs / OBJECTS / digest
    if _is_whole(path, digest):
        with suppress(OSError):
            os.utime(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, content, mode=0o444)
    return digest


def get(runs: Path, digest: str) -> bytes:
    """The bytes with this SHA-256.

    Raises:
        NotFound: there are none, or they are no longer what they were.
    """
    path = runs / OBJECTS / digest
    if not digest.isalnum() or not _is_whole(path, digest):
        raise NotFound(f"There is no output {digest[:16]} that is whole", next_step="Run the playbook again.")
    return path.read_bytes()


def show(runs: Path, digest: str, path: Path) -> None:
    """Let kept bytes be found under a name too, without keeping them twice where the file system can."""
    partial = path.with_name(f"{PARTIAL}{uuid4().hex}")
    try:
        os.link(runs / OBJECTS / digest, partial)
    except OSError:
        partial.write_bytes(get(runs, digest))
    partial.replace(path)
    partial.unlink(missing_ok=True)


def replace(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all, and so that it stays when the machine stops."""
    partial = path.with_name(f"{PARTIAL}{uuid4().hex}")
    try:
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(mode)
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def _is_whole(path: Path, digest: str) -> bool:
    try:
        return sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False
