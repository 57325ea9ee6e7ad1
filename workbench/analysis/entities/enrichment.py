"""Columns beside a column: each distinct value is looked up once, and rows and their order stay as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.analysis.entities._window import Window
from workbench.base.discover import discover
from workbench.base.errors import BadInput, NotFound, UnknownName
from workbench.base.text.defang import refang
from workbench.base.text.url import host, plain_host
from workbench.events.lookups import SHIPPED, Lookups

_NONE = -1


@dataclass(frozen=True)
class Reach:
    """What an enrichment may ask: the events of a window, if there is one, and the lists."""

    window: Window | None = None
    lookups: Lookups = SHIPPED


@dataclass(frozen=True)
class Enrichment:
    """Something that is known of values. ``of`` gives ``columns`` for a series of distinct values, in its order.

    It raises NotFound where what it asks is not held.
    """

    name: str
    title: str
    columns: Mapping[str, pl.DataType]
    of: Callable[[pl.Series, Reach], pl.DataFrame]


@dataclass(frozen=True)
class Enriched:
    """New columns for the rows of a column, and what could not be asked, a sentence each."""

    columns: pl.DataFrame
    notes: tuple[str, ...]


def every_enrichment() -> Mapping[str, Enrichment]:
    """Every enrichment by name."""
    return discover("workbench.analysis.entities.enrichments", Enrichment)


def enriched(values: pl.Series, names: Sequence[str], reach: Reach) -> Enriched:
    """What enrichments know of the values of a column: columns named ``<column>_...``, a row for each value.

    Null and empty values stay null, and so does what could not be asked: ``notes`` then says why.

    Raises:
        UnknownName: there is no such enrichment; the error carries the nearest.
        BadInput: no enrichment was named, or the column holds no single values.
    """
    chosen = _chosen(names)
    if values.dtype.is_nested():
        raise BadInput(f"The column {values.name!r} holds lists", next_step="Explode it first.")
    distinct, places = _places(values.cast(pl.String))
    known, notes = _known(distinct, chosen, reach)
    return Enriched(pl.DataFrame([each.gather(places).alias(f"{values.name}_{each.name}") for each in known]), notes)


def _places(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The distinct values that are neither null nor empty, and for each row the place of its value among them.

    A column of categories makes both in one pass over the texts; a join would take a second.
    """
    coded = values.cast(pl.Categorical)
    distinct = coded.unique().drop_nulls()
    distinct = distinct.filter(distinct.cast(pl.String) != "")
    codes = distinct.to_physical().to_numpy()
    place = np.full(int(coded.to_physical().max() or 0) + 1, _NONE, np.int64)  # type: ignore[arg-type]  # of numbers
    place[codes] = np.arange(len(codes))
    placed = pl.Series(place[coded.to_physical().fill_null(0).to_numpy()])
    return distinct.cast(pl.String), pl.select(
        pl.when((placed != _NONE) & coded.is_not_null()).then(placed)
    ).to_series()


def host_of(text: str) -> str:
    """The host of a URL, of an address of mail, or of itself; empty where there is none."""
    bare = text.rpartition("@")[2] if "@" in text and "/" not in text else text
    return plain_host(f"http://{bare}") or host(bare)


def _chosen(names: Sequence[str]) -> list[Enrichment]:
    known = every_enrichment()
    if not names:
        raise BadInput("No enrichment is named", next_step=f"Name some of {', '.join(known)}.")
    for name in names:
        if name not in known:
            raise UnknownName("enrichment", name, known)
    return [known[name] for name in dict.fromkeys(names)]


def _known(distinct: pl.Series, chosen: list[Enrichment], reach: Reach) -> tuple[pl.DataFrame, tuple[str, ...]]:
    plain = pl.Series([refang(text) for text in distinct], dtype=pl.String)
    found, notes = list[pl.DataFrame](), list[str]()
    for each in chosen:
        try:
            found.append(each.of(plain, reach).cast(pl.Schema(each.columns)))
        except NotFound as error:
            found.append(pl.DataFrame({name: [None] * len(plain) for name in each.columns}, dict(each.columns)))
            notes.append(f"{each.name}: {error}")
    return pl.concat(found, how="horizontal"), tuple(notes)
