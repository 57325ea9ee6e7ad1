"""What a function that gives a table is made of, where the product brings it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.events.query.kql.syntax import Call
from workbench.events.query.plan import Node

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder


@dataclass(frozen=True)
class Tabular:
    """One function. ``bind`` gets the rows that ``invoke`` hands it, None where the function stands first."""

    name: str
    takes: str
    meaning: str
    bind: "Callable[[Call, Node | None, Binder], Node]"
    follows: bool = False
    """Whether it works on rows, so that it is called by ``invoke``."""


def arguments(call: Call, least: int, most: int, usage: str, binder: "Binder") -> tuple[Any, ...]:
    """The arguments.

    Raises:
        BadQuery: there are too few or too many.
    """
    if not least <= len(call.args) <= most:
        raise binder.error(call, f"{call.name!r} does not take {len(call.args)} arguments", f"Write {usage}.")
    return call.args
