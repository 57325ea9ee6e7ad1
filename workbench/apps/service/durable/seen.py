"""Which alerts were seen, in a file below ``runs/``: one that was, and is gone and back, is no new one."""

import logging
import os
from collections.abc import Collection, Mapping
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
_MOMENT = pl.Datetime("us", "UTC")
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {"AlertId": pl.String, "Since": _MOMENT}
"""Since when an alert is open: its evidence may still come. Null for those that are done with."""
_TABLE = "AlertInfo"
LOOK_BACK = timedelta(days=1)
"""Alerts so young are looked at again where it is lost what was seen: the ledger knows those that started something."""


class Seen:
    """The alerts that were seen, and since when some are open. Written whole or not at all, and so that it stays."""

    def __init__(self, workspace: Workspace, ledger: Ledger) -> None:
        self._ledger = ledger
        self.path = workspace.runs / ".alerts" / "seen.parquet"

    def new(self, store: Store, now: datetime) -> dict[str, datetime]:
        """Alerts that are not done with, each with when it was met first: ``now`` for new ones.

        At the first look there are none: all that is there counts as done with.
        """
        here = store.scan(_TABLE).filter(pl.col("AlertId") != "")
        seen = self._read()
        if seen is None:
            young = pl.col("Timestamp") > now - LOOK_BACK if self._was_there() else pl.lit(value=False)
            done = here.filter(~young.fill_null(value=True)).select("AlertId").collect()
            seen = done.with_columns(Since=pl.lit(None, _MOMENT))
            self._write(seen)
        ids = here.select("AlertId").unique().collect()
        ids = ids.join(seen.filter(pl.col("Since").is_null()), on="AlertId", how="anti")
        met = ids.join(seen, on="AlertId", how="left").with_columns(pl.col("Since").fill_null(now))
        return dict(met.select("AlertId", "Since").iter_rows())

    def keep(self, done: Collection[str], open_: Mapping[str, datetime]) -> None:
        """Remember that alerts are done with, and since when others are open."""
        seen = self._read()
        new = pl.DataFrame(
            {"AlertId": [*done, *open_], "Since": [*[None] * len(done), *open_.values()]}, schema=_SCHEMA
        )
        if seen is None or not new.join(seen, on=list(_SCHEMA), how="anti", nulls_equal=True).is_empty():
            self._write(new if seen is None else pl.concat([seen.join(new, on="AlertId", how="anti"), new]))

    def _was_there(self) -> bool:
        """Whether what was seen is lost: alerts started something before."""
        lost = self.path.exists() or self._ledger.number(Run, Search({"trigger": TriggerKind.ALERT}, removed=True)) > 0
        if lost:
            _LOG.error("runs: what alerts were seen is lost; those of the last day are looked at again")
        return lost

    def _read(self) -> pl.DataFrame | None:
        try:
            return pl.read_parquet(self.path, schema=_SCHEMA, missing_columns="insert")
        except (OSError, pl.exceptions.PolarsError):
            return None

    def _write(self, seen: pl.DataFrame) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial: Path = self.path.with_name(f".part-{uuid4().hex}")
        with partial.open("xb") as file:
            seen.unique("AlertId").write_parquet(file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.path)
