"""Find what there is to read below the given paths: files, and the members of archives, however nested."""

import io
import re
import shutil
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from workbench.intake.sources._unpack import Bounded, Refused, opened, unpacked_name

DEEPEST = 4
"""Archives inside archives that are opened."""

MOST_MEMBERS = 1_000_000
"""Members of one archive that are read."""

_DOCUMENT = re.compile(r"(?:^|[._-])(?:readme|licen[cs]e|notice|copying|changelog|authors)(?:[._-]|$)", re.IGNORECASE)
_DOCUMENT_SUFFIXES = (".md", ".rst", ".yml", ".yaml", ".toml")
_Member = zipfile.ZipInfo | tarfile.TarInfo
_ARCHIVES = (".zip", ".tar")


@dataclass(frozen=True)
class Item:
    """A stream of bytes with a name: a file, or ``archive!member``."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Unreadable:
    """A file, archive or member that cannot be opened."""

    name: str
    reason: str


def files_below(paths: list[Path]) -> Iterator[Path]:
    """Files at and below the paths, in name order; hidden ones and the ``tmp`` folder of a Maildir are passed over."""
    for path in paths:
        if path.is_dir():
            yield from files_below(sorted(child for child in path.iterdir() if not _passed_over(child)))
        else:
            yield path


def is_document(path: Path) -> bool:
    """Whether the name says that a file describes data rather than being data."""
    name = path.name.lower()
    return bool(_DOCUMENT.search(name)) or name.endswith(_DOCUMENT_SUFFIXES)


def items_in(path: Path) -> Iterator[Item | Unreadable]:
    """The file itself, or its members where it is an archive; compression is undone on the way."""
    try:
        with path.open("rb") as file:
            yield from _items(Item(path.name, file), DEEPEST, path.stat().st_size)
    except OSError as error:
        yield Unreadable(path.name, f"cannot be opened: {error.strerror or error}")


def _items(item: Item, depth: int, size: int) -> Iterator[Item | Unreadable]:
    name = unpacked_name(item.name)
    try:
        stream = opened(item.name, item.stream, size)
        if not name.lower().endswith(_ARCHIVES):
            yield Item(item.name, _buffered(stream))
        elif depth == 0:
            yield Unreadable(item.name, f"is an archive more than {DEEPEST} deep in others")
        else:
            yield from _members(Item(item.name, stream), depth, zipped=name.lower().endswith(".zip"))
    except (Refused, OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, NotImplementedError) as error:
        yield Unreadable(item.name, f"cannot be unpacked: {error}")


def _members(item: Item, depth: int, *, zipped: bool) -> Iterator[Item | Unreadable]:
    with _archive(item, zipped=zipped) as archive:
        members: Iterable[_Member] = archive.infolist() if isinstance(archive, zipfile.ZipFile) else archive
        for number, member in enumerate(members):
            if number == MOST_MEMBERS:
                yield Unreadable(item.name, f"holds more than {MOST_MEMBERS:,} members; the rest is not read")
                return
            yield from _member(item.name, archive, member, depth)


def _member(
    name: str, archive: zipfile.ZipFile | tarfile.TarFile, member: _Member, depth: int
) -> Iterator[Item | Unreadable]:
    size = member.file_size if isinstance(member, zipfile.ZipInfo) else member.size
    inner = f"{name}!{member.filename if isinstance(member, zipfile.ZipInfo) else member.name}"
    if member.is_dir() if isinstance(member, zipfile.ZipInfo) else not member.isfile():
        return
    try:
        with _open_member(archive, member) as stream:
            yield from _items(Item(inner, stream), depth - 1, size)
    except (Refused, OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError) as error:
        yield Unreadable(inner, f"cannot be unpacked: {error}")


@contextmanager
def _open_member(archive: zipfile.ZipFile | tarfile.TarFile, member: _Member) -> Iterator[BinaryIO]:
    if isinstance(archive, zipfile.ZipFile) and isinstance(member, zipfile.ZipInfo):
        with archive.open(member) as stream:
            yield cast("BinaryIO", Bounded(stream, max(member.compress_size, 1)))
        return
    content = cast("tarfile.TarFile", archive).extractfile(cast("tarfile.TarInfo", member))
    if content is None:
        raise Refused("the member has no content")
    yield cast("BinaryIO", content)


def _buffered(stream: BinaryIO) -> BinaryIO:
    """A stream that can be looked into without reading on."""
    if hasattr(stream, "peek"):
        return stream
    return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", stream), 2**20))


@contextmanager
def _archive(item: Item, *, zipped: bool) -> Iterator[zipfile.ZipFile | tarfile.TarFile]:
    """An archive to read; a zip that lies in another archive is copied out first, since its directory is at its end."""
    if not zipped:
        with tarfile.open(fileobj=item.stream, mode="r|") as tar:
            yield tar
        return
    with TemporaryFile() as copy:
        source = item.stream if _is_file(item.stream) else cast("BinaryIO", copy)
        if source is not item.stream:
            shutil.copyfileobj(item.stream, copy, 2**20)
        with zipfile.ZipFile(source) as archive:
            yield archive


def _is_file(stream: BinaryIO) -> bool:
    return hasattr(stream, "raw") and isinstance(stream.raw, io.FileIO)


def _passed_over(path: Path) -> bool:
    in_maildir = path.name == "tmp" and (path.parent / "cur").is_dir() and (path.parent / "new").is_dir()
    return path.name.startswith(".") or in_maildir
