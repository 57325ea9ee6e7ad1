"""Functions with several results: worked out once for all of their results that a step asks for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from workbench.events.query.backend.frame import Frame, Runner
from workbench.events.query.backend.values import JSON
from workbench.events.query.plan import Bound, Part, Ref

_NAME = "\x00parts"

Items = Sequence[tuple[str, Bound]]


def shared(items: Items, runner: Runner, frame: Frame) -> tuple[Frame, Items]:
    """The rows with a column for each function of which several results are wanted, and the items over it."""
    counts = Counter(bound.base for _, bound in items if isinstance(bound, Part))
    names = {base: f"{_NAME}{place}" for place, (base, count) in enumerate(counts.items()) if count > 1}
    if not names:
        return frame, items
    values = {name: runner.value(base, frame) for base, name in names.items()}
    lazy = frame.lazy.with_columns(each.expr.alias(name) for name, each in values.items())
    forms = {name: each.form or JSON for name, each in values.items()}
    return replace(frame, lazy=lazy, forms={**frame.forms, **forms}), [(name, _over(b, names)) for name, b in items]


def dropped(lazy: pl.LazyFrame, frame: Frame) -> pl.LazyFrame:
    """The rows without these columns."""
    names = [name for name in frame.forms if name.startswith(_NAME)]
    return lazy.drop(names) if names else lazy


def _over(bound: Bound, names: dict[Bound, str]) -> Bound:
    if isinstance(bound, Part) and bound.base in names:
        return replace(bound, base=Ref(names[bound.base], type="dynamic"))
    return bound
