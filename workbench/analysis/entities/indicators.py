"""Indicators out of rows: typed, each once, without what is ours."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from workbench.analysis.entities.kind import kind_named, normal
from workbench.base.config import Organisation
from workbench.base.errors import BadInput
from workbench.base.text.defang import defang
from workbench.base.text.url import host
from workbench.events.lookups import scope_of

TYPES: Mapping[str, str] = MappingProxyType(
    {"url": "url", "domain": "domain", "ip": "ip_address", "sender": "sender", "sha256": "file"}
)
"""Types of indicators, in the order they are listed, and the kinds of entities whose normal form they take."""

_SCHEMA = {"Type": pl.String(), "Value": pl.String(), "Rows": pl.Int64()}


@dataclass(frozen=True)
class Indicators:
    """Indicators: Type, Value in normal form, and in how many cells it stands. ``notes`` say what was left out."""

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()

    def defanged(self) -> pl.DataFrame:
        """The same with values of which nothing makes a link."""
        shown = [value if kind == "sha256" else defang(value) for kind, value, _ in self.frame.iter_rows()]
        return self.frame.with_columns(Value=pl.Series(shown, dtype=pl.String))

    def text(self) -> str:
        """The values for a ticket, defanged, one a line, and what was left out."""
        lines = [value for _, value, _ in self.defanged().iter_rows()]
        return "\n".join([*lines, *(f"# {note}" for note in self.notes)])

    def __len__(self) -> int:
        return self.frame.height

    def __repr__(self) -> str:
        counts = Counter(self.frame["Type"])
        told = ", ".join(f"{counts[each]:,} {each}" for each in TYPES if counts[each]) or "none"
        return " ".join([f"<Indicators: {told}.", *self.notes]) + ">"


def indicators(columns: Iterable[tuple[str, pl.Series]], organisation: Organisation) -> Indicators:
    """The indicators in columns, each given with its type, one of ``TYPES``. Empty and null cells are none.

    Left out, and counted in ``notes``: what is ours (domains of the organisation, its mailboxes and ranges), addresses
    that are nobody's place, and what is none of its type.
    """
    found: Counter[tuple[str, str]] = Counter()
    left: Counter[str] = Counter()
    cells = [(kind, _normal(kind, text), count) for kind, column in columns for text, count in _counted(column)]
    ours = _ours(organisation, [value for kind, value, _ in cells if kind == "ip" and value])
    for kind, value, count in cells:
        reason = f"no {kind}" if value is None else ours[kind](value)
        if value is None or reason:
            left[reason] += 1
        else:
            found[kind, value] += count
    places = {kind: place for place, kind in enumerate(TYPES)}
    rows = sorted(((*key, count) for key, count in found.items()), key=lambda row: (places[row[0]], row[1]))
    return Indicators(pl.DataFrame(rows, schema=_SCHEMA, orient="row"), tuple(_notes(left)))


def _counted(column: pl.Series) -> Iterator[tuple[str, int]]:
    flat = column.explode() if column.dtype.is_nested() else column
    texts = flat.cast(pl.String).drop_nulls()
    counts = texts.filter(texts != "").value_counts(name="Cells")
    return counts.iter_rows()


def _normal(kind: str, text: str) -> str | None:
    try:
        return normal(kind_named(TYPES[kind]), text)
    except BadInput:
        return None


def _ours(organisation: Organisation, addresses: Sequence[str]) -> Mapping[str, Callable[[str], str]]:
    """Why a value of each type is left out; empty where it is not. ``addresses`` are all that will be asked about."""
    scopes = dict(zip(addresses, scope_of(pl.Series(addresses, dtype=pl.String)), strict=True))

    def named(value: str) -> str:
        return "ours" if organisation.owns(value) else ""

    def addressed(value: str) -> str:
        if organisation.is_egress(value):
            return "ours"
        scope = scopes[value]
        return "not public addresses" if scope and scope != "documentation" else ""

    def linked(value: str) -> str:
        return named(host(value))

    return {"url": linked, "domain": named, "ip": addressed, "sender": named, "sha256": lambda _value: ""}


def _notes(left: Counter[str]) -> Iterator[str]:
    for reason, count in sorted(left.items()):
        yield f"{count:,} left out: {reason}."
