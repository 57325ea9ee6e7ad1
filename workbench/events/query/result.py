"""What comes back: rows, and everything that says where they come from."""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from workbench.base.render import terminal
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

    def __repr__(self) -> str:
        """The rows as Polars shows them, and a line of facts; nothing in it moves a cursor."""
        return "\n".join([*(terminal(line, len(line)) for line in _drawn(self.frame).splitlines()), _facts(self)])

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


def _drawn(frame: pl.DataFrame) -> str:
    """The frame as text, each value harmless and on one line, so that none looks like a row."""
    asked = os.environ.get("POLARS_FMT_MAX_ROWS", "")
    most = int(asked) if asked.lstrip("-").isdecimal() else 10
    ends = max(most // 2 + 1, 2)
    if most >= 0 and 2 * ends < frame.height:
        frame = pl.concat([frame.head(ends), frame.tail(ends)])
    with pl.Config(tbl_hide_dataframe_shape=True):
        return str(frame.with_columns(pl.col(pl.String).map_elements(terminal, return_dtype=pl.String)))


def _facts(result: Result) -> str:
    """Rows and columns, the window, and what was cut, in a line."""
    rows, columns = result.frame.shape
    words = [f"{rows:,} row{'' if rows == 1 else 's'}", f"{columns:,} column{'' if columns == 1 else 's'}"]
    words += [f"cut at {result.cut:,}"] if result.cut is not None else []
    words += [f"{result.span.start:%Y-%m-%d %H:%M} to {result.span.end:%Y-%m-%d %H:%M} UTC"] if result.span else []
    return " · ".join([*words, f"{result.seconds:,.2f} s"])


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
