"""Tests of workbench.base.faults."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from workbench.base.faults import said


class State(Enum):
    """A set of words."""

    QUEUED = "queued"
    RUNNING = "running"


class Form(BaseModel):
    """A form of one field."""

    model_config = ConfigDict(extra="forbid")

    days: int


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("is odd")
    return value


def fault(kind: Any, value: object) -> Mapping[str, Any]:
    """The first fault of a value."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return dict(caught.value.errors()[0])


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (int, "seven", "is no whole number"),
        (int, 7.5, "is no whole number"),
        (int, None, "is no whole number"),
        (float, "much", "is no number"),
        (bool, "perhaps", "is neither true nor false"),
        (str, 7, "is no text"),
        (Annotated[str, Field(max_length=9)], "\ud800", "holds half a character, which no file or page can show"),
        (Annotated[str, Field(max_length=1_000)], "x" * 1_001, "has more than 1,000 characters"),
        (Annotated[str, Field(min_length=2)], "", "has fewer than 2 characters"),
        (Annotated[str, Field(pattern="^[a-z]+$")], "7", "does not have the form that is asked for"),
        (Annotated[int, Field(ge=1)], 0, "is less than 1"),
        (Annotated[int, Field(le=86_400)], 86_401, "is more than 86,400"),
        (Annotated[float, Field(allow_inf_nan=False)], float("nan"), "is no number that is finite"),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "has 2 members, at most 1"),
        (list[int], 7, "is no list"),
        (dict[str, int], 7, "is no group of names and values"),
        (Literal["a", "b"], "c", "is not one of 'a' or 'b'"),
        (State, "done", "is not one of 'queued' or 'running'"),
        (AwareDatetime, datetime(2026, 3, 2), "is no time with its zone, such as 2026-03-02T08:30:00Z"),
        (datetime, "noon", "is no time with its zone, such as 2026-03-02T08:30:00Z"),
        (Form, {}, "must be given"),
        (Form, {"days": 1, "dyas": 1}, "is not known here"),
        (Annotated[int, AfterValidator(_even)], 7, "is odd"),
        (type(None), 7, "cannot be taken"),
    ],
)
def test_a_fault_is_said_in_words_that_follow_on_a_name(kind: Any, value: object, words: str) -> None:
    assert said(fault(kind, value)) == words
