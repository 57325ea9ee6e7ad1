"""Whom a proxy forwards for, where it comes by a socket file: such a client has no address to know it by."""

from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

SOCKET = "socket"
"""What stands for the address of whoever comes by the socket file: only its owner, and so the proxy, can."""


@dataclass
class Named:
    """Gives whoever has no address a name."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through."""
        if scope["type"] == "http" and not scope.get("client"):
            scope["client"] = (SOCKET, 0)
        await self.app(scope, receive, send)


def by_socket(app: ASGIApp, proxy: str) -> ASGIApp:
    """An application that believes the proxy at its socket file, and those at ``proxy`` before it, whom they serve."""
    inner: Any = app
    believing: Any = ProxyHeadersMiddleware(inner, [SOCKET, *(each.strip() for each in proxy.split(","))])
    return Named(believing)
