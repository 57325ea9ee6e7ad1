"""Every error is a problem document: what, where, the next step, and what a program needs to go on."""

import logging
import traceback
from collections.abc import Callable, Iterable
from typing import TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from workbench.apps.service.observe import HEADERS, request_id
from workbench.base.errors import UnknownName, WorkbenchError
from workbench.base.faults import said
from workbench.ledger.api import MEDIA_TYPE, Problem, problem_of
from workbench.ledger.api.problem import BASE

E = TypeVar("E", bound=Exception)

_LOG = logging.getLogger("workbench.service")
_SHOWN = 5
_SAID = {404: "There is nothing here", 405: "This cannot be done here", 413: "The request is too large"}


class ProblemError(Exception):
    """A request ends here, with this problem document."""

    def __init__(self, document: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__(document.title)
        self.document, self.headers = document, headers or {}


def problem(status: int, kind: str, title: str, next_step: str = "", *, detail: str = "") -> Problem:
    """A problem document of our own."""
    return Problem(type=f"{BASE}{kind}", title=title, status=status, detail=detail, next_step=next_step)


def answer(request: Request, document: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem document as an answer."""
    whole = document.model_copy(update={"instance": request_id(request)})
    extra = {"www-authenticate": "Bearer"} if document.status == 401 else {}
    body = whole.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, document.status, {**HEADERS, **extra, **(headers or {})}, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of an application a problem document."""
    _handle(app, ProblemError, lambda request, error: _shown(request, error.document, error.headers))
    _handle(app, WorkbenchError, lambda request, error: _shown(request, problem_of(error)))
    _handle(app, RequestValidationError, _invalid)
    _handle(app, HTTPException, _http)
    _handle(app, Exception, _unforeseen)


def _handle(app: FastAPI, kind: type[E], answers: Callable[[Request, E], Response]) -> None:
    """Let a function answer one kind of error; the framework's own type of it knows no kinds."""

    def handler(request: Request, error: Exception) -> Response:
        if not isinstance(error, kind):
            raise error
        return answers(request, error)

    app.add_exception_handler(kind, handler)


def _shown(request: Request, document: Problem, headers: dict[str, str] | None = None) -> Response:
    """As a page where a person looks at pages, else as JSON."""
    pages = getattr(request.app.state, "failed_page", None)
    if pages is not None and _wants_page(request):
        shown = pages(request, document)
        if isinstance(shown, Response):
            return shown
    return answer(request, document, headers)


def _wants_page(request: Request) -> bool:
    """Whoever asks for a page, and whoever takes anything at the address that the service prints."""
    accepted, path = request.headers.get("accept", ""), request.url.path
    return ("text/html" in accepted and not path.startswith("/api/")) or (accepted == "*/*" and path == "/")


def _invalid(request: Request, error: RequestValidationError) -> Response:
    """What was given is not repeated: it may be a password."""
    faults = error.errors()
    told = "; ".join(f"{_place(each['loc'])} {said(each)}" for each in faults[:_SHOWN])
    more = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    what, advice = "The request cannot be read", "Correct it and ask again."
    return _shown(request, problem(422, "bad-input", what, advice, detail=told + more))


def _place(parts: Iterable[object]) -> str:
    return ".".join(str(part)[:80] for part in parts)


def _http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        known = {getattr(route, "path", "") for route in request.app.routes}
        missing = problem_of(UnknownName("address", request.url.path[:200], known))
        return _shown(request, missing)
    title = _SAID.get(error.status_code, "The request cannot be answered")
    return _shown(request, problem(error.status_code, "http", title), dict(error.headers or {}))


def _unforeseen(request: Request, error: Exception) -> Response:
    """A fault of ours: the log has the places in the code, without values, which may be somebody's mail.

    This answer goes past the layer that gives all others their headers.
    """
    places = [f"{each.filename}:{each.lineno}" for each in traceback.extract_tb(error.__traceback__)[-_SHOWN:]]
    _LOG.error("%s at %s", type(error).__name__, " < ".join(reversed(places)))
    told = problem(500, "error", "The service failed", "Tell an administrator the number of the request.")
    shown = _shown(request, told)
    shown.headers.update(HEADERS | {"x-request-id": request_id(request)})
    return shown
