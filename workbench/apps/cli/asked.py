"""Make a request of the control service of what somebody typed."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError

from workbench.base.errors import BadInput
from workbench.base.faults import said
from workbench.ledger.api.wire import Asked

A = TypeVar("A", bound=Asked)


def asked(kind: type[A], values: Mapping[str, object]) -> A:
    """The request.

    Raises:
        BadInput: a value cannot be what it stands for; says which and why, without repeating it.
    """
    try:
        return kind(**values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = " ".join(str(part) for part in first["loc"][:1])
        raise BadInput(f"The {where} {said(first)}") from None
