"""What could not be read as the standards say: collected, never raised."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from workbench.intake.mail.limits import LONGEST_SAMPLE, MOST_FAULTS

Read = TypeVar("Read")


@dataclass(frozen=True)
class Fault:
    """One thing that could not be read: ``where`` is a header, part or the message, ``reason`` what is wrong there."""

    where: str
    reason: str


class Faults:
    """The faults of one message in the order they were met; each is kept once, and only so many of them."""

    def __init__(self) -> None:
        self._kept: dict[Fault, None] = {}
        self.count = 0
        """How many different faults there are, with those that are no longer kept."""

    def add(self, where: str, reason: str) -> None:
        """Note a fault."""
        fault = Fault(where[:LONGEST_SAMPLE], reason)
        if fault in self._kept:
            return
        self.count += 1
        if self.count < MOST_FAULTS:
            self._kept[fault] = None

    def kept(self) -> tuple[Fault, ...]:
        """The faults, the last one saying how many more there are."""
        more = self.count - len(self._kept)
        tail = (Fault("message", f"{more} more faults are not listed"),) if more else ()
        return (*self._kept, *tail)


def guarded(faults: Faults, where: str, read: Callable[[], Read], otherwise: Read) -> Read:
    """What ``read`` returns; where it raises anything at all, a fault is noted and ``otherwise`` comes back.

    The one place where a parser's exception becomes a fault: hostile mail breaks parsers in ways nobody lists.
    """
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - the guard: any exception of any parser is a fault of the message
        faults.add(where, f"could not be read ({type(error).__name__}: {str(error)[:LONGEST_SAMPLE]})")
        return otherwise
