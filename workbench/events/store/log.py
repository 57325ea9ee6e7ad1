"""The Delta log of a table beyond what the library does: its metadata changed, its length kept short, what it let go.

Whoever calls what writes here holds the table's lease.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError

from workbench.base.errors import StoreError

CHECKPOINT_EVERY = 100
"""Versions between two checkpoints: a reader opens one checkpoint and at most this many commits."""

_DIGITS = 20


def folder_of(table: Path) -> Path:
    """Where the log of a table lies."""
    return table / "_delta_log"


def checkpoint(delta: DeltaTable) -> None:
    """Write what all commits so far say into one file. Without it the log is longer, and as true; so no error."""
    with suppress(DeltaError, OSError):
        delta.create_checkpoint()


def change_metadata(delta: DeltaTable, table: Path, schema: Schema, properties: dict[str, str]) -> None:
    """Commit one version that changes the schema and the properties of a table, and no rows.

    Raises:
        StoreError: it cannot be written; the table is as before.
    """
    known = delta.metadata()
    metadata = {
        "id": known.id,
        "name": known.name,
        "description": known.description,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": schema.to_json(),
        "partitionColumns": known.partition_columns,
        "createdTime": known.created_time,
        "configuration": {**known.configuration, **properties},
    }
    information = {"timestamp": int(time.time() * 1000), "operation": "CHANGE COLUMN", "operationParameters": {}}
    lines = [json.dumps({"commitInfo": information}), json.dumps({"metaData": metadata})]
    _commit(folder_of(table) / f"{delta.version() + 1:0{_DIGITS}}.json", "\n".join(lines) + "\n")


def tidy(delta: DeltaTable, table: Path, grace: float) -> int:
    """Make a checkpoint if a good many commits came since the last, and remove what lies behind the newest one.

    What is younger than ``grace`` seconds stays, for readers that are on an older version. Returns the files removed.
    """
    folder = folder_of(table)
    if delta.version() - _checkpointed(folder) >= CHECKPOINT_EVERY // 2:
        checkpoint(delta)
    old = [path for path in _behind(folder, _checkpointed(folder)) if path.stat().st_mtime < time.time() - grace]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def let_go(table: Path, grace: float) -> set[str]:
    """The data files that commits of the last ``grace`` seconds removed: readers may still be in them."""
    recent = [path for path in folder_of(table).glob("*.json") if path.stat().st_mtime >= time.time() - grace]
    lines = [line for path in recent for line in path.read_text("utf-8").splitlines()]
    return {unquote(json.loads(line)["remove"]["path"]) for line in lines if line.startswith('{"remove"')}


def _commit(target: Path, text: str) -> None:
    temporary = target.with_name(f"_commit_{uuid4().hex}.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, target)
    except OSError as error:
        raise StoreError(f"The log cannot be written: {error.strerror}", where=str(target)) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _checkpointed(folder: Path) -> int:
    """The version of the newest checkpoint; -1 where there is none."""
    try:
        return int(json.loads((folder / "_last_checkpoint").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return -1


def _behind(folder: Path, version: int) -> Iterator[Path]:
    """Commits and checkpoints that nobody needs who opens the table at the checkpoint of that version."""
    for path in folder.iterdir():
        number = path.name.partition(".")[0]
        if len(number) == _DIGITS and number.isdigit() and int(number) < version:
            yield path
