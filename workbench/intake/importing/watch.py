"""Watch a folder: take files as they arrive, each once, and go on through trouble."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deltalake.exceptions import DeltaError
from polars.exceptions import PolarsError

from workbench.base.config import Workspace
from workbench.base.errors import BadInput, NotFound, WorkbenchError
from workbench.intake.importing.alone import alone
from workbench.intake.importing.folder import Known, Stamp, being_written, digest, look, stamp_of
from workbench.intake.importing.log import IntakeLog, KnownFile
from workbench.intake.importing.quarantine import drop_superseded
from workbench.intake.importing.report import Report
from workbench.intake.importing.run import import_until, is_read
from workbench.intake.mail.charset import sound

EVERY_SECONDS = 2.0
SETTLED_SECONDS = 1.0
"""A file is finished once it did not change for this long and nobody has it open for writing."""

LONGEST_PAUSE_SECONDS = 300.0
FILES_PER_BATCH = 500
BYTES_PER_BATCH = 256 * 2**20

_TROUBLE = (OSError, sqlite3.Error, DeltaError, PolarsError, WorkbenchError)
"""What a full or failing disk, or a store that is busy, ends a batch with."""

_SHARE = 20
"""A look takes at most one in so many parts of the time: the pause grows with the folder."""

_STEP_SECONDS = 0.2


@dataclass(frozen=True)
class FileRead:
    """One file taken: what the log knows of it (None where it was not read to its end), and if it did ``before``."""

    name: str
    known: KnownFile | None
    before: bool


@dataclass(frozen=True)
class Taken:
    """Files read together, with the account of those that were new."""

    files: tuple[FileRead, ...]
    report: Report


@dataclass(frozen=True)
class Waiting:
    """Something that holds up a file or the whole watch; ``seconds`` is the pause before the next try, if any."""

    what: str
    seconds: float = 0.0


Told = Taken | Waiting


def watch(
    workspace: Workspace,
    folder: Path,
    tell: Callable[[Told], None],
    *,
    every: float = EVERY_SECONDS,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Take what is in a folder and what comes, until ``stopped`` says so; the files at hand are finished first.

    Raises:
        NotFound: there is no such folder.
        BadInput: it is a file, or holds the workspace, which would then take in its own files.
        StoreBusy: another process watches it for this workspace.
    """
    found = _checked(workspace, folder)
    with alone(workspace, found):
        _watch(Watcher(workspace, found, tell), tell, every, stopped)


def _watch(watcher: "Watcher", tell: Callable[[Told], None], every: float, stopped: Callable[[], bool]) -> None:
    tries = 0
    while not stopped():
        began = time.monotonic()
        try:
            watcher.go(stopped)
            tries, pause = 0, max(every, _SHARE * watcher.looked_seconds)
        except _TROUBLE as error:
            tries, pause = tries + 1, min(every * 2**tries, LONGEST_PAUSE_SECONDS)
            tell(Waiting(_said(error), pause))
        _pause(began + pause, stopped)


class Watcher:
    """One folder under watch."""

    def __init__(self, workspace: Workspace, folder: Path, tell: Callable[[Told], None]) -> None:
        self._workspace, self._folder, self._tell = workspace, folder, tell
        self._log = IntakeLog(workspace.intake)
        self._known = Known(self._log, folder)
        self._since: dict[str, tuple[Stamp, float]] = {}
        self._told: set[str] = set()
        self.looked_seconds = 0.0

    def go(self, stopped: Callable[[], bool]) -> None:
        """One look, and all batches that are ready."""
        for batch in _batches(self._finished()):
            self._take(batch, stopped)
            if stopped():
                return

    def _finished(self) -> dict[str, Stamp]:
        """New and changed files that nobody writes any more."""
        began = time.monotonic()
        seen = look(self._folder)
        for folder, why in seen.unlisted.items():
            self._say_once(f"{folder} cannot be listed: {why}")
        if not seen.unlisted:
            self._known.forget(seen.files)
        new = self._known.new(seen.files)
        self._since = {path: self._seen(path, stamp, began) for path, stamp in new.items()}
        settled = {path: new[path] for path, (_, at) in self._since.items() if began - at >= SETTLED_SECONDS}
        held = being_written(settled) if settled else frozenset()
        for path in held:
            self._say_once(f"{path} is still open for writing in some program; it is read once that closes it")
        self.looked_seconds = time.monotonic() - began
        return {path: stamp for path, stamp in settled.items() if path not in held}

    def _seen(self, path: str, stamp: Stamp, now: float) -> tuple[Stamp, float]:
        before = self._since.get(path)
        return before if before and before[0] == stamp else (stamp, now)

    def _take(self, batch: Mapping[str, Stamp], stopped: Callable[[], bool]) -> None:
        """Read files, then remember them as they were before the reading: what changed meanwhile is new."""
        digests = {path: digest(path) for path in batch if stamp_of(path)}
        before = self._looked_up(digests)
        wanted = [Path(path) for path in digests if not _is_settled(before[path], path)]
        try:
            report = import_until(self._workspace, wanted, stopped, what="watch") if wanted else Report()
        except NotFound:
            return
        after = self._looked_up(digests)
        told = {path: known for path, known in after.items() if known or not stopped()}
        self._settle_beginnings(path for path in told if told[path])
        for lasting in (True, False):
            self._known.add({path: batch[path] for path in told if bool(told[path]) == lasting}, lasting=lasting)
        read = (FileRead(self._name(path), known, _is_settled(before[path], path)) for path, known in told.items())
        self._tell(Taken(tuple(read), report))

    def _settle_beginnings(self, paths: Iterable[str]) -> None:
        """What was set aside of files that were longer when they were read again: that reading said all of it anew."""
        for path in paths:
            if size := self._known.size(path):
                drop_superseded(self._log, digest(path, size), self._name(path))

    def _looked_up(self, digests: Mapping[str, str]) -> dict[str, KnownFile | None]:
        with self._log.held():
            return {path: self._log.known(digest) if digest else None for path, digest in digests.items()}

    def _name(self, path: str) -> str:
        return os.path.relpath(path, self._folder)

    def _say_once(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self._tell(Waiting(what))


def _checked(workspace: Workspace, folder: Path) -> Path:
    if not folder.is_dir():
        what = "is a file; import it without --watch" if folder.exists() else "is not there"
        raise (BadInput if folder.exists() else NotFound)(f"The folder {folder} {what}")
    found = folder.resolve()
    if workspace.home.resolve().is_relative_to(found):
        raise BadInput(f"The folder {folder} holds the workspace itself", next_step="Watch a folder beside it.")
    return found


def _is_settled(known: KnownFile | None, path: str) -> bool:
    return known is not None and is_read(known, sound(Path(path).name))


def _batches(files: Mapping[str, Stamp]) -> Iterator[dict[str, Stamp]]:
    batch: dict[str, Stamp] = {}
    for path, stamp in files.items():
        batch[path] = stamp
        if len(batch) == FILES_PER_BATCH or sum(each.size for each in batch.values()) > BYTES_PER_BATCH:
            yield batch
            batch = {}
    if batch:
        yield batch


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"the machine refused: {error.strerror} ({error.filename})" if error.filename else error.strerror
    return str(error).rstrip(".")


def _pause(until: float, stopped: Callable[[], bool]) -> None:
    while not stopped() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _STEP_SECONDS))
