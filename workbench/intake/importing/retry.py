"""Read quarantined records again, with the declarations and readers of today."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from uuid import uuid4

from workbench.base.config import Workspace
from workbench.base.errors import NotFound
from workbench.intake.importing.fit import table_named
from workbench.intake.importing.log import Import, IntakeLog, now, whoami
from workbench.intake.importing.quarantine import Held, held, settle
from workbench.intake.importing.run import import_paths
from workbench.intake.sources import HEAD_BYTES, kind_of, kinds

BATCH = 1_000
BATCH_BYTES = 256 * 2**20

NOT_WHOLE = "not enough of it was kept to read it alone; import its file again"
"""Why a record cannot be read again from the quarantine."""

NOTHING_READ = "nothing in it was read as a record"

_ROWS = ".ndjson"
_ENDINGS = MappingProxyType({"mbox": ".eml", "parquet": _ROWS})
"""Kinds of files whose records are, by themselves, of another kind."""


@dataclass
class Retried:
    """What a retry came to. ``recovered`` records left the quarantine; ``still`` gives the reason of each that stays.

    ``kept`` and ``duplicates`` count input records, of which one quarantined record may hold several.
    """

    recovered: int = 0
    kept: int = 0
    duplicates: int = 0
    still: dict[int, str] = field(default_factory=dict)

    @property
    def tried(self) -> int:
        """Records that were to be read again."""
        return self.recovered + len(self.still)


@dataclass(frozen=True)
class _Beside(Workspace):
    """The workspace with a log of its own, in which a retry finds what failed again."""

    log: Path

    @property
    def intake(self) -> Path:
        return self.log


def retry(workspace: Workspace, ids: list[int], tell: Callable[[int], None] = lambda _: None) -> Retried:
    """Read records of the quarantine again; those that are in the store afterwards leave it.

    A record leaves the quarantine only once its rows are committed, and reading it twice adds nothing: ended at any
    moment, the same call goes on where this one stopped. ``tell`` is told how many were tried so far.
    """
    log, done = IntakeLog(workspace.intake), Retried()
    run, started = f"retry-{uuid4().hex}", now()
    for batch in _batches(log, ids):
        _again(workspace, log, batch, done)
        log.note(_noted(run, started, done))
        tell(done.tried)
    return done


def _again(workspace: Workspace, log: IntakeLog, batch: list[Held], done: Retried) -> None:
    alone = [each for each in batch if each.whole and _kind(each)]
    failed = dict[int, str]()
    if alone:
        with TemporaryDirectory(prefix="workbench-retry-") as folder:
            failed = _read(workspace, Path(folder), alone, done)
    apart = {each.record.id: each.record.reason for each in batch if each not in alone}
    stay = {**apart, **failed}
    done.recovered += settle(log, [each.record.id for each in alone if each.record.id not in failed], stay)
    done.still |= failed | dict.fromkeys(apart, NOT_WHOLE)


def _read(workspace: Workspace, folder: Path, batch: list[Held], done: Retried) -> dict[int, str]:
    """Import each record as a file of its own; gives back by number why one was set aside again, or held nothing."""
    beside = _Beside(workspace.home, folder / "retry.db")
    given = folder / "given"
    digests = {each.record.id: _write(given, each) for each in batch}
    report = import_paths(beside, [given])
    done.kept += report.kept
    done.duplicates += report.duplicates
    log = IntakeLog(beside.intake)
    empty = {id_: NOTHING_READ for id_, digest in digests.items() if not _holds_records(log, digest)}
    failed = {
        int(record.file.partition(".")[0]): record.reason for record in log.quarantine(limit=report.quarantined + 1)
    }
    return empty | failed


def _holds_records(log: IntakeLog, digest: str) -> bool:
    known = log.known(digest)
    return known is not None and known.records > 0


def _write(given: Path, each: Held) -> str:
    """A file whose name begins with the record's number and names the table it was meant for; gives its SHA-256."""
    kind = _kind(each)
    table = each.record.hint or table_named(each.record.file) or "record"
    path = given / kind / f"{each.record.id}.{table}{_ending(kind)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = each.context.rstrip(b"\r\n") + b"\n" + each.raw if each.context else each.raw
    path.write_bytes(raw)
    return sha256(raw).hexdigest()


def _ending(kind: str) -> str:
    return _ENDINGS.get(kind) or (kinds()[kind].suffixes[0] if kind in kinds() else _ROWS)


def _kind(each: Held) -> str:
    """The kind it was read as; of records of an earlier version that which name and bytes tell. Empty if none."""
    if each.record.kind:
        return each.record.kind
    found = kind_of(each.record.file.rpartition("!")[2], each.raw[:HEAD_BYTES])
    return found.name if found and (found.name != "csv_rows" or each.context) else ""


def _batches(log: IntakeLog, ids: list[int]) -> Iterator[list[Held]]:
    batch: list[Held] = []
    size = 0
    for each in filter(None, (_held(log, id_) for id_ in ids)):
        batch.append(each)
        size += len(each.raw)
        if len(batch) == BATCH or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _held(log: IntakeLog, id_: int) -> Held | None:
    """The record, unless somebody dropped or recovered it meanwhile."""
    try:
        return held(log, id_)
    except NotFound:
        return None


def _noted(run: str, started: str, done: Retried) -> Import:
    given = f"{done.recovered:,} of {done.tried:,} records recovered"
    counts = (done.tried, done.kept, done.duplicates, len(done.still))
    return Import(run, "retry", given, whoami(), started, now(), 0, *counts)
