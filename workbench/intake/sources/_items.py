"""Find what there is to read below the given paths: files, and the members of archives, however nested."""

import io
import re
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

from workbench.intake.sources._damage import Damage
from workbench.intake.sources._inflate import Inflated, Reader
from workbench.intake.sources._unpack import (
    Bounded,
    Budget,
    Checked,
    Refused,
    Soft,
    buffered,
    opened,
    unpacked_name,
)

DEEPEST = 4
"""Archives inside archives that are opened."""

MOST_MEMBERS = 1_000_000
"""Members of one archive that are read."""

_DOCUMENT = re.compile(r"(?:^|[._-])(?:readme|licen[cs]e|notice|copying|changelog|authors)(?:[._-]|$)", re.IGNORECASE)
_MANIFEST = "manifest.json"
"""What an export of the store lies with."""
_DOCUMENT_SUFFIXES = (".md", ".rst", ".yml", ".yaml", ".toml")
_Member = zipfile.ZipInfo | tarfile.TarInfo
_ENCRYPTED = 1
_ARCHIVES = (".zip", ".tar")
_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    OverflowError,
    struct.error,
    zlib.error,
    tarfile.TarError,
    zipfile.BadZipFile,
)
"""What the readers of archives raise over damaged ones; encrypted and unknown kinds are RuntimeErrors too."""

_MAILDIR = ("cur", "new")


@dataclass(frozen=True)
class Item:
    """A stream of bytes with a name: a file, or ``archive!member``."""

    name: str
    stream: BinaryIO
    place: Callable[[], int] = lambda: 0
    """How many bytes of the file itself are read."""
    damage: Damage = field(default_factory=Damage)
    """What reading the stream found wrong with how it is packed."""


@dataclass(frozen=True)
class Unreadable:
    """A file, archive or member that cannot be opened."""

    name: str
    reason: str


@dataclass(frozen=True)
class Passed:
    """A file or folder that is passed over because of its name."""

    name: str


def files_below(paths: list[Path]) -> Iterator[Path | Unreadable | Passed]:
    """Files at and below the paths, in name order.

    Hidden files and the ``tmp`` folder of a Maildir are passed over, but not the folders of a Maildir, which are
    hidden by custom. What is no file, cannot be listed or leads back to where it lies is told as unreadable.
    """
    for path in paths:
        yield from _below(path, frozenset())


def _below(path: Path, above: frozenset[tuple[int, int]]) -> Iterator[Path | Unreadable | Passed]:
    try:
        status = path.stat()
        children = sorted(path.iterdir()) if S_ISDIR(status.st_mode) else []
    except OSError as error:
        yield Unreadable(path.name, f"cannot be opened: {error.strerror or error}")
        return
    here = (status.st_dev, status.st_ino)
    if S_ISREG(status.st_mode):
        yield path
    elif not S_ISDIR(status.st_mode):
        yield Unreadable(path.name, "is a pipe, socket or device; copy what it gives into a file")
    elif here in above:
        yield Unreadable(path.name, "is a link that leads back to a folder it lies in")
    else:
        for child in children:
            yield from [Passed(child.name)] if passed_over(child) else _below(child, above | {here})


def is_document(path: Path) -> bool:
    """Whether the name says that a file describes data rather than being data."""
    name = path.name.lower()
    return bool(_DOCUMENT.search(name)) or name.endswith(_DOCUMENT_SUFFIXES) or name == _MANIFEST


def items_in(path: Path) -> Iterator[Item | Unreadable]:
    """The file itself, or its members where it is an archive; compression is undone on the way."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            yield from _items(Item(path.name, file, file.tell), DEEPEST, size, Budget(size))
    except OSError as error:
        yield Unreadable(path.name, f"cannot be opened: {error.strerror or error}")


def _items(item: Item, depth: int, size: int, budget: Budget) -> Iterator[Item | Unreadable]:
    name = unpacked_name(item.name)
    zipped = name.lower().endswith(".zip")
    try:
        stream = opened(item.name, item.stream, size, budget, item.damage)
        if not name.lower().endswith(_ARCHIVES):
            yield replace(item, stream=_buffered(stream))
        elif depth == 0:
            yield Unreadable(item.name, f"is an archive more than {DEEPEST} deep in others")
        else:
            yield from _members(replace(item, stream=stream), depth, budget, zipped=zipped)
    except (Refused, *_DAMAGE) as error:
        yield Unreadable(item.name, f"cannot be unpacked: {item.damage.taken().cut or error}")
    found = item.damage.taken()
    if found.cut:
        yield Unreadable(item.name, f"cannot be unpacked to its end: {found.cut}; what stands before is read")
    yield from (Unreadable(item.name, f"is read, but {fault}") for fault in found.faults)


def _members(item: Item, depth: int, budget: Budget, *, zipped: bool) -> Iterator[Item | Unreadable]:
    with _archive(item, zipped=zipped) as archive:
        members: Iterable[_Member] = archive.infolist() if isinstance(archive, zipfile.ZipFile) else archive
        for number, member in enumerate(members):
            if number == MOST_MEMBERS or budget.spent:
                many = f"holds more than {MOST_MEMBERS:,} members"
                yield Unreadable(item.name, f"{'grows too much' if budget.spent else many}; the rest is not read")
                return
            yield from _member(item, archive, member, depth, budget)
        if not isinstance(archive, zipfile.ZipFile) and _is_cut(archive):
            yield Unreadable(item.name, "ends without the mark of a tar archive's end; what stands before is read")


def _is_cut(archive: tarfile.TarFile) -> bool:
    """Whether nothing, not even an empty block, follows the last member."""
    return archive.fileobj is not None and archive.fileobj.tell() < archive.offset + tarfile.BLOCKSIZE


def _member(
    outer: Item, archive: zipfile.ZipFile | tarfile.TarFile, member: _Member, depth: int, budget: Budget
) -> Iterator[Item | Unreadable]:
    size = member.file_size if isinstance(member, zipfile.ZipInfo) else member.size
    inner = f"{outer.name}!{member.filename if isinstance(member, zipfile.ZipInfo) else member.name}"
    if member.is_dir() if isinstance(member, zipfile.ZipInfo) else member.isdir():
        return
    if reason := _no_content(member):
        yield Unreadable(inner, reason)
        return
    try:
        with _open_member(archive, member, budget, outer.damage) as stream:
            yield from _items(replace(outer, name=inner, stream=stream), depth - 1, size, budget)
    except (Refused, *_DAMAGE) as error:
        yield Unreadable(inner, f"cannot be unpacked: {error}")


def _no_content(member: _Member) -> str:
    """Why a member holds nothing to read; empty where it does."""
    if isinstance(member, zipfile.ZipInfo):
        return "is a link, which is not followed" if S_ISLNK(member.external_attr >> 16) else ""
    if member.issym() or member.islnk():
        return "is a link, which is not followed; unpack the archive and import the folder"
    if not member.isfile():
        return "is no file"
    return "is a sparse file, which is not unpacked" if member.issparse() else ""


@contextmanager
def _open_member(
    archive: zipfile.ZipFile | tarfile.TarFile, member: _Member, budget: Budget, damage: Damage
) -> Iterator[BinaryIO]:
    if isinstance(archive, zipfile.ZipFile) and isinstance(member, zipfile.ZipInfo):
        with _raw(archive, member) as stream:
            reader = (
                Inflated(cast("Reader", stream), damage) if member.compress_type == zipfile.ZIP_DEFLATED else stream
            )
            checked = Checked(cast("Reader", reader), member.CRC, damage)
            yield buffered(Bounded(checked, max(member.compress_size, 1), budget, damage))
        return
    content = cast("tarfile.TarFile", archive).extractfile(cast("tarfile.TarInfo", member))
    if content is None:
        raise Refused("the member has no content")
    yield buffered(Soft(cast("Reader", content), damage))


def _raw(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """A member as the archive gives it, unchecked, and what is deflated as it lies there: we lose less of it."""
    plain = copy(member)
    if member.compress_type == zipfile.ZIP_DEFLATED and not member.flag_bits & _ENCRYPTED:
        plain.compress_type, plain.file_size = zipfile.ZIP_STORED, member.compress_size
    if not member.flag_bits & _ENCRYPTED:
        del plain.CRC
    return archive.open(plain)


def _buffered(stream: BinaryIO) -> BinaryIO:
    """A stream that can be looked into without reading on."""
    if hasattr(stream, "peek"):
        return stream
    return buffered(cast("io.RawIOBase", stream))


@contextmanager
def _archive(item: Item, *, zipped: bool) -> Iterator[zipfile.ZipFile | tarfile.TarFile]:
    """An archive to read; a zip that lies in another archive is copied out first, since its directory is at its end."""
    if not zipped:
        with tarfile.open(fileobj=item.stream, mode="r|") as tar:
            yield tar
        return
    with TemporaryFile() as whole:
        source = item.stream if _is_file(item.stream) else cast("BinaryIO", whole)
        if source is not item.stream:
            shutil.copyfileobj(item.stream, whole, 2**20)
        with zipfile.ZipFile(source) as archive:
            yield archive


def _is_file(stream: BinaryIO) -> bool:
    return hasattr(stream, "raw") and isinstance(stream.raw, io.FileIO)


def passed_over(path: Path) -> bool:
    """Whether a file or folder found on the way is none of ours: hidden, or what a Maildir has in the making."""
    if path.name == "tmp":
        return _is_maildir(path.parent)
    return path.name.startswith(".") and not _is_maildir(path)


def _is_maildir(path: Path) -> bool:
    return all((path / name).is_dir() for name in _MAILDIR)
