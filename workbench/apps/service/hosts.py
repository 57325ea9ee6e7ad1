"""Under which names the service answers: a page elsewhere may make its own name point here, and is refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.apps.service.problems import answer, problem

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def hosts_for(port: int, names: Iterable[str]) -> set[str]:
    """The values of ``Host`` that are ours: loopback names with our port, and those that were set, with any port."""
    bare = {*LOOPBACK, "workbench"} if port in (0, 80, 443) else set()
    own = {f"{name}:{port}" for name in LOOPBACK}
    return bare | own | {name.casefold() for name in names}


@dataclass
class Hosts:
    """Refuses requests to other names."""

    app: ASGIApp
    known: set[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] != "http" or self._is_ours(scope):
            await self.app(scope, receive, send)
            return
        told = problem(421, "host", "The service does not answer under this name", "Add it to names of [service].")
        await answer(Request(scope), told)(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        given = [value.decode("latin-1").casefold() for name, value in scope["headers"] if name == b"host"]
        if len(given) != 1:
            return False
        return given[0] in self.known or given[0].rpartition(":")[0] in self.known
