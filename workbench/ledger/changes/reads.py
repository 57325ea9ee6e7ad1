"""Read rows, beside whatever is being written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, select

from workbench.base.errors import NotFound, UnknownName
from workbench.ledger.changes.values import table_of
from workbench.ledger.models import Database, Row

R = TypeVar("R", bound=Row)
LARGEST_PAGE = 1_000


@dataclass(frozen=True)
class Below:
    """Matches what is less."""

    value: object


@dataclass(frozen=True)
class Above:
    """Matches what is greater."""

    value: object


@dataclass(frozen=True)
class Other:
    """Matches what is none of these values."""

    values: tuple[object, ...]


@dataclass(frozen=True)
class Search:
    """Which rows, in what order, and which page of them.

    A condition is a value, ``None``, a ``Below``, ``Above`` or ``Other``, or a set, list or tuple of values of which
    one is it.
    """

    where: Mapping[str, object] = field(default_factory=dict)
    order: tuple[str, ...] = ("id",)
    """Columns; with a minus, greatest first."""
    limit: int = 100
    offset: int = 0
    removed: bool = False
    """Whether rows behind a tombstone are found too."""


def get(database: Database, kind: type[R], id_: str, *, removed: bool = False) -> R:
    """One row.

    Raises:
        NotFound: there is none, or it was removed and ``removed`` ones are not asked for.
    """
    with database.reading() as session:
        row = session.get(kind, id_)
    if row is None or (row.deleted_at is not None and not removed):
        raise NotFound(f"There is no {kind.kind.name} with this id", where=id_[:40])
    return row


def find(database: Database, kind: type[R], search: Search) -> list[R]:
    """A page of rows.

    Raises:
        UnknownName: a column does not exist.
    """
    query = _matching(select(kind), kind, search).order_by(*(_order(kind, name) for name in search.order))
    with database.reading() as session:
        return list(session.scalars(query.limit(min(search.limit, LARGEST_PAGE)).offset(search.offset)))


def find_in(connection: Connection, kind: type[R], search: Search) -> list[R]:
    """A page of rows as they are inside a transaction."""
    query = _matching(select(table_of(kind)), kind, search).order_by(*(_order(kind, name) for name in search.order))
    rows = connection.execute(query.limit(min(search.limit, LARGEST_PAGE)).offset(search.offset)).mappings()
    return [kind(**row) for row in rows]


def number_in(connection: Connection, kind: type[Row], search: Search) -> int:
    """How many rows there are inside a transaction."""
    return connection.scalar(_matching(select(func.count()).select_from(kind), kind, search)) or 0


def number(database: Database, kind: type[Row], search: Search) -> int:
    """How many rows there are on all pages."""
    with database.reading() as session:
        return session.scalar(_matching(select(func.count()).select_from(kind), kind, search)) or 0


def _matching(query: Select[Any], kind: type[Row], search: Search) -> Select[Any]:
    query = query.where(*(_condition(_column(kind, name), value) for name, value in search.where.items()))
    return query if search.removed else query.where(kind.deleted_at.is_(None))


def _condition(column: Any, value: object) -> ColumnElement[bool]:
    if isinstance(value, Below):
        return column < value.value  # type: ignore[no-any-return]
    if isinstance(value, Above):
        return column > value.value  # type: ignore[no-any-return]
    if isinstance(value, Other):
        return column.not_in(value.values)  # type: ignore[no-any-return]
    if isinstance(value, set | frozenset | list | tuple):
        return column.in_(list(value))  # type: ignore[no-any-return]
    return column.is_(None) if value is None else column == value  # type: ignore[no-any-return]


def _order(kind: type[Row], name: str) -> Any:
    column = _column(kind, name.removeprefix("-"))
    return column.desc() if name.startswith("-") else column


def _column(kind: type[Row], name: str) -> Any:
    known = [column.key for column in table_of(kind).columns]
    if name not in known:
        raise UnknownName(f"column of a {kind.kind.name}", name, known)
    return getattr(kind, name)
