"""What comes back: rows, and everything that says where they come from."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from workbench.base.span import Span
from workbench.events.query.kql.printer import text_of
from workbench.events.query.plan import Columns, Plan


@dataclass(frozen=True)
class Result:
    """The rows of an answered question.

    ``cut`` is the limit that cut the rows, None where they are all here. ``notes`` are sentences for the reader.
    """

    frame: pl.DataFrame
    plan: Plan
    span: Span | None
    cut: int | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> Columns:
        """Names and KQL types."""
        return self.plan.columns

    @property
    def now(self) -> datetime:
        """What ``now()`` meant."""
        return self.plan.now

    @cached_property
    def kql(self) -> str:
        """The question as canonical KQL, with the values it was asked with."""
        return text_of(self.plan.query)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over names, types and rows in their order: equal for equal answers, in every process."""
        whole = hashlib.sha256(json.dumps([list(column) for column in self.columns]).encode())
        for series in self.frame:
            whole.update(_content(series))
        return whole.hexdigest()


def _content(series: pl.Series) -> bytes:
    """The values of a column as bytes: which are missing, then how long each is, then all of them."""
    missing = series.is_null().to_numpy().tobytes()
    if series.dtype == pl.String:
        texts = [text.encode() for text in series.fill_null("")]
        return b"".join(
            [missing, pl.Series([len(text) for text in texts], dtype=pl.Int64).to_numpy().tobytes(), *texts]
        )
    physical = series.to_physical()
    filled = physical.fill_null(0) if physical.dtype != pl.Boolean else physical.fill_null(value=False)
    return missing + filled.to_numpy().tobytes()
