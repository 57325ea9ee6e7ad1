"""Accounts of our own: a browser's session or a program's token, read from the ledger at every request."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from fastapi import Request

from workbench.apps.service.observe import request_id
from workbench.apps.service.service import Cookies
from workbench.apps.service.viewer import Means, Viewer
from workbench.base.access import SERVICES, Activity, Purpose, Role
from workbench.base.errors import LedgerBusy, NotFound
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Account, LoginSession, Token
from workbench.ledger.models.ids import digest_of
from workbench.ledger.models.words import AccountKind, TokenPurpose

S = TypeVar("S", LoginSession, Token)

NOTE_SECONDS = 60.0
"""How often the last use of a session or token is written down."""
_LONGEST = 200
_KERNEL_MORE = frozenset({Activity.HEADERS_VIEW, Activity.ACTION_PROPOSE, Activity.NOTES_EDIT, Activity.RUNS_START})
_NOT_KERNEL = frozenset({Activity.USERS_VIEW, Activity.AUDIT_VIEW})


def reach(purpose: TokenPurpose) -> frozenset[Activity] | None:
    """All that a token of a purpose is good for; None where it is as good as its account. Kernels propose and read."""
    if purpose is TokenPurpose.KERNEL:
        views = {each for each in Activity if each.value.endswith(".view")}
        return frozenset(views | _KERNEL_MORE) - _NOT_KERNEL
    by_purpose = {TokenPurpose.WORKER: Purpose.PLAYBOOK_WORKER, TokenPurpose.MONITOR: Purpose.MONITOR}
    return SERVICES[by_purpose[purpose]] if purpose in by_purpose else None


def proof_of(secret: str) -> str:
    """What forms and headers repeat of a session: known from the session's secret, but not the other way round."""
    return sha256(b"xsrf:" + secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class LocalIdentity:
    """Identity by the accounts, sessions and tokens of the ledger."""

    ledger: Ledger
    cookies: Cookies
    idle: timedelta = timedelta(hours=1)
    """A session that was not used for so long is over."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _noted: dict[str, float] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def identify(self, request: Request) -> Viewer | None:
        """By the token, where one is sent, else by the session's cookie; the gate hears of what is no good."""
        header = request.headers.get("authorization", "")
        cookie = request.cookies.get(self.cookies.session, "")
        if header:
            kind, _, secret = header.partition(" ")
            viewer = self._by_token(secret.strip()) if kind.casefold() == "bearer" else "no bearer token"
        elif cookie:
            viewer = self._by_session(cookie)
        else:
            return None
        if isinstance(viewer, str):
            request.state.refused = viewer
            return None
        where = request.client.host[:64] if request.client else ""
        return replace(viewer, address=where, request=request_id(request))

    def _by_token(self, secret: str) -> Viewer | str:
        token = self._held(Token, secret)
        if token is None:
            return "a token nobody knows"
        if fault := self._over(token, None):
            return f"a token that {fault}"
        whole = reach(token.purpose)
        named = frozenset(each for each in Activity if each.value in token.activities)
        scope = whole if not token.activities else named if whole is None else named & whole
        return self._viewer(token, Means.TOKEN, scope)

    def _by_session(self, secret: str) -> Viewer | str:
        session = self._held(LoginSession, secret)
        if session is None:
            return "a session nobody knows"
        if fault := self._over(session, self.idle):
            return f"a session that {fault}"
        found = self._viewer(session, Means.SESSION, None)
        return found if isinstance(found, str) else replace(found, proof=proof_of(secret))

    def _held(self, kind: type[S], secret: str) -> S | None:
        if not secret or len(secret) > _LONGEST:
            return None
        return next(iter(self.ledger.find(kind, Search({"digest": digest_of(secret)}, limit=1))), None)

    def _over(self, held: LoginSession | Token, idle: timedelta | None) -> str:
        now = self.clock()
        if held.revoked_at is not None:
            return "was revoked"
        if held.expires_at <= now:
            return "has expired"
        if idle is not None and (held.last_used_at or held.created_at) + idle + timedelta(seconds=NOTE_SECONDS) <= now:
            return "was not used for too long"
        return ""

    def _viewer(self, held: LoginSession | Token, means: Means, scope: frozenset[Activity] | None) -> Viewer | str:
        try:
            account = self.ledger.get(Account, held.account_id)
        except NotFound:
            return "an account that was removed"
        if account.disabled:
            return "a disabled account"
        self._note(held)
        roles = tuple(role for role in Role if role.value in account.roles)
        purpose = next((each for each in Purpose if each.value == account.purpose), None)
        if account.holder is AccountKind.SERVICE:
            roles = (Role.SERVICE,)
        return Viewer(
            account.id,
            account.name,
            roles,
            account.display,
            purpose if account.holder is AccountKind.SERVICE else None,
            held.id,
            means,
            scope,
            account.must_change,
        )

    def _note(self, held: LoginSession | Token) -> None:
        """Write down the last use, at most once a minute, without waiting for it."""
        now = time.monotonic()
        with self._lock:
            if now - self._noted.get(held.id, -NOTE_SECONDS) < NOTE_SECONDS:
                return
            self._noted[held.id] = now
            if len(self._noted) > _LONGEST * 50:
                self._noted.clear()
        kind, beats = type(held), {"last_used_at": self.clock()}
        with suppress(LedgerBusy):
            self.ledger.submit(SYSTEM, lambda unit: unit.touch(kind, held.id, beats), patience=0)
