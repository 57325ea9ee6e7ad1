"""A button that saves a file made in the kernel: no file lies on the server, no address names it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Any, ClassVar

import polars as pl
from traitlets import Unicode

from workbench.apps.session.encoded import Form, encoded
from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.part import Part
from workbench.base.errors import LimitReached
from workbench.base.render import csv_cell

LARGEST = 100_000_000
"""Bytes of one file; a browser page is no place for more."""
MIMES: Mapping[Form, str] = MappingProxyType(
    {
        Form.csv: "text/csv;charset=utf-8",
        Form.ndjson: "application/x-ndjson",
        Form.parquet: "application/vnd.apache.parquet",
    }
)
"""What a browser is told of a file."""


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


def file_of(frame: pl.DataFrame, stem: str, form: Form) -> File:
    """A frame as a file: no cell of a CSV is read as a formula, Parquet is without loss."""
    return File(f"{stem}.{form}", encoded(frame, (), form), MIMES[form])


def unlike(names: list[str]) -> list[str]:
    """Names of columns that no spreadsheet runs, each another one: a value may be called as the sum is."""
    told: list[str] = []
    for name in map(csv_cell, names):
        numbered = (name if number == 1 else f"{name} ({number})" for number in count(1))
        told.append(next(each for each in numbered if each not in told))
    return told
