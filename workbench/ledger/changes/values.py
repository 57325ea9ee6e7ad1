"""Hold what is to be written against the columns it is for, before the database sees it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Boolean, Column, Enum, Integer, String, Table, Text

from workbench.base.errors import BadInput, UnknownName
from workbench.ledger.models import KEPT, Row, canonical
from workbench.ledger.models.row import Document, Instant
from workbench.ledger.models.words import DOCUMENT_BYTES, DOCUMENT_DEPTH, TEXT_BYTES

_LARGEST = 2**63 - 1
_LARGEST_SMALL = 2**31 - 1


def table_of(kind: type[Row]) -> Table:
    """The table of a kind of row."""
    return cast(Table, kind.__table__)


def checked(kind: type[Row], values: Mapping[str, object], *, fixed: bool = False) -> dict[str, object]:
    """Values as they are written.

    Args:
        kind: what they are values of.
        values: by column.
        fixed: whether columns that never change may be given, as when a row is made.

    Raises:
        UnknownName: there is no such column.
        BadInput: a value does not fit its column, or the column is not for the caller to fill.
    """
    columns = table_of(kind).columns
    open_ = {column.key for column in columns} - KEPT - set(kind.kind.derived)
    return {name: _value(kind, columns, name, value, open_, fixed=fixed) for name, value in values.items()}


def _value(kind: type[Row], columns: Any, name: str, value: object, open_: set[str], *, fixed: bool) -> object:
    if name not in columns:
        raise UnknownName(f"column of a {kind.kind.name}", name, open_)
    if name not in open_ or (name in kind.kind.fixed and not fixed):
        raise BadInput(f"{name} of a {kind.kind.name} cannot be changed")
    return fitting(kind, columns[name], value)


def fitting(kind: type[Row], column: "Column[Any]", value: object) -> object:
    """A value that its column takes.

    Raises:
        BadInput: it does not.
    """
    where = f"{column.key} of a {kind.kind.name}"
    if value is None:
        if not column.nullable:
            raise BadInput(f"{where} must have a value")
        return None
    take = next(take for type_, take in _TAKES if isinstance(column.type, type_))
    return take(where, column, value)


def defaults(kind: type[Row]) -> dict[str, object]:
    """What columns hold that nobody filled."""
    found: dict[str, object] = {}
    for column in table_of(kind).columns:
        default: Any = column.default
        if default is not None:
            found[column.key] = default.arg(None) if default.is_callable else default.arg
        elif column.nullable:
            found[column.key] = None
    return found


def _text(where: str, column: "Column[Any]", value: object) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{where} is a text")
    length = cast(String, column.type).length
    if length is not None and len(value) > length:
        raise BadInput(f"{where} has {len(value):,} characters, at most {length:,}")
    return _storable(where, value)


def _storable(where: str, value: str) -> str:
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise BadInput(f"{where} holds half a character") from None
    if size > TEXT_BYTES:
        raise BadInput(f"{where} has {size:,} bytes, at most {TEXT_BYTES:,}")
    if "\0" in value:
        raise BadInput(f"{where} holds a NUL character")
    return value


def _word(where: str, column: "Column[Any]", value: object) -> object:
    kind = cast(Enum, column.type).enum_class
    try:
        return cast(Any, kind)(value)
    except ValueError:
        known = ", ".join(each.value for each in cast(Any, kind))
        raise BadInput(f"{where} is one of {known}") from None


def _document(where: str, _: "Column[Any]", value: object) -> object:
    if _depth(value) > DOCUMENT_DEPTH:
        raise BadInput(f"{where} is nested deeper than {DOCUMENT_DEPTH}")
    try:
        size = len(canonical(value))
    except (TypeError, ValueError) as error:
        raise BadInput(f"{where} cannot be written as JSON: {error}") from None
    if size > DOCUMENT_BYTES:
        raise BadInput(f"{where} has {size:,} bytes, at most {DOCUMENT_BYTES:,}")
    return value


def _depth(value: object, room: int = DOCUMENT_DEPTH + 2) -> int:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else None
    if inner is None or not room:
        return 0
    return 1 + max((_depth(each, room - 1) for each in inner), default=0)


def _moment(where: str, _: "Column[Any]", value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise BadInput(f"{where} is a time with its zone")
    return value


def _bool(where: str, _: "Column[Any]", value: object) -> bool:
    if not isinstance(value, bool):
        raise BadInput(f"{where} is true or false")
    return value


def _whole(where: str, column: "Column[Any]", value: object) -> int:
    most = _LARGEST if isinstance(column.type, BigInteger) else _LARGEST_SMALL
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > most:
        raise BadInput(f"{where} is a whole number of at most {most:,}")
    return value


Take = Callable[[str, "Column[Any]", object], object]

_TAKES: tuple[tuple[type, Take], ...] = (
    (Document, _document),
    (Instant, _moment),
    (Enum, _word),
    (Boolean, _bool),
    (Integer, _whole),
    (Text, _text),
    (String, _text),
)
