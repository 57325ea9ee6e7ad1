"""What all messages between service and clients share: no unknown keys, and limits on every text and document."""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from workbench.ledger.models.words import DOCUMENT_DEPTH, NAME_LENGTH, TEXT_BYTES

T = TypeVar("T")


class Message(BaseModel):
    """A request or an answer; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(Message):
    """A request. Types are not bent: a number is no text, and a text no number. Faults do not repeat what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Held(Message):
    """A row as the ledger has it; made from a row of ``ledger.models``, of which it shows what it declares."""

    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True)

    id: str
    version: int
    created_by: str
    created_at: AwareDatetime
    updated_by: str
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None


class Page(Message, Generic[T]):
    """Some of the things asked for, and how many there are on all pages."""

    items: list[T]
    total: int


def storable(text: str) -> str:
    """A text that any database keeps.

    Raises:
        ValueError: it is too long, or holds what no database keeps.
    """
    if "\0" in text:
        raise ValueError("holds a NUL character")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise ValueError("holds half a character") from None
    if size > TEXT_BYTES:
        raise ValueError(f"has {size:,} bytes, at most {TEXT_BYTES:,}")
    return text


def shallow(value: object, room: int = DOCUMENT_DEPTH) -> object:
    """A document that is nested no deeper than it may be.

    Raises:
        ValueError: it is nested deeper, or a text or number in it is none that any database keeps.
    """
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, int) and value.bit_length() > 63:
        raise ValueError("holds a whole number of more than 64 bits")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("holds a number that is not finite")
    if not isinstance(value, Mapping | list):
        return value
    if not room:
        raise ValueError(f"is nested deeper than {DOCUMENT_DEPTH}")
    inner = [*value, *value.values()] if isinstance(value, Mapping) else value
    for each in inner:
        shallow(each, room - 1)
    return value


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH), AfterValidator(storable)
]
Short = Annotated[str, Field(max_length=NAME_LENGTH), AfterValidator(storable)]
Text = Annotated[str, Field(max_length=TEXT_BYTES), AfterValidator(storable)]
Reason = Annotated[str, Field(max_length=4096), AfterValidator(storable)]
Id = Annotated[str, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
Version = Annotated[int, Field(ge=1, le=2**63 - 1)]
Document = Annotated[dict[str, Any], AfterValidator(shallow)]


class Change(Asked):
    """A change of a row that was at ``version`` when it was looked at; only keys that are there are changed."""

    version: Version
    reason: Reason = ""

    @property
    def changes(self) -> dict[str, Any]:
        """What is to be changed, in the order of the declaration."""
        given = self.model_fields_set - {"version", "reason"}
        return {name: getattr(self, name) for name in type(self).model_fields if name in given}


class Removal(Asked):
    """A row to be removed, or to be restored."""

    version: Version
    reason: Reason = ""
