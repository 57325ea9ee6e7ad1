"""Every error the product raises on purpose.

    WorkbenchError                what happened, where, what to do next
    ├── UnknownName               a table, column, function, playbook, view ... that does not exist; carries the nearest
    ├── BadInput                  something a person or a file gave that cannot be read
    │   ├── BadSpan               a time window
    │   ├── BadSetting            a value in workbench.toml, organisation.yml or the environment
    │   ├── BadParameter          a playbook parameter
    │   └── BadQuery              KQL text; carries the position
    ├── LimitReached              a query or parser went over its rows, time or memory
    ├── NotFound                  a message, file or workspace that is not here
    ├── StoreError                the event store could not be read or written
    │   └── StoreBusy             another process holds the writer lease
    ├── LedgerError               the ledger could not be read or written, or its trail is broken
    │   ├── LedgerBusy            too many changes wait
    │   ├── Clash                 somebody else changed the same thing first; carries both values
    │   ├── Taken                 a name or key that exists once is in use
    │   └── Refused               the state of a thing does not allow a change
    ├── Denied                    the roles of an account, or its token, do not allow something
    ├── ServiceDown               the control service is not reached
    ├── PlaybookFailed            a playbook run ended early; carries step and executed copy
    ├── NoKernel                  a kernel for a playbook could not be started
    └── Missing                   an optional package or system program is absent

Nothing here draws: whoever shows an error decides how.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches


class WorkbenchError(Exception):
    """Something the reader can act on.

    ``what`` says what happened, ``where`` the place (file, line, column, cell) and ``next_step`` what to do about it.
    """

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        super().__init__(what, where, next_step)
        self.what, self.where, self.next_step = what, where, next_step

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        advice = f" {self.next_step}" if self.next_step else ""
        stop = "" if self.what.endswith(".") and not place else "."
        return f"{self.what}{place}{stop}{advice}"


class UnknownName(WorkbenchError):
    """A name was looked up and is not known; ``nearest`` holds up to three names like it."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = (), *, where: str = "") -> None:
        self.kind, self.name = kind, name
        self.nearest = nearest(name, known)
        advice = f"Did you mean {_either(self.nearest)}?" if self.nearest else ""
        super().__init__(f"There is no {kind} named {name!r}", where=where, next_step=advice)


class BadInput(WorkbenchError):
    """Something given to the product cannot be read."""


class BadSpan(BadInput):
    """A time window is not in a form we know."""


class BadSetting(BadInput):
    """A setting has a value it cannot have; ``mistakes`` are all that were found in the file, each as one sentence."""

    def __init__(self, what: str, *, where: str = "", next_step: str = "", mistakes: tuple[str, ...] = ()) -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.mistakes = mistakes or (what,)


class BadParameter(BadInput):
    """A playbook parameter is unknown, missing or of the wrong type."""


class BadQuery(BadInput):
    """KQL that cannot be read or bound; ``position`` is the offset of the first character at fault."""

    def __init__(self, what: str, *, position: int = 0, where: str = "", next_step: str = "") -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.position = position


class LimitReached(WorkbenchError):
    """A limit on rows, time or memory was reached; the message says which and how to raise it."""


class NotFound(WorkbenchError):
    """The thing asked for is not in this workspace."""


class StoreError(WorkbenchError):
    """The event store could not be read or written."""


class StoreBusy(StoreError):
    """Another process is writing the same table and did not finish in time."""


class LedgerError(WorkbenchError):
    """The ledger could not be read or written, or it is not what its trail and anchor say."""


class LedgerBusy(LedgerError):
    """More changes wait than the ledger takes on; nothing was changed."""


class Clash(LedgerError):
    """Somebody else changed a thing first: ``mine`` is what was to be written, ``theirs`` what stands there now.

    ``version`` is that of ``theirs``: whoever saw it may try again with it. Both hold only the columns at stake.
    """

    def __init__(self, what: str, *, mine: Mapping[str, object], theirs: Mapping[str, object], version: int) -> None:
        super().__init__(what, next_step="Look at both values and decide again.")
        self.mine, self.theirs, self.version = dict(mine), dict(theirs), version


class Taken(LedgerError):
    """A name or key of which there may be one is in use."""


class Refused(LedgerError):
    """The state in which a thing is does not allow this change."""


class Denied(WorkbenchError):
    """Nobody is logged in, or the roles do not allow it; ``needs`` says what would have to be added."""

    def __init__(self, what: str, *, needs: str = "", where: str = "", next_step: str = "") -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.needs = needs


class ServiceDown(WorkbenchError):
    """The control service does not answer, or does not run."""


class PlaybookFailed(WorkbenchError):
    """A playbook stopped early; ``step`` is the heading it was under, ``executed`` the path of the executed copy."""

    def __init__(self, what: str, *, step: str = "", executed: str = "", next_step: str = "") -> None:
        super().__init__(what, where=f"step {step!r}" if step else "", next_step=next_step)
        self.step, self.executed = step, executed


class NoKernel(WorkbenchError):
    """A kernel could not be started, or none is given out any more because several could not."""


class Missing(WorkbenchError):
    """An optional package or a system program is needed and absent; the message says what to install."""


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three known names that look like ``name``, best first, ignoring case."""
    by_fold = {each.casefold(): each for each in known}
    return tuple(by_fold[hit] for hit in get_close_matches(name.casefold(), by_fold, n=3, cutoff=0.6))


def _either(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
