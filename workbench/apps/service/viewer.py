"""Who asks: an account with its roles as they are now, and how it proved itself."""

from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Protocol

from fastapi import Request

from workbench.base.access import Activity, Purpose, Role, missing, permits
from workbench.ledger.audit import Actor
from workbench.ledger.models.words import ActorKind


class Means(StrEnum):
    """How a viewer proved who it is. A browser sends a session of itself: that needs proof against forgery."""

    SESSION = auto()
    TOKEN = auto()


@dataclass(frozen=True)
class Viewer:
    """One account during one request."""

    account: str
    """Id of the account."""
    name: str
    roles: tuple[Role, ...] = ()
    display: str = ""
    purpose: Purpose | None = None
    """What a service account is for; None for people."""
    session: str = ""
    """Id of the session or token."""
    means: Means = Means.TOKEN
    scope: frozenset[Activity] | None = None
    """All that a token is good for; None where it is as good as its account."""
    must_change: bool = False
    """Whether the password must be changed before anything else."""
    proof: str = field(default="", repr=False)
    """What a form or header has to repeat, so that no other page can act with a session."""
    address: str = ""
    request: str = ""

    def may(self, activity: Activity) -> bool:
        """Whether roles and token allow an activity."""
        within = self.scope is None or activity in self.scope
        return within and permits(self.roles, activity, purpose=self.purpose)

    def lacks(self, activity: Activity) -> str:
        """What would have to be added, in words; empty where nothing is missing."""
        if self.scope is not None and activity not in self.scope:
            return f"a token that is good for {activity.value}"
        return missing(self.roles, activity, purpose=self.purpose)

    @property
    def actor(self) -> Actor:
        """The viewer as the audit names it."""
        kind = ActorKind.USER if self.purpose is None else ActorKind.AUTOMATION
        return Actor(self.name, kind, tuple(self.roles), self.session, self.address, self.request)


class IdentityProvider(Protocol):
    """Whoever tells who a request is from: accounts of our own, or a hub in front."""

    def identify(self, request: Request) -> Viewer | None:
        """The viewer of a request; None where it proves nothing. Called in a thread: it may read the ledger."""
