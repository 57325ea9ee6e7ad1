"""Ask the service, and make of its problem documents the errors that they were there."""

import ssl
import time
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import ValidationError

from workbench.base.errors import (
    BadInput,
    BadParameter,
    Clash,
    Denied,
    LedgerBusy,
    LimitReached,
    NotFound,
    Refused,
    ServiceDown,
    Taken,
    UnknownName,
    WorkbenchError,
)
from workbench.ledger.api import Problem

SECONDS = 60.0
VERIFY_SECONDS = 660.0
PAUSES = (0.1, 0.5)
"""Seconds between attempts of what only reads."""
_START = "Is it running? Start it: workbench serve"
_KINDS: Mapping[str, type[WorkbenchError]] = {
    "taken": Taken,
    "refused": Refused,
    "busy": LedgerBusy,
    "not-found": NotFound,
    "bad-input": BadInput,
    "bad-parameter": BadParameter,
    "limit": LimitReached,
    "down": ServiceDown,
}
_NOT_LET_IN = frozenset({"denied", "unknown", "unadministered", "log-in", "forgery", "must-change", "throttled"})
_LOG_IN = "Log in: workbench login (the first time as admin, with the one-time password that workbench init printed)"


def no_tls() -> ssl.SSLContext:
    """For ways without TLS: no authorities are read, which takes longer than a request."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def well_formed(token: str) -> str:
    """A token as it can be sent.

    Raises:
        Denied: nothing like it was ever given out.
    """
    word = token.strip()
    if not (word.isascii() and word.isprintable()):
        raise Denied("This is no token: it has characters that none has", next_step="Log in: workbench login")
    return word


def transport(address: str) -> tuple[str, httpx.HTTPTransport | None]:
    """The base of URLs and the way there: an address may be ``unix:`` with the path of a socket file."""
    if address.startswith("unix:"):
        return "http://localhost", httpx.HTTPTransport(uds=address.removeprefix("unix:"), verify=no_tls())
    return address, None


def send(http: httpx.Client, method: str, path: str, **what: Any) -> httpx.Response:
    """Ask; only what reads is asked again where the service did not answer.

    Raises:
        ServiceDown: it does not answer.
        WorkbenchError: it refused; the error is that of its problem document.
    """
    pauses = [*PAUSES] if method == "GET" else []
    while True:
        try:
            answer = http.request(method, path, **what)
        except httpx.TransportError as error:
            if not pauses:
                raise _down(http, method, error) from None
        else:
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or not pauses:
                return checked(answer)
        time.sleep(pauses.pop(0))


def checked(answer: httpx.Response) -> httpx.Response:
    """An answer that is no problem.

    Raises:
        WorkbenchError: it is one.
    """
    if answer.status_code < httpx.codes.BAD_REQUEST:
        return answer
    answer.read()
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:
        raise WorkbenchError(f"The service answered with status {answer.status_code}", where=str(answer.url)) from None
    raise error_of(problem)


def error_of(problem: Problem) -> WorkbenchError:
    """The error that a problem document tells of."""
    kind, told = problem.type.rpartition(":")[2], {"where": problem.detail, "next_step": problem.next_step}
    if kind == "clash":
        mine, theirs = problem.mine or {}, problem.theirs or {}
        return Clash(problem.title, mine=mine, theirs=theirs, version=problem.version or 0)
    if kind == "unknown-name":
        unknown = UnknownName("thing", "")
        unknown.what, unknown.where, unknown.next_step = problem.title, problem.detail, problem.next_step
        unknown.nearest = tuple(problem.nearest)
        return unknown
    if kind in _NOT_LET_IN:
        advice = _LOG_IN if kind == "unknown" else problem.next_step
        return Denied(problem.title, needs=problem.needs, where=problem.detail, next_step=advice)
    return _KINDS.get(kind, WorkbenchError)(problem.title, **told)


def _down(http: httpx.Client, method: str, error: httpx.TransportError) -> ServiceDown:
    sent = method != "GET" and not isinstance(error, httpx.ConnectError)
    doubt = "It may have been done: look before you do it again. " if sent else ""
    return ServiceDown("The control service does not answer", where=str(http.base_url), next_step=f"{doubt}{_START}")
