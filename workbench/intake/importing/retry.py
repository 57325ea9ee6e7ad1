"""Read quarantined records again, with the declarations and readers of today."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from uuid import uuid4

from workbench.base.config import Workspace
from workbench.base.errors import NotFound
from workbench.intake.importing.fit import table_named
from workbench.intake.importing.log import Import, IntakeLog, Quarantined, now, whoami
from workbench.intake.importing.quarantine import Held, held, settle
from workbench.intake.importing.report import Report
from workbench.intake.importing.run import import_paths
from workbench.intake.sources import HEAD_BYTES, kind_of, kinds

BATCH = 10_000
BATCH_BYTES = 64 * 2**20

NOT_WHOLE = "not enough of it was kept to read it alone; import its file again"
"""Why a record cannot be read again from the quarantine."""

NOTHING_READ = "nothing in it was read as a record"

_PLACE, _NUMBER = re.compile(r"(?:line|row|record) (\d+)"), re.compile(r"\d+")
_FOREIGN, _LONGEST_NAME = re.compile(r"[^A-Za-z0-9_]"), 100
"""What no table has in its name; a record's envelope may name anything, also a way out of the folder."""

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
    tables: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Rows written by table, with the file that the last of the records came from."""

    def count(self, kept: int, duplicates: int) -> None:
        """Count input records."""
        self.kept += kept
        self.duplicates += duplicates

    def fill(self, files: Mapping[str, str], report: Report) -> None:
        """Count rows written; ``files`` are by table those that records came from."""
        for name, file in files.items():
            self.tables[name] = (self.tables.get(name, (0, ""))[0] + report.by_table[name], file)

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


@dataclass(frozen=True)
class _Given:
    """A file to import, and the records in it: one, or one a line. ``counted_from`` is the number of the first line."""

    sha256: str
    records: tuple[Held, ...]
    counted_from: int = 1


def retry(
    workspace: Workspace, ids: list[int], tell: Callable[[int], None] = lambda _: None, *, together: bool = True
) -> Retried:
    """Read records of the quarantine again; those that are in the store afterwards leave it.

    A record leaves the quarantine only once its rows are committed, and reading it twice adds nothing: ended at any
    moment, the same call goes on where this one stopped. ``tell`` is told how many were tried so far. Without
    ``together`` each record is imported as a file of its own: the slow way, to which the fast one is equal.
    """
    log, done = IntakeLog(workspace.intake), Retried()
    run, started = f"retry-{uuid4().hex}", now()
    with log.held():
        for batch in _batches(log, ids):
            _again(workspace, log, batch, done, together=together)
            log.note(_noted(run, started, done), done.tables)
            tell(done.tried)
    return done


def _again(workspace: Workspace, log: IntakeLog, batch: list[Held], done: Retried, *, together: bool) -> None:
    whole = [each for each in batch if each.whole and _kind(each)]
    failed, unclear = _read(workspace, whole, done, together=together) if whole else ({}, [])
    if unclear:
        failed |= _read(workspace, unclear, done, together=False)[0]
    meant = {each.record.id for each in whole}
    apart = {each.record.id: each.record.reason for each in batch if each.record.id not in meant}
    done.recovered += settle(log, meant - failed.keys(), apart | failed)
    done.still |= failed | dict.fromkeys(apart, NOT_WHOLE)


def _read(
    workspace: Workspace, batch: list[Held], done: Retried, *, together: bool
) -> tuple[dict[int, str], list[Held]]:
    """Import records; gives back by number why one was set aside again or held nothing, and those it cannot tell of.

    The latter are counted when they are read alone; what is known by then counts as a duplicate there.
    """
    with TemporaryDirectory(prefix="workbench-retry-") as folder:
        beside = _Beside(workspace.home, Path(folder) / "retry.db")
        files = _written(Path(folder) / "given", batch, together=together)
        report = import_paths(beside, [Path(folder) / "given"])
        log = IntakeLog(beside.intake)
        asides: dict[str, list[Quarantined]] = {name: [] for name in files}
        for aside in sorted(log.quarantine(limit=report.quarantined + 1), key=_order):
            asides[aside.file].append(aside)
        done.count(report.kept, report.duplicates)
        done.fill({name: files[each.file].records[-1].record.file for name, each in log.filled().items()}, report)
        failed, unclear = dict[int, str](), list[Held]()
        for name, given in files.items():
            known = log.known(given.sha256)
            reasons = reasons_of(given, known.records if known else 0, asides[name])
            if reasons is None and known:
                done.count(0, known.quarantined - known.records)
            unclear += given.records if reasons is None else ()
            failed |= reasons or {}
    return failed, unclear


def reasons_of(given: _Given, records: int, asides: list[Quarantined]) -> dict[int, str] | None:
    """Why records of a file failed, by number; None where a line cannot be told from another."""
    if len(given.records) == 1:
        reason = asides[0].reason if asides else "" if records else NOTHING_READ
        return {given.records[0].record.id: reason} if reason else {}
    reasons = dict[int, str]()
    for aside in asides:
        hit = _PLACE.match(aside.place)
        at = int(hit[1]) - given.counted_from if hit else -1
        if not 0 <= at < len(given.records):
            return None
        reasons.setdefault(given.records[at].record.id, aside.reason)
    return reasons if records >= len(given.records) else None


def _order(aside: Quarantined) -> list[int]:
    """What sorts what was set aside by the places in its file."""
    return [int(number) for number in _NUMBER.findall(aside.place)]


def _written(folder: Path, batch: list[Held], *, together: bool) -> dict[str, _Given]:
    """Files by name: records that line up, of one kind, table and context, in one; the others in one each."""
    lined = dict[tuple[str, str, bytes], list[Held]]()
    files = dict[str, _Given]()
    for each in batch:
        name = _name(each)
        kind = kind_of(name, b"")
        if together and kind and kind.lines_up(each.raw, each.context):
            lined.setdefault((_kind(each), name.partition(".")[2], each.context), []).append(each)
        else:
            files[name] = _file(folder, [each])
    for records in lined.values():
        files[_name(records[0])] = _file(folder, records)
    return files


def _file(folder: Path, records: list[Held]) -> _Given:
    path = folder / _kind(records[0]) / _name(records[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    context, raw = records[0].context, b"\n".join(each.raw for each in records)
    raw = context.rstrip(b"\r\n") + b"\n" + raw if context else raw
    path.write_bytes(raw)
    kind = kind_of(path.name, b"")
    return _Given(sha256(raw).hexdigest(), tuple(records), kind.counted_from if kind else 1)


def _name(each: Held) -> str:
    """The name of a file that begins with a record's number and names the table it was meant for."""
    table = each.record.hint or table_named(each.record.file) or "record"
    return f"{each.record.id}.{_FOREIGN.sub('_', table)[:_LONGEST_NAME]}{_ending(_kind(each))}"


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
