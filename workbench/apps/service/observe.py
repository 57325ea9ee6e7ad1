"""Around every request: its id, headers that browsers obey, one line of log, and figures. Never content or secrets."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.apps.service.metrics import Metrics
from workbench.ledger.models.ids import new_id

LOG = logging.getLogger("workbench.service.requests")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-site",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def request_id(request: Request) -> str:
    """The id of a request, as the logs have it."""
    return str(request.scope.get("state", {}).get("request_id", ""))


@dataclass
class Observed:
    """The outermost layer of the application."""

    app: ASGIApp
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = new_id()
        began, status = time.perf_counter(), [500]
        try:
            await self.app(scope, receive, _sending(send, status, state["request_id"]))
        finally:
            self._note(scope, status[0], time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = str(getattr(scope.get("route"), "path", "(none)"))
        state: dict[str, Any] = scope["state"]
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.metrics.requests.labels(route, method, str(status)).inc()
        self.metrics.seconds.labels(route).observe(seconds)
        if status in (401, 403):
            self.metrics.denied.labels(str(status)).inc()
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request": state["request_id"],
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "account": state.get("account", ""),
        }
        LOG.info(orjson.dumps(line).decode())


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _sending(send: Send, status: list[int], number: str) -> Callable[[Message], Any]:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            status[0] = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = number
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers
