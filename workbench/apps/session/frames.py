"""Frames of a notebook, Polars or pandas: taken as they come, given back as they came."""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import polars as pl

from workbench.analysis.entities import Notice, Reach, enriched
from workbench.apps.session.current import last
from workbench.base.errors import BadInput, UnknownName

if TYPE_CHECKING:
    import pandas as pd

    from workbench.apps.session.workbench import Workbench


def as_polars(frame: "pl.DataFrame | pl.LazyFrame | pd.DataFrame") -> pl.DataFrame:
    """Any frame as a Polars frame in memory.

    Raises:
        BadInput: it is no frame.
    """
    if isinstance(frame, pl.LazyFrame):
        return frame.collect(engine="streaming")
    if isinstance(frame, pl.DataFrame):
        return frame
    if _is_pandas(frame):
        return pl.from_pandas(frame)
    raise BadInput(f"A {type(frame).__name__} is no frame", next_step="Give a frame of Polars or of pandas.")


@overload
def enrich(
    frame: pl.DataFrame | pl.LazyFrame, column: str, *names: str, workbench: "Workbench | None" = None
) -> pl.DataFrame: ...


@overload
def enrich(frame: "pd.DataFrame", column: str, *names: str, workbench: "Workbench | None" = None) -> "pd.DataFrame": ...


def enrich(
    frame: "pl.DataFrame | pl.LazyFrame | pd.DataFrame",
    column: str,
    *names: str,
    workbench: "Workbench | None" = None,
) -> "pl.DataFrame | pd.DataFrame":
    """The same rows in the same order, with what is known of the values of a column beside it.

    New columns are named ``<column>_...``, and replace those of a former call; null stays null. A Polars frame gives a
    Polars frame (a lazy one is collected), a pandas frame a pandas frame with its index. What could not be asked is
    null, and a ``Notice`` says why. Lists and indicators are those of ``workbench``, else of the one opened last.

    Example:
        >>> wb.enrich(w.EmailEvents.head(3), "SenderIPv4", "geo").columns[-2:]
        ['SenderIPv4_country', 'SenderIPv4_country_name']

    Raises:
        UnknownName: there is no such column or enrichment; the error carries the nearest.
        BadInput: no enrichment was named, or the column holds no single values.
    """
    if isinstance(frame, pl.DataFrame | pl.LazyFrame) or not _is_pandas(frame):
        rows = as_polars(frame)
        return rows.with_columns(_added(rows, column, names, workbench))
    if column not in frame.columns:
        raise UnknownName("column", column, map(str, frame.columns))
    found = _added(pl.from_pandas(frame[[column]]), column, names, workbench)
    return frame.assign(**{each.name: each.to_pandas().set_axis(frame.index) for each in found})


def _added(rows: pl.DataFrame, column: str, names: Sequence[str], workbench: "Workbench | None") -> pl.DataFrame:
    if column not in rows.columns:
        raise UnknownName("column", column, rows.columns)
    held = workbench or last()
    found = enriched(rows[column], names, Reach(held.window(), held.lookups) if held else Reach())
    for note in found.notes:
        warnings.warn(note, Notice, stacklevel=3)
    return found.columns


def _is_pandas(frame: object) -> bool:
    return type(frame).__module__.partition(".")[0] == "pandas"
