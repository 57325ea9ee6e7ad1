"""Refuses requests that are too large: at once where they say so, else when they are."""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.apps.service.limits import BODY_BYTES
from workbench.apps.service.problems import ProblemError, answer, problem

_TOO_LARGE = problem(413, "limit", "The request is too large", f"Send at most {BODY_BYTES:,} bytes.")
CLOSE = {"connection": "close"}
"""What remains of a request is not waited for."""


@dataclass
class Sized:
    """Counts the bytes of a request as they come."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through as far as it may go."""
        if scope["type"] == "http" and _declared(scope) > BODY_BYTES:
            await answer(Request(scope), _TOO_LARGE, CLOSE)(scope, receive, send)
        else:
            await self.app(scope, _counting(receive), send)


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _counting(receive: Receive) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_BYTES:
            raise ProblemError(_TOO_LARGE, CLOSE)
        return message

    return counted
