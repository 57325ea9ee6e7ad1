"""Which alerts were seen, in a file below ``runs/``: one that was, and is gone and back, is no new one."""

import logging
import os
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import polars as pl

from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Run
from workbench.ledger.models.words import TriggerKind

_LOG = logging.getLogger("workbench.service")
_SCHEMA = {"AlertId": pl.String}
_TABLE = "AlertInfo"
LOOK_BACK = timedelta(days=1)
"""Alerts so young are looked at again where it is lost what was seen: the ledger knows those that started something."""


class Seen:
    """The alerts that were seen. Written whole or not at all, and so that it stays when the machine stops."""

    def __init__(self, workspace: Workspace, ledger: Ledger) -> None:
        self._ledger = ledger
        self.path = workspace.runs / ".alerts" / "seen.parquet"

    def new(self, store: Store, now: datetime) -> list[str]:
        """Ids of alerts that were not seen. At the first look that is none: all that is there counts as seen."""
        here = store.scan(_TABLE).filter(pl.col("AlertId") != "")
        seen = self._read()
        if seen is None:
            young = pl.col("Timestamp") > now - LOOK_BACK if self._was_there() else pl.lit(value=False)
            seen = here.filter(~young.fill_null(value=True)).select("AlertId").collect()
            self._write(seen)
        ids = here.select("AlertId").unique().collect()
        return ids.join(seen, on="AlertId", how="anti")["AlertId"].to_list()

    def add(self, ids: Collection[str]) -> None:
        """Remember that these were seen."""
        if ids:
            seen = self._read()
            new = pl.DataFrame({"AlertId": sorted(ids)}, schema=_SCHEMA)
            self._write(new if seen is None else pl.concat([seen, new]))

    def _was_there(self) -> bool:
        """Whether what was seen is lost: alerts started something before."""
        lost = self.path.exists() or self._ledger.number(Run, Search({"trigger": TriggerKind.ALERT}, removed=True)) > 0
        if lost:
            _LOG.error("runs: what alerts were seen is lost; those of the last day are looked at again")
        return lost

    def _read(self) -> pl.DataFrame | None:
        try:
            return pl.read_parquet(self.path, schema=_SCHEMA)
        except (OSError, pl.exceptions.PolarsError):
            return None

    def _write(self, seen: pl.DataFrame) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial: Path = self.path.with_name(f".part-{uuid4().hex}")
        with partial.open("xb") as file:
            seen.unique().write_parquet(file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.path)
