"""Make a workspace of a backup: verified first, whole or not at all. An anchor kept elsewhere tells an old one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

from workbench.apps.upkeep import manifest, postgres
from workbench.apps.upkeep.manifest import DUMP, Held, Manifest, copied, make_folder
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, LedgerError, NotFound
from workbench.events.store import Store, rebuild_index
from workbench.ledger.audit import ANCHOR, Tampering, Verdict, declare_restored, verify
from workbench.ledger.changes import ledger_database

PARTIAL = ".restoring-"
_SHOWN, _MIB = 5, 2**20
_KEYS = ("audit.key", "anchor.key")


@dataclass(frozen=True)
class Wishes:
    """What a restoration is given besides the backup."""

    anchor: Path | None = None
    """The newest ``anchor.ndjson`` that was kept elsewhere."""
    keys: Path | None = None
    """Folder with the keys, where the backup has none."""
    accept_old: str = ""
    """Why an old backup is taken up again, knowing that newer records are lost."""


@dataclass(frozen=True)
class Restored:
    """A workspace that was restored."""

    manifest: Manifest
    verdict: Verdict | None
    """Of the audit trail; None where there is none, or no key to read it with."""
    old: bool
    """Whether the anchor saw more than the backup has."""


def chosen(path: Path) -> Path:
    """The backup meant by a path: itself, or the newest below it.

    Raises:
        NotFound: there is none.
    """
    path = path.expanduser().resolve()
    if (path / manifest.FILE).is_file():
        return path
    if found := manifest.backups(path):
        return found[-1]
    raise NotFound("There is no whole backup here", where=str(path), next_step="Name another folder.")


def checked(backup: Path) -> Manifest:
    """Read every file of a backup.

    Raises:
        BadInput: it is not what its manifest says.
    """
    whole = manifest.read(backup)
    if found := list(islice(manifest.faults(backup, whole), _SHOWN)):
        advice = "Nothing was restored. Take another backup; the one before may hold the same file."
        raise BadInput(f"The backup is damaged: {'; '.join(found)}", where=str(backup), next_step=advice)
    return whole


def restore(backup: Path, home: Path, wishes: Wishes | None = None) -> Restored:
    """Make the workspace ``home`` of a backup. Killed at any moment it leaves none.

    Raises:
        BadInput: there is something at ``home``, or the backup is damaged.
        LedgerError: the trail is not whole, or the backup is an old one and that was not accepted.
    """
    asked = wishes or Wishes()
    _refuse_what_is_there(home)
    _refuse_what_is_missing(asked)
    whole = checked(backup)
    make_folder(home.parent)
    _refuse_too_much(whole, home.parent)
    with _making(home) as made:
        for name, held in whole.files.items():
            _copied_as_told(backup / name, made / name, held)
        workspace = Workspace(made)
        _take_keys(workspace, asked.keys)
        if whole.ledger == "postgresql":
            postgres.load(workspace, made / DUMP)
            (made / DUMP).unlink()
        verdict, old = _proved(workspace, whole, asked)
        _index(workspace)
        os.sync()
        made.rename(home)
    return Restored(whole, verdict, old)


def _refuse_what_is_there(home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        advice = "Move what is there away, or name another folder with --home."
        raise BadInput("A backup is restored into a new or empty folder only", where=str(home), next_step=advice)


def _refuse_what_is_missing(asked: Wishes) -> None:
    """Before anything is made: what was named besides the backup is there."""
    wanted = [asked.keys / name for name in _KEYS] if asked.keys else []
    if lacks := [path for path in (*wanted, *([asked.anchor] if asked.anchor else [])) if not path.is_file()]:
        raise NotFound("There is no such file", where=str(lacks[0]), next_step="Look where it was kept.")


def _refuse_too_much(whole: Manifest, folder: Path) -> None:
    need, there = sum(held.size for held in whole.files.values()), shutil.disk_usage(folder).free
    if need > there:
        what = f"The backup takes {need / _MIB:,.0f} MiB, and {there / _MIB:,.0f} MiB are free"
        raise BadInput(what, where=str(folder), next_step="Make room, or restore on another disk.")


def _copied_as_told(source: Path, target: Path, held: Held) -> None:
    if copied(source, target) != held:
        raise BadInput("The backup changed while it was read", where=str(source), next_step="Nothing was restored.")


@contextmanager
def _making(home: Path) -> Iterator[Path]:
    made = Path(mkdtemp(prefix=f"{PARTIAL}{home.name}-", dir=home.parent))
    try:
        yield made
    finally:
        if made.exists():
            shutil.rmtree(made)


def _take_keys(workspace: Workspace, keys: Path | None) -> None:
    for name in _KEYS if keys else ():
        if keys and not (workspace.keys / name).exists():
            workspace.keys.mkdir(mode=0o700, exist_ok=True)
            copied(keys / name, workspace.keys / name)
            (workspace.keys / name).chmod(0o600)


def _proved(workspace: Workspace, whole: Manifest, asked: Wishes) -> tuple[Verdict | None, bool]:
    """Hold the restored ledger against its anchor, and first against the one that was kept elsewhere."""
    if whole.ledger == "none" or not all((workspace.keys / name).exists() for name in _KEYS):
        if asked.anchor:
            raise BadInput("Without the keys nobody can hold the backup against an anchor", next_step="Name --keys.")
        return None, False
    with closing(ledger_database(workspace)) as database:
        old = False
        if asked.anchor:
            _take_anchor(workspace, asked.anchor)
            old = _is_old(verify(database, workspace.keys, workspace.anchor), asked.accept_old)
        if old:
            declare_restored(database, workspace.keys, workspace.anchor, reason=asked.accept_old)
        return _whole(verify(database, workspace.keys, workspace.anchor)), old


def _take_anchor(workspace: Workspace, kept: Path) -> None:
    """The anchor that was kept elsewhere, unless that of the backup goes on from it."""
    own = workspace.anchor / ANCHOR
    workspace.anchor.mkdir(mode=0o700, exist_ok=True)
    if not (own.exists() and own.read_bytes().startswith(kept.read_bytes())):
        shutil.copyfile(kept, own)


def _is_old(found: Verdict, accepted: str) -> bool:
    """Whether the anchor saw more than the backup has, and that was accepted."""
    if found.fault is None or found.fault.kind is not Tampering.RESTORED:
        return False
    if accepted:
        return True
    raise LedgerError(
        f"This is an old backup: it ends with record {found.records:,} of the audit trail, and the anchor saw more",
        next_step='Take a newer backup, or accept the loss, which the anchor will tell of: --accept-old "why"',
    )


def _whole(found: Verdict) -> Verdict:
    if found.fault is None:
        return found
    raise LedgerError(
        f"The audit trail of the backup is not whole: record {found.fault.seq:,}: {found.fault.kind}, "
        f"{found.fault.what}",
        next_step="Nothing was restored. Take another backup.",
    )


def _index(workspace: Workspace) -> None:
    """Indexes are derived, so backups leave them out."""
    store = Store(workspace.store)
    for name in store.held():
        rebuild_index(store, name)
