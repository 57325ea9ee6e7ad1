"""The one place where a request is let in: who asks, whether the roles allow it, and whether a page of ours asked.

A route declares what it needs when it is made (see ``Routes``), so none can be without; the gate runs before the body
is read as anything, and what it refuses is recorded.
"""

import asyncio
import hmac
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from workbench.apps.service.accounts import administered
from workbench.apps.service.limits import too_deep
from workbench.apps.service.observe import request_id
from workbench.apps.service.problems import ProblemError, problem
from workbench.apps.service.service import Service
from workbench.apps.service.sized import CLOSE
from workbench.apps.service.viewer import Means, Viewer
from workbench.base.access import Activity
from workbench.ledger.api import Problem, denied
from workbench.ledger.api.problem import BASE

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PROOF_HEADER, PROOF_FIELD = "x-workbench-xsrf", "xsrf"
REQUEST_SECONDS = 30.0
"""How long a request may take, unless its route says otherwise."""
BODY_SECONDS = 15.0
"""How long the body of a request may take to come."""
FORGERY = problem(403, "forgery", "No page of ours asked for this", "Open the page again and repeat it.")
MUST_CHANGE = problem(403, "must-change", "The password must be changed first", "Change it, then go on.")

_FIRST_STEPS = (
    "Stop the service; then: workbench init, which prints a one-time password of admin; then start the service again, "
    "and log in: workbench login"
)


@dataclass(frozen=True)
class Gate:
    """What a route asks for before it runs."""

    activity: Activity | None
    """None for the few routes that are open to everybody."""
    unchanged: bool = False
    """Whether somebody whose one-time password must be changed first may come in."""
    by_hand: bool = False
    """Whether only a log-in with a password will do: no token makes another one."""
    seconds: float = REQUEST_SECONDS

    async def admit(self, request: Request) -> None:
        """Let a request in; the viewer is remembered with it.

        Raises:
            ProblemError: nobody we know (401), not allowed (403), or no page of ours asked (403).
        """
        viewer = await run_in_threadpool(service_of(request).identity.identify, request)
        request.state.viewer = viewer
        if self.activity is None:
            return
        if viewer is None:
            why = str(getattr(request.state, "refused", ""))
            await self._record(request, None, why)
            title = f"What was sent is no good: {why}" if why else "Nobody is logged in"
            told = problem(401, "unknown", title, "Log in, or send a token that is good.")
            raise ProblemError(await run_in_threadpool(first_steps, service_of(request), told))
        request.state.account = viewer.name
        if refusal := await self._refusal(request, viewer, self.activity):
            why, document = refusal
            await self._record(request, viewer, why)
            raise ProblemError(document)

    async def _refusal(self, request: Request, viewer: Viewer, activity: Activity) -> tuple[str, Problem] | None:
        """Why a known viewer is not let in, for the audit and for the viewer; None for who may."""
        if viewer.means is Means.SESSION and request.method not in SAFE and not await _is_proved(request, viewer):
            return "a page of ours that asks", FORGERY
        if viewer.must_change and not self.unchanged:
            return "a password of one's own", MUST_CHANGE
        needs = viewer.lacks(activity)
        if not needs and self.by_hand and viewer.means is not Means.SESSION:
            needs = "a log-in with a password"
        return (needs, denied(needs)) if needs else None

    async def _record(self, request: Request, viewer: Viewer | None, why: str) -> None:
        """The audit keeps a denial; of strangers only where they showed something, and not without end."""
        service = service_of(request)
        if viewer is None and not (why and service.strangers.allows(address_of(request))):
            return
        actor = viewer.actor if viewer else service.stranger(address_of(request), request_id(request))
        what = (str(self.activity), request.url.path)
        after = {"method": request.method}
        needed = f"needs {why}" if viewer else why
        await run_in_threadpool(lambda: service.ledger.record(actor, "denied", what, after=after, reason=needed))


async def _is_proved(request: Request, viewer: Viewer) -> bool:
    """A browser sends a session's cookie with every request; only a page of ours knows what goes with it."""
    given = request.headers.get(PROOF_HEADER, "")
    await _body(request)
    if not given and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        given = str((await request.form()).get(PROOF_FIELD, ""))
    told = request.cookies.get(service_of(request).cookies.proof, "")
    fits = hmac.compare_digest(given.encode(), viewer.proof.encode()) and hmac.compare_digest(
        told.encode(), given.encode()
    )
    return bool(viewer.proof) and fits and from_us(request)


def from_us(request: Request) -> bool:
    """Whether the page that asks, if any is named, is one of ours; behind a proxy, browsers come by TLS."""
    origin, service = request.headers.get("origin", ""), service_of(request)
    own = f"{'https' if service.cookies.secure else 'http'}://{request.headers.get('host', '')}"
    return not origin or origin == own or origin in service.origins


def first_steps(service: Service, told: Problem) -> Problem:
    """What a stranger is told; where nobody can administer accounts yet also that, and what makes the first one."""
    if administered(service.ledger.database):
        return told
    what = f"{told.title}, and nobody can administer accounts yet"
    return told.model_copy(update={"type": f"{BASE}unadministered", "title": what, "next_step": _FIRST_STEPS})


def service_of(request: Request) -> Service:
    """The service that a request is made to."""
    service: Service = request.app.state.service
    return service


def address_of(request: Request) -> str:
    """Network address of the client; empty for a socket file."""
    return request.client.host[:64] if request.client else ""


def _viewer(request: Request) -> Viewer:
    viewer = request.state.viewer
    if not isinstance(viewer, Viewer):
        raise ProblemError(problem(401, "unknown", "Nobody is logged in", "Log in."))
    return viewer


def _visitor(request: Request) -> Viewer | None:
    viewer: Viewer | None = request.state.viewer
    return viewer


Viewing = Annotated[Viewer, Depends(_viewer)]
"""The viewer, in a route that needs an activity."""
Visiting = Annotated["Viewer | None", Depends(_visitor)]
"""Whoever asks, in an open route."""
Serving = Annotated[Service, Depends(service_of)]


class GuardedRoute(APIRoute):
    """A route behind its gate."""

    @property
    def gate(self) -> Gate:
        """What the route needs."""
        return next(each.dependency.gate for each in self.dependencies if isinstance(each.dependency, Passed))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Admit, look at the form of the body, and give the rest its time."""
        inner, gate = super().get_route_handler(), self.gate

        async def handle(request: Request) -> Response:
            await gate.admit(request)
            if request.method not in SAFE and too_deep(await _body(request)):
                raise ProblemError(problem(400, "bad-input", "The document is nested too deep", "Send a flatter one."))
            return await _in_time(inner(request), gate.seconds)

        return handle


async def _body(request: Request) -> bytes:
    """The body, which has to come in good time; it is kept with the request."""
    try:
        return await asyncio.wait_for(request.body(), BODY_SECONDS)
    except TimeoutError:
        raise ProblemError(problem(408, "slow", "The request did not come in time", "Send it again."), CLOSE) from None


async def _in_time(work: Coroutine[Any, Any, Response], seconds: float) -> Response:
    """A thread cannot be ended: who waits hears of it, and the work goes on to its end."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        raise ProblemError(
            problem(504, "slow", f"This took longer than {seconds:g} seconds", "Look whether it was done.")
        )
    return task.result()


@dataclass(frozen=True)
class Passed:
    """The dependency by which a route says what it needs; it fails where its gate was passed by."""

    gate: Gate

    def __call__(self, request: Request) -> None:
        """Look whether the gate has seen the request."""
        if not hasattr(request.state, "viewer"):
            raise ProblemError(problem(403, "denied", "The gate was passed by", ""))


@dataclass(frozen=True)
class Spec:
    """One route before it is part of an application."""

    path: str
    method: str
    gate: Gate
    endpoint: Callable[..., Any]
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Routes:
    """``needs`` is the activity, None for one that is open to everybody (a test lists them)."""

    tag: str
    specs: list[Spec] = field(default_factory=list)

    def add(
        self,
        method: str,
        path: str,
        *,
        needs: Activity | None,
        unchanged: bool = False,
        by_hand: bool = False,
        seconds: float = REQUEST_SECONDS,
        **options: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a route; ``options`` are those of FastAPI."""

        def declare(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            self.specs.append(Spec(path, method, Gate(needs, unchanged, by_hand, seconds), endpoint, options))
            return endpoint

        return declare

    def mount(self, router: APIRouter) -> None:
        """Make the routes part of an application's."""
        for spec in self.specs:
            needs = spec.gate.activity.value if spec.gate.activity else ""
            router.add_api_route(
                spec.path,
                spec.endpoint,
                methods=[spec.method],
                tags=[self.tag],
                dependencies=[Depends(Passed(spec.gate))],
                route_class_override=GuardedRoute,
                openapi_extra={"x-activity": needs},
                **spec.options,
            )
