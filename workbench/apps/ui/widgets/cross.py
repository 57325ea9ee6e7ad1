"""A table of counts, one column of the data by another, shaded by how many; any cell or head can be picked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl
from traitlets import Dict, Unicode

from workbench.apps.session.encoded import Form
from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.cells import DEFANGED, Cell, Kind, Ours, cell, nobodys
from workbench.apps.ui.widgets.download import file_of, send, unlike
from workbench.apps.ui.widgets.part import Part
from workbench.base import wire
from workbench.base.errors import BadInput
from workbench.base.render import csv_cell, visible
from workbench.views.charts.crossed import REST, Crossed
from workbench.views.explorer.pictures import OTHER

TOTAL = "Total"
_YES = {"True": "Yes", "False": "No"}


@dataclass(frozen=True)
class Side:
    """The rows or the columns of a table: how its field is called, and what kind of values it holds."""

    label: str
    kind: Kind = "text"


Picked = tuple[str | None, str | None]
"""The values of the picked row and column; None for the one that was not part of the pick."""


class Cross(Part):
    """Counts of rows by columns with their sums.

    ``empty`` says why there may be nothing. What stands for many values, and a cell without rows, cannot be picked.
    """

    _esm = browser.module("cross")
    _css = browser.style("plot", "cross")

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "pick": "the cell in this `row` and `column` was picked, or, with -1 for one of them, the head of the other",
        "take": "the table is to be saved as a CSV file",
    }
    EVENTS: ClassVar[Mapping[str, str]] = {
        "pick": "the values of row and column, as the data have them; None for the one that is not meant"
    }

    title = Unicode("", help="what the table shows").tag(sync=True)
    caption = Unicode("", help="what is counted").tag(sync=True)
    corner = Dict(help="what the rows and the columns are, in words").tag(sync=True)
    rows = Dict(help="cells, totals and rest, each with an element a row, and the kind of the cells").tag(sync=True)
    columns = Dict(help="the same, with an element a column").tag(sync=True)
    counts = Dict(help="lines and shades: of each row the counts of its cells, and how dark they are, 0 to 5").tag(
        sync=True
    )
    shades = Dict(help="ends: the least and greatest count of each shade").tag(sync=True)
    total = Unicode("", help="the sum of all cells; empty without any").tag(sync=True)
    text = Unicode("", help="the whole table as lines with tabs, to copy: no cell of it is a formula").tag(sync=True)
    empty = Unicode("", help="what is said when there is nothing to count").tag(sync=True)

    def __init__(self, *, ours: Ours = nobodys, **traits: Any) -> None:
        super().__init__(**traits)
        self._ours = ours
        self._table = Crossed()
        self._sides = (Side(""), Side(""))

    def draw(self, table: Crossed, rows: Side, columns: Side, **traits: Any) -> None:
        """Show another table."""
        self._table, self._sides = table, (rows, columns)
        self.update(
            title=f"{rows.label} by {columns.label[:1].lower()}{columns.label[1:]}",
            corner={"rows": rows.label, "columns": columns.label},
            rows=self._heads(table.rows, table.row_totals, rows),
            columns=self._heads(table.columns, table.column_totals, columns),
            counts={"lines": [list(line) for line in table.counts], "shades": _shades(table)},
            shades={"ends": [list(each) for each in table.shades()]},
            total=f"{table.total:,}" if table.total else "",
            text=_lines(self._frame()),
            **traits,
        )

    def _heads(self, values: tuple[str, ...], totals: tuple[int, ...], side: Side) -> dict[str, object]:
        cells = [self._head(value, side) for value in values]
        rest = [value == REST for value in values]
        return {"cells": cells, "totals": list(totals), "rest": rest, "kind": side.kind}

    def _head(self, value: str, side: Side) -> Cell:
        if value == REST:
            return OTHER
        if side.kind == "bool":
            return [_YES.get(value, value), value]
        return cell(value, side.kind if side.kind in DEFANGED else "text", self._ours)

    def _frame(self) -> pl.DataFrame:
        """The table as it is taken away: values as the data have them, sums at the right and below."""
        table, (rows, columns) = self._table, self._sides
        down = [*map(_named, table.rows), TOTAL]
        lines = [*table.counts, table.column_totals] if table.counts else []
        heads = unlike([f"{rows.label} / {columns.label}", *map(_named, table.columns), TOTAL])
        if not lines:
            return pl.DataFrame(schema=dict.fromkeys(heads, pl.String))
        body = [[name, *line, sum(line)] for name, line in zip(down, lines, strict=True)]
        return pl.DataFrame(body, schema=heads, orient="row")

    def _got_pick(self, message: Mapping[str, Any]) -> None:
        table = self._table
        row = wire.integer(message, "row", -1, len(table.rows) - 1, -1)
        column = wire.integer(message, "column", -1, len(table.columns) - 1, -1)
        first = table.rows[row] if row >= 0 else None
        second = table.columns[column] if column >= 0 else None
        if REST in (first, second):
            raise not_one()
        if first is not None or second is not None:
            self.tell("pick", (first, second))

    def _got_take(self, _message: Mapping[str, Any]) -> None:
        send(self, file_of(self._frame(), visible(self.title, 80).replace(" ", "_") or "table", Form.csv))


def not_one() -> BadInput:
    """Why what stands for many values cannot be picked."""
    return BadInput(f"“{OTHER}” stands for many values", next_step="Pick one that is named, or add a filter.")


def _named(value: str) -> str:
    return value if value != REST else OTHER


def _shades(table: Crossed) -> list[list[int]]:
    return [[table.shade(row, column) for column in range(len(table.columns))] for row in range(len(table.rows))]


def _lines(frame: pl.DataFrame) -> str:
    rows = [frame.columns, *frame.rows()] if frame.height else []
    return "\n".join("\t".join(csv_cell(" ".join(str(each).split())) for each in row) for row in rows)
