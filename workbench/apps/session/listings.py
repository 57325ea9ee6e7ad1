"""All that the control service lists, however many pages that takes."""

from collections.abc import Iterator
from typing import Protocol, TypeVar

from workbench.ledger.api import Page

T = TypeVar("T")
_PAGE = 500


class Listing(Protocol[T]):
    """A method of the client that gives a page of a list."""

    def __call__(self, *, limit: int, offset: int) -> Page[T]:
        """So many from an offset on."""
        ...


def each_of(listing: Listing[T]) -> Iterator[T]:
    """Everything on the list, in its order."""
    offset = 0
    while found := listing(limit=_PAGE, offset=offset).items:
        yield from found
        offset += len(found)
