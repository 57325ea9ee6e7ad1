"""What an entity is made of, as data: how its value is read, its pivots, and what is counted of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from workbench.base.discover import discover
from workbench.base.errors import BadInput, UnknownName
from workbench.base.text.defang import refang
from workbench.events.tables import table

LONGEST = 16_384
"""Characters of a value; what is longer names nothing that is held."""

_SHOWN = 80


@dataclass(frozen=True)
class Pivot:
    """A way from an entity to rows of one table: those for which ``where`` holds.

    ``where`` is KQL that names the entity's values (``Kind.values``); they are bound as data. ``then`` are further
    steps, for pivots that list rather than show rows. ``via`` is the table that leads there, where it is another: if
    nothing of it is held, no rows mean nothing. ``sees`` says whether the time of a row is one at which the entity was
    seen.
    """

    name: str
    table: str
    title: str
    where: str
    then: str = ""
    via: str = ""
    sees: bool = True

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables without which nothing follows from no rows."""
        return (self.table, self.via) if self.via else (self.table,)

    @property
    def time(self) -> str:
        """The column that says when a row happened."""
        return table(self.table).time

    @property
    def rows(self) -> str:
        """KQL for the rows, in no order."""
        return f"{self.table}\n| where {self.where}"

    @property
    def text(self) -> str:
        """KQL for what the pivot gives, the newest first."""
        return f"{self.rows}\n{self.then}" if self.then else f"{self.rows}\n| sort by {self.time} desc"


@dataclass(frozen=True)
class Count:
    """A number of a profile: an aggregate in KQL over the rows of a pivot."""

    label: str
    pivot: str
    kql: str


@dataclass(frozen=True)
class Breakdown:
    """The rows of a pivot by columns in which somebody passed a verdict on them."""

    title: str
    pivot: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One kind of entity.

    ``read`` makes the normal form of a value that is stripped and no longer defanged, and raises ValueError with what
    is wrong; ``likely`` says whether a text is plainly of this kind, asked in the order of ``rank``. ``values`` are
    what conditions name, from the normal form and the value as it was given. ``host`` gives the host or address that
    reference data know it by, empty where there is none. ``volume`` names the pivots whose rows are counted over time.
    ``sample`` is a value for examples, ``note`` the ledger's word for the kind, ``cell`` the kind of cell that shows a
    value.
    """

    name: str
    face: str
    title: str
    noun: str
    example: str
    sample: str
    read: Callable[[str], str]
    values: Callable[[str, str], Mapping[str, object]]
    pivots: tuple[Pivot, ...]
    counts: tuple[Count, ...]
    volume: tuple[str, ...]
    breakdowns: tuple[Breakdown, ...] = ()
    likely: Callable[[str], bool] = lambda _text: False
    rank: int = 9
    host: Callable[[str], str] = lambda _value: ""
    note: str = ""
    cell: str = "text"

    @cached_property
    def by_name(self) -> Mapping[str, Pivot]:
        """The pivots by name."""
        return MappingProxyType({pivot.name: pivot for pivot in self.pivots})

    def pivot(self, name: str) -> Pivot:
        """One pivot.

        Raises:
            UnknownName: the kind has no such pivot; the error carries the nearest.
        """
        if name not in self.by_name:
            raise UnknownName(f"pivot of {self.face}", name, self.by_name)
        return self.by_name[name]


def every_kind() -> Mapping[str, Kind]:
    """Every kind of entity by name."""
    return discover("workbench.analysis.entities.kinds", Kind)


def kind_named(name: str) -> Kind:
    """A kind by its name, or by the name that Python code calls it by.

    Raises:
        UnknownName: there is none.
    """
    known = {kind.face: kind for kind in every_kind().values()} | dict(every_kind())
    if name not in known:
        raise UnknownName("kind of entity", name, known)
    return known[name]


def normal(kind: Kind, text: str) -> str:
    """The normal form of a value, which may be defanged.

    Raises:
        BadInput: it is none of that kind; the error says why, and of which kind it looks to be.
    """
    given = refang(text)
    try:
        if not given:
            raise ValueError("it is empty")
        if len(given) > LONGEST:
            raise ValueError(f"it has more than {LONGEST:,} characters")
        value = kind.read(given)
        if not value:
            raise ValueError("nothing of it remains")
        return value
    except ValueError as error:
        near = likely_kind(given)
        step = f"It looks like {near.noun}: wb.{near.face}(...)." if near and near != kind else f"Give {kind.example}."
        raise BadInput(f"{text[:_SHOWN]!r} is not {kind.noun}: {error}", next_step=step) from None


def likely_kind(text: str) -> Kind | None:
    """The kind that a text, no longer defanged, plainly is of; None where none is plain."""
    ordered = sorted(every_kind().values(), key=lambda kind: kind.rank)
    return next((kind for kind in ordered if text and len(text) <= LONGEST and kind.likely(text)), None)
