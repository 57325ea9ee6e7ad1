"""What went wrong, as RFC 9457 has it, with the next step and what a clash needs."""

from typing import Any

from pydantic import ConfigDict, Field

from workbench.base.errors import (
    BadInput,
    BadParameter,
    Clash,
    Denied,
    LedgerBusy,
    LedgerError,
    LimitReached,
    NotFound,
    Refused,
    ServiceDown,
    StoreBusy,
    Taken,
    UnknownName,
    WorkbenchError,
)
from workbench.ledger.api.wire import Message

MEDIA_TYPE = "application/problem+json"
BASE = "tag:workbench,2026:"

_STATUS: tuple[tuple[type[WorkbenchError], int, str], ...] = (
    (Clash, 409, "clash"),
    (Taken, 409, "taken"),
    (Refused, 409, "refused"),
    (LedgerBusy, 503, "busy"),
    (StoreBusy, 503, "busy"),
    (LedgerError, 500, "ledger"),
    (Denied, 403, "denied"),
    (ServiceDown, 503, "down"),
    (UnknownName, 404, "unknown-name"),
    (NotFound, 404, "not-found"),
    (BadParameter, 422, "bad-parameter"),
    (BadInput, 400, "bad-input"),
    (LimitReached, 422, "limit"),
    (WorkbenchError, 500, "error"),
)
"""The first class that an error is of decides."""


class Problem(Message):
    """A problem document. ``type`` tells programs which it is; ``title`` and ``detail`` are for people."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    """Id of the request, which stands in the logs and the audit."""
    next_step: str = ""
    nearest: list[str] = Field(default_factory=list)
    """Names like one that is not known."""
    needs: str = ""
    """Roles that would have to be added, for a 403."""
    mine: dict[str, Any] | None = None
    """For a clash: what was to be written."""
    theirs: dict[str, Any] | None = None
    """For a clash: what stands there now."""
    version: int | None = None
    """For a clash: the version of ``theirs``."""


def problem_of(error: WorkbenchError, instance: str = "") -> Problem:
    """The problem document of an error."""
    status, name = next((status, name) for kind, status, name in _STATUS if isinstance(error, kind))
    clash = {"mine": error.mine, "theirs": error.theirs, "version": error.version} if isinstance(error, Clash) else {}
    return Problem(
        type=f"{BASE}{name}",
        title=error.what,
        status=status,
        detail=error.where,
        instance=instance,
        next_step=error.next_step,
        nearest=list(error.nearest) if isinstance(error, UnknownName) else [],
        **clash,
    )


def denied(needs: str, instance: str = "") -> Problem:
    """The problem document for somebody whose roles do not allow it; ``needs`` is what ``base.access.missing`` says."""
    return Problem(
        type=f"{BASE}denied",
        title="Your roles do not allow this",
        status=403,
        instance=instance,
        needs=needs,
        next_step=f"It needs {needs}. Ask an administrator." if needs else "",
    )
