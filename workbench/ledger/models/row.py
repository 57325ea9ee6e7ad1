"""What every row of the ledger has: a sortable name, a version, who made, changed and removed it, and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, cast

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, Enum, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from workbench.ledger.models.words import NAME_LENGTH

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC with microseconds; a time without zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: SQLite keeps no zones."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Document(TypeDecorator[Any]):
    """A JSON value, kept as text with sorted keys: equal values are equal texts on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, _: Dialect) -> str | None:
        """To the database."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, _: Dialect) -> Any:
        """From the database."""
        return None if value is None else orjson.loads(value)


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces; times in UTC with microseconds."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, (tuple, frozenset, set)):
        return sorted(value) if isinstance(value, (frozenset, set)) else list(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def moment(value: datetime) -> str:
    """A time as text of one length, which sorts as time does."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def word(kind: type[StrEnum]) -> Enum:
    """A column type for one of a set of words, kept as text."""
    return Enum(kind, native_enum=False, length=32, values_callable=lambda each: [one.value for one in each])


@dataclass(frozen=True)
class Kind:
    """How the ledger treats the rows of a table."""

    name: str
    secret: frozenset[str] = frozenset()
    """Columns that never leave the database: the audit says only that they changed."""
    fixed: frozenset[str] = frozenset()
    """Columns that are given once and never changed."""
    beats: frozenset[str] = frozenset()
    """Columns that signs of life and progress are written to, without version and audit."""
    states: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What may follow on each value of the column ``state``."""
    derived: Mapping[str, tuple[str, Callable[[Any], object]]] = field(default_factory=dict)
    """Columns made from another one when a row is made: which, and how."""
    projected: bool = True
    """Whether changes go to the outbox."""


class Base(DeclarativeBase):
    """All tables of the ledger."""

    metadata = MetaData(naming_convention=_NAMES)


class Row(Base):
    """A row that people or the product change: by compare-and-swap of ``version``, removed by a tombstone only."""

    __abstract__ = True
    kind: ClassVar[Kind]

    id: Mapped[str] = mapped_column(String(26), primary_key=True, sort_order=-9)
    version: Mapped[int] = mapped_column(BigInteger, sort_order=-8)
    created_by: Mapped[str] = mapped_column(String(NAME_LENGTH), sort_order=90)
    created_at: Mapped[datetime] = mapped_column(Instant, sort_order=91)
    updated_by: Mapped[str] = mapped_column(String(NAME_LENGTH), sort_order=92)
    updated_at: Mapped[datetime] = mapped_column(Instant, sort_order=93)
    deleted_by: Mapped[str | None] = mapped_column(String(NAME_LENGTH), sort_order=94)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant, sort_order=95)


KEPT = frozenset({"id", "version", "created_by", "created_at", "updated_by", "updated_at", "deleted_by", "deleted_at"})
"""Columns that the ledger itself fills."""


def values_of(row: Row) -> dict[str, Any]:
    """All columns of a row by name."""
    return {column.key: getattr(row, column.key) for column in cast(Any, row).__table__.columns}
