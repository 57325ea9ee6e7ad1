"""The sidecars of a store as one process has read them."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

import polars as pl

from workbench.events.store.accelerators import lookups, rollups
from workbench.events.store.accelerators.container import Sidecar, opened, place
from workbench.events.store.accelerators.lookups import Keys, Rows, Wanted
from workbench.events.store.snapshot import DataFile, Snapshot

_ROLLUP_BYTES, _ROWS_BYTES = 64 * 2**20, 8 * 2**20
_LARGEST = 2**20
"""Bytes of one set of rows that is still kept."""

V = TypeVar("V")


class Sidecars:
    """Heads of sidecars, and of their parts what was asked last, up to a bound in bytes."""

    def __init__(self) -> None:
        self._heads: dict[str, tuple[tuple[int, int], Sidecar | None]] = {}
        self._rollups = _Latest[pl.DataFrame](_ROLLUP_BYTES)
        self._rows = _Latest[Rows](_ROWS_BYTES)

    def of(self, snapshot: Snapshot, file: DataFile) -> Sidecar | None:
        """The sidecar of a data file, as it lies there now; None where there is none to trust."""
        path = place(snapshot.folder, file.path)
        try:
            status = path.stat()
        except OSError:
            return None
        stamp = (status.st_ino, status.st_mtime_ns)
        known = self._heads.get(str(path))
        if known is None or known[0] != stamp:
            known = stamp, opened(snapshot.folder, file)
            self._heads[str(path)] = known
        return known[1]

    def rollup(self, sidecar: Sidecar, part: str) -> pl.DataFrame | None:
        """A rollup of a data file; None where there is none, or none to trust."""
        piece = sidecar.pieces.get(part)
        if piece is None or not piece.length:
            return None
        name = (sidecar.path, part, piece.check)
        found = self._rollups.get(name)
        if found is None and (content := sidecar.part(part)) is not None:
            found = rollups.frame(content)
            self._rollups.keep(name, found, int(found.estimated_size()))
        return found

    def rows(self, sidecar: Sidecar, wanted: Wanted) -> Rows | None:
        """The rows of a data file in which alone a condition may hold; None where they are not known."""
        return lookups.combined(wanted, lambda keys: self._found(sidecar, keys))

    def _found(self, sidecar: Sidecar, keys: Keys) -> Rows | None:
        """A first page asks the same several times."""
        name = (sidecar.path, sidecar.mark, keys.column, keys.hashes.tobytes())
        found = self._rows.get(name)
        if found is None:
            found = lookups.find(keys, sidecar)
            if found is not None and found.nbytes <= _LARGEST:
                self._rows.keep(name, found, found.nbytes + keys.hashes.nbytes)
        return found


class _Latest(Generic[V]):
    """What was asked last, up to a bound in bytes."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()

    def get(self, name: Hashable) -> V | None:
        """What is kept under a name, which counts as asked now."""
        if name not in self._kept:
            return None
        self._kept.move_to_end(name)
        return self._kept[name][0]

    def keep(self, name: Hashable, value: V, size: int) -> None:
        """Keep a value, and drop what was not asked for longest."""
        self._kept[name] = value, size
        self._bytes += size
        while self._bytes > self._most and len(self._kept) > 1:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._bytes -= dropped
