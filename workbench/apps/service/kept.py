"""Rows of the ledger as pages of answers."""

from typing import Annotated, TypeVar

from fastapi import Query

from workbench.ledger.api import Held, Page
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Row

H = TypeVar("H", bound=Held)

Limit = Annotated[int, Query(ge=1, le=1_000)]
"""How many rows a page has at most."""
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


def paged(ledger: Ledger, kind: type[Row], shown: type[H], search: Search) -> Page[H]:
    """A page of rows, with how many there are on all pages."""
    items = [shown.model_validate(row) for row in ledger.find(kind, search)]
    return Page[shown](items=items, total=ledger.number(kind, search))  # type: ignore[valid-type]
