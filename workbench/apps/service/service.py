"""What all parts of the running service share."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from workbench.apps.service.metrics import Metrics
from workbench.apps.service.passwords import Passwords
from workbench.apps.service.reader import Reader
from workbench.apps.service.throttle import Allowance, Throttle
from workbench.apps.service.viewer import IdentityProvider
from workbench.base.config import ServiceSettings, Workspace
from workbench.events.store import Store
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger
from workbench.ledger.models.ids import new_id
from workbench.ledger.models.words import ActorKind

Check = Callable[[], str]
"""Says what is wrong in a few words; empty where nothing is."""


@dataclass(frozen=True)
class Cookies:
    """Names of the cookies: with the port in them, because browsers keep one jar for all ports of a machine."""

    session: str
    proof: str
    secure: bool = False


def cookies_for(port: int, *, secure: bool) -> Cookies:
    """The names for a port; behind TLS with the prefix that binds them to this host."""
    prefix = "__Host-" if secure else ""
    return Cookies(f"{prefix}workbench-session-{port}", f"{prefix}workbench-xsrf-{port}", secure)


@dataclass
class Service:
    """One running service."""

    workspace: Workspace
    ledger: Ledger
    identity: IdentityProvider
    cookies: Cookies
    passwords: Passwords
    boot: str = field(default_factory=new_id)
    """Tells this start of the service from others."""
    origins: set[str] = field(default_factory=set)
    """Origins of further pages of ours that may ask, such as those of Voila."""
    hosts: set[str] = field(default_factory=set)
    """Names under which the service answers, with their ports."""
    pages: tuple[tuple[str, str], ...] = ()
    """Titles and addresses of further pages of ours, which the bar links for whoever is logged in."""
    metrics: Metrics = field(default_factory=Metrics)
    throttle: Throttle = field(default_factory=Throttle)
    strangers: Allowance = field(default_factory=lambda: Allowance(30, 60.0))
    """How many denials of strangers an address gets into the audit in a minute."""
    reader: Reader = field(default_factory=Reader)
    """Reads hostile mail."""
    checks: dict[str, Check] = field(default_factory=dict)
    """What readiness asks, by name."""
    notes: dict[str, Check] = field(default_factory=dict)
    """By the same names what is worth knowing, and is no fault."""
    nudges: list[Callable[[], None]] = field(default_factory=list)
    """Who wants to hear at once of runs that were asked for or called off."""

    def nudge(self) -> None:
        """Tell them."""
        for each in self.nudges:
            each()

    @property
    def settings(self) -> ServiceSettings:
        """The part of ``workbench.toml`` that is about the service."""
        return self.workspace.settings.service

    @property
    def store(self) -> Store:
        """The event store; opened anew, since a handle of it serves one thread."""
        return Store(self.workspace.store)

    def stranger(self, address: str, request: str) -> Actor:
        """Somebody nobody knows, as the audit names them."""
        return Actor("unknown", ActorKind.USER, address=address, request=request)


Hook = Callable[[Service], AbstractAsyncContextManager[None]]
"""Something that lives as long as the service: entered at its start, left at its stop, last come first gone."""
