"""Dated reference data: the lists that ship with the product, and those a workspace carries instead or besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType

import polars as pl

from workbench.base.config import shipped
from workbench.base.errors import BadInput, NotFound, UnknownName
from workbench.events.lookups.about import NAME, SUFFIXES, About, Match, about, about_lines, comment_lines, read
from workbench.events.lookups.matching import Finder, finder

SUPPLIED: Mapping[str, tuple[Match, str]] = MappingProxyType(
    {
        "networks": (Match.range, "Owners of address ranges (autonomous systems)"),
        "own_countries": (Match.range, "Countries of ranges as the team knows them; come before all other lists"),
        "tor_exits": (Match.cidr, "Addresses of Tor exits"),
    }
)
"""Lists that the product asks for by name and may not ship: their kind and title."""


@dataclass(frozen=True, eq=False)
class Lookup:
    """One list. ``origin`` says whether it is ``shipped`` or the ``workspace``'s own."""

    name: str
    about: About
    origin: str
    finder: Finder

    def of(self, value: str) -> str | None:
        """What a value is found as: the entry that holds it, or the value that a range or name has; else None."""
        return self.finder.of(value)

    def holds(self, value: str) -> bool:
        """Whether a value is on the list."""
        return self.finder.of(value) is not None

    def find(self, column: pl.Series) -> pl.Series:
        """``of`` for a column of text: order and rows kept, null where not found."""
        return self.finder.find(column).alias(column.name)


@dataclass(frozen=True)
class Lookups:
    """The lists within reach: those of ``folder``, a workspace's, come before those that ship.

    A list is read when it is first asked for, and stays as it was then; open again to see a newer one.
    """

    folder: Path | None = None
    _held: dict[str, Lookup] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def paths(self) -> Mapping[str, Path]:
        """The file of each list, by name."""
        own = files_in(self.folder) if self.folder else {}
        return MappingProxyType(dict(sorted({**files_in(_shipped()), **own}.items())))

    def origin(self, name: str) -> str:
        """``workspace`` or ``shipped``."""
        return "shipped" if self.paths[name].parent == _shipped() else "workspace"

    def lookup(self, name: str) -> Lookup:
        """A list by its name.

        Raises:
            UnknownName: there is no such list.
            NotFound: it is one that does not ship and was not supplied.
            BadInput: its file cannot be read.
        """
        if name not in self._held:
            path = self._path(name)
            status = path.stat()
            said, found = _loaded(path, (status.st_mtime_ns, status.st_size))
            self._held[name] = Lookup(name, said, self.origin(name), found)
        return self._held[name]

    def entries(self, name: str) -> tuple[str, ...]:
        """The entries of a list as they are written.

        Raises:
            UnknownName, NotFound, BadInput: as ``lookup`` does.
        """
        self.lookup(name)
        return tuple(entries_of(read(self._path(name))))

    def _path(self, name: str) -> Path:
        if name in self.paths:
            return self.paths[name]
        if name in SUPPLIED:
            step = f"Supply a file: workbench lookups refresh {name} FILE"
            raise NotFound(f"The list {name} ({SUPPLIED[name][1]}) does not ship with the product", next_step=step)
        raise UnknownName("list", name, {*self.paths, *SUPPLIED})

    def table(self, today: date) -> pl.DataFrame:
        """Every list: name, rows, date, age in days, whether that is old for its kind, origin, licence, source.

        A list that cannot be read is told as its ``fault``, one that ships not and was not supplied as ``missing``.
        """
        rows = [self._row(name, today) for name in self.paths]
        rows += [_missing(name) for name in SUPPLIED if name not in self.paths]
        return pl.DataFrame(rows, schema=_COLUMNS)

    def _row(self, name: str, today: date) -> dict[str, object]:
        whence = {"name": name, "origin": self.origin(name)}
        try:
            said = about(self.paths[name])
        except BadInput as error:
            return {**whence, "fault": str(error)}
        aged = {"age": said.age(today), "stale": said.is_stale(today)}
        told = {key: getattr(said, key) for key in ("title", "match", "rows", "date", "licence", "source", "note")}
        return {**told, **whence, **aged}


_COLUMNS = {
    "name": pl.String,
    "title": pl.String,
    "match": pl.String,
    "rows": pl.Int64,
    "date": pl.String,
    "age": pl.Int64,
    "stale": pl.Boolean,
    "origin": pl.String,
    "licence": pl.String,
    "source": pl.String,
    "note": pl.String,
    "fault": pl.String,
}


def _missing(name: str) -> dict[str, object]:
    match, title = SUPPLIED[name]
    return {"name": name, "title": title, "match": match, "origin": "missing"}


def files_in(folder: Path) -> dict[str, Path]:
    """The lists of a folder by name; what is not named as a list is passed over."""
    found = {
        path.name.removesuffix(suffix): path for suffix in reversed(SUFFIXES) for path in folder.glob(f"*{suffix}")
    }
    return {name: path for name, path in found.items() if NAME.fullmatch(name)}


def entries_of(content: bytes) -> pl.Series:
    """The entries of a list's text, without comment lines and blanks."""
    lines = pl.Series("entry", [content.decode("utf-8", "replace")]).str.split("\n").explode().str.strip_chars()
    return lines.filter((lines != "") & ~lines.str.starts_with("#"))


@lru_cache(maxsize=64)
def _loaded(path: Path, _: tuple[int, int]) -> tuple[About, Finder]:
    """A list as its file is now; the second argument tells one state of the file from the next."""
    content = read(path)
    said = about_lines(comment_lines(content), path)
    return said, finder(said.match, entries_of(content))


def _shipped() -> Path:
    return shipped("data") / "lookups"


SHIPPED = Lookups()
"""The lists that ship with the product, and no others."""
