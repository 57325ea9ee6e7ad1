"""A button that saves a file made in the kernel: no file lies on the server, no address names it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, ClassVar

import polars as pl
from traitlets import Unicode

from workbench.apps.ui import browser
from workbench.apps.ui.part import Part
from workbench.base.errors import LimitReached
from workbench.base.render import csv_cell

LARGEST = 100_000_000
"""Bytes of one file; a browser page is no place for more."""


@dataclass(frozen=True)
class File:
    """A file on its way to the reader."""

    name: str
    data: bytes
    mime: str = "application/octet-stream"


class Download(Part):
    """A button; pressing it calls ``make`` and has the browser save what comes back."""

    _esm = browser.module("download")
    _css = browser.style()

    MESSAGES: ClassVar[Mapping[str, str]] = {"download": "the button was pressed"}

    label = Unicode("", help="the words on the button").tag(sync=True)

    def __init__(self, label: str, make: Callable[[], File], **traits: Any) -> None:
        super().__init__(label=label, **traits)
        self._make = make

    def _got_download(self, _message: Mapping[str, Any]) -> None:
        send(self, self._make())
        self.update()


def send(part: Part, file: File) -> None:
    """Have the page of a widget save a file.

    Raises:
        LimitReached: the file is too large for a browser page.
    """
    if len(file.data) > LARGEST:
        raise LimitReached(
            f"{file.name} would take {len(file.data):,} bytes; a page saves at most {LARGEST:,}",
            next_step="Filter first, or write it from a notebook.",
        )
    part.deliver(file.name, file.data, file.mime)


def csv(frame: pl.DataFrame, name: str) -> File:
    """A frame for spreadsheets: every cell quoted, none read as a formula, lists joined, times in ISO 8601."""
    text = frame.with_columns(_plain(column, dtype) for column, dtype in frame.schema.items())
    header = {column: csv_cell(column) for column in frame.columns}
    data = text.rename(header).write_csv(quote_style="always", include_bom=True)
    return File(f"{name}.csv", data.encode("utf-8"), "text/csv;charset=utf-8")


def parquet(frame: pl.DataFrame, name: str) -> File:
    """A frame without loss."""
    held = BytesIO()
    frame.write_parquet(held)
    return File(f"{name}.parquet", held.getvalue(), "application/vnd.apache.parquet")


def _plain(column: str, dtype: pl.DataType) -> pl.Expr:
    value = pl.col(column)
    if isinstance(dtype, pl.Datetime):
        return value.dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    if dtype.is_nested():
        value = value.map_elements(lambda each: str(getattr(each, "to_list", lambda: each)()), return_dtype=pl.String)
    elif dtype != pl.String and dtype != pl.Categorical:
        return value
    return value.cast(pl.String).map_elements(csv_cell, return_dtype=pl.String)
