"""The workbench that was opened last: what `wb.Url(...)` and its like ask, where none is named."""

from typing import TYPE_CHECKING

from workbench.base.errors import NotFound

if TYPE_CHECKING:
    from workbench.apps.session.workbench import Workbench

_opened: "list[Workbench]" = []


def remember(workbench: "Workbench") -> None:
    """From now on this one is asked."""
    _opened[:] = [workbench]


def forget() -> None:
    """From now on none is."""
    _opened.clear()


def last() -> "Workbench | None":
    """The workbench that was opened last; None where none was."""
    return _opened[0] if _opened else None


def current() -> "Workbench":
    """The workbench that was opened last.

    Raises:
        NotFound: none was opened.
    """
    if not _opened:
        raise NotFound("No workbench is open", next_step="Open one first: w = wb.open()")
    return _opened[0]
