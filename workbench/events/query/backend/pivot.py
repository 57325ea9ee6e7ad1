"""``pivot``: rows to columns."""

import polars as pl

from workbench.events.query.backend.frame import Frame, Runner
from workbench.events.query.backend.values import ENGINE, constant
from workbench.events.query.plan import Pivot


def frame(node: Pivot, runner: Runner) -> Frame:
    """One row for each combination of keys. The source has at most one cell for each of these and each new column."""
    source = runner.frame(node.source)
    form = source.forms.get(node.cell)
    kind = node.source.types[node.cell]
    cells = [_cell(node, text).alias(name) for name, text in node.values]
    if node.missing is not None:
        empty = constant(node.missing, kind).expr.cast(ENGINE[kind])
        cells = [cell.fill_null(empty) for cell in cells]
    forms = {name: each for name, each in source.forms.items() if name in node.keys}
    forms |= {name: form for name, _ in node.values} if form else {}
    keys = [pl.col(name) for name in node.keys] or [pl.lit(value=True).alias(node.on)]
    grouped = source.lazy.rename({node.on: f"{node.on}_"}).group_by(keys, maintain_order=True).agg(cells)
    return Frame(grouped.select(name for name, _ in node.columns), forms)


def _cell(node: Pivot, text: str) -> pl.Expr:
    return pl.col(node.cell).filter(pl.col(f"{node.on}_") == text).first()
