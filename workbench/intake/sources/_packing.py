"""What the first bytes of a file say it is packed as, for input that comes without a name."""

from pathlib import Path

from workbench.intake.sources._damage import Damage
from workbench.intake.sources._unpack import Budget, Refused, opened, unpacked_name

_MARKS = (
    (b"\x1f\x8b", ".gz"),
    (b"\xfd7zXZ\x00", ".xz"),
    (b"\x28\xb5\x2f\xfd", ".zst"),
    (b"BZh", ".bz2"),
    (b"PK\x03\x04", ".zip"),
)
_TAR_MARK, _TAR_AT = b"ustar", 257
_HEAD = 512


def packed_ending(path: Path) -> str:
    """The ending that tells how a file is packed (``.gz``, ``.tar.xz``, ``.zip``); empty if it is not, or says so."""
    if unpacked_name(path.name) != path.name or path.name.lower().endswith((".zip", ".tar")):
        return ""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    ending = next((ending for mark, ending in _MARKS if head.startswith(mark)), "")
    inside = head if not ending or ending == ".zip" else _inside(path, ending)
    return f".tar{ending}" if _is_tar(inside) else ending


def _is_tar(head: bytes) -> bool:
    return head[_TAR_AT:].startswith(_TAR_MARK)


def _inside(path: Path, ending: str) -> bytes:
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            return opened(ending, file, size, Budget(size), Damage()).read(_HEAD)
    except (Refused, OSError):
        return b""
