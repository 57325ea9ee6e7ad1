"""Make the application: routes behind their gates, layers around them, and what lives as long as it does."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute

from workbench import __version__
from workbench.apps.service import problems
from workbench.apps.service.gate import PROOF_HEADER, Routes
from workbench.apps.service.hosts import Hosts, hosts_for
from workbench.apps.service.identity import LocalIdentity
from workbench.apps.service.look import failed
from workbench.apps.service.observe import Observed
from workbench.apps.service.passwords import Passwords
from workbench.apps.service.ready import checks_of
from workbench.apps.service.service import Hook, Service, cookies_for
from workbench.apps.service.sized import Sized
from workbench.apps.service.viewer import IdentityProvider
from workbench.base.config import Workspace
from workbench.base.discover import discover
from workbench.ledger.changes import Ledger

ROUTES = "workbench.apps.service.routes"
"""Every module in here is one group of routes, and is found by itself."""


@dataclass(frozen=True)
class Options:
    """How an application is made, where it is not as settings say."""

    port: int = 0
    """The port it is reached at; 0 for a socket file."""
    secure: bool = False
    """Whether browsers reach it by TLS."""
    origins: Sequence[str] = ()
    """Origins of further pages of ours, besides those of the settings."""
    pages: Sequence[tuple[str, str]] = ()
    """Titles and addresses of further pages of ours, which the bar links."""
    hooks: Sequence[Hook] = ()
    """What lives as long as the service, in this order."""
    identity: IdentityProvider | None = None
    """Who says who asks; our own accounts where nobody is named."""
    passwords: Passwords = field(default_factory=Passwords)


def make_app(workspace: Workspace, ledger: Ledger, options: Options | None = None) -> FastAPI:
    """The control service as an application; ``app.state.service`` is what its parts share."""
    chosen = options or Options()
    service = _service(workspace, ledger, chosen)
    app = FastAPI(
        title="Threat investigation workbench",
        version=__version__,
        openapi_url=None,
        lifespan=_living(service, chosen.hooks),
        redirect_slashes=False,
    )
    app.state.service, app.state.failed_page = service, failed
    problems.install(app)
    app.router.routes.extend(_routes())
    _layers(app, service)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """All routes, made once: they know their service by the request, and to make them takes a sixth of a second."""
    router = APIRouter()
    for group in discover(ROUTES, Routes).values():
        group.mount(router)
    return tuple(router.routes)


def _service(workspace: Workspace, ledger: Ledger, options: Options) -> Service:
    settings, cookies = workspace.settings.service, cookies_for(options.port, secure=options.secure)
    idle = timedelta(minutes=settings.idle_minutes)
    service = Service(
        workspace,
        ledger,
        options.identity or LocalIdentity(ledger, cookies, idle),
        cookies,
        options.passwords,
        origins={*settings.origins, *options.origins},
        hosts=hosts_for(options.port, settings.names),
        pages=tuple(options.pages),
    )
    service.checks |= checks_of(service)
    return service


def _layers(app: FastAPI, service: Service) -> None:
    """The layer that is added last is the outermost."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=sorted(service.origins),
        allow_credentials=True,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["content-type", PROOF_HEADER],
    )
    app.add_middleware(Sized)
    app.add_middleware(Hosts, known=service.hosts)
    app.add_middleware(Observed, metrics=service.metrics)


def _living(service: Service, hooks: Sequence[Hook]) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for hook in hooks:
                await stack.enter_async_context(hook(service))
            yield

    return lifespan
