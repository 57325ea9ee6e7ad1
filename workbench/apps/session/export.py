"""Rows as a file that goes elsewhere, written a piece at a time, with a sidecar that says what the rows are.

No cell of a CSV is read as a formula. The file has its name from the moment it is whole, and no file that is there is
written over, unless that is asked for.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getuser
from hashlib import file_digest
from itertools import count
from pathlib import Path
from typing import BinaryIO

import polars as pl

from workbench import __version__
from workbench.apps.session.encoded import WRITERS, Form
from workbench.base.errors import WorkbenchError
from workbench.base.render import visible
from workbench.events.query.plan import Columns
from workbench.events.store.write import MAKE_ROOM

PART = ".part"
"""The end of the name of a file that is being written."""
ABANDONED = 86_400
"""Seconds after which such a file, untouched, is one that nobody writes any more."""
LONGEST = 120
"""Characters of a file's name, without its ending."""
_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Exported:
    """A file that was written, and the sidecar beside it; ``size`` is in bytes."""

    path: Path
    sidecar: Path
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Target:
    """Where a file goes. With ``replace`` it takes the place of one of that name, else it gets a number."""

    folder: Path
    stem: str
    form: Form
    replace: bool = False

    def name(self, number: int = 1) -> str:
        """The name of the file; the second of a name is ``stem-2``."""
        return f"{self.stem}{'' if number == 1 else f'-{number}'}.{self.form}"


def target_of(path: Path, form: Form) -> Target:
    """The target that a person named by a path: a file that is there is replaced once the new one is whole."""
    return Target(path.parent, path.name.removesuffix(f".{form}"), form, replace=True)


def safe_stem(text: str) -> str:
    """A file's name out of any text: letters, digits, ``-``, ``_`` and ``.`` inside, never a path, never empty."""
    kept = "".join(char if char.isalnum() or char in "-_." else "_" for char in visible(text, LONGEST))
    return kept.strip("._") or "export"


def export(pieces: Iterable[pl.DataFrame], columns: Columns, target: Target, facts: Facts) -> Exported:
    """Write pieces, at least one, one after the other; none is held once it is written.

    ``facts`` go into the sidecar, before rows, size and SHA-256. Whatever ``pieces`` raises leaves no file behind.

    Raises:
        WorkbenchError: the folder or the file cannot be written.
    """
    counted = _Counted(pieces)
    with _reaching(target.folder):
        _ready(target)
        with _part(target) as (file, part):
            WRITERS[target.form](file, counted, columns)
            file.flush()
            os.fsync(file.fileno())
            whole = {**facts, **_of(part, counted.rows, columns)}
            path = (_replaced if target.replace else _added)(part, target, whole)
    return Exported(path, _sidecar(path), counted.rows, int(path.stat().st_size), str(whole["sha256"]))


def facts_of(kql: str, now: datetime, newest: datetime | None) -> Facts:
    """What every sidecar says: the question whole, when it was asked, by which account, and how old the data were.

    ``now`` is what the question counts back from, which need not be the clock.
    """
    asked = datetime.now(UTC)
    age = None if newest is None else max(0, round((asked - newest).total_seconds()))
    return {
        "product": f"threat-investigation-workbench {__version__}",
        "asked": _instant(asked),
        "now": _instant(now),
        "by": _account(),
        "newest_event": None if newest is None else _instant(newest),
        "age_seconds": age,
        "kql": kql,
    }


class _Counted:
    """Pieces as they go by, and how many rows they had."""

    def __init__(self, pieces: Iterable[pl.DataFrame]) -> None:
        self._pieces, self.rows = pieces, 0

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for piece in self._pieces:
            self.rows += piece.height
            yield piece


def _of(part: Path, rows: int, columns: Columns) -> dict[str, object]:
    with part.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    named = [{"name": name, "type": kind} for name, kind in columns]
    return {
        "written": _instant(datetime.now(UTC)),
        "columns": named,
        "rows": rows,
        "bytes": part.stat().st_size,
        "sha256": digest,
    }


@contextmanager
def _reaching(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        why = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise WorkbenchError(f"The export cannot be written: {why}", where=str(folder), next_step=MAKE_ROOM) from error


def _ready(target: Target) -> None:
    """Make the folder, for its owner alone, and take away what exports that were killed left in it."""
    if target.replace:
        return
    target.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in target.folder.glob(f".*{PART}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED:
                left.unlink()


@contextmanager
def _part(target: Target) -> Iterator[tuple[BinaryIO, Path]]:
    """A file of a name of its own, for its owner alone; it is gone when the block ends, unless it was renamed."""
    handle, name = tempfile.mkstemp(PART, ".", target.folder)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, Path(name)
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _added(part: Path, target: Target, facts: Facts) -> Path:
    """Give a file the first name that no other has. The sidecar is there first: who made it has the name."""
    for number in count(1):
        path = target.folder / target.name(number)
        try:
            with os.fdopen(os.open(_sidecar(path), _NEW, 0o600), "w", encoding="utf-8") as file:
                _tell(file.write, path, facts)
        except FileExistsError:
            continue
        except OSError:
            _sidecar(path).unlink(missing_ok=True)
            raise
        if not path.exists():
            part.rename(path)
            return path
        _sidecar(path).unlink()
    raise AssertionError("numbers do not end")


def _replaced(part: Path, target: Target, facts: Facts) -> Path:
    path = target.folder / target.name()
    with _part(target) as (file, beside):
        _tell(lambda text: file.write(text.encode()), path, facts)
        file.flush()
        part.replace(path)
        beside.replace(_sidecar(path))
    return path


def _tell(write: Callable[[str], object], path: Path, facts: Facts) -> None:
    write(json.dumps({"file": path.name, **facts}, indent=1, ensure_ascii=False) + "\n")


def _sidecar(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _account() -> str:
    """The account of this machine that runs the program; empty where it has no name."""
    try:
        return getuser()
    except (OSError, KeyError):
        return ""
